"""Is this a document with general force (规范性文件), internal administration, or neither?

A score over named features; genres and weights are data (`kinds.toml`), because provinces differ in what they count.
"""

import functools
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from .errors import RuleInvalid
from .text import Clause, DocumentKind, Instrument, KindScore

_KINDS = (DocumentKind.NORMATIVE, DocumentKind.INTERNAL, DocumentKind.OTHER)
# 登记者, 新闻记者证 and the like are no reporter speaking.
_GREETING = re.compile(
    r"各位代表|各位委员|同志们|女士们|朋友们|大家好|我代表.{2,20}(?:报告|讲话)|本报讯|(?<!登)(?<!新闻)记者(?!证|站|协会|管理)"
)
_OUTWARD = re.compile(
    r"公民|法人|其他组织|个人|企业|经营者|申请人|当事人|行政相对人|纳税人|用人单位|业主|居民|村民|建设单位|生产者|消费者|从业人员|驾驶人"
)
_DUTY = re.compile(r"应当|应[于在向按将及由]|不得|不准|严禁|一律|禁止|必须|可以|有权|处以|罚款|责令|吊销|予以")
_INWARD = re.compile(
    r"各级(?:党委|政府|领导)|本机关|机关工作人员|各部门|各处室|领导小组|牵头单位|责任单位|考核|督查|督办|工作人员|联席会议"
)
_TASKS = re.compile(r"牵头|责任单位|配合单位|负责[）)]|推进|推动|加快|加强|完善|强化|健全")
_CALL = re.compile(
    r"申报(?:书|单位|企业|项目|材料|通知|截止|时间)|报名|推荐(?:单位|意见|表|名额)|截止(?:时间|日期)|日前.{0,20}报送?至?"
)
# Words by which a text binds somebody outside the organs, whatever it calls itself.
_OUTSIDER = (
    r"(?:公民|法人|其他组织|个人|企业|公司|经营[者户]|申请人|当事人|纳税人|用人单位|业主|居民|村民|市民|群众|农户|住户|(?:建设|施工|生产|使用|维保|维护|运营|服务|监理|设计|物业|销售|经营|运输|供水|供气|供电|供热|承包)单位|"
    r"生产者|消费者|从业人员|驾驶[人员]|投标人|供应商|中标[人方]|商户|商家|摊主|摊贩|店主|养犬人|饲养人|家长|学生|考生|"
    r"应聘人员|报名人员|报考人员|参保人员?|患者|车主|旅客|乘客|游客|用户|租户|承租人|权利人|使用人|开发商|"
    r"(?:养老|培训|检测|中介|医疗|金融|评估|认证|鉴定|代理|社会|外地)机构)"
)
_BINDS = re.compile(
    rf"{_OUTSIDER}[^。；，\n]{{0,16}}(?:应当|应(?=[于在按向将及由先])|必须|须(?!知)|不得|不准|严禁|一律|方可|禁止|限期)"
    rf"|(?:禁止|严禁|不准|责令|向|对)[^。；，\n]{{0,8}}{_OUTSIDER}[^。；\n]{{0,20}}(?:收取|征收|罚款|没收|吊销|取消|停业|拆除|收回)"
    r"|(?:禁止|严禁|不准|限制)外(?:地|省|市|县|来)|处以?[^。；，\n]{0,12}罚款|逾期[^。；\n]{0,20}(?:加收|没收|停业|拆除)"
)
_OPENING, _SHORT = 600, 500
_REGULATIONS = (
    Instrument.LAW,
    Instrument.ADMIN_REGULATION,
    Instrument.LOCAL_REGULATION,
    Instrument.DEPARTMENT_RULE,
    Instrument.LOCAL_RULE,
)


@dataclass(frozen=True, slots=True)
class Traits:
    """What the score looks at; `titles` are the file's title and that of the instrument it prints."""

    text: str
    titles: tuple[str, ...]
    clauses: tuple[Clause, ...]
    instrument: Instrument
    numbered: bool
    signed: bool
    dated: bool
    single: bool = False


@functools.cache
def default_profile() -> Mapping[str, Any]:
    return _load(files(__package__).joinpath("kinds.toml").read_text("utf-8"), "kinds.toml")


