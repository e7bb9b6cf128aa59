"""Dates of issue, publication and commencement, and the period of validity, each with the span that shows it."""

import re
from datetime import date, timedelta

from .dates import Day, days, only_day
from .metadata import Page
from .number import find
from .numerals import NUMERAL, chinese_to_int
from .outline import Line
from .text import RecognisedDate, Span, Validity, add_months

_N = rf"(?:\d{{1,3}}|{NUMERAL}{{1,4}})"
_ISSUED_KEYS = ("成文日期", "发文日期", "印发日期", "签发日期", "成文时间", "发文时间", "公布日期")
_PUBLISHED_KEYS = ("发布日期", "公开日期", "发布时间", "公布日期", "生成日期")
_EFFECTIVE_KEYS = ("施行日期", "实施日期", "生效日期")
_TERM = re.compile(
    rf"(?:自|从)(?P<when>[^。；，,《》]{{2,40}}?)(?:起|开始|后)(?P<delay>满?{_N}(?:个?工作日|日|天|个月)(?:后|之后|起)?)?"
    r"(?:(?:正式)?(?:施行|实施|执行|生效|试行)|[，,]?有效期)"
    r"|(?P<bare>(?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)起(?:正式)?(?:施行|实施|执行|生效)"
)
_EVENT = re.compile(r"(?:发布|公布|印发|颁布|下发|颁发|签发|发文|公告|通过)之?日")
_AFTER = re.compile(rf"(?:后|满|起)?(?P<n>{_N})\s*(?P<unit>个?工作日|日|天|个月)(?:后|之后)?")
_VALID_TERM = re.compile(
    rf"(?:有效期|试行期|有效期限|试行期限|暂行期)(?:限)?(?:为|暂定|暂定为|是|：|:)?\s*(?P<n>{_N})\s*(?P<unit>年|个月)"
)
_VALID_UNTIL = re.compile(
    r"(?:有效期|试行期|执行期|期限|施行|实施|执行|有效期延长|延长)(?:限)?[^。；]{0,16}?(?:至|到|截至|截止到?)(?P<day>[^。；，]{6,20}?日)"
)
_TRIAL = re.compile(r"暂行|试行")


def dates(page: Page) -> tuple[RecognisedDate | None, RecognisedDate | None, RecognisedDate | None]:
    """Issue, publication and commencement dates."""
    issued = _issued(page)
    stated = page.fact(_PUBLISHED_KEYS)
    published = _announced(page) or _stated(stated)
    return issued, published, _effective(page, issued, published)


def _stated(value: str | None) -> RecognisedDate | None:
    found = days(value) if value else ()
    return RecognisedDate(found[0].value) if found else None


def _issued(page: Page) -> RecognisedDate | None:
    for line in page.closing():
        found = days(line.text)
        if (
            found
            and not re.search(r"印发$|起施行|至", line.text)
            and (only_day(line.text) or line.text[found[-1].end :] == "")
        ):
            return _dated(line, found[-1])
    for start, text in page.notes():
        found = days(text)
        if found:
            day = _of_note(text, found)
            return RecognisedDate(day.value, Span(start + day.start, start + day.end))
    for line in page.head():
        found = days(line.text)
        if found and (only_day(line.text) or (find(line.text) and len(line.text) < 50)):
            return _dated(line, found[-1])
    return _stated(page.fact(_ISSUED_KEYS))


def _of_note(text: str, found: tuple[Day, ...]) -> Day:
    """In a note of adoption and promulgation the last date before 公布/发布, else the first date."""
    for match in re.finditer(r"公布|发布|颁布|令第", text):
        before = [day for day in found if day.end <= match.start()]
        if before:
            return before[-1]
    return found[0]


def _dated(line: Line, day: Day) -> RecognisedDate:
    return RecognisedDate(day.value, Span(line.start + day.start, line.start + day.end))


def _announced(page: Page) -> RecognisedDate | None:
    for start, text in page.notes():
        if re.search(r"公布|发布|颁布", text) and days(text):
            day = _of_note(text, days(text))
            return RecognisedDate(day.value, Span(start + day.start, start + day.end))
    return None


def _effective(page: Page, issued: RecognisedDate | None, published: RecognisedDate | None) -> RecognisedDate | None:
    # The day of adoption of a local regulation is not the day of its promulgation.
    adopted = any("通过" in text and not re.search("公布|发布", text) for _, text in page.notes())
    base = published or (None if adopted else issued)
    for start, text in _term_texts(page):
        for match in reversed(list(_TERM.finditer(text))):
            if _foreign(text, match.start()):
                continue
            when = match["when"] or match["bare"]
            span = Span(start + match.start(), start + match.end())
            found = days(when)
            if found:
                return RecognisedDate(found[0].value, span)
            if _EVENT.search(when) and base:
                day = _shift(base.value, when + (match["delay"] or ""))
                return RecognisedDate(day, span) if day else None
    stated = page.fact(_EFFECTIVE_KEYS)
    return _stated(stated)


def _foreign(text: str, at: int) -> bool:
    """Whether a term belongs to another instrument named just before it (《…条例》自…起施行)."""
    before = re.split(r"[。；]", text[:at])[-1]
    return bool(re.search(r"》[^，]{0,6}$", before)) and not re.search(r"现予|印发|公布", before)


def _term_texts(page: Page) -> list[tuple[int, str]]:
    """Where a term is looked for: notes of the head, the main text from its end, the carrier's text."""
    section = page.sections[page.main]
    found = list(page.notes())
    if section.begin < section.end:
        inner = page.lines[section.begin : max(section.sign, section.begin + 1)]
        found += [(line.start, line.text) for line in reversed(inner)]
    first = page.sections[0]
    found += [(line.start, line.text) for line in page.lines[first.begin : first.end]] if page.main else []
    return found


def _shift(base: date, when: str) -> date | None:
    """A day so many days or months after an event; working days are not counted without a calendar."""
    match = _AFTER.search(_EVENT.sub("", when, count=1))
    if not match:
        return base
    try:
        count = chinese_to_int(match["n"])
    except ValueError:
        return None
    if "工作日" in match["unit"]:
        return None
    return add_months(base, count) + timedelta(days=1) if "月" in match["unit"] else base + timedelta(days=count)


def validity(page: Page, title: str) -> Validity | None:
    """The stated period of validity; 暂行 or 试行 in a title makes it a trial."""
    body = page.sections[page.main]
    titles = title + (body.title.text if body.title else "")
    trial = bool(_TRIAL.search(titles)) and not re.search(r"废止|失效|修改|清理|延长", titles)
    texts = [(line.start, line.text) for line in page.lines[body.begin : body.sign]]
    texts += _term_texts(page)
    for start, text in texts:
        until = _VALID_UNTIL.search(text)
        found = days(until["day"]) if until else ()
        if until and found:
            return Validity(found[-1].value, None, trial, Span(start + until.start(), start + until.end()))
        term = _VALID_TERM.search(text)
        if term:
            months = chinese_to_int(term["n"]) * (12 if term["unit"] == "年" else 1)
            return Validity(None, months, trial, Span(start + term.start(), start + term.end()))
    return Validity(trial=True) if trial else None
