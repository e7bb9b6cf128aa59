"""Quantities in legal text: days, months, years, ages, money, ratios, counts; with their bounds.

A bound says how the text limits the number: `max` (十日内, 不超过…), `min` (不少于…, …以上), `exact`, or `range`
(…以上…以下). Values are in the base unit of the dimension: yuan, per cent, natural days for `day`, and so on;
working days stay their own unit, since only a calendar turns them into natural days.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from .numerals import chinese_to_int
from .text import Span

# At most twenty figures: no number of a law is longer, and a run without end (a hash, a barcode) stays cheap.
_NUM = (
    r"(?:\d{1,20}(?:,\d{3}){0,6}(?:\.\d{1,20})?(?:[万亿])?"
    r"|[〇零一二两三四五六七八九十百千万亿]{1,20}(?:点[零一二三四五六七八九]{1,20})?)"
)
# unit words -> (dimension, factor to the base unit)
UNITS: dict[str, tuple[str, float]] = {
    "个工作日": ("workday", 1), "工作日": ("workday", 1), "小时": ("hour", 1), "日": ("day", 1), "天": ("day", 1),
    "个自然日": ("day", 1), "自然日": ("day", 1), "周岁": ("age", 1), "岁": ("age", 1), "个月": ("month", 1),
    "月内": ("month", 1), "周年": ("year", 1), "个年度": ("year", 1), "年": ("year", 1), "学年": ("year", 1),
    "万元": ("yuan", 1e4), "亿元": ("yuan", 1e8), "元": ("yuan", 1), "倍": ("times", 1), "%": ("percent", 1),
    "％": ("percent", 1), "‰": ("percent", 0.1), "人": ("person", 1), "名": ("person", 1), "次": ("count", 1),
    "平方米": ("sqm", 1), "公里": ("metre", 1000), "千米": ("metre", 1000), "米": ("metre", 1), "吨": ("ton", 1),
    "公斤": ("kg", 1), "千克": ("kg", 1), "户": ("household", 1), "家": ("firm", 1), "学时": ("lesson", 1),
    "亩": ("mu", 1), "公顷": ("mu", 15), "分贝": ("decibel", 1), "毫克": ("mg", 1), "毫升": ("ml", 1),
}  # fmt: skip
_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_PER_CENT = re.compile(rf"百分之({_NUM})|({_NUM})分之({_NUM})|半年|半数|半个月")
_HALVES = {"半年": ("month", 6.0), "半个月": ("day", 15.0), "半数": ("percent", 50.0)}
_PLAIN = re.compile(rf"({_NUM})(多|余)?({_UNIT})")
_PER_CENT_SPREAD = re.compile(rf"百分之({_NUM})(?:以上|至|到|—|-|～|~)(?:不超过)?百分之({_NUM})(?:以下)?")
_SPREAD = re.compile(
    rf"({_NUM})(?:({_UNIT}))?(?:以上|至|到|—|－|-|～|~)(?:不?(?:超过|满)?)({_NUM})({_UNIT})(以下|以内)?"
)
_MIN_BEFORE = re.compile(
    r"(?:不(?:得)?(?:少|低|短|小)于|至少|不下于|最低|下限为?|超过|高于|多于|年满|(?<![不未])满|大于)(?:人民币)?[为是]?$"
)
_MAX_BEFORE = re.compile(
    r"(?:不(?:得|应|能)?(?:超过|高于|多于|大于|迟于|长于|超出)|最(?:长|多|高|迟|晚)(?:可延长)?(?:不超过)?|至多|未满|不满|上限为?|(?<!不)(?<!不得)(?:低于|少于)|"
    r"限期|延长(?:至|期限)?(?:不超过)?)(?:人民币)?[为是]?$"
)
_MAX_FAR = re.compile(r"(?:不(?:得|应|能)?(?:超过|高于|多于|超出))[^\d一二三四五六七八九十百千万%]{2,24}$")
_MIN_FAR = re.compile(r"(?:不(?:得|应|能)?(?:少于|低于|小于))[^\d一二三四五六七八九十百千万%]{2,24}$")
_MIN_AFTER = re.compile(r"^(?:（?含[^）]{0,6}）?)?(?:以上|及以上|或者?以上|起步|前|之前)")
_MAX_AFTER = re.compile(r"^(?:（?含[^）]{0,6}）?)?(?:以下|以内|之内|内|及以下)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in a text: `low` and `high` are equal unless the bound is `range`; `span` is into that text."""

    dimension: str
    low: float
    high: float
    bound: str
    span: Span
    words: str


