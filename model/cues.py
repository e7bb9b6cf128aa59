"""Cheap facts of a clause's wording: hashed character strings, and words of modality, sanction, number and time.

The patterns follow the definitions beside the own clauses: modality is the first modal word of the first unit, not
counting conditions and sanctions.
"""

import re
import zlib

import numpy as np
import numpy.typing as npt

from . import wording

BUCKETS = 1 << 14
STRINGS_BITS = 17
STRINGS = 1 << STRINGS_BITS
LENGTHS, SHORT = (1, 2, 3, 4), (1, 2, 3)
SEED = 11
# Odd numbers of 32 bits with no order in them (of xxHash).
_PRIME, _MIXER = np.uint32(2654435761), np.uint32(2246822519)
# Raise it when strings or cues are told otherwise: weights fitted on others are refused.
READING = 3
# The longest heading in characters.
HEADING = 8
MODALS = ("obligation", "prohibition", "permission")

_NUMBER = re.compile(r"^\s*(第[零一二三四五六七八九十百]+条\s*|[（(]?[零一二三四五六七八九十\d]+[)）、.．]\s*)")
_DIGITS = re.compile(r"[0-9０-９]+")
_UNIT = re.compile(r"[。；\n]")
_SANCTION = re.compile(
    r"罚款|责令|警告|没收|吊销|拘留|通报批评|追究.{0,6}责任|处分|取缔|从重处罚|滞纳金|暂扣|撤销.{0,6}(许可|登记|资格)"
)
_FLOOR = re.compile(r"不得(低于|少于|短于|早于|晚于)|不低于|不少于")
_BAN = re.compile(r"不得|禁止|严禁|不准|不允许|不予|不可(?!抗)|一律不|不再受理")
_DUTY = re.compile(
    r"应当|必须|(?<![无不])须(?!知)|(?<![供相适对响反效感])应(?![急用邀付收届聘税答对计纳试发诺])|负责(?!人)|只能|方可(?!以)|方能"
)
_LEAVE = re.compile(r"可以|(?<![许认方不])可(?![支靠能行持信再见])|有权|鼓励|倡导|提倡|自愿|允许")
_KNOWN = re.compile(r"知道或者应当知道|知道或者应知|明知或者应知|依法应当[^，；。]{1,16}的(?=[^，；。])")
_QUOTED = re.compile(r"《[^》]*》|〔\d+〕\d*号|第[零一二三四五六七八九十百\d]+[条款项]")
_N = r"[零一二三四五六七八九十百千万两半\d.]+"
_SUM = re.compile(
    rf"{_N}余?(?:万|亿)?(?:元|角|分(?!钟|支|之|别|类|级|局|公司|院|配|区|布|管)|倍|周岁|岁|米|公里|平方|亩|吨|公斤|千克|毫升|立方"
    r"|分贝|公顷|dpi|厘米|斤)|百分之|千分之|万分之|[二三四五]分之[一二三四]|\d\s*[%％‰]|过半数|半数|一半|各半|减半|半价"
    rf"|[一二三四五六七八九]成(?!绩|为|本|立|员|果)|{_N}(?:名|人|家|台|辆|户|只|株|个|件|桌|场|处|位|种)(?:以上|以下|以内|以外)"
    rf"|(?:不少于|不超过|不低于|不得少于|少于|超过|满|至少|每).{{0,8}}?{_N}(?:名|人|家|台|辆|户|只|株|桌|场|位)(?!口)"
)
_TIME = re.compile(
    rf"{_N}个?(?:工作日|小时|分钟|个月|月(?!份)|季度|学时)|{_N}(?:日|天)(?!常|龄|程)|{_N}年(?!龄|级|度|期)|{_N}年期"
    rf"|当日|当天|次日|次月|当月|终身|终生|年底|月底|年末|{_N}时(?:至|前|后|以|的|，|。|；)|每(?:年|月|日|周|季|学期|天|晚|半年)"
    r"|按(?:月|日|年|季)"
)

