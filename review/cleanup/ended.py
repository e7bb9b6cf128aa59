"""What a document rests on that has ended: dated tasks, abolished objects, organs whose duties moved.

Tables: `organs.toml` (reforms since 2008 with sources), `objects.toml`. A thing counts only where the document is older
than its end. Task: a year in the title of a work notice (申报, 检查, 普查, 专项行动, 规划), or 三年行动 from its issue.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from ...corpora.text import add_months
from .card import Ended, Evidence
from .sentences import Text

_LASTING = re.compile(
    r"(?:办法|细则|规定|规则|条例|标准|规范|制度|规程|预案|准则|章程)(?:[（(][^）)]*[)）])?(?:的通知)?$"
)
_TASK = re.compile(
    r"申报|征集|推荐|评选|评审|遴选|报名|招生|招聘|考试|检查|督查|巡查|考核|普查|调查|统计|抽检|专项|整治|行动|活动|工作|计划|规划|要点"
    r"|安排|分工|方案|预算|资金|项目|名单|任务|公示|汛|放假|期间|申领|缴纳|补贴|补助"
)
_YEARS = re.compile(
    r"(?P<from>(?:19|20)\d\d)\s*[年]?\s*(?:[—－\-~～至到]+|——)\s*(?P<to>(?:19|20)?\d\d)\s*年?|(?P<one>(?:19|20)\d\d)\s*(?:年|年度)(?!版|修订|第)"
)
_PLAN = re.compile(
    r"[“\"”]?(?P<n>十[一二三四五]?|[一二三四五六七八九])[”\"]?五[”\"]?[时期]*(?=[\u4e00-\u9fff“”\"]{0,40}(?:规划|计划|纲要|方案))"
)
_ACTION = re.compile(r"(?P<n>[一二三两四五])年(?:行动|攻坚|提升|专项|作战|整治)")
_CENSUS = re.compile(
    r"第[一二三四五六七八九十]+次(?:全国|全省|全市)?[\u4e00-\u9fff]{0,6}(?:普查|调查|大会|运动会|博览会)"
)
_PHASE = re.compile(
    r"(?:行动|整治|活动|检查|工作|调查|普查)(?:的)?(?:时间|期限|步骤)[^。；\n]{0,12}?(?:19|20)\d\d年[^。；\n]{0,24}?(?:至|到|—|-|～)"
    r"\s*(?P<end>(?:19|20)\d\d年(?:\d{1,2}月)?(?:\d{1,2}日|底)?)"
)
_FIVE = {"八": 1995, "九": 2000, "十": 2005, "十一": 2010, "十二": 2015, "十三": 2020, "十四": 2025, "十五": 2030}
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
# 建设局 within 城乡建设局 and 监察局 within 安全监察局 are other organs, and 交通部 within 交通部门 is none.
_LOCAL = r"(?<![和电育化乡全民])(?:{})(?!员|[\u4e00-\u9fff]{{0,2}}(?:大学|医院|公司))"
_CENTRAL = r"(?<![\u4e00-\u9fff])(?:{})(?!门|[\u4e00-\u9fff]*?[厅局])|(?<=[、和由经报])(?:{})(?=[、和，。的）]|$)"
_ORDER = re.compile(r"[\u4e00-\u9fff、 ]{0,24}(?:令|公告)\s*[（(〔\[第\d]")
_FORMER = re.compile(r"原(?:国家|省|市|县|区|州|自治区)?$")


@dataclass(frozen=True, slots=True)
class Reform:
    """One abolished organ: patterns for its names, the day from which they are old, who has the duties."""

    name: str
    pattern: re.Pattern[str]
    day: date
    now: str
    source: str


def ended(text: Text) -> tuple[Ended, ...]:
    """Everything that has an end, whatever the day; who asks compares the day."""
    document = text.document
    title = document.title.value if document.title else ""
    written = document.issued or document.published or document.effective
    day = written.value if written else None
    found = [*_tasks(text, title, day), *_objects(text, title, day)]
    found += _organs(text, day)
    return tuple(sorted(found, key=lambda item: (item.kind, item.at.start, item.name)))


def _tasks(text: Text, title: str, day: date | None) -> Iterator[Ended]:
    if not title or re.search(r"废止|失效|修改|延长", title):
        return
    at = _title_evidence(text)
    until = _titled(title, day)
    if until is not None:
        yield Ended("task", f"{until.year}年的阶段性工作", until, "", "标题所示期间", at)
        return
    if re.search(r"专项|整治|行动|普查|活动", title) and not _LASTING.search(title):
        phase = next(_PHASE.finditer(text.document.text), None)
        if phase:
            last = _last(phase["end"])
            yield Ended("task", "正文写明期间的专项工作", last, "", "正文所示期间", text.sentence(phase.start()))


def _titled(title: str, day: date | None) -> date | None:
    """The last day of the work a title dates, or None."""
    plan = _PLAN.search(title)
    if plan and plan["n"] in _FIVE:
        return date(_FIVE[plan["n"]], 12, 31)
    if _LASTING.search(title.rstrip("》")):
        return None
    action = _ACTION.search(title)
    years = [match for match in _YEARS.finditer(title) if _is_period(title, match)]
    if years:
        return date(max(_year(match) for match in years), 12, 31)
    if action and day:
        return add_months(day, 12 * _DIGITS[action["n"]])
    if _CENSUS.search(title) and day:
        return add_months(day, 36)
    return None


def _is_period(title: str, match: re.Match[str]) -> bool:
    """Whether a year in a title dates the work; that of a number, an edition or a cited document does not."""
    before, after = title[: match.start()], title[match.end() :]
    numbered = bool(re.match(r"[〕\]）)]?\s*第?\d+号", after)) or before.endswith(("〔", "["))
    cited = before.rfind("《") > before.rfind("》") and not _TASK.search(after)
    return not numbered and not cited and bool(_TASK.search(before + after))


def _year(match: re.Match[str]) -> int:
    if match["one"]:
        return int(match["one"])
    to = match["to"]
    return int(to) if len(to) == 4 else int(match["from"][:2] + to)


def _last(words: str) -> date:
    numbers = [int(n) for n in re.findall(r"\d+", words)]
    month = min(max(numbers[1], 1), 12) if len(numbers) > 1 else 12
    return add_months(date(numbers[0], month, 1), 1)


def _title_evidence(text: Text) -> Evidence:
    title = text.document.title
    if title is None or title.span is None:
        return Evidence("标题", 0, 0, "")
    span = title.span
    return Evidence("标题", span.start, span.end, span.of(text.document.text))


@cache
def _gone() -> tuple[tuple[str, re.Pattern[str], date, str, str], ...]:
    rows = tomllib.loads(files(__package__).joinpath("objects.toml").read_text("utf-8"))["object"]
    return tuple((r["name"], re.compile("|".join(r["words"])), r["from"], r["now"], r["source"]) for r in rows)


def _objects(text: Text, title: str, day: date | None) -> Iterator[Ended]:
    for name, pattern, since, now, source in _gone():
        if day is None or day >= since:
            continue
        named = pattern.search(title)
        places = [match.start() for match in pattern.finditer(text.document.text)]
        if named:
            yield Ended("object", name, since, now, source, _title_evidence(text))
        elif len(places) >= 2:
            yield Ended("mentioned", name, since, now, source, text.sentence(places[0]))


@cache
def reforms() -> tuple[Reform, ...]:
    """Every abolished organ, the latest reform first."""
    data = tomllib.loads(files(__package__).joinpath("organs.toml").read_text("utf-8"))["reform"]
    found = []
    for reform in sorted(data, key=lambda item: -item["year"]):
        for row in reform["organ"]:
            if row["old"]:
                pattern = re.compile(_LOCAL.format(_either(row["old"])))
                found.append(Reform(row["old"][0], pattern, reform["local"], row["now"], reform["source"]))
            if row["central"]:
                pattern = re.compile(_CENTRAL.format(*[_either(row["central"])] * 2))
                found.append(Reform(row["central"][0], pattern, reform["from"], row["now"], reform["source"]))
    return tuple(found)


def _either(names: list[str]) -> str:
    return "|".join(sorted(names, key=lambda name: (-len(name), name)))


def _organs(text: Text, day: date | None) -> Iterator[Ended]:
    """Old organs among the issuers (`issuer`), and those that a clause gives duties to (`organ`)."""
    document = text.document
    names = [organ.name for organ in document.issuers]
    for reform in reforms():
        if day is None or day >= reform.day:
            continue
        own = next((name for name in names if re.search(rf"(?:{reform.pattern.pattern})$", name)), None)
        if own:
            yield Ended("issuer", own, reform.day, reform.now, reform.source, _title_evidence(text))
        for match in reform.pattern.finditer(document.text):
            if _in_clause(text, match.start()) and not _ORDER.match(document.text, match.end()):
                yield Ended("organ", match[0], reform.day, reform.now, reform.source, text.sentence(match.start()))
                break


def _in_clause(text: Text, offset: int) -> bool:
    """Whether a name stands in a provision, not in the head, the address or the signature."""
    clauses = text.document.clauses
    inside = any(
        c.role in ("provision", "definition", "scope") and c.span.start <= offset < c.span.end for c in clauses
    )
    quoted = text.document.text.rfind("《", max(0, offset - 60), offset) > text.document.text.rfind(
        "》", max(0, offset - 60), offset
    )
    return inside and not quoted and not _FORMER.search(text.document.text[max(0, offset - 5) : offset])


def successor(name: str) -> str:
    """The kind of organ that has the duties of an abolished one now, or empty."""
    return next((reform.now for reform in reforms() if re.search(rf"(?:{reform.pattern.pattern})$", name)), "")
