"""Article labels behind the name of a law: 第三条第二款第（一）项, 第三条至第五条, 第三、四条, 第十二条之一."""

import re

from .numerals import NUMERAL, chinese_to_int, int_to_chinese

_NUMBER = rf"(?:{NUMERAL}+|\d+)"
_ARTICLE = re.compile(rf"(?:第\s*)?({_NUMBER})\s*条(?:\s*之\s*({NUMERAL}{{1,3}})(?![条款项日年月]))?")
_BARE_LIST = re.compile(rf"第\s*({_NUMBER}(?:\s*[、,，和及]\s*{_NUMBER})+)\s*条")
_BARE_RANGE = re.compile(rf"第\s*({_NUMBER})\s*(?:至|到|—|－|-|~|～)+\s*(?:第\s*)?({_NUMBER})\s*条")
_ITEM = rf"第?\s*(?:[（(]\s*{_NUMBER}\s*[）)]|{_NUMBER})\s*[款项目]"
_BELOW = re.compile(rf"(?:\s*(?:中的?|的|之)?\s*{_ITEM}(?:\s*(?:[、,，和及与或至到]|以及|或者)\s*{_ITEM})*)+")
_ITEMS_ONLY = re.compile(rf"\s*(?:[、,，和及与或]|以及|或者)\s*{_ITEM}")
_JOIN = re.compile(r"\s*(?:、|，|,|和|及|与|或|以及|或者|并|至|到|—+|－|-|~|～)\s*(?=第)")
_RANGE = re.compile(r"\s*(?:至|到|—+|－|-|~|～)\s*")
_LEAD = re.compile(r"\s*(?:中的?|的|之|》|规定的|关于)?\s*(?:[“\"])?(?=第)")
LONGEST = 120


def read_labels(text: str, at: int) -> tuple[tuple[str, ...], int]:
    """Labels named from `at` on, ranges expanded, in order and once each; and where the last of them ends.

    No label: an empty tuple and `at`.
    """
    lead = _LEAD.match(text, at)
    place = lead.end() if lead else at
    labels: list[str] = []
    end, open_range = at, False
    while step := _step(text, place):
        found, place = step
        labels += _range(labels[-1], found[0]) if open_range and labels else found
        place = _skip_below(text, place)
        end = place
        join = _JOIN.match(text, place)
        if join is None:
            break
        open_range = bool(_RANGE.fullmatch(join[0]))
        place = join.end()
    return tuple(dict.fromkeys(labels)), end


def _step(text: str, at: int) -> tuple[list[str], int] | None:
    """One article, a bare list (第三、四条) or a bare range (第三至五条)."""
    if found := _BARE_RANGE.match(text, at):
        return _range(_label(found[1]), _label(found[2])) or [_label(found[2])], found.end()
    if found := _BARE_LIST.match(text, at):
        return [_label(n) for n in re.findall(_NUMBER, found[1])], found.end()
    if text[at : at + 1] == "第" and (found := _ARTICLE.match(text, at)):
        return [_label(found[1], found[2])], found.end()
    return None


def _label(number: str, sub: str | None = None) -> str:
    return f"第{int_to_chinese(chinese_to_int(number))}条" + (f"之{sub}" if sub else "")


def _range(first: str, last: str) -> list[str]:
    """Labels from `first` to `last`; `first` itself is repeated (callers drop doubles)."""
    low, high = (chinese_to_int(re.sub(r"^第|条.*$", "", label)) for label in (first, last))
    if not low <= high <= low + LONGEST:
        return [last]
    return [first, *(f"第{int_to_chinese(n)}条" for n in range(low + 1, high)), last]


def _skip_below(text: str, at: int) -> int:
    """Skip 第二款第（一）项、第三项 behind an article."""
    while found := (_BELOW.match(text, at) or _ITEMS_ONLY.match(text, at)):
        at = found.end()
    return at