# Orders without a modal word, looked for where the first unit has none.
_BARE = {
    "by whom": r"由[^，。；]{2,24}(?:负责|组织|实施|办理|受理|审|批|核|决定|认定|确定|管理|监督|收|缴|统|处理"
    r"|出具|选|承担|评|报)",
    "in time": r"(?:日|月|时|天|年|季度末)(?:之?内|前|起)[^，。；]{0,24}(?:[办审决答告报公登完备提作组清核签开更])"
    r"|当[场日]|每(?:年|季度?|月|周|半年|日)",
    "to whom": r"(?:向|报)[^，。；]{2,24}(?:备案|报告|报送|报|提交|申请|缴|交|汇交|申报|批准|确认|同意)|备案",
    "paid": r"缴纳|交纳|交存|缴存|预交|收取|承担|支付|缴付|拨缴|捐",
    "paper": r"提交|凭|交验|出具|附",
    "acts": (
        r"(?:局|部门|机关|政府|委员会|委|机构|单位|企业|公司|中心|人员|村|社区|街道|乡镇|学校|窗口|所|站|人)"
        r"[^，。；的]{0,10}(?:开展|组织|实施|设立|建立|实行|编制|报送|检查|检测|公布|公示|保存|提供|核实|审查|进行|采用|落实|履行|更新)"
    ),
    "under rules": r"(?:按照?|依照|依据|根据)[^，。；]{2,40}(?:执行|处理|办理|管理|进行|实施|发放)|执行|适用",
    "said to be": r"是指|所称|包括|属于|为[^，。；]{0,12}(?:元|米|分|个|年|日|人|级)|分为|有效|享受|享有|合格",
    "no fee": r"不(?:再)?收取|免费|免收|不收|不受|不要求",
}
_ORDERS = tuple(re.compile(pattern) for pattern in _BARE.values())

_TRIGGERS = {
    "permit words": r"许可|审批|核准|批准|报批|资质|资格|执业证|经营证|准入|申领|注册|延续",
    "permit first": (
        r"(应当|须|必须|应)[^，。；]{0,24}(申领|取得|批准|许可|核准|审查同意)"
        r"|未[^，。；]{0,12}(许可|批准|同意)"
    ),
    "no permit": r"(不需要|无需|不再|免予)[^，。；]{0,16}(许可|审批|批准|登记|备案)",
    "decision": r"(受理|收到)[^，。；]{0,16}(之日起|后)[^，。；]{0,24}(作出|办结|审查|审核|答复|决定)",
    "filing": r"备案|登记|报告|报送|申报",
    "fine": r"处[^，。；]{0,24}罚款|并处|加处",
    "licence lost": r"吊销|撤销|停业整顿|停产停业|拘留|黑名单|失信|取消[^，。；]{0,8}资格",
    "force": r"查封|扣押|扣留|暂扣|强制|强行|拆除|断电|停止供|停水|停电|拖移|划拨|冻结|收容|代为|封闭|征用|先行登记",
    "court": r"申请人民法院|提起诉讼|仲裁|行政复议|听证|申诉|投诉|举报",
    "money asked": (
        r"(缴纳|交纳|收取|交存|预缴|补缴|缴存|加收|承担)[^，。；]{0,16}(费|金|款|税)|押金|保证金|收费"
        r"|工本费"
    ),
    "money waived": r"(不|免|减)(予|得)?(收|缴|交)[^，。；]{0,10}|免费|免征",
    "paper": r"(提交|提供|出具|出示|交验|附具|凭)[^，。；]{0,24}(证明|材料|证|件|书|表|发票|报告|意见|照片)",
    "no paper": r"(不得|不再|不|无需|免予)(另行)?(要求|提交|提供|索要)[^，。；]{0,16}(证明|材料)",
    "must meet": r"具备|具有|符合|条件|年满|周岁|户籍|不少于|以上|合格|满[零一二三四五六七八九十\d]+年|方可",
    "who may not": r"有下列情形|不得(申请|参加|从事|享受|纳入|担任)|限于|仅限|除外",
    "due act": (
        r"(应当|须|必须|不得|禁止)[^，。；]{0,12}"
        r"(安装|配备|保持|设置|公示|建立|保存|使用|开展|投保|停放|燃放|销售|排放|占用)"
    ),
    "claim": r"有权|可以(申请|要求|选择|提出|自主|自行|依法)|享受|享有|补偿|不予受理|视为放弃|自愿",
    "given": r"补贴|补助|奖励|资助|救助|优待|减免|贴息|津贴|免费|优惠",
    "trade": (
        r"本地|外地|本市|本县|外埠|指定|独家|统一(采购|供应|安装|制作)|名录|品牌|民营|国有|供应商|投标|经营者"
        r"|平台公司"
    ),
    "meaning": r"所称|是指|视为|包括.{0,20}不包括",
    "who acts": (
        r"由[^，。；]{2,20}(负责|办理|审批|实施|决定|组织|受理|核发|处罚)"
        r"|(局|部门|政府|办事处|委员会)(负责|可以|应当)"
    ),
    "handling": r"公示|公告|征求|表决|同意|告知|送达|书面|程序|流程|备案|受理|审核|评审|抽取",
    "house": r"台账|归档|值班|会议|考核|例会|督办|报送|档案|通报|印发",
    "frame": r"为(了)?[^，。；]{2,30}制定|起施行|同时废止|适用于|解释",
}
_COMPILED = tuple(re.compile(pattern) for pattern in _TRIGGERS.values())
# Cues weigh more than any one string; the modal word all but decides the modality.
SCALE, OF_MODAL = 3.0, 5.0

