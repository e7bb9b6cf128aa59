"""Cut a document into parts and reviewable clauses.

A clause is what a reviewer judges: an article (条) with its paragraphs and items is one; in a notice without articles
it is the lowest point that carries a full provision (（一） under 一、), with the lead-in of 一、 as its own clause.
Articles and points that are very long are split at their items. Clauses are ordered and tile each part.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .outline import STRUCTURAL, Line, Mark
from .parts import Section
from .text import Clause, Part, Span

_LONG = 1500  # characters: a longer clause is split at its items
_RANKS = ("point", "sub", "item", "subitem", "circled")
_PURPOSE = re.compile(
    r"^\s*(?:[（(].{2,12}[)）])?\s*(?:为了?|根据|依据|按照|依照).{4,400}?(?:制定|制订|特制定|修订|拟定|结合)", re.S
)
_DEFINITION = re.compile(
    r"(?:所称|所指|本[\u3400-\u9fff]{2,6}中).{1,80}?(?:是指|，指|,指|系指|包括|为)|下列用语的含义|是指"
)
_SCOPE = re.compile(r"(?:适用|遵守|执行)本[\u3400-\u9fff]{2,4}|本[\u3400-\u9fff]{2,4}适用|适用于|适用范围")
_COMMENCE = re.compile(r"自.{1,30}(?:起|开始)(?:施行|实施|执行|生效)|(?:发布|公布|印发|颁布)之日起")
_SELF = re.compile(r"^(?:本|此)(?:通知|公告|意见|决定|办法|规定|通告|方案|批复)")
_NO_MARK = Mark("", 0, "", 0)
_LEAD_OUT = re.compile(r"(?:如下|以下).{0,12}[：:。]?$|[：:]$")
_HEADING_END = re.compile(r"[。；;：:？！]")


@dataclass(frozen=True, slots=True)
class _Unit:
    """A clause in the making: line indexes, its number path for the id, its printed path, its role."""

    first: int
    end: int
    numbers: tuple[str, ...]
    path: tuple[str, ...]
    role: str


def parts(lines: tuple[Line, ...], sections: tuple[Section, ...]) -> tuple[Part, ...]:
    """The parts of the file with their titles and spans."""
    return tuple(
        Part(s.role, s.title.text if s.title else "", Span(lines[s.first].start, lines[s.end - 1].end))
        for s in sections
    )


def main_part(sections: tuple[Section, ...]) -> int:
    """Index of the part that holds the instrument: the body a carrier prints, else the first part."""
    if sections and sections[0].role == "carrier":
        return next((i for i, section in enumerate(sections) if section.role == "body"), 0)
    return 0


def clauses(lines: tuple[Line, ...], sections: tuple[Section, ...]) -> tuple[Clause, ...]:
    """Clauses of every part but forms, ordered, with ids unique in the document."""
    main = main_part(sections)
    found: list[Clause] = []
    seen: dict[str, int] = {}
    for index, section in enumerate(sections):
        if section.role == "form" or section.begin >= section.end:
            continue
        for unit in _units(lines, section):
            name = ("" if index == main else f"b{index + 1}.") + ".".join(unit.numbers)
            seen[name] = seen.get(name, 0) + 1
            unique = name if seen[name] == 1 else f"{name}~{seen[name]}"
            span = Span(lines[unit.first].start, lines[unit.end - 1].end)
            found.append(Clause(unique, unit.path, span, index, unit.role))
    return tuple(found)


def _units(lines: tuple[Line, ...], section: Section) -> Iterator[_Unit]:
    """Units of one part: text by its numbering, then the closing block."""
    sign = max(section.begin, section.sign)
    if section.begin < sign:
        articles = _articles(lines, section.begin, sign)
        marked = any(line.mark and line.mark.kind in (*_RANKS, "decimal") for line in lines[section.begin : sign])
        if articles:
            yield from _by_article(lines, section.begin, sign, articles)
        elif marked:
            closing = _closing_paragraph(lines, section.begin, sign)
            yield from _by_point(lines, section.begin, closing)
            if closing < sign:
                unit = _Unit(closing, sign, ("end",), ("结语",), "provision")
                yield replace(unit, role=_role(lines, unit, False))
        else:
            yield from _by_paragraph(lines, section.begin, sign, section.role)
    if sign < section.end:
        yield _Unit(sign, section.end, ("sign",), ("落款",), "signature")


def _closing_paragraph(lines: tuple[Line, ...], begin: int, end: int) -> int:
    """Where the paragraphs after the last point begin, which belong to the whole text (各地区要…, 本通知自…起施行).

    They are told from the last point's own paragraphs by the points before it, most of which have one line.
    """
    marked = [i for i in range(begin, end) if lines[i].mark]
    last = marked[-1]
    loose = end - last - 1
    if not loose or loose > 3:
        return end
    if _COMMENCE.search(lines[end - 1].text) and _SELF.match(lines[end - 1].text):
        return end - 1
    kind = (lines[last].mark or _NO_MARK).kind
    gaps = [b - a for a, b in itertools.pairwise(marked) if (m := lines[a].mark) and m.kind == kind]
    single = sum(gap == 1 for gap in gaps)
    return last + 1 if len(gaps) >= 2 and single * 4 >= len(gaps) * 3 else end


def _articles(lines: tuple[Line, ...], begin: int, end: int) -> tuple[int, ...]:
    """Indexes of the lines that open an article; numbers out of order are references, not articles."""
    found: list[int] = []
    last = 0
    for index in range(begin, end):
        mark = lines[index].mark
        if not mark or mark.kind != "article":
            continue
        step = mark.number - last
        spaced = lines[index].text[mark.after : mark.after + 1] in (" ", "\u3000", "")
        if (
            last == 0
            or 0 < step <= 3
            or (step == 0 and ("之" in mark.label or spaced))
            or (mark.number == 1 and last > 3)
        ):
            found.append(index)
            last = mark.number
    points = sum(1 for line in lines[begin:end] if line.mark and line.mark.kind == "point")
    return tuple(found) if len(found) > 1 or (found and not points) else ()


def _by_article(lines: tuple[Line, ...], begin: int, end: int, articles: tuple[int, ...]) -> Iterator[_Unit]:
    opens = set(articles)
    headings = [i for i in range(begin, end) if (m := lines[i].mark) and m.kind in STRUCTURAL]
    first = articles[0]
    front = [i for i in headings if i < first]
    start = _after_contents(lines, front, begin, first)
    if begin < start:
        yield _Unit(begin, start, ("0",), ("导语",), "preamble")
    cuts = sorted(opens | {i for i in headings if i >= start}) or [first]
    if start < cuts[0]:
        yield _Unit(start, cuts[0], ("0",), ("导语",), "preamble")
    path: dict[str, str] = {}
    for at, stop in zip(cuts, [*cuts[1:], end], strict=True):
        mark = lines[at].mark
        if mark is None:
            continue
        if at not in opens:
            path = {kind: label for kind, label in path.items() if STRUCTURAL.index(kind) < STRUCTURAL.index(mark.kind)}
            path[mark.kind] = _label(lines[at])
            yield _Unit(at, stop, (f"{mark.kind[0]}{mark.number}",), tuple(path.values()), "heading")
        else:
            unit = _Unit(at, stop, (_article_id(mark.label, mark.number),), (*path.values(), mark.label), "provision")
            yield from _split_long(lines, replace(unit, role=_role(lines, unit, at == first)))


def _after_contents(lines: tuple[Line, ...], front: list[int], begin: int, first: int) -> int:
    """Where the text begins: after a table of contents, whose chapter labels are printed again before the articles."""
    labels = [lines[i].mark.label for i in front if lines[i].mark]  # type: ignore[union-attr]
    for position, _index in enumerate(front):
        again = [i for i in front[position + 1 :] if (m := lines[i].mark) and m.label == labels[position]]
        if again and again[0] < first:
            return again[0]
    later = {m.label for line in lines[first:] if (m := line.mark) and m.kind in STRUCTURAL}
    listed = [i for i in front if (m := lines[i].mark) and m.label in later and i != front[-1]]
    return max(listed) + 1 if len(listed) > 1 and len(front) > 2 else begin


def _article_id(label: str, number: int) -> str:
    return f"{number}-{label.split('之')[1]}" if "之" in label else str(number)


def _label(line: Line) -> str:
    """A heading as a path shows it: 第二章 监督管理, 一、总体要求 (the mark alone where the heading is a sentence)."""
    if not line.mark:
        return line.text
    rest = re.sub(r"\s+", "", line.rest)
    if not rest or len(rest) > 30 or _HEADING_END.search(rest):
        return line.mark.label
    return line.mark.label + (" " if line.mark.kind in STRUCTURAL else "") + rest


def _by_point(lines: tuple[Line, ...], begin: int, end: int) -> Iterator[_Unit]:
    """Numbered text without articles; chapters above the points are headings."""
    top = _top_kind(lines, begin, end)
    cuts = [i for i in range(begin, end) if (m := lines[i].mark) and (m.kind == top or m.kind in STRUCTURAL)]
    if begin < cuts[0]:
        yield _Unit(begin, cuts[0], ("0",), ("导语",), "preamble")
    above: tuple[str, ...] = ()
    chapter = ""
    for at, stop in zip(cuts, [*cuts[1:], end], strict=True):
        mark = lines[at].mark
        if mark is None:
            continue
        if mark.kind in STRUCTURAL:
            above, chapter = (_label(lines[at]),), f"{mark.kind[0]}{mark.number}"
            yield _Unit(at, stop, (chapter,), above, "heading")
            continue
        number = mark.label.rstrip(".．、") if mark.kind == "decimal" else str(mark.number)
        numbers = (chapter, number) if chapter else (number,)
        yield from _point(lines, _Unit(at, stop, numbers, (*above, _label(lines[at])), "provision"), top)


def _top_kind(lines: tuple[Line, ...], begin: int, end: int) -> str:
    kinds = {m.kind for line in lines[begin:end] if (m := line.mark)}
    if (
        "decimal" in kinds
        and sum(1 for li in lines[begin:end] if li.mark and li.mark.kind == "decimal") >= 5
        and "point" not in kinds
    ):
        return "decimal"
    return next((kind for kind in (*_RANKS, "decimal") if kind in kinds), "chapter")


def _point(lines: tuple[Line, ...], unit: _Unit, kind: str) -> Iterator[_Unit]:
    """One point: itself, or its lead-in and the points under it; headings without text are entered once more."""
    child_kind, below = _children(lines, unit, kind)
    if not below or _is_list(lines, unit, below):
        yield from _split_long(lines, replace(unit, role=_role(lines, unit, False)))
        return
    lead = replace(unit, end=below[0])
    yield replace(lead, role=_lead_role(lines, lead))
    for at, stop in zip(below, [*below[1:], unit.end], strict=True):
        mark = lines[at].mark
        if mark is None:
            continue
        child = _Unit(at, stop, (*unit.numbers, str(mark.number)), (*unit.path, mark.label), "provision")
        if _bare_heading(lines, child):
            yield from _point(lines, child, child_kind)
        else:
            yield from _split_long(lines, replace(child, role=_role(lines, child, False)))


def _bare_heading(lines: tuple[Line, ...], unit: _Unit) -> bool:
    """Whether a point is a heading whose text lies in the points right under it."""
    rest = lines[unit.first].rest.rstrip("。")
    below = lines[unit.first + 1].mark if unit.first + 1 < unit.end else None
    return below is not None and len(rest) <= 40 and not re.search(r"[。；：:]", rest)


def _children(lines: tuple[Line, ...], unit: _Unit, kind: str) -> tuple[str, list[int]]:
    """The next kind of mark that occurs in a point, and the lines that open the points under it, in sequence."""
    if kind not in _RANKS:
        return "", []
    marks = [(i, m) for i in range(unit.first + 1, unit.end) if (m := lines[i].mark) and m.kind in _RANKS]
    lower = [m.kind for _, m in marks if _RANKS.index(m.kind) > _RANKS.index(kind)]
    if not lower:
        return "", []
    child = min(lower, key=_RANKS.index)
    found: list[int] = []
    last = 0
    for index, mark in marks:
        if mark.kind == child and (not found or mark.number in (last + 1, last + 2)):
            found.append(index)
            last = mark.number
    return child, found


def _is_list(lines: tuple[Line, ...], unit: _Unit, below: list[int]) -> bool:
    """Whether the points under a point are items of one sentence (…下列材料： 1.…；2.…；) and not provisions."""
    texts = ["".join(line.text for line in lines[a:b]) for a, b in zip(below, [*below[1:], unit.end], strict=True)]
    lead = lines[below[0] - 1].text
    if len(texts) == 1:
        return not _bare_heading(lines, unit)
    ends = [re.sub(r"[（(][^（）()]{1,20}[)）]$", "", text) for text in texts[:-1]]
    semicolons = sum(text.endswith(("；", ";", "，", "、")) for text in ends)
    short = sum(len(text) < 36 for text in texts)
    if lead.endswith(("：", ":")):
        return semicolons * 2 >= len(texts) - 1 or short * 3 >= len(texts) * 2
    if semicolons * 3 >= len(ends) * 2:
        return True
    return short == len(texts) and not any("。" in text[:-1] for text in texts)


def _lead_role(lines: tuple[Line, ...], lead: _Unit) -> str:
    line = lines[lead.first]
    return (
        "heading"
        if lead.end - lead.first == 1 and not re.search(r"[。；：:]", line.rest.rstrip("。")) and len(line.rest) <= 60
        else "provision"
    )


def _by_paragraph(lines: tuple[Line, ...], begin: int, end: int, role: str) -> Iterator[_Unit]:
    """Text without numbering: a carrier's is one preamble; elsewhere each paragraph is a clause."""
    if role == "carrier":
        yield _Unit(begin, end, ("0",), ("导语",), "preamble")
        return
    for position, index in enumerate(range(begin, end), 1):
        preamble = position == 1 and end - begin > 1 and bool(_LEAD_OUT.search(lines[index].text))
        unit = _Unit(index, index + 1, (f"p{position}",), (f"第{position}段",), "provision")
        yield replace(unit, role="preamble" if preamble else _role(lines, unit, False))


