"""Counterfactual edits of real articles, each with its lawful counterpart.

An editor takes one paragraph of an article and gives a `Change`: a faulty and a lawful wording of it. The lawful one
carries the same kind of edit (a number inside the range, the same material named as not needed, another word for the
same duty), so that an edit alone tells nothing. `mirror` says that the faulty wording may stand in the law instead:
the original wording is then the one that conflicts.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from .quantity_edits import amount, deadline, fine


@dataclass(frozen=True, slots=True)
class Change:
    """`faulty` conflicts with the paragraph in the way `label` names, `lawful` does not."""

    label: str
    faulty: str
    lawful: str
    mirror: bool = False


Editor = Callable[[str, random.Random], Change | None]

ORGAN = re.compile(
    r"(?:国务院|省级以上|省、自治区、直辖市|设区的市级以上|县级以上(?:地方)?(?:各级)?|地方(?:各级)?|所在地(?:的)?)?"
    r"人民政府(?:[\u4e00-\u9fff]{0,10}?部门)?|公安机关(?:交通管理部门)?|[\u4e00-\u9fff]{2,6}主管部门|税务机关|海关|监察机关"
)
OTHERS = (
    "村民委员会", "社区居民委员会", "乡镇人民政府", "街道办事处", "行业协会", "物业服务企业", "开发区管理委员会",
    "供销合作社", "受委托的第三方机构", "县人民政府办公室", "派出机构", "市属国有企业",
)  # fmt: skip
ADDED = (
    "具有本市户籍", "在本市连续居住满三年", "在本市缴纳社会保险满一年", "取得所在村居民委员会同意", "提供担保人",
    "提交无犯罪记录证明", "提交体检报告", "提交上级主管单位推荐函", "取得培训合格证书", "在本地设立分支机构",
    "缴纳保证金", "签订承诺购买协议", "加入行业协会", "经社区盖章确认", "提交近三年纳税证明", "配备专用计算机系统",
    "通过现场面试", "没有信用扣分记录", "购买指定保险", "使用名录内的产品",
)  # fmt: skip
LIMITS = (
    "每人每年限一次", "逾期的视为放弃", "超过名额的不再受理", "须经所在单位同意", "限本市户籍人员", "费用由本人承担",
    "欠缴物业费的除外", "不再退还已交费用", "限工作日办理", "每户限一人",
)  # fmt: skip
FREED = ("不限次数", "逾期仍可补办", "不受名额限制", "无须单位同意", "不限户籍", "不收取费用", "不与缴费挂钩")
ITEMS = (
    "居民小区", "网络平台", "农村集市", "民办培训机构", "家庭农场", "个体工商户", "物业服务区域", "共享车辆",
    "宗教场所", "志愿服务组织", "私人住宅", "临时摊点", "养老服务机构", "文化娱乐场所", "外地企业", "退休人员",
)  # fmt: skip
STEPS = ("听证", "公示", "公告", "征求意见", "说明理由", "评估", "论证", "陈述", "申辩", "回避", "告知", "调查", "送达")
LISTED = re.compile(r"(?<=[、])([\u4e00-\u9fff]{2,6})(?=(?:和|或者|以及|及)[\u4e00-\u9fff]{2,8})")
PEOPLE = re.compile(
    r"公民、法人(?:和|或者|及)其他组织|任何单位和个人|单位和个人|公民|经营者|消费者|劳动者|用人单位|当事人|申请人|企业"
)
SHUT = re.compile(r"[，；。]?但(?:是)?[^。；]{2,60}?除外")
STRICTER = ("可以", "应当"), ("可以", "不得"), ("应当", "可以"), ("不得", "可以"), ("有权", "不得")
SAME = {
    "可以": ("能够", "得以", "有权"),
    "应当": ("须", "应", "必须", "有义务"),
    "不得": ("不能", "禁止", "不应", "严禁"),
    "有权": ("可以", "得以"),
}


def condition(text: str, chance: random.Random) -> Change | None:
    """A condition or a paper added to an application, or named as not needed at the same place."""
    at = re.search(
        r"(?<=申请)[^，。；]{0,20}(?=[，的])|(?<=符合)[^，。；]{2,24}(?=[，的])|(?<=具备)[^，。；：]{2,24}(?=[，。])",
        text,
    )
    if at is None:
        return None
    words, other = chance.choice(ADDED), chance.choice(ADDED)
    faulty = chance.choice(("，并{}", "，同时{}", "，还应当{}", "且{}", "，应当先{}")).format(words)
    lawful = chance.choice(("，不要求{}", "，无须{}", "，不以{}为前提", "（不必{}）", "，是否{}由本人自愿")).format(
        other
    )
    put = text[: at.end()], text[at.end() :]
    return Change("condition", put[0] + faulty + put[1], put[0] + lawful + put[1])


def exception(text: str, chance: random.Random) -> Change | None:
    """An exception dropped, or kept."""
    found = SHUT.search(text)
    if found is None:
        return None
    dropped = text[: found.start()] + chance.choice(("", "，一律照此执行", "，没有例外")) + text[found.end() :]
    kept = found[0].replace("但是", chance.choice(("但", "不过", "但是"))) + chance.choice(("", "，照此执行"))
    return Change("scope", dropped, text[: found.start()] + kept + text[found.end() :], mirror=False)


def listing(text: str, chance: random.Random) -> Change | None:
    """A list of a prohibition or duty widened by one item, or put in another order."""
    found = LISTED.search(text)
    if found is None or not re.search(r"不得|禁止|应当|处", text):
        return None
    at, item = found.start(1), chance.choice(ITEMS)
    items = re.search(r"(?<=、)([\u4e00-\u9fff]{2,6})、([\u4e00-\u9fff]{2,6})(?=、)", text)
    same = text if items is None else text[: items.start()] + f"{items[2]}、{items[1]}" + text[items.end() :]
    return Change("scope", text[:at] + f"{item}、" + text[at:], same)


def people(text: str, chance: random.Random) -> Change | None:
    """Those whom the rule speaks of cut to some of them or exchanged for others, or named alike."""
    found = PEOPLE.search(text)
    if found is None:
        return None
    limits = (
        "本市户籍的{}",
        "在本地注册的{}",
        "规模以上的{}",
        "纳入名录的{}",
        "连续经营三年以上的{}",
        "已加入协会的{}",
    )
    wider = ("有关{}", "依法设立的{}", "本市行政区域内的{}", "各类{}", "前来办事的{}", "相关{}")
    faulty, lawful = (chance.choice(words).format(found[0]) for words in (limits, wider))
    put = [text[: found.start()] + w + text[found.end() :] for w in (faulty, lawful)]
    return Change("scope", put[0], put[1])


def modality(text: str, chance: random.Random) -> Change | None:
    """可以, 应当 and 不得 exchanged for another, or for a word of the same force."""
    ways = [(a, b) for a, b in STRICTER if a in text]
    if not ways:
        return None
    old, new = chance.choice(ways)
    new = chance.choice((new, *SAME[new][:2]))
    at = chance.choice([m.start() for m in re.finditer(old, text)])
    put = [text[:at] + word + text[at + len(old) :] for word in (new, chance.choice(SAME[old]))]
    return Change("permission", put[0], put[1], mirror=True)


def actor(text: str, chance: random.Random) -> Change | None:
    """A power or duty given to another body, or to the local organ that has it."""
    found = [m for m in ORGAN.finditer(text) if not text[m.end() :].startswith(("批准的", "规定"))]
    if not found:
        return None
    match = chance.choice(found)
    core = re.sub(r"^.*人民政府", "", match[0]) if "人民政府" in match[0] else match[0]
    local = chance.choice(("市", "本市", "县", "市、县", "本级")) + (core or "人民政府")
    if re.match(r"国务院|省", match[0]):
        local = match[0]
    put = [text[: match.start()] + word + text[match.end() :] for word in (chance.choice(OTHERS), local)]
    return Change("authority", put[0], put[1], mirror=True)


def procedure(text: str, chance: random.Random) -> Change | None:
    """A step of a procedure waived, or kept and detailed."""
    steps = [step for step in STEPS if step in text]
    if not steps:
        return None
    step = chance.choice(steps)
    segment = re.search(rf"[^，。；：]*{step}[^，。；：]*", text)
    if segment is None or segment[0].startswith("未"):
        return None
    waived = chance.choice(
        (f"不再{step}", f"可以不经{step}", f"免予{step}", f"{step}环节省略", f"以会议纪要代替{step}")
    )
    kept = chance.choice(("{}并做好记录", "{}（可在网上进行）", "{}并留存材料", "{}，不得省略")).format(segment[0])
    put = [text[: segment.start()] + word + text[segment.end() :] for word in (waived, kept)]
    return Change("procedure", put[0], put[1])


def narrowing(text: str, chance: random.Random) -> Change | None:
    """A right cut by a limit, or expressly left whole."""
    found = re.search(
        r"(?:有权|可以(?:依法)?(?:申请|要求|请求|提起|向|委托|查阅|复制|选择)|享受|享有|有[^，。；]{1,8}的权利)[^，。；]*",
        text,
    )
    if found is None:
        return None
    put = [text[: found.end()] + "，" + chance.choice(words) + text[found.end() :] for words in (LIMITS, FREED)]
    return Change("permission", put[0], put[1])


def charge(text: str, chance: random.Random) -> Change | None:
    """A free service charged for, or free still."""
    found = re.search(r"(?:不得|不)(?:向[^，。；]{1,12})?收取[^，。；]{0,12}费用?|免费|无偿", text)
    if found is None:
        return None
    faulty = chance.choice(("收取工本费", "按成本收费", "缴纳服务费后", "适当收取费用", "有偿"))
    lawful = chance.choice(("免费", "不收费", "免收工本费", "无偿"))
    put = [text[: found.start()] + w + text[found.end() :] for w in (faulty, lawful)]
    return Change("permission", put[0], put[1], mirror=True)


def _pair(label: str, edit: Callable[[str, random.Random], tuple[str, str, bool] | None]) -> Editor:
    def run(text: str, chance: random.Random) -> Change | None:
        made = edit(text, chance)
        return None if made is None else Change(label, *made)

    return run


EDITORS: dict[str, Editor] = {
    "deadline": _pair("number", deadline),
    "amount": _pair("number", amount),
    "fine": _pair("penalty", fine),
    "condition": condition,
    "exception": exception,
    "listing": listing,
    "people": people,
    "modality": modality,
    "actor": actor,
    "procedure": procedure,
    "narrowing": narrowing,
    "charge": charge,
}
