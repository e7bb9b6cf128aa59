"""What the local maker changed in an article that a clause repeats: a number, a modal word, the organ.

Reads the differing places that `alignment` finds. A change counts only where it burdens somebody or lowers what the
article asks (立法法 arts. 91, 93; 行政处罚法 arts. 11-14); shorter periods of the organ itself, wider rights and lower
ceilings are lawful. Pure functions.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..corpora.quantities import Quantity, number, quantities
from ..corpora.text import Article
from .alignment import Edit, edits
from .compare import comparable, relate
from .norms import level_of
from .view import ClauseView
from .words import pairs, share

_NUMBER = re.compile(
    r"(?:[0-9〇零一二两三四五六七八九十百千万亿.%％半]|百分之|分之|个|以[上下内]|不[得]?[超少低高短]?[过于]?|过|数|"
    r"[至到元日天月年倍周岁名人次时点度米分工作小])+的?[，；。]?"
)
_FIGURE = re.compile(r"[0-9〇零一二两三四五六七八九十百千万亿半]")
_FIGURES = re.compile(r"[0-9.]+|[〇零一二两三四五六七八九十百千]+")
_PLAIN_UNIT = re.compile(r"[时点度级]|个百分点")
_LEAVES = re.compile(
    r"另行规定|另有规定|可以(?:规定|调整|确定|制定)|具体[^，。；]{0,8}由[^，。；]{2,30}(?:规定|制定|确定)"
)
_NEVER = re.compile(
    r"不得|禁止|严禁|不需要|不需|无需|无须|不予|不应|不属于|不能|不准|不再|不必|不作为|不适用|不计入|^不$"
)
_EVER = re.compile(r"应当|可以|必须|须|应|方可|准予|属于|允许")
_NOT = re.compile(r"[不未无非]")
_MODAL_LONGEST, _NAME_LONGEST, _BEFORE = 14, 12, 6
_ORGAN_END = re.compile(r"人民政府|主管部门|行政部门|机关|部门|政府|法院|委员会|办事处|委会|[局厅委办]")
_LOW, _PUBLIC = 1, 2
_TOWN = re.compile(r"乡|镇|街道|村(?:（居）)?民?委|居民?委|委托|社区")
# 行政机关 alone names a township government as well.
_ANY_ORGAN = re.compile(r"行政机关$")
_GOVERNMENT = re.compile(r"人民政府$|[乡镇]政府$")
_SAME_MATTER, _FEWEST = 0.7, 8
_STATE = re.compile(r"机关|主管部门|行政部门|监督管理部门|法院")


@dataclass(frozen=True, slots=True)
class Altered:
    """A change: its place in the clause, what the clause says and what the article says, and of which kind.

    `kind` is `number`, `modal` or `organ`; `dimension` is that of a number, empty otherwise.
    """

    article: Article
    start: int
    end: int
    mine: str
    theirs: str
    kind: str
    dimension: str = ""


def altered(view: ClauseView, articles: Sequence[Article]) -> Iterator[Altered]:
    """Changes that matter in the articles a clause repeats, in order of place."""
    for edit in edits(view.text, articles):
        found = _number(view.text, edit) or _modal(view.text, edit) or _organ(view, edit)
        if found:
            yield found


def _number(text: str, edit: Edit) -> Altered | None:
    if not all(_FIGURE.search(words) and _NUMBER.fullmatch(words) for words in (edit.mine, edit.theirs)):
        return None
    mine = _quantity(text, edit.start, edit.end)
    theirs = _quantity(edit.article.text, edit.first, edit.last)
    if mine is None or theirs is None:
        return _plain(text, edit)
    around = _around(text, edit.start), _around(edit.article.text, edit.first)
    if not comparable(mine, theirs) or relate(mine, theirs, *around) is None:
        return None
    said = _NUMBER.sub(" ", _segment(text, edit))
    if len(pairs(said)) >= _FEWEST and share(said, edit.article.text) < _SAME_MATTER:
        return None
    return Altered(edit.article, mine.span.start, mine.span.end, mine.words, theirs.words, "number", mine.dimension)


def _plain(text: str, edit: Edit) -> Altered | None:
    """Figures of a unit that has no scale here (clock times, degrees): another figure is another rule."""
    unit = _PLAIN_UNIT.match(edit.after)
    if unit is None or not (_FIGURES.fullmatch(edit.mine) and _FIGURES.fullmatch(edit.theirs)):
        return None
    if number(edit.mine) == number(edit.theirs) or _LEAVES.search(edit.article.text):
        return None
    end = edit.end + len(unit[0])
    return Altered(edit.article, edit.start, end, text[edit.start : end], edit.theirs + unit[0], "number", "")


def _quantity(text: str, start: int, end: int) -> Quantity | None:
    return next((q for q in quantities(text) if q.span.start < end and start < q.span.end), None)


def _segment(text: str, edit: Edit) -> str:
    """The comma segment of a changed place."""
    return re.split("[，。；：\n]", text[: edit.start])[-1] + " " + re.split("[，。；：\n]", text[edit.end :])[0]


def _around(text: str, at: int) -> str:
    """The sentence a number stands in, from its lead-in on."""
    start = text.rfind("。", 0, at) + 1
    ends = [end for mark in "。；\n" if (end := text.find(mark, at)) >= 0]
    return text[start : min(ends, default=len(text))]


def _modal(text: str, edit: Edit) -> Altered | None:
    """不得 for 可以, 应当 for 不需要: one of the two denies, and what stands before denies alike."""
    if len(edit.mine) > _MODAL_LONGEST or len(edit.theirs) > _MODAL_LONGEST:
        return None
    denies = [bool(_NEVER.search(words)) for words in (edit.mine, edit.theirs)]
    if denies[0] == denies[1]:
        return None
    denial, other = (edit.mine, edit.theirs) if denies[0] else (edit.theirs, edit.mine)
    run = len(edit.before)
    alike = _denied(text, edit.start - run) == _denied(edit.article.text, edit.first - run)
    if not alike or not (_EVER.search(other) if other else denial == "不"):
        return None
    return Altered(edit.article, edit.start, edit.end, edit.mine, edit.theirs, "modal")


def _denied(text: str, at: int) -> bool:
    """Is what an agreeing run begins with denied by the words right before it (不|符合要求的)?"""
    return bool(_NOT.search(text[max(0, at - _BEFORE) : max(0, at)]))


def _organ(view: ClauseView, edit: Edit) -> Altered | None:
    """A township, village or street office in the place of a county government, a department or the police."""
    mine = _named(edit.mine, edit.after)
    theirs = _named(edit.theirs, edit.article.text[edit.last : edit.last + len(edit.after)])
    if not mine or not theirs or _TOWN.search(edit.article.text) or not _TOWN.search(mine):
        return None
    if _ANY_ORGAN.search(theirs) and _GOVERNMENT.search(mine):
        return None
    low, high = level_of(view, mine), level_of(view, theirs)
    if (low or 0) > _LOW or not ((high or 0) >= _PUBLIC or _STATE.search(theirs)):
        return None
    return Altered(edit.article, edit.start, edit.end, mine, theirs, "organ")


def _named(words: str, after: str) -> str:
    """The organ that a changed place names, up to where its name ends."""
    ends = [m.end() for m in _ORGAN_END.finditer(words + after[:_NAME_LONGEST]) if m.end() >= len(words)]
    return (words + after)[: ends[0]] if ends else ""
