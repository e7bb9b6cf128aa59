"""Wording that changes nothing: synonyms, lead-ins, tails and numbering, for lawful and faulty clauses alike.

Every edited clause goes through here, whatever its label, so that a changed word alone tells nothing. All words are
the project's own; the text they are applied to comes from the user's law store at run time.
"""

import random
import re

# A word of legal style -> words that may stand for it in a clause.
SYNONYMS = {
    "应当": ("应", "须", "必须"),
    "不得": ("不能", "禁止", "不应"),
    "公民、法人和其他组织": ("公民、法人或者其他组织", "自然人、法人和非法人组织", "组织和个人"),
    "任何单位和个人": ("任何组织和个人", "各单位和个人"),
    "擅自": ("私自", "未经同意"),
    "依照": ("按照", "依据"),
    "按照": ("依照", "依据"),
    "有关部门": ("相关部门",),
    "之日起": ("当日起",),
    "及时": ("尽快",),
    "书面": ("以书面形式",),
    "申请人": ("申请单位或者个人", "申请者"),
    "当事人": ("有关当事人",),
    "并且": ("且", "同时"),
    "或者": ("或",),
    "予以": ("给予",),
    "告知": ("通知",),
    "公布": ("向社会公布",),
}
FRONT = (
    "",
    "",
    "",
    "本市行政区域内，",
    "在本县范围内，",
    "在实施过程中，",
    "根据上位法的规定，",
    "为了规范管理，",
    "从本办法施行之日起，",
)
NUMBERING = ("", "", "第{}条　", "{}、", "（{}）")
TAIL = (
    "",
    "",
    "",
    "",
    "有关单位做好记录和归档。",
    "具体事项可以向主管部门咨询。",
    "主管部门提供网上办理渠道。",
    "各乡镇做好宣传引导。",
    "办理情况纳入年度统计。",
)
DIGITS = "一二三四五六七八九"
_LAW = re.compile(r"本法|本条例|本规定")
_OPENING = re.compile(r"^(?:第[零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十])?)?\s*")
_PLACES = (
    ("云", "青", "禾", "临", "安", "清", "柳", "桃", "平", "石"),
    ("岭", "溪", "丰", "河", "源", "远", "湖", "原"),
)
_ORGANS = ("教育局", "城市管理局", "农业农村局", "民政局", "自然资源局", "市场监督管理局", "交通运输局", "医疗保障局")
_KINDS = (("规范性文件", 8), ("地方政府规章", 1), ("地方性法规", 1))


def clause(text: str, chance: random.Random) -> str:
    """The text as a clause of a local document: some words exchanged, perhaps numbered, opened and closed."""
    text = _OPENING.sub("", text).strip()
    text = _LAW.sub(chance.choice(("有关法律", "上位法")), text)
    text = exchanged(text, chance)
    number = chance.choice(NUMBERING).format(chance.choice(DIGITS))
    if text[-1:] not in "。；":
        text += "。"
    return number + chance.choice(FRONT) + text.replace("；", chance.choice("；。")) + chance.choice(TAIL)


def exchanged(text: str, chance: random.Random) -> str:
    """The text with about half of its exchangeable words replaced by another of their group."""
    for word, others in SYNONYMS.items():
        if word in text and chance.random() < 0.5:
            text = text.replace(word, chance.choice(others), 1)
    return text


def head(chance: random.Random) -> tuple[str, str, str]:
    """A fictional issuer, its level and the kind of its document."""
    kind = chance.choices([k for k, _ in _KINDS], [n for _, n in _KINDS])[0]
    place = "".join(chance.choice(part) for part in _PLACES)
    rank = chance.choice(("市", "县"))
    word = "市级" if rank == "市" else "县级"
    if kind == "地方性法规":
        return f"{place}市人民代表大会常务委员会", "市级人大", kind
    if kind == "地方政府规章":
        return f"{place}市人民政府", "市级政府", kind
    if chance.random() < 0.5:
        return f"{place}{rank}人民政府", f"{word}政府", kind
    return f"{place}{rank}{chance.choice(_ORGANS)}", f"{word}部门", kind