def read_profile(path: Path) -> Mapping[str, Any]:
    """A local profile. Raises RuleInvalid where it is not TOML or lacks a table."""
    return _load(path.read_text("utf-8"), str(path))


def _load(text: str, where: str) -> Mapping[str, Any]:
    try:
        profile = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleInvalid(
            f"文件种类配置 {where} 不是有效的 TOML：{error}", "请按 corpora/kinds.toml 的写法改正"
        ) from error
    if not profile.get("genre") or not profile.get("features"):
        raise RuleInvalid(f"文件种类配置 {where} 缺少 genre 或 features", "请按 corpora/kinds.toml 的写法补全")
    return profile


def score(traits: Traits, profile: Mapping[str, Any] | None = None) -> KindScore:
    """The likeliest kind, its share of the score in [0, 1], and the reasons for it in words."""
    profile = profile or default_profile()
    logits = dict.fromkeys(_KINDS, 0.0)
    reasons: dict[DocumentKind, list[tuple[float, str]]] = {kind: [] for kind in _KINDS}
    for kind, weight, reason in _evidence(traits, profile):
        logits[kind] += weight
        reasons[kind].append((weight, reason))
    value = max(_KINDS, key=lambda kind: logits[kind])
    total = sum(math.exp(logit) for logit in logits.values())
    ordered = sorted(reasons[value], key=lambda item: (-item[0], item[1]))
    said = tuple(reason for _, reason in ordered)
    return KindScore(value, round(math.exp(logits[value]) / total, 4), said, _binding(traits, profile))


def _binding(traits: Traits, profile: Mapping[str, Any]) -> bool:
    """Does the text bind outsiders, or is it a short one of no known genre? A plainly foreign genre binds nobody."""
    genres = _genres(traits, profile)
    unsigned = not (traits.numbered or traits.signed)
    if any(genre.get("foreign") in (True, unsigned and "unsigned") for genre in genres) or _GREETING.search(
        traits.text[:_OPENING]
    ):
        return False
    return bool(_BINDS.search(traits.text)) or (not genres and len(traits.text) <= _SHORT)


def _evidence(traits: Traits, profile: Mapping[str, Any]) -> list[tuple[DocumentKind, float, str]]:
    found: list[tuple[DocumentKind, float, str]] = []
    genres = _genres(traits, profile)
    for index, genre in enumerate(genres):
        if genre not in genres[:index]:
            found += [(kind, float(genre[kind.value]), genre["name"]) for kind in _KINDS if kind.value in genre]
    present = _features(traits)
    present["untitled"] = not genres
    for name, holds in present.items():
        feature = profile["features"].get(name)
        if holds and feature:
            found.append((DocumentKind(feature["kind"]), float(feature["weight"]), feature["name"]))
    return found


def _genres(traits: Traits, profile: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [genre for title in traits.titles if (genre := _genre(title, profile))]


def _genre(title: str, profile: Mapping[str, Any]) -> dict[str, Any] | None:
    bare = re.sub(r"[（(][^（）()]*[)）]|[《》〈〉“”\s]", "", title)
    return next((genre for genre in profile["genre"] if re.search(genre["pattern"], bare)), None)


def _features(traits: Traits) -> dict[str, bool]:
    text = traits.text
    thousands = max(len(text), 400) / 1000
    outward = len(_OUTWARD.findall(text)) / thousands
    inward = len(_INWARD.findall(text)) / thousands
    duties = len(_DUTY.findall(text)) / thousands
    articles = sum(1 for c in traits.clauses if c.path and re.match(r"第.+条", c.path[-1])) >= 3
    return {
        "greeting": bool(_GREETING.search(text[:_OPENING])),
        "unsigned": not (traits.numbered or traits.signed),
        "articles": articles,
        "points": not articles and sum(1 for c in traits.clauses if c.role == "provision") >= 4,
        "outward": outward >= 3 and duties >= 3,
        "addressed": outward >= 3 and duties < 3,
        "tasks": len(_TASKS.findall(text)) / thousands >= 7 and duties < 3,
        "call": not articles and len(_CALL.findall(text)) / thousands >= 3,
        "inward": inward >= 3 and inward > outward,
        "numbered": traits.numbered,
        "term": traits.dated,
        "rulemaker": traits.instrument in _REGULATIONS,
        "single": traits.single,
    }
