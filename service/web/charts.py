"""Charts drawn as SVG by the server: bars told apart by shade and by written values, so that they print."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

SHADES = 5
_ROW, _BAR, _LEFT, _WIDTH = 30, 17, 176, 640
_HEIGHT, _BASE, _TOP = 240, 204, 22


@dataclass(frozen=True, slots=True)
class Series:
    """Counts of one kind, one per label of the chart."""

    name: str
    values: tuple[int, ...]


def rows(title: str, labels: Sequence[str], series: Sequence[Series]) -> Markup:
    """Horizontal bars, stacked by series, the total written at the end of each."""
    totals = [sum(part.values[index] for part in series) for index in range(len(labels))]
    most = max([*totals, 1])
    scale = (_WIDTH - _LEFT - 60) / most
    parts = []
    for index, label in enumerate(labels):
        y = index * _ROW + 6
        parts.append(_text(_LEFT - 10, y + 13, _short(label, 12), 'text-anchor="end"'))
        x = float(_LEFT)
        for shade, part in enumerate(series):
            wide = part.values[index] * scale
            if wide:
                parts.append(_bar(x, y, wide, _BAR, shade, f"{label}　{part.name} {part.values[index]}"))
            x += wide
        parts.append(_text(x + 7, y + 13, str(totals[index]), 'class="value"'))
    parts.insert(0, f'<line class="rule zero" x1="{_LEFT}" y1="0" x2="{_LEFT}" y2="{len(labels) * _ROW + 4}"/>')
    return _svg(title, _WIDTH, max(len(labels), 1) * _ROW + 8, parts)


def columns(title: str, labels: Sequence[str], series: Sequence[Series]) -> Markup:
    """Vertical bars, stacked by series, over a scale of whole numbers."""
    totals = [sum(part.values[index] for part in series) for index in range(len(labels))]
    step = _step(max([*totals, 1]))
    most = step * -(-max([*totals, 1]) // step)
    room, left = (_WIDTH * 2 - 70) / max(len(labels), 1), 44
    wide = min(46.0, room * 0.56)
    parts = []
    for mark in range(0, most + 1, step):
        y = _y(mark, most)
        zero = " zero" if mark == 0 else ""
        parts.append(f'<line class="rule{zero}" x1="{left}" y1="{y:.1f}" x2="{_WIDTH * 2 - 20}" y2="{y:.1f}"/>')
        parts.append(_text(left - 8, y + 4, str(mark), 'class="axis value" text-anchor="end"'))
    for index, label in enumerate(labels):
        x, below = left + room * index + (room - wide) / 2, 0
        for shade, part in enumerate(series):
            value = part.values[index]
            if value:
                top = _y(below + value, most)
                parts.append(_bar(x, top, wide, _y(below, most) - top, shade, f"{label}　{part.name} {value}"))
            below += value
        if below:
            parts.append(_text(x + wide / 2, _y(below, most) - 6, str(below), 'class="value" text-anchor="middle"'))
        parts.append(_text(x + wide / 2, _BASE + 20, label, 'class="axis" text-anchor="middle"'))
    return _svg(title, _WIDTH * 2, _HEIGHT, parts)


def key(series: Sequence[Series]) -> Markup:
    """The legend as a line of squares and names."""
    items = (
        '<span><svg viewBox="0 0 11 11" aria-hidden="true">'
        f'<rect class="s{shade % SHADES}" width="11" height="11"/></svg>'
        f"{escape(part.name)}</span>"
        for shade, part in enumerate(series)
    )
    return Markup(f'<p class="keylist">{"".join(items)}</p>')


def _y(value: float, most: int) -> float:
    return _BASE - (_BASE - _TOP) * value / most


def _step(most: int) -> int:
    """A round step that gives at most six lines."""
    step = 1
    while most / step > 5:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step


def _bar(x: float, y: float, wide: float, high: float, shade: int, words: str) -> str:
    return (
        f'<rect class="s{shade % SHADES}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}">'
        f"<title>{escape(words)}</title></rect>"
    )


def _text(x: float, y: float, words: str, extra: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {extra}>{escape(words)}</text>'


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"


def _svg(title: str, wide: int, high: int, parts: Sequence[str]) -> Markup:
    return Markup(f'<svg role="img" viewBox="0 0 {wide} {high}" aria-label="{escape(title)}">{"".join(parts)}</svg>')
