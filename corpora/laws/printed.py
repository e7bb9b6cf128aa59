"""Read a law as printed: title, history in brackets, table of contents, articles. Used by several sources."""

import re
from dataclasses import dataclass
from datetime import date

from ..text import Rank, Region
from .heading import Heading, read_heading, region_of
from .names import kind_of, rank_by_title
from .record import NATIONAL, LawText, Refusal
from .splitting import split_articles

_FIRST = re.compile(r"^[#\s　]*(?:第[一1]条|一、)", re.M)
_START = re.compile(r"^[#\s　]*(?:目\s*录|第[一1][章编]|第[一1]条|总\s*则|一、)", re.M)
_NAMED_LOCAL = re.compile(r"^[\u4e00-\u9fff]{2,9}?(?:省|自治区|市|自治州)")
_NOT_LAW = re.compile(r"(?:通知|意见|纪要|章程|规划|纲要|指南|导则|标准|公告)$")
_PARTY = re.compile(r"中共中央|中央(?:办公厅|政治局)")
_PRINTS = re.compile(r"印发.{0,80}的?通\s*知|[〔\[（(](?:19|20)\d\d[〕\]）)]\s*\d+\s*号(?!令)[\s　]*(?:$|\n)")


@dataclass(frozen=True, slots=True)
class Printed:
    """The printed text below its title, with what the place of the file says."""

    title: str
    body: str
    origin: str
    day: date | None = None


def read_printed(printed: Printed) -> LawText | Refusal:
    """A dated law text, or a refusal: no articles, or no law, regulation or rule."""
    title, raw = printed.title, printed.body
    start = _START.search(raw)
    if start is None or _FIRST.search(raw) is None:
        return Refusal(printed.origin, "没有条文")
    head = raw[: start.start()]
    heading = read_heading(head, date.today())
    rank = rank_by_title(title) or heading.rank or _rank_by_place(title, printed.origin, heading)
    if rank is None:
        return Refusal(printed.origin, "无法判断效力位阶")
    if rank is Rank.LAW and heading.rank not in (None, Rank.LAW):
        return Refusal(printed.origin, "标题是法律，颁布机关却不是全国人大及其常委会")
    if _is_notice(rank, title, head):
        return Refusal(printed.origin, "规范性文件或党内法规，不属于法律、法规、规章")
    days = (*heading.days, printed.day) if printed.day else heading.days
    return LawText(
        name=title,
        version=max(days).isoformat() if days else "",
        rank=rank,
        kind=kind_of(title),
        provisions=split_articles(raw[start.start() :]),
        origin=printed.origin,
        issuer=heading.issuer,
        region=_region(rank, title, head),
        stated=heading.stated,
        amended=heading.amended,
    )


def _is_notice(rank: Rank, title: str, head: str) -> bool:
    if _NOT_LAW.search(title):
        return True
    if rank in (Rank.LAW, Rank.JUDICIAL):
        return False
    return bool(title.startswith("中国共产党") or _PARTY.search(head) or _PRINTS.search(head))


def _rank_by_place(title: str, origin: str, heading: Heading) -> Rank | None:
    """Rank where the heading names no organ: by the folder, or a place name before 条例."""
    if heading.notice:
        return None
    local = bool(_NAMED_LOCAL.match(title))
    if title.endswith("条例"):
        return Rank.LOCAL_REGULATION if local else Rank.ADMIN_REGULATION
    if local:
        return None
    if "行政法规" in origin:
        return Rank.ADMIN_REGULATION
    return Rank.DEPARTMENT_RULE if "规章" in origin else None


def _region(rank: Rank, title: str, head: str) -> Region:
    return region_of(title, head) if rank in (Rank.LOCAL_REGULATION, Rank.LOCAL_RULE) else NATIONAL
