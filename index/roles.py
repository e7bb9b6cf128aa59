"""What an article is for and which acts it speaks of, as bits; the same acts read from a clause.

Plain patterns over the wording of statutes: they feed the ranker as features and never decide alone. A limit is an
article that says who may set a permit, penalty, measure or fee, or what no document may do (立法法 arts. 11, 91, 104;
行政处罚法 arts. 10-16; 行政许可法 arts. 14-17): its wording is far from the clauses it governs.
"""

import re
from enum import IntFlag

# Raised when a pattern changes; part of every manifest that rests on it.
VERSION = 1


class Role(IntFlag):
    """What an article is for; several may hold."""

    PURPOSE = 1
    SCOPE = 2
    DEFINITION = 4
    PENALTY = 8
    DUTY = 16
    COMMENCEMENT = 32
    ORGAN = 64
    LIMIT = 128
    PRINCIPLE = 256
    RIGHT = 512


class Act(IntFlag):
    """What a text sets or speaks of."""

    PERMIT = 1
    PENALTY = 2
    COERCION = 4
    FEE = 8
    PROOF = 16
    PAST = 32
    MARKET = 64
    DEADLINE = 128
    BENEFIT = 256
    LABOUR = 512
    DISPUTE = 1024
    PRICE = 2048


_SIGN = "零〇一二三四五六七八九十百千万两0-9０-９"
_ROLES = {
    Role.PURPOSE: r"^为了?[^。]{4,}制定本",
    Role.SCOPE: r"适用本(?:法|条例|规定|办法|解释)|本(?:法|条例|规定|办法)适用于",
    Role.DEFINITION: r"所称|是指|包括下列|含义",
    Role.PENALTY: r"(?:罚款|吊销|没收|责令|警告|处分|拘留|刑事责任|有期徒刑|赔偿责任)",
    Role.DUTY: r"应当|必须|不得|禁止",
    Role.COMMENCEMENT: r"^[^。]{0,40}起(?:施行|实施|生效)",
    Role.ORGAN: r"(?:主管|负责)[^。]{0,30}工作|在各自的?职责范围内",
    Role.PRINCIPLE: r"(?:遵循|坚持)[^。]{0,60}原则|国家(?:保护|保障|鼓励|支持|实行)",
    Role.RIGHT: r"有权|可以|享有|受法律保护",
}
# Setting powers, forbidding what no document may do, and time: the articles a maker of documents must know.
_LIMIT = re.compile(
    r"设定[^。]{0,16}(?:许可|处罚|强制|措施|收费|证明)|(?:许可|处罚|强制|措施|执行)[^。]{0,8}由法律[^。]{0,10}设定"
    r"|只能制定法律|(?:规范性文件|规章|地方性法规)[^。]{0,20}(?:不得|可以)[^。]{0,20}(?:设定|规定|减损|增加)"
    r"|不溯及既往|法律[^。]{0,12}修改或者废止|(?:许可|权益|权利)受法律保护|不得擅自改变已经生效"
    r"|(?:行政机关|政府|部门)[^。]{0,40}不得[^。]{0,30}(?:滥用行政权力|限定|限制|干预|摊派|收取|以[^。]{1,20}为由)"
    r"|没有法律[^。]{0,30}依据|不得[^。]{0,16}(?:收取任何费用|收费|摊派)|(?:申请|仲裁|办理)[^。]{0,8}不收费"
    r"|(?:在全国范围内|全国)有效|上位法|另行收费|(?:一律|均)无效"
)
_ACTS = {
    Act.PERMIT: r"许可|批准|核准|审批|审核同意|会签|登记证|资质|资格|准入|备案|方可|目录|认定",
    Act.PENALTY: rf"罚款|处罚|没收|吊销|[处缴交][{_SIGN}]+元|违约金|警告|黑名单|扣除|加处",
    Act.COERCION: r"扣押|查封|冻结|扣留|留置|带至|带离|强制|拆除|划拨|代为|代履行|停水|停电|传唤|暂扣",
    Act.FEE: r"收取|收费|缴纳|费用|保证金|押金|基金|集资|认捐|摊派|工本费|服务费|预收",
    Act.PROOF: r"证明|材料|公证|提供[^。]{0,12}(?:复印件|原件|清单)|提交",
    Act.PAST: r"施行前|印发前|实施前|此前|以前|以后取得|重新核算|追溯|溯及|已经(?:取得|批准|建成|签订|生效|获得)",
    Act.MARKET: r"本地|本省|本市|本县|本区|外地|市外|省外|优先|指定|采购|招标|投标|推荐|经营者|垄断|自由流通|限定",
    Act.DEADLINE: rf"[{_SIGN}]+(?:个)?(?:工作日|日|个月|月|年|小时)(?:内|以内|以上|以下|前)?|期限|逾期",
    Act.BENEFIT: r"补贴|奖励|资助|补助|救助|优惠|减免|返还|待遇|保险金",
    Act.LABOUR: r"劳动|用人单位|职工|工资|试用期|工伤|社会保险|公务员|录用",
    Act.DISPUTE: r"仲裁|诉讼|调解|复议|争议|纠纷|起诉|人民法院|申诉|听证",
    Act.PRICE: r"价格|定价|限价|标价|涨价|指导价",
}
_ROLE_PATTERNS = tuple((role, re.compile(pattern)) for role, pattern in _ROLES.items())
_ACT_PATTERNS = tuple((act, re.compile(pattern)) for act, pattern in _ACTS.items())
_MAX = 4000
# The words by which articles name the instruments they bind, in the order of `text.Instrument`.
INSTRUMENTS = {
    "地方性法规": re.compile(r"地方性法规"),
    "部门规章": re.compile(r"部门规章|国务院部门[^。]{0,20}规章|(?<!府)规章"),
    "地方政府规章": re.compile(r"地方政府规章|(?<!门)规章"),
    "规范性文件": re.compile(r"规范性文件|行政机关不得|其他(?:规范性)?文件|没有法律[^。]{0,30}依据|决定、命令"),
}


def roles(text: str) -> int:
    """Bits of `Role` of an article's text."""
    found = sum(role for role, pattern in _ROLE_PATTERNS if pattern.search(text[:_MAX]))
    return found | (Role.LIMIT if _LIMIT.search(text[:_MAX]) else 0)


def acts(text: str) -> int:
    """Bits of `Act` of a clause or an article."""
    return sum(act for act, pattern in _ACT_PATTERNS if pattern.search(text[:_MAX]))


def instruments(text: str) -> int:
    """Bits, in the order of `INSTRUMENTS`, of the instruments whose power the text speaks of."""
    return sum(1 << at for at, pattern in enumerate(INSTRUMENTS.values()) if pattern.search(text[:_MAX]))
