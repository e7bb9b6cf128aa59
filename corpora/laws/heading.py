"""Read the lines between a law's title and its first article: history, issuing organ, commencement."""

import re
from dataclasses import dataclass
from datetime import date

from ..regions import split_place
from ..text import Rank, Region
from .clauses import DATE, to_date

_ACT = re.compile(r"\s*(?:起)?\s*(?:正式)?(?:施行|实施|执行|生效)")
_STATED = re.compile(rf"(?:自|从)?\s*{DATE.pattern}\s*起?\s*(?:正式)?(?:施行|实施|执行|生效)")
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")
_ORGAN = r"(?:部|委|委员会|局|署|会|行|院|办|办公室)"
_RANKS = (
    (r"全国人民代表大会|中华人民共和国主席令|全国人大常委会", Rank.LAW),
    (r"最高人民(?:法院|检察院)", Rank.JUDICIAL),
    (r"人民代表大会|人大常委会", Rank.LOCAL_REGULATION),
    (
        r"国务院令|国务院(?:第.{1,6}次)?常务会议|国务院(?:发布|批准|公布|修订)|国务院关于(?:修改|废止)",
        Rank.ADMIN_REGULATION,
    ),
    (r"(?:省|市|州|自治区|区|盟)(?:人民)?政府(?:第.{1,6})?令|政府令", Rank.LOCAL_RULE),
    (
        rf"{_ORGAN}(?:\d{{4}}年)?第?\d+号?令|令[\d〔\[(（]*(?:[\d○〇一二]{{4}}年?)?.{{0,2}}第?[\d一二三四五六七八九十]+号"
        rf"|(?:部|局|署|委)(?:局|部)?(?:第.{{1,4}}次)?(?:部|局|署|委)?(?:长)?(?:办公)?(?:务)?会.{{0,6}}(?:审议)?(?:通过|修订)"
        rf"|部门规章|{_ORGAN}(?:第\d+号)?(?:公布|发布|关于修改〈)",
        Rank.DEPARTMENT_RULE,
    ),
)
_NOTICE = re.compile(r"[〔\[（(【]\s*(?:19|20)\d\d\s*[〕\]）)】]\s*第?\s*\d+\s*号|中共中央|印发.{0,60}的?通知")
_ISSUER = re.compile(
    r"(?:日|　|\s|^)([^\s\d，。（()]{2,40}?)(?:第[\d一二三四五六七八九十百]+[届次号]|令|公告|发布|公布|批准)"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """What the heading lines say: dates of adoption and change (ordered), a stated commencement, organ, rank."""

    days: tuple[date, ...]
    stated: date | None
    amended: bool
    issuer: str
    rank: Rank | None
    notice: bool


def read_heading(text: str, today: date) -> Heading:
    """Read heading lines; impossible days and days after `today` do not count as history."""
    text = text.translate(_WIDE)
    days, stated = [], None
    for found in DATE.finditer(text):
        day = to_date(found)
        if day is None:
            continue
        if _ACT.match(text, found.end()):
            stated = day
        elif day <= today:
            days.append(day)
    issuer = _ISSUER.search(text)
    rank = rank_of_heading(text)
    amended = bool(re.search(r"修正|修订|修改", text)) and len(days) > 1
    return Heading(
        tuple(days), stated, amended, issuer[1] if issuer else "", rank, rank is None and bool(_NOTICE.search(text))
    )


def rank_of_heading(text: str) -> Rank | None:
    """Rank shown by the organ or order in the heading: the first one named counts, for it adopted the act."""
    squeezed = re.sub(r"\s+", "", text)
    best: tuple[int, Rank] | None = None
    for pattern, rank in _RANKS:
        found = re.search(pattern, squeezed)
        if found and (best is None or found.start() < best[0]):
            best = (found.start(), rank)
    return best[1] if best else None


def region_of(title: str, heading: str, province: str = "") -> Region:
    """Region of a local act: from the title, else the organ in the heading, else the province of the folder."""
    region, _ = split_place(title)
    if not region.province and not region.city:
        plain = re.sub(r"\s+", "", re.sub(r"[\d零〇○一二三四五六七八九十]+[年月日]", " ", heading))
        organ = re.search(r"([\u4e00-\u9fff]{2,12}?(?:省|自治区|市|州|县))(?:第|人民)", plain)
        region = split_place(organ[1])[0] if organ else region
    if province and (not region.province or region.province != province):
        region = Region(province, region.city if region.province in ("", province) else "")
    county = region.county if region.county.endswith(("自治县", "自治旗")) else ""
    return Region(region.province, region.city, county)