Codes = npt.NDArray[np.int32]
Shares = npt.NDArray[np.float32]


def bag(text: str) -> tuple[Codes, Shares]:
    """Buckets of the character strings of one to four characters and 1 + log of their counts; digits count as one."""
    counts: dict[int, int] = {}
    plain = f"^{_DIGITS.sub('0', text)}$"
    for length in LENGTHS:
        for start in range(len(plain) - length + 1):
            place = zlib.crc32(plain[start : start + length].encode(), SEED) % BUCKETS
            counts[place] = counts.get(place, 0) + 1
    return np.fromiter(counts, np.int32, len(counts)), 1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))


def strings(text: str) -> tuple[Codes, Shares]:
    """The same of one to three characters in many more buckets; its hash is worked out for all of a length at once."""
    marked = f"^{_DIGITS.sub('0', text)}$"
    letters = np.frombuffer(marked.encode("utf-32-le", "replace"), np.uint32)
    found, mixed = [], np.full(len(letters), SEED, np.uint32)
    for length in SHORT:
        size = len(letters) - length + 1
        mixed = mixed[:size] * _PRIME + letters[length - 1 :]
        found.append(((mixed ^ (mixed >> np.uint32(15))) * _MIXER) >> np.uint32(32 - STRINGS_BITS))
    places, counts = np.unique(np.concatenate(found), return_counts=True)
    return places.astype(np.int32), 1 + np.log(counts.astype(np.float32))


def cues(text: str) -> Shares:
    """One number per fact, in a fixed order; `NAMES` names them."""
    unit = _first_unit(text)
    first = _modal(unit)
    told = [OF_MODAL * (first == name) for name in (*MODALS, "none")]
    told += [float(bool(pattern.search(text))) for pattern in (_SANCTION, _FLOOR)]
    bare = _QUOTED.sub("", _NUMBER.sub("", text))
    told += [float(bool(pattern.search(bare))) for pattern in (_SUM, _TIME)]
    told += [float(bool(pattern.search(text))) for pattern in _COMPILED]
    told += [float(not first and bool(pattern.search(unit))) for pattern in _ORDERS]
    told += [min(len(text), 400) / 400, *wording.facts(text)]
    return np.array(told, np.float32) * np.float32(SCALE)


_BARE_NAMES = tuple(f"bare: {name}" for name in _BARE)
NAMES = (
    *MODALS,
    "no modal word",
    "sanction",
    "floor",
    "sum",
    "time",
    *_TRIGGERS,
    *(f"bare: {name}" for name in _BARE),
    "length",
    *wording.NAMES,
)


def modal(text: str) -> str:
    """The first modal word of the first unit; `none` where it only states sanctions, empty where it states neither."""
    return _modal(_first_unit(text))


def _first_unit(text: str) -> str:
    """The first unit without its number; the one after it where the first is a numbered heading."""
    bare = _NUMBER.sub("", text)
    units = [unit for unit in _UNIT.split(_KNOWN.sub("＿", bare), maxsplit=2) if unit.strip()]
    headed = len(units) > 1 and bare != text and len(units[0]) <= HEADING and not _modal(units[0])
    return _NUMBER.sub("", units[1].strip()) if headed else units[0] if units else ""


def _modal(unit: str) -> str:
    parts = re.split("[，：]", unit)
    sanction = False
    for at, part in enumerate(parts):
        if not part or (part.endswith("的") and at < len(parts) - 1):
            continue
        if _SANCTION.search(part):
            sanction = True
            continue
        found = _first(part)
        if found:
            return found
    return "none" if sanction else ""


def _first(part: str) -> str:
    floor = _FLOOR.search(part)
    rest = _FLOOR.sub(lambda match: "＿" * len(match[0]), part)
    places = [(floor.start(), "obligation")] if floor else []
    for name, pattern in zip(MODALS, (_DUTY, _BAN, _LEAVE), strict=True):
        match = pattern.search(rest)
        if match:
            places.append((match.start(), name))
    return min(places)[1] if places else ""
