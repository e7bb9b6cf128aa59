"""Charts of the overview as inline SVG: bars of counts per action, each with its number. No script, nothing fetched."""

from collections.abc import Sequence
from html import escape

from ..cleanup.proposal import Action
from ..cleanup.statistics import ACTIONS, TOTAL, Table

COLORS = {
    Action.KEEP: "#4c8c5c",
    Action.AMEND: "#c9962b",
    Action.REPEAL: "#b4483c",
    Action.LAPSE: "#7d5a96",
    Action.PERSON: "#5b7a9d",
}
_ROW, _LEFT, _WIDTH, _MOST = 26, 208, 300, 16


def totals(counts: Sequence[tuple[Action, int]]) -> str:
    """One bar per action with its number and share."""
    whole = sum(count for _, count in counts) or 1
    longest = max((count for _, count in counts), default=0) or 1
    parts = []
    for at, (action, count) in enumerate(counts):
        length = max(round(_WIDTH * count / longest), 1 if count else 0)
        parts.append(_label(at, action.value))
        parts.append(f'<rect x="{_LEFT}" y="{at * _ROW + 4}" width="{length}" height="18" fill="{COLORS[action]}"/>')
        parts.append(_number(_LEFT + length + 6, at, f"{count}（{count / whole:.0%}）"))
    return _svg(len(counts), "各项处理建议的件数", parts)


def stacked(table: Table) -> str:
    """A bar per row of a table, cut by action; the largest rows only, the rest summed up."""
    rows = [row for row in table.rows if row[0] != TOTAL and any(row[1])]
    if len(rows) > _MOST:
        rest = [sum(column) for column in zip(*(counts for _, counts in rows[_MOST - 1 :]), strict=True)]
        rows = [*rows[: _MOST - 1], (f"其余 {len(rows) - _MOST + 1} 项", tuple(rest))]
    longest = max((sum(counts) for _, counts in rows), default=0) or 1
    parts: list[str] = []
    for at, (name, counts) in enumerate(rows):
        parts.append(_label(at, name))
        left = float(_LEFT)
        for action, count in zip(ACTIONS, counts, strict=True):
            width = _WIDTH * count / longest
            if count:
                title = f"<title>{escape(name)}：{action.value} {count}</title>"
                box = f'x="{left:.1f}" y="{at * _ROW + 4}" width="{width:.1f}" height="18"'
                parts.append(f'<rect {box} fill="{COLORS[action]}" stroke="#fff">{title}</rect>')
            left += width
        parts.append(_number(round(left) + 6, at, str(sum(counts))))
    return _svg(len(rows), table.title, parts)


def _label(at: int, name: str) -> str:
    short = name if len(name) <= 15 else name[:14] + "…"
    place = f'x="{_LEFT - 8}" y="{at * _ROW + 18}" text-anchor="end"'
    return f"<text {place}><title>{escape(name)}</title>{escape(short)}</text>"


def _number(left: int, at: int, words: str) -> str:
    return f'<text x="{left}" y="{at * _ROW + 18}">{escape(words)}</text>'


def _svg(rows: int, title: str, parts: list[str]) -> str:
    width, height = _LEFT + _WIDTH + 92, rows * _ROW + 4
    head = f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}" class="chart">'
    return head + "".join(parts) + "</svg>"