def number(text: str) -> float:
    """Value of a written number (12,000; 三千; 5万; 2.5; 三点五). Raises ValueError otherwise."""
    text = text.replace(",", "")
    factor = 1.0
    while text and text[-1] in "万亿" and text[:-1].replace(".", "").isdecimal():
        factor *= 1e4 if text[-1] == "万" else 1e8
        text = text[:-1]
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return float(text) * factor
    head, mark, tail = text.partition("点")
    value = float(chinese_to_int(head))
    if mark:
        value += float("0." + "".join(str(chinese_to_int(c)) for c in tail))
    return value * factor


@lru_cache(maxsize=1024)  # the checks ask for the same sentences and articles again and again
def quantities(text: str) -> tuple[Quantity, ...]:
    """Every quantity of a text in order. Dates (2024年5月1日), article numbers and ordinals are left out."""
    taken: list[tuple[int, int]] = [m.span() for m in _NOT_A_QUANTITY.finditer(text)]
    found: list[Quantity] = []
    for finder in (_spreads, _shares, _plains):
        for quantity in finder(text):
            place = (quantity.span.start, quantity.span.end)
            if not any(a < place[1] and place[0] < b for a, b in taken):
                found.append(quantity)
                taken.append(place)
    return tuple(sorted(found, key=lambda q: q.span))


_NOT_A_QUANTITY = re.compile(
    r"(?:\d{4}|[二一][〇○零九一二三四五六七八九]{3})年(?:\d{1,2}月|[一二三四五六七八九十]{1,3}月)?(?:\d{1,2}日|[一二三四五六七八九十]{1,3}日)?"
    r"|\d{1,2}月\d{1,2}日|[每次当本下]月(?:\d{1,2}|[一二三四五六七八九十]{1,3})日|(?:[一二三四五六七八九十]{1,3})月(?:[一二三四五六七八九十]{1,3})日|每[年月日天人户次]"
    r"|第[〇零一二三四五六七八九十百千\d]+[条款项章节次年届批]|[一二三四五六七八九十\d]+月份|同年|当年|一次性|一[家人户]一"
)


def _spreads(text: str) -> list[Quantity]:
    found = []
    for m in _SPREAD.finditer(text):
        dimension, factor = UNITS[m[4]]
        low_dimension, low_factor = UNITS[m[2]] if m[2] else (dimension, factor)
        if low_dimension != dimension:
            continue
        low, high = _value(m[1], low_factor), _value(m[3], factor)
        if low is not None and high is not None and low < high:
            found.append(Quantity(dimension, low, high, "range", Span(*m.span()), m[0]))
    for m in _PER_CENT_SPREAD.finditer(text):
        low, high = _value(m[1], 1), _value(m[2], 1)
        if low is not None and high is not None and low < high:
            found.append(Quantity("percent", low, high, "range", Span(*m.span()), m[0]))
    return found


def _shares(text: str) -> list[Quantity]:
    found = []
    for m in _PER_CENT.finditer(text):
        if m[0].startswith("半"):
            dimension, value = _HALVES[m[0]]
        else:
            dimension = "percent"
            top, bottom = _value(m[1] or m[3], 1), (_value(m[2], 1) if m[2] else 100.0)
            if top is None or not bottom:
                continue
            value = 100.0 * top / bottom
        found.append(_bounded(text, Span(*m.span()), dimension, value))
    return found


def _plains(text: str) -> list[Quantity]:
    found = []
    for m in _PLAIN.finditer(text):
        dimension, factor = UNITS[m[3]]
        value = _value(m[1], factor)
        if value is not None:
            found.append(_bounded(text, Span(*m.span()), dimension, value))
    return found


def _value(words: str, factor: float) -> float | None:
    try:
        return number(words) * factor
    except ValueError:
        return None


def _bounded(text: str, span: Span, dimension: str, value: float) -> Quantity:
    before, after = text[max(0, span.start - 10) : span.start], text[span.end : span.end + 8]
    segment = re.split(r"[，。；：、\n]", text[max(0, span.start - 30) : span.start])[-1]
    if text[span.start : span.end] == "半数" and before.endswith("过"):
        bound = "min"
    elif _MAX_BEFORE.search(before) or _MAX_AFTER.match(after) or _MAX_FAR.search(segment):
        bound = "max"
    elif _MIN_BEFORE.search(before) or _MIN_AFTER.match(after) or _MIN_FAR.search(segment):
        bound = "min"
    else:
        bound = "exact"
    return Quantity(dimension, value, value, bound, span, text[span.start : span.end])
