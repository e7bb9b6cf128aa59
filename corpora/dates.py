"""Calendar dates in Chinese running text: 2019年5月1日, 二〇一九年五月一日, 2019-05-01, 2019.5.1.

A masked date (20*年5月1日) and an impossible one (2月30日) are not dates: they stay absent.
"""

import re
from dataclasses import dataclass
from datetime import date

from .numerals import chinese_to_int

_S = r"[ \t\u3000]*"
_YEAR = rf"(?P<year>(?:1[89]|20){_S}\d{_S}\d|[一二][〇○零ＯO0ОΟ八九][〇○零ＯO0ОΟ一二三四五六七八九]{{2}})"
_MONTH = r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[元正一二三四五六七八九])"
_DAY = (
    r"(?P<day>3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|初?[一二三四五六七八九])"
)
_WORDED = re.compile(rf"(?<![\d*]){_YEAR}{_S}年{_S}{_MONTH}{_S}月{_S}{_DAY}{_S}[日号]")
_SIGNED = re.compile(
    r"(?<![\d*.\-/])(?P<year>(?:19|20)\d\d)(?P<mark>[-./])(?P<month>1[0-2]|0?[1-9])(?P=mark)"
    r"(?P<day>3[01]|[12]\d|0?[1-9])(?![\d*])(?![-./]\d)"
)


@dataclass(frozen=True, slots=True)
class Day:
    """A date with its half-open range in the text."""

    value: date
    start: int
    end: int


def days(text: str) -> tuple[Day, ...]:
    """Every possible date of a text, in order."""
    found = [day for pattern in (_WORDED, _SIGNED) for match in pattern.finditer(text) if (day := _day(match))]
    return tuple(sorted(found, key=lambda day: day.start))


def only_day(line: str) -> Day | None:
    """The date of a line that holds nothing else but a date."""
    found = days(line)
    if len(found) == 1 and not (line[: found[0].start] + line[found[0].end :]).strip(" \t\u3000()（）。"):
        return found[0]
    return None


def _day(match: re.Match[str]) -> Day | None:
    try:
        value = date(_number(match["year"]), _number(match["month"]), _number(match["day"]))
    except ValueError:
        return None
    return Day(value, match.start(), match.end())


def _number(raw: str) -> int:
    raw = re.sub(r"\s", "", raw).removeprefix("初")
    raw = {"元": "一", "正": "一"}.get(raw, raw)
    if len(raw) == 4:
        raw = re.sub(r"[○零ＯO〇ОΟ]", "0", raw)
        raw = "".join(c if c.isdecimal() else str("〇一二三四五六七八九".index(c)) for c in raw)
    return chinese_to_int(raw)
