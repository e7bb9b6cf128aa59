"""Issuing organs (制定机关): names, level, branch and region, and the legal instrument they issued.

A government office (办公厅, 办公室), an agency of a government (行署, 管委会) and a Party committee stand at the level
of their government. Districts and counties of a municipality (直辖市) count as 县级政府: the list of levels of this
project knows no other place for them. County congresses, courts and other bodies are 其他.
Source: 地方组织法, 立法法 arts. 10-93.
"""

import functools
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files

from .regions import MUNICIPALITIES, split_place
from .text import Instrument, Level, Organ, Region, Span

_END = (
    r"(?:人民代表大会常务委员会|人民代表大会|人大常委会|人民政府|政府|行政公署|行署|公署|管理委员会|管委会|委员会|办公厅|办公室|办事处"
    r"|厅|局|署|院|(?<!公)司|海关|银行|总行|分行|支行|总社|联合会|总工会|妇联|残联|公司|协会|中心|总队|支队|领导小组|指挥部|联席会议"
    r"|军区|警备区|基金会|党组|党委|市委|省委|县委|区委|州委|旗委|(?<![总支本])部|委|办|(?<=[理务查察督])处|所|站|大学|学院|集团)"
)
_ORGAN = re.compile(rf"^[\u3400-\u9fff（）()·“”]{{1,40}}{_END}$")
_ENDS = re.compile(_END)
_RELATIVE = re.compile(
    r"^(?:自治区|省|市|县|区|州|旗|镇|乡)(?!场|政)(?=[\u3400-\u9fff]{1,24}(?:厅|局|委|办|政府|室|院|会|部)$)"
)
_LOCAL_BRANCH = re.compile(
    r"^(?:省|市)?(?:分行|营业管理部|中心支行|监管局|分局|税务局|证监局|银保监局|银监局|总部|分署|特派)"
)
_GOVERNMENT = re.compile(
    r"^(?:(?:自治区|省|市|县|区|州|旗|盟|镇|乡)?(?:人民)?政府|行政公署|行署|公署)(?:办公厅|办公室)?$"
)
_ZONE = re.compile(r"^(?:.*(?:区|港|口岸|城))?(?:管理委员会|管委会)(?:办公室)?$")
_TOWNSHIP = re.compile(
    r"(?:[\u3400-\u9fff]{1,8}(?:街道|镇|乡|苏木)(?:人民政府|政府|办事处|党工委|党政办公室|办公室)?)$"
)
_PARTY = re.compile(
    r"^中共|(?:省|市|县|区|州|旗|盟|自治区)委(?:办公厅|办公室|组织部|宣传部|政法委.*|统战部)?$|党组$|党委$|党工委$|纪委|纪律检查委员会"
)
_CONGRESS = re.compile(r"人民代表大会|人大常委|人大(?:办公|$)")
_BUSINESS = re.compile(r"(?:公司|协会|大学|学院|集团|学会|商会|基金会|军区|警备区)(?:办公室)?$")
_VERTICAL = re.compile(r"^(?:中共|国家税务总局|中国人民银行|国家统计局|国家外汇管理局)(?=[\u3400-\u9fff]{2,})")
_REPORT_GENRES = re.compile(r"(?:讲话|发言|致辞|报告|解读|总结|问答|说明)(?:[（(].*)?$")
_TITLE_CUT = re.compile(
    r"关于|贯彻|延长|印发|转发|批转|发布|公布|废止|修改|《|公告|通告|通知|令(?:第|$|[\s（(〔])|文件$|决定|批准|转批|办公会议"
)


@functools.cache
def _known() -> dict[str, tuple[Level, str]]:
    """Level and branch of every organ of the centre, by name."""
    data = tomllib.loads(files(__package__).joinpath("organs.toml").read_text("utf-8"))
    known = dict.fromkeys(data["state_council"]["names"], (Level.STATE_COUNCIL, "政府"))
    for group in ("full", "short"):
        known |= dict.fromkeys(data["state_departments"][group], (Level.STATE_DEPARTMENT, "部门"))
    for key, branch in (("congress", "人大"), ("court", "法院"), ("procuratorate", "检察院"), ("other", "其他")):
        known |= dict.fromkeys(data["centre"][key], (Level.OTHER, branch))
    return known | dict.fromkeys(data["centre"]["party"], (Level.STATE_COUNCIL, "党委"))


@functools.cache
def _known_by_length() -> tuple[str, ...]:
    return tuple(sorted(_known(), key=lambda name: (-len(name), name)))


