"""Cheap facts of a clause's wording: hashed character strings, and words of modality, sanction, number and time.

The patterns follow the definitions beside the own clauses: modality is the first modal word of the first unit, not
counting conditions and sanctions.
"""

import re
import zlib

import numpy as np
import numpy.typing as npt

BUCKETS = 1 << 14
LENGTHS = (1, 2, 3, 4)
SEED = 11
MODALS = ("obligation", "prohibition", "permission")

_NUMBER = re.compile(r"^\s*(第[零一二三四五六七八九十百]+条\s*|[（(]?[零一二三四五六七八九十\d]+[)）、.．]\s*)")
_DIGITS = re.compile(r"[0-9０-９]+")
_UNIT = re.compile(r"[。；\n]")
_SANCTION = re.compile(
    r"罚款|责令|警告|没收|吊销|拘留|通报批评|追究.{0,6}责任|处分|取缔|从重处罚|滞纳金|暂扣|撤销.{0,6}(许可|登记|资格)"
)
_FLOOR = re.compile(r"不得(低于|少于|短于|早于|晚于)|不低于|不少于")
_BAN = re.compile(r"不得|禁止|严禁|不准|不允许|不予|不可(?!抗)|一律不|不再受理")
_DUTY = re.compile(r"应当|必须|(?<![无不])须(?!知)|应(?![急用邀付收届聘税答对计纳试发诺])|负责(?!人)|只能|方可|方能")
_LEAVE = re.compile(r"可以|(?<![许认方不])可(?![支靠能行持信再见])|有权|鼓励|倡导|提倡|自愿|允许")
_KNOWN = re.compile(r"知道或者应当知道|知道或者应知|明知或者应知|依法应当[^，；。]{1,16}的(?=[^，；。])")
_N = r"[零一二三四五六七八九十百千万两\d.]+"
_SUM = re.compile(
    rf"{_N}(?:万|亿|余)?(?:元|倍|周岁|岁|米|公里|平方|亩|吨|公斤|千克|毫升|立方|分贝|公顷)|百分之|千分之|万分之|分之"
    rf"|\d\s*[%％‰]|{_N}(?:名|人|家|台|辆|户|只|株|个)(?:以上|以下|以内)"
)
_TIME = re.compile(
    rf"{_N}个?(?:工作日|小时|分钟|个月|月内|季度)|{_N}(?:日|天|年)(?!龄|级|度)(?:内|前|后|以|的|至|一次|$|，|。|；)"
    rf"|(?:之日起|满|不超过|不少于|期限|有效期|每|提前){_N}(?:日|天|年|周)|当日|次日|终身|{_N}时(?:至|前|后)|\d+月\d+日"
)

Codes = npt.NDArray[np.int32]
Shares = npt.NDArray[np.float32]


def bag(text: str) -> tuple[Codes, Shares]:
    """Buckets of the character strings of one to four characters and 1 + log of their counts; digits count as one."""
    plain = f"^{_DIGITS.sub('0', text)}$"
    counts: dict[int, int] = {}
    for length in LENGTHS:
        for start in range(len(plain) - length + 1):
            place = zlib.crc32(plain[start : start + length].encode(), SEED) % BUCKETS
            counts[place] = counts.get(place, 0) + 1
    return np.fromiter(counts, np.int32, len(counts)), 1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))


def cues(text: str) -> Shares:
    """One number per fact, in a fixed order; `NAMES` names them."""
    first = modal(text)
    told = [float(first == name) for name in (*MODALS, "none")]
    told += [float(bool(pattern.search(text))) for pattern in (_SANCTION, _FLOOR, _SUM, _TIME)]
    return np.array([*told, min(len(text), 400) / 400], np.float32)


NAMES = (*MODALS, "no modal word", "sanction", "floor", "sum", "time", "length")


def modal(text: str) -> str:
    """The first modal word of the first unit; `none` where it only states sanctions, empty where it states neither."""
    unit = _UNIT.split(_KNOWN.sub("＿", _NUMBER.sub("", text)), maxsplit=1)[0]
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