def _split_long(lines: tuple[Line, ...], unit: _Unit) -> Iterator[_Unit]:
    """Split a very long clause before its items; anything else passes unchanged."""
    length = lines[unit.end - 1].end - lines[unit.first].start
    kinds = [m.kind for line in lines[unit.first + 1 : unit.end] if (m := line.mark) and m.kind in _RANKS]
    if length <= _LONG or len(kinds) < 2:
        yield unit
        return
    kind = min(kinds, key=_RANKS.index)
    cuts = [i for i in range(unit.first + 1, unit.end) if (m := lines[i].mark) and m.kind == kind]
    yield replace(unit, end=cuts[0])
    for at, stop in zip(cuts, [*cuts[1:], unit.end], strict=True):
        mark = lines[at].mark
        if mark:
            yield _Unit(at, stop, (*unit.numbers, str(mark.number)), (*unit.path, mark.label), unit.role)


def _role(lines: tuple[Line, ...], unit: _Unit, first: bool) -> str:
    """What a clause is for, by its opening words; provisions are everything not recognised."""
    text = "".join(line.rest if i == 0 else line.text for i, line in enumerate(lines[unit.first : unit.end]))
    head = text[:400]
    if (first or unit.numbers[-1] == "1") and _PURPOSE.match(head):
        return "purpose"
    if len(text) < 260 and _COMMENCE.search(text) and not re.search(r"应当|不得|处以|罚款", text[:60]):
        return "commencement"
    if len(head) < 400 and _SCOPE.search(head[:120]) and len(text) < 300:
        return "scope"
    return "definition" if _DEFINITION.search(head[:100]) else "provision"
