"""The period of validity a document states about itself, and the one its place's rules give it.

Only sentences that speak of the document count: 本办法…有效期, or a term in the sentence of commencement or right
behind it. The term of a certificate, a platform or a bid is none. Where several parts state terms, the last to end
counts. Months run from commencement, else from issue (民法典 arts. 201-202, see corpora.text.add_months).
"""

import re
from datetime import date, timedelta

from ...corpora.dates import days
from ...corpora.numerals import NUMERAL, chinese_to_int
from ...corpora.text import Document, add_months
from .card import Evidence, Term
from .sentences import Text

_N = rf"(?:\d{{1,3}}|{NUMERAL}{{1,4}})"
_GENRE = (
    r"(?:通知|公告|通告|意见|办法|细则|规定|规则|规范|措施|政策|方案|标准|清单|目录|基准|制度|规程|指引|指南|条例|决定|准则"
    r"|文件|预案|计划|规划|要点|程序|章程|导则|批复|函|补贴|条款)"
)
_OWN = re.compile(
    rf"(?:^|[，。；：\s（(、]|[条])本(?:[\u4e00-\u9fff《》“”]{{0,10}}?){_GENRE}|^\s*以上(?:政策|措施|规定)"
)
_START = re.compile(
    r"(?:自|从)[^。；]{2,40}?起?(?:正式)?(?:施行|实施|执行|生效|试行)|起(?:正式)?(?:施行|实施|执行|生效|试行)"
)
_SPAN_WORD = (
    r"(?:有效期限?|有效时间|试行期限?|暂行期限?|执行期限?|实施期限?|施行期限?|执行时间|实施时间|政策期限"
    r"|适用期限?|期限)"
)
_MONTHS = re.compile(
    rf"{_SPAN_WORD}(?:暂?定?为|暂定|是|：|:|均为)?\s*(?P<n>{_N})\s*(?P<unit>个?周?年|个月)"
    rf"|(?<![\u4e00-\u9fff])(?:暂行|试行)(?:期)?(?P<n2>{_N})\s*(?P<unit2>年|个月)"
    rf"|(?:施行|实施|执行|生效)[，,]?(?:试行|暂行)(?:期)?(?:为)?(?P<n3>{_N})\s*(?P<unit3>年|个月)"
)
_WHEN = r"(?P<when>(?:19|20)\d\d\s*年(?:\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|底|末)?)"
_UNTIL = re.compile(
    rf"(?:{_SPAN_WORD}|有效|延长|执行|实施|施行|试行|继续(?:有效|执行|施行))[^。；《》]{{0,34}}?(?:至|到|截至|截止到?|止于|延至)\s*{_WHEN}"
)
_ENDS = re.compile(
    rf"(?:于|在|至|到)?\s*{_WHEN}\s*(?:起|后)?(?:自动)?(?:失效|废止|终止|停止执行|到期|止)(?![\u4e00-\u9fff]{{0,4}}的)"
)
_FOREIGN = re.compile(
    r"(?:》|证|证书|许可|执照|资质|资格|合同|协议|信用证|平台|名单|报告|保险|保函|投标|身份证件|名录|牌|标志|公示|批准文件"
    r"|产品|药品|补助|聘期|任期)[\u4e00-\u9fff]{0,4}$"
)
_EXTENDS = re.compile(r"延长|延期|延续|继续有效|继续执行|继续施行|继续实施")


def term_of(text: Text) -> Term | None:
    """The document's own period of validity, or None where it states none and is no trial."""
    document = text.document
    title = document.title.value if document.title else ""
    names = title + "".join(part.title for part in document.parts if part.role in ("carrier", "body"))
    trial = bool(re.search("暂行|试行", names)) and not re.search("废止|失效|修改|清理|延长", title)
    best: Term | None = None
    started = False
    for start, words in text.sentences:
        begins = bool(_START.search(words))
        if begins or started or _OWN.search(words) or (_EXTENDS.search(words) and _EXTENDS.search(title)):
            found = _stated(text, start, words, trial)
            best = _later(best, found, document)
        started = begins
    return best or (Term(trial=True) if trial else None)


def _stated(text: Text, start: int, words: str, trial: bool) -> Term | None:
    until = _day(words)
    if until is not None:
        return Term(until[0], None, trial, _evidence(text, start, words))
    for match in _MONTHS.finditer(words):
        if _FOREIGN.search(words[: match.start()]):
            continue
        count = match["n"] or match["n2"] or match["n3"]
        unit = match["unit"] or match["unit2"] or match["unit3"]
        months = chinese_to_int(count) * (12 if "年" in unit else 1)
        if 1 <= months <= 360:
            return Term(None, months, trial, _evidence(text, start, words))
    return None


def _day(words: str) -> tuple[date, int] | None:
    """The last day named by a sentence: 至2025年12月31日, 至2025年底, 执行时间为…至…, …日自动失效."""
    for match in _UNTIL.finditer(words):
        if not _FOREIGN.search(words[: match.start()]):
            return _last(match["when"]), match.start()
    ended = _ENDS.search(words)
    if ended and _OWN.search(words) and "《" not in words[: ended.start()]:
        return _last(ended["when"]), ended.start()
    return None


def _last(words: str) -> date:
    """The last day of a day, a month or a year."""
    found = days(words)
    if found:
        return found[0].value
    numbers = [int(n) for n in re.findall(r"\d+", words)]
    if len(numbers) > 1 and 1 <= numbers[1] <= 12:
        year, month = (numbers[0] + 1, 1) if numbers[1] == 12 else (numbers[0], numbers[1] + 1)
        return date(year, month, 1) - timedelta(days=1)
    return date(numbers[0], 12, 31)


def _evidence(text: Text, start: int, words: str) -> Evidence:
    left = len(words) - len(words.lstrip())
    return text.at(start + left, start + len(words.rstrip()))


def _later(one: Term | None, other: Term | None, document: Document) -> Term | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda term: (ends(term, begun(document)) or date.min, term.months or 0, -term.at.start))


def begun(document: Document) -> date | None:
    """The day from which a term counts: commencement, else publication or issue."""
    first = document.effective or document.published or document.issued
    return first.value if first else None


def ends(term: Term | None, start: date | None) -> date | None:
    """The last day of validity by the document's own words, or None where they or the day of start are missing."""
    if term is None:
        return None
    if term.until is not None:
        return term.until
    return add_months(start, term.months) if start is not None and term.months else None