def is_organ(text: str) -> bool:
    """Whether a short text is nothing but the name of an organ."""
    text = re.sub(r"\s", "", text)
    return len(text) <= 60 and "的" not in text and (text in _known() or bool(_ORGAN.match(text)))


def organ(name: str, span: Span | None = None, home: Region | None = None) -> Organ:
    """Read level, branch and region from an organ's name; `home` completes relative names (市财政局)."""
    name = re.sub(r"\s|第[一二三四五六七八九十]{1,3}届", "", name)
    known = _central(re.sub(r"^中华人民共和国(?=[\u3400-\u9fff]{3})", "", name))
    if known:
        return Organ(name, *known, span=span)
    region, rest = split_place(_VERTICAL.sub("", re.sub(r"[（(][^（）()]*[)）]", "", name)))
    home = home or Region()
    relative = _RELATIVE.match(rest)
    if region == Region() and relative:
        region, rest = _relative_region(relative[0], home), rest[relative.end() :]
        level = {"省": "省", "自治区": "省", "市": "市", "州": "市", "镇": "镇", "乡": "镇"}.get(relative[0], "县")
        if level == "市" and home.province in MUNICIPALITIES:
            level = "省"
    else:
        region = _inherit(region, home)
        level = "县" if region.county else "市" if region.city else "省" if region.province else ""
    branch = _branch(name, rest)
    return Organ(name, _level(level, branch, name, rest), branch, region, span)


def _central(name: str) -> tuple[Level, str] | None:
    known = _known().get(name) or _known().get(re.sub(r"(?:办公厅|办公室|综合司)$", "", name))
    if known:
        return known
    parent = next((known for known in _known_by_length() if name.startswith(known)), "")
    if parent.endswith("部") and re.search(r"(?:司|局|中心|办公室)$", name):
        return _known()[parent]
    if name.startswith("中共中央"):
        return Level.STATE_COUNCIL, "党委"
    if re.fullmatch(r"国家税务总局.*税务局", name) or re.fullmatch(r"中国人民银行.+(?:分行|支行|管理部|总部)", name):
        return None
    if name.startswith(("国家", "国务院")) and re.search(r"(?:局|委员会|委|署|办公室|领导小组|部)$", name):
        return Level.STATE_DEPARTMENT, "部门"
    if (
        re.fullmatch(r"[\u3400-\u9fff]{2,8}(?<![挥业总支本装传织县市区省])部(?:办公厅)?", name)
        and not split_place(name)[0].name
    ):
        return Level.STATE_DEPARTMENT, "部门"
    return None


def _relative_region(word: str, home: Region) -> Region:
    if word in ("省", "自治区") or (word == "市" and home.province in MUNICIPALITIES):
        return Region(home.province)
    if word in ("市", "州"):
        return Region(home.province, home.city)
    return home


def _inherit(region: Region, home: Region) -> Region:
    """Complete a region by the document's home where they agree (武陟县 within 河南省)."""
    if region.province or not (region.city or region.county):
        return region
    if region.county and home.city and not region.city:
        return Region(home.province, home.city, region.county)
    return Region(home.province, region.city, region.county)


def _branch(name: str, rest: str) -> str:
    for pattern, branch in ((_CONGRESS, "人大"), (r"法院$", "法院"), (r"检察院$", "检察院")):
        if re.search(pattern, name):
            return branch
    if _PARTY.search(name):
        return "党委"
    if _GOVERNMENT.match(rest) or _ZONE.match(rest) or _TOWNSHIP.search(rest) or rest in ("", "办公厅", "办公室"):
        return "政府"
    return "其他" if _BUSINESS.search(name) else "部门"


def _level(tier: str, branch: str, name: str, rest: str) -> Level:
    if branch in ("法院", "检察院", "其他"):
        return Level.OTHER
    if _TOWNSHIP.search(rest) or tier == "镇":
        return Level.TOWNSHIP
    if _ZONE.match(rest) and tier in ("", "县"):
        return Level.COUNTY_GOVERNMENT
    if not tier:
        tier = {"县": "县", "区": "县", "省": "省", "市": "市"}.get(name[:1], "")
    if not tier:
        return Level.OTHER
    group = {"省": "PROVINCE", "市": "CITY", "县": "COUNTY"}[tier]
    kind = {"人大": "CONGRESS", "部门": "DEPARTMENT"}.get(branch, "GOVERNMENT")
    return Level.__members__.get(f"{group}_{kind}", Level.OTHER)


def split_organs(text: str) -> tuple[tuple[str, int, int], ...]:
    """Cut a run of organ names (with or without separators) into (name, start, end)."""
    found = []
    for match in re.finditer(r"[^\s、，,；;]+", text):
        found += [(match[0][a:b], match.start() + a, match.start() + b) for a, b in _concatenated(match[0])]
    return tuple(item for item in found if is_organ(item[0]))


