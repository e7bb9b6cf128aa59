"""Document numbers (发文字号) in every wild spelling, brought to one canonical form.

Canonical forms: `武政办〔2015〕24号`, `山西省人民政府令第197号`, `国家税务总局公告2015年第41号`,
`中国人民银行公告〔2020〕第3号` (党政机关公文格式 GB/T 9704-2012, 7.2.5: six-corner brackets, no 第, no leading zero).
"""

import re
from dataclasses import dataclass

from .numerals import NUMERAL, chinese_to_int

_OPEN = r"[〔\[\(（［【〖﹝〈<《「『{｛⟦❲]"
_CLOSE = r"[〕\]\)）］】〗﹞〉>》」』}｝⟧❳]"
# What scanners make of 〔 and 〕: read as brackets only when one stands on each side of a four-digit year.
_OCR_OPEN = r"[CcIl1|〔\[\(（L]"
_OCR_CLOSE = r"[JjIl1|〕\]\)）)]"
_D = r"[0-9０-９]"
_O = r"[0-9０-９OoＯ]"
_YEAR4 = rf"(?:[1１]\s*[9９]\s*{_O}\s*{_O}|[2２]\s*[0０OoＯ]\s*{_O}\s*{_O})"
_YEAR = rf"(?:{_YEAR4}|{_D}{{2}})"
_CHINESE_YEAR = r"[一二][九〇○零ＯO0][〇○零ＯO0一二三四五六七八九]{2}"
_SERIAL = rf"(?:{_D}(?:\s*{_D}){{0,5}}|{NUMERAL}{{1,8}})"
_WORD = r"[\u3400-\u9fffA-Za-z]"
_PREFIX = rf"{_WORD}(?:[ \t\u3000]?{_WORD}){{0,63}}"
_GAP = r"[ \t\u3000\u200b\xa0]*"
_TERM = r"第?[一二三四五六七八九十]+届"

_BRACKETED = re.compile(
    rf"(?P<prefix>(?:{_PREFIX}?)?){_GAP}(?:{_OPEN}{_GAP}(?P<year>{_YEAR}|{_CHINESE_YEAR}|{_TERM}){_GAP}年?{_GAP}{_CLOSE}"
    rf"|{_OCR_OPEN}{_GAP}(?P<ocr>{_YEAR4}){_GAP}{_OCR_CLOSE}|{_OPEN}(?P<left>{_YEAR4})|(?P<right>{_YEAR4}){_CLOSE})"
    rf"{_GAP}(?P<ordinal>第?){_GAP}(?P<serial>{_SERIAL}){_GAP}号"
)
_DATED = re.compile(
    rf"(?P<prefix>{_PREFIX}?){_GAP}(?P<year>{_YEAR4}){_GAP}年{_GAP}第{_GAP}(?P<serial>{_SERIAL}){_GAP}号"
)
_ORDER = re.compile(
    rf"(?P<prefix>{_PREFIX}?(?:令|公告|通告|决定|决议)){_GAP}{_OPEN}?{_GAP}(?P<ordinal>第?){_GAP}(?P<serial>{_SERIAL}){_GAP}号"
)
_ORDER_LAST = re.compile(
    rf"(?P<prefix>{_PREFIX}?(?:政府|国务院|主席|部|委|署|局|行)){_GAP}第{_GAP}(?P<serial>{_SERIAL}){_GAP}号{_GAP}(?P<named>令)"
)
_YEAR_FIRST = re.compile(
    rf"{_OPEN}{_GAP}(?P<year>{_YEAR}){_GAP}{_CLOSE}{_GAP}(?P<prefix>{_PREFIX}?){_GAP}第?{_GAP}(?P<serial>{_SERIAL}){_GAP}号"
)
_LEAD = re.compile(
    r"^.*?(?:的通知|的意见|的决定|的批复|的函|的公告|文件精神|发文字号|发文文号|文件编号|公文字号|文件字号|发文号|文件号|文号|字号"
    r"|根据|依据|按照|依照|参照|遵照|转发|印发|原|详见|参见|贯彻|落实|执行|关于)(?=.)"
)
_FILLER = re.compile(r"^(?:[和及与并见以由在的按]|文件|文)+(?=[\u3400-\u9fff]{2})")


@dataclass(frozen=True, slots=True)
class Number:
    """A document number found in a text: canonical value, half-open range, the parts it is made of."""

    value: str
    start: int
    end: int
    prefix: str
    year: int | None
    serial: int


def find(text: str) -> tuple[Number, ...]:
    """All document numbers of a text in order, without overlaps."""
    found: list[Number] = []
    if "号" not in text:
        return ()
    for pattern in (_BRACKETED, _DATED, _ORDER, _ORDER_LAST, _YEAR_FIRST):
        for match in pattern.finditer(text):
            number = _build(match, pattern)
            if number and not any(number.start < seen.end and seen.start < number.end for seen in found):
                found.append(number)
    return tuple(sorted(found, key=lambda number: number.start))


def normalize(text: str) -> str | None:
    """The canonical form of the first number in a cell or line, or None where it holds none."""
    found = find(text)
    return found[0].value if found else None


def _build(match: re.Match[str], pattern: re.Pattern[str]) -> Number | None:
    groups = match.groupdict()
    raw_year = next((groups[key] for key in ("year", "ocr", "left", "right") if groups.get(key)), None)
    try:
        serial = chinese_to_int(_narrow(groups["serial"]))
    except ValueError:
        return None
    prefix, start = _prefix(match)
    prefix += groups.get("named") or ""
    year = _year(raw_year)
    named = prefix.endswith(("令", "公告", "通告", "决定", "决议"))
    if not prefix and (pattern in (_DATED, _YEAR_FIRST) or (year is None and not raw_year)):
        return None
    if pattern is _YEAR_FIRST:
        start = match.start()
    if raw_year and raw_year.endswith("届"):
        value = f"{prefix}〔{raw_year}〕第{serial}号"
    elif pattern is _DATED:
        value = f"{prefix}{year}年第{serial}号"
    elif year is None:
        value = f"{prefix}第{serial}号"
    else:
        kept = "第" if groups.get("ordinal") and (named or not prefix) else ""
        value = f"{prefix}〔{year}〕{kept}{serial}号"
    return Number(value, start, match.end(), prefix, year, serial)


def _prefix(match: re.Match[str]) -> tuple[str, int]:
    """The issuing organ's code word without the words of the sentence around it, and where it starts."""
    raw, start = match["prefix"] or "", match.start("prefix")
    if not raw:
        return "", match.start()
    cut = 0
    before = match.string[start - 1 : start]
    if raw.startswith("日") and (before.isdecimal() or before in "一二三四五六七八九十"):
        cut = 1
    for pattern in (_LEAD, _FILLER):
        lead = pattern.match(raw[cut:])
        if lead and (pattern is _FILLER or len(raw) - cut - lead.end() >= 1):
            cut += lead.end()
    cut += len(raw[cut:]) - len(raw[cut:].lstrip(" \t\u3000"))
    return re.sub(r"\s", "", raw[cut:]), start + cut


def _year(raw: str | None) -> int | None:
    if raw is None or raw.endswith("届"):
        return None
    value = chinese_to_int(_narrow(raw))
    if value < 100:
        return value + (1900 if value >= 49 else 2000)
    return value


def _narrow(raw: str) -> str:
    return "".join(str(int(c)) if c.isdecimal() else "0" if c in "OoＯ" else c for c in raw if not c.isspace())
