"""Dates that a document states of itself: in force before it was made, a rule in force at once, too long a validity.

Pure arithmetic over the recognised dates; a document that states none says nothing. Basis: 立法法 104 and
民营经济促进法 45 (no retroactivity, but for what favours), 规章制定程序条例 32 (thirty days, since 2002). How long a
normative document may be valid is set by each province; five years, three on trial, is what most say.
"""

import re
from collections.abc import Iterator
from datetime import date

from ...corpora.text import Clause, Instrument, Span, Validity
from ..cite import of_ground
from ..finding import Finding, FindingLevel, Why
from ..standard import Rule
from ..view import Setting

BACKDATED, AT_ONCE, TOO_LONG = "retroactive.start", "form.commencement", "form.validity"
THIRTY_DAYS, _SINCE = 30, date(2002, 1, 1)
LONGEST, LONGEST_TRIAL = 60, 36
_RULES = (Instrument.LOCAL_RULE, Instrument.DEPARTMENT_RULE)
_BURDENS = re.compile(
    r"(?:企业|单位|个人|经营者|当事人|申请人|业主|居民|村民|用户|职工|学校|机构|农户|公民)[^。；]{0,30}(?:应当|必须|须|不得|禁止)|"
    r"罚款|没收|吊销|收取|缴纳|征收|不予受理|收回|责令|保证金"
)
_FAVOURS = re.compile(
    r"补贴|补助|奖励|奖补|扶持|资助|减免|免征|免收|优惠|降低|下调|提高[^。；]{0,12}(?:待遇|标准)|抚恤|救助|津贴|薪酬|延长|延续|纾困|降费|缓缴|"
    r"废止|修改|预案|方案"
)
_FROM_PUBLICATION = re.compile(r"自(?:公布|发布|颁布)之日起(?:施行|实施|执行)")
_URGENT = re.compile(r"国家安全|外汇汇率|货币政策|有碍[^。；]{0,8}施行|应急|紧急|废止|修改")


def check(setting: Setting, rules: tuple[Rule, ...], clauses: tuple[Clause, ...]) -> tuple[Finding, ...]:
    """A finding at the words that state the date: one a rule, but for each clause that puts a rule in force at once."""
    by_id = {rule.data.id: rule for rule in rules}
    told = (_backdated(setting), _at_once(setting), _too_long(setting))
    return tuple(
        _finding(setting, by_id[name], span or _first(clauses), message, facts)
        for found in told
        for name, span, message, facts in found
        if name in by_id
    )


Told = Iterator[tuple[str, Span | None, str, dict[str, str]]]


def _backdated(setting: Setting) -> Told:
    document = setting.document
    made, start = document.issued or document.published, document.effective
    if made is None or start is None or start.value >= made.value or start.span is None:
        return
    if _FAVOURS.search(setting.title) or not _BURDENS.search(document.text):
        return
    message = f"施行日期{_day(start.value)}早于制定日期{_day(made.value)}，对此前的行为适用不利规定的，疑似溯及既往。"
    yield BACKDATED, start.span, message, {"start": start.value.isoformat(), "made": made.value.isoformat()}


def _at_once(setting: Setting) -> Told:
    document = setting.document
    published, start = document.published or document.issued, document.effective
    if setting.instrument not in _RULES or published is None or start is None or published.value < _SINCE:
        return
    days = (start.value - published.value).days
    if not 0 <= days < THIRTY_DAYS or _URGENT.search(setting.title):
        return
    between = f"公布日期{_day(published.value)}与施行日期{_day(start.value)}相隔{days}日"
    message = f"{between}，规章应当自公布之日起30日后施行。"
    facts = {"start": start.value.isoformat(), "published": published.value.isoformat()}
    said = _commencing(setting) if days == 0 else ()
    for span in said or (start.span or published.span,):
        if not _URGENT.search(_near(setting, span)):
            yield AT_ONCE, span, message, facts


def _commencing(setting: Setting) -> tuple[Span, ...]:
    """The words of commencement clauses that let the document run from the day of its publication."""
    text = setting.document.text
    places = (
        _FROM_PUBLICATION.search(text, clause.span.start, clause.span.end)
        for clause in setting.document.clauses
        if clause.role == "commencement"
    )
    return tuple(Span(*place.span()) for place in places if place)


def _too_long(setting: Setting) -> Told:
    stated = setting.document.validity
    if setting.instrument is not Instrument.NORMATIVE or stated is None:
        return
    months = _months(setting, stated)
    most = LONGEST_TRIAL if stated.trial else LONGEST
    if months is not None and months > most:
        message = f"写明的有效期为{months}个月，超过规范性文件一般不超过的{most}个月，请核对本地规定。"
        yield TOO_LONG, stated.span, message, {"months": str(months), "most": str(most)}


def _months(setting: Setting, stated: Validity) -> int | None:
    """The stated months, or those from the day of making (or of an extension) to the stated last day."""
    document = setting.document
    made = document.issued or document.published or document.effective
    if stated.months is not None or stated.until is None or made is None:
        return stated.months
    start = max(made.value, document.effective.value) if document.effective else made.value
    return (stated.until.year - start.year) * 12 + stated.until.month - start.month


def _near(setting: Setting, span: Span | None) -> str:
    return setting.document.text[max(0, span.start - 80) : span.end + 80] if span else ""


def _first(clauses: tuple[Clause, ...]) -> Span:
    return clauses[-1].span if clauses else Span(0, 0)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _level(rule: Rule, facts: dict[str, str]) -> FindingLevel:
    """The level of the rule; a rule in force after some days, though fewer than thirty, is a matter of form."""
    soon = rule.data.id == AT_ONCE and facts["start"] != facts["published"]
    return FindingLevel.FORM if soon else FindingLevel(rule.data.level)


def _finding(setting: Setting, rule: Rule, span: Span, message: str, facts: dict[str, str]) -> Finding:
    clause = next((c.id for c in setting.document.clauses if c.span.start <= span.start < c.span.end), "")
    return Finding(
        id="",
        rule=rule.key,
        level=_level(rule, facts),
        types=rule.data.types,
        clause=clause,
        span=span,
        quote=span.of(setting.document.text),
        message=message,
        why=Why({"check": "dates", **facts, "points": list(rule.data.points)}),
        citations=tuple(of_ground(setting.store, ground, setting.day) for ground in rule.data.grounds),
        confidence=rule.data.confidence,
        advice=rule.data.advice,
    )
