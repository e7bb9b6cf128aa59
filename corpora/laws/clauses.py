"""Read what a text says about its own life: commencement, repeals, what it amends."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from ..numerals import NUMERAL, chinese_to_int
from .record import Provision

_YEAR = r"(?P<y>[12]\d{3}|[一二][零〇○一二三四五六七八九]{3})"
_MONTH = r"(?P<m>\d{1,2}|[一二三四五六七八九十]{1,3})"
_DAY = r"(?P<d>\d{1,2}|[一二三四五六七八九十]{1,4})"
DATE = re.compile(rf"{_YEAR}\s*年\s*{_MONTH}\s*月\s*{_DAY}\s*日")
_ACT = r"(?:起|开始)?\s*(?:正式)?\s*(?:施行|实施|执行|生效)"
_OWN = r"(?:本|此)[^，。；\n《》]{1,16}?"
_FIXED = re.compile(rf"{_OWN}\s*(?:自|从|于)\s*{DATE.pattern}\s*{_ACT}")
_LATER = re.compile(
    rf"{_OWN}\s*(?:自|从|于)\s*(?:公布|发布|颁布|通过|印发|签发)(?:之日|后)?起?\s*(?:满)?\s*"
    rf"(?P<n>\d+|{NUMERAL}+)\s*(?P<unit>日|天|个月)(?:之?后|之日|起)*\s*{_ACT}"
)
_AT_ONCE = re.compile(rf"{_OWN}\s*(?:自|从|于)?\s*(?:公布|发布|颁布|通过|印发|签发|批准)(?:之日)?\s*{_ACT}")
_NAME = r"《(?:[^《》]|《[^《》]*》)+》"
_REPEAL = re.compile(r"(?:同时|即行|一并|相应|予以|即)?(?:废止|停止(?:执行|施行|适用))")
_PART = re.compile(r"^(?:[（(][^）)]*[）)])?\s*(?:中的?)?(?:第[^，。《]{1,12}[条款项章]|[中里]|的?(?:有关|相关|部分))")
_BARE = re.compile(
    r"(?:发布|公布|批准|制定|颁布|颁发)的([^《》，。；、]{2,40}?(?:条例|办法|规定|细则|规则))(?:同时|即行)废止"
)
_NOTE = re.compile(
    r"[（(][^（）()]*修[改正订][^（）()]*[）)]|第?[\d一二三四五六七八九十零〇]+号(?:令)?修改"
)  # how the act ended was amended
TAIL = 8


@dataclass(frozen=True, slots=True)
class Life:
    """What a text says of itself.

    `commences` is a day, `publication` (with `delay` days) or None; `repeals` are names it ends when it commences.
    """

    commences: date | None = None
    publication: bool = False
    delay: int = 0
    repeals: tuple[str, ...] = ()
    amends: tuple[str, ...] = ()


def to_date(found: "re.Match[str]") -> date | None:
    """The date of a match of `DATE`, or None where the calendar has no such day."""
    try:
        return date(*(chinese_to_int(found[part]) for part in "ymd"))
    except ValueError:
        return None


def read_life(name: str, provisions: tuple[Provision, ...]) -> Life:
    """Commencement, repeals and amended laws of one text; looks at the last provisions only, and at the title."""
    tail = [p.text for p in provisions[-TAIL:]]
    commences, publication, delay = _commencement(tail)
    return Life(commences, publication, delay, _repeals(name, provisions, tail), _amends(name, provisions))


def _commencement(tail: list[str]) -> tuple[date | None, bool, int]:
    for text in reversed(tail):
        fixed = _FIXED.search(text)
        if fixed and (day := to_date(fixed)):
            return day, False, 0
        later = _LATER.search(text)
        if later:
            count = chinese_to_int(later["n"])
            return None, True, count * (30 if later["unit"] == "个月" else 1)
        if _AT_ONCE.search(text):
            return None, True, 0
    return None, False, 0


def commencement_day(life: Life, published: date | None) -> date | None:
    """The day the text itself names, counting from `published` where it says so."""
    if life.commences is not None:
        return life.commences
    if life.publication and published is not None:
        return published + timedelta(days=life.delay)
    return None


def _repeals(name: str, provisions: tuple[Provision, ...], tail: list[str]) -> tuple[str, ...]:
    texts = [p.text for p in provisions] if "废止" in name else tail
    found: list[str] = []
    for text in texts:
        for sentence in re.split(r"[。；\n]", text):
            found.extend(_repealed_in(sentence))
    if "废止" in name:
        found.extend(n[1:-1] for n in re.findall(_NAME, name.partition("废止")[2]))
    return tuple(dict.fromkeys(found))


def _repealed_in(sentence: str) -> list[str]:
    sentence = _NOTE.sub("", sentence)
    if _REPEAL.search(sentence) is None or "修改" in sentence or "不得" in sentence:
        return []
    names = []
    for found in re.finditer(_NAME, sentence):
        if not _PART.match(sentence[found.end() :]):
            names.append(found[0][1:-1])
    return names + _BARE.findall(sentence)


def _amends(name: str, provisions: tuple[Provision, ...]) -> tuple[str, ...]:
    if not re.search(r"关于(?:修改|修正)|修改.*的决定|修正案(?:（[^）]*）)?$", name):
        return ()
    names = [n[1:-1] for n in re.findall(_NAME, name)]
    if head := re.match(r"(?:中华人民共和国)?(.+?)修正案", name):
        names.append(head[1])
    if len(names) != 1 or "等" in name:
        for p in provisions:
            names.extend(
                n[1:-1] for n in re.findall(rf"(?:对|将)?({_NAME})(?=(?:作|第|进行)|[^。，；]{{0,12}}修改)", p.text)
            )
    return tuple(dict.fromkeys(names))