def _concatenated(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _ENDS.finditer(text):
        for end in {match.end(), *_known_ends(text, start)}:
            if start < end <= match.end() and is_organ(text[start:end]) and _starts_organ(text[end:], text[start:end]):
                yield start, end
                start = end
                break
    if start < len(text):
        yield start, len(text)


def _known_ends(text: str, start: int) -> set[int]:
    name = next((name for name in _known_by_length() if text.startswith(name, start)), "")
    return {start + len(name)} if name else set()


def _starts_organ(rest: str, before: str) -> bool:
    if len(rest) < 3 or not re.search(rf"{_END}$", rest):
        return False
    if any(rest.startswith(name) for name in _known_by_length()) or rest.startswith(
        ("国家", "中国", "中华", "中共", "最高")
    ):
        return True
    region, after = split_place(rest)
    if before.startswith(("国家", "中国")) and _LOCAL_BRANCH.match(after):
        return False
    return bool(region.name and after) or bool(_RELATIVE.match(rest) and before[0] == rest[0])


def organs_of_title(title: str) -> tuple[tuple[str, int, int], ...]:
    """The organs a title begins with: 甲市财政局乙市民政局关于… → both, with their range in the title."""
    if re.match(r"《?(?:转发|批转|印发|一图读懂)", title):
        return ()
    title = re.sub(r"^《|[（(][^（）()]{2,20}[局委厅办][)）](?=关于)", lambda match: " " * len(match[0]), title)
    for cut in _TITLE_CUT.finditer(title):
        head = re.sub(r"等(?:[一二三四五六七八九十\d]{0,3}(?:个?部门|单位|委办局))?$", "", title[: cut.start()])
        found = split_organs(head)
        if found and not re.sub(r"[\s、，,和]", "", _outside(head, found)):
            return found
    return ()


def _outside(head: str, found: tuple[tuple[str, int, int], ...]) -> str:
    left, position = "", 0
    for _, start, end in found:
        left += head[position:start]
        position = end
    return left + head[position:]


def instrument(issuer: Organ | None, title: str, number: str, by_order: bool) -> Instrument:
    """Which instrument a document is (立法法 arts. 10, 72, 80-81, 91-93).

    `title` is that of the instrument itself (not of the notice that prints it); `by_order` says that it was issued by
    an order (令). A decree of an organ without rule-making power is an ordinary document.
    """
    named = re.sub(r"[（(][^（）()]*[)）]\s*$", "", title)
    order = by_order or bool(re.search(r"令(?:〔|第)", number))
    if _REPORT_GENRES.search(title):
        return Instrument.OTHER
    if issuer is None:
        return _of_title(named)
    if issuer.branch == "人大":
        return _of_congress(issuer, named)
    if issuer.branch in ("政府", "部门") and order:
        return _of_order(issuer)
    if issuer.level is Level.STATE_COUNCIL and issuer.branch == "政府" and named.endswith("条例"):
        return Instrument.ADMIN_REGULATION
    return Instrument.OTHER if issuer.branch in ("法院", "检察院", "其他") else Instrument.NORMATIVE


def _of_title(title: str) -> Instrument:
    """By name alone: only congresses and the State Council may name a text 条例 (规章制定程序条例 art. 7)."""
    if title.startswith("中华人民共和国"):
        return Instrument.LAW if title.endswith("法") else Instrument.ADMIN_REGULATION
    if title.endswith("条例") and split_place(title)[0].name:
        return Instrument.LOCAL_REGULATION
    return Instrument.NORMATIVE if title else Instrument.OTHER


def _of_congress(issuer: Organ, title: str) -> Instrument:
    if "全国" in issuer.name:
        return Instrument.LAW if title.endswith(("法", "法典", "决定")) else Instrument.OTHER
    lawful = issuer.level in (Level.PROVINCE_CONGRESS, Level.CITY_CONGRESS)
    return (
        Instrument.LOCAL_REGULATION
        if lawful and not title.endswith(("通知", "公告", "报告", "决议"))
        else Instrument.OTHER
    )


def _of_order(issuer: Organ) -> Instrument:
    if issuer.level is Level.STATE_COUNCIL:
        return Instrument.ADMIN_REGULATION
    if issuer.level is Level.STATE_DEPARTMENT:
        return Instrument.DEPARTMENT_RULE
    if issuer.level in (Level.PROVINCE_GOVERNMENT, Level.CITY_GOVERNMENT):
        return Instrument.LOCAL_RULE
    return Instrument.NORMATIVE
