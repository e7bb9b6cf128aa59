"""Names of laws: one key per law whatever the spelling, and what a title says about rank and kind."""

import re

from ..text import Rank
from .record import TextKind

STATE = "中华人民共和国"
_BRACKETS = str.maketrans(
    {"(": "（", ")": "）", "〈": "《", "〉": "》", "<": "《", ">": "》", "＜": "《", "＞": "》", "﹤": "《", "﹥": "》"}
)
_LONG = (
    ("全国人大常委会", "全国人民代表大会常务委员会"),
    ("全国人大", "全国人民代表大会"),
    ("最高法院", "最高人民法院"),
)
_YEAR_TAIL = re.compile(
    r"（(?:\d{4}年?(?:\d{1,2}月\d{1,2}日)?)?(?:最新)?(?:第[一二三四五六七八九]次)?(?:修订|修正|修改|新修订|修[订正])(?:版|本|稿)?）$"
    r"|（\d{4}-\d{2}-\d{2}）$"
)


def clean_title(name: str) -> str:
    """Title as printed, without outer marks, spaces and edition notes such as （2019年修正）."""
    text = re.sub(r"[\s\u200b\ufeff]+", "", name).translate(_BRACKETS)
    if text.startswith("《") and text.endswith("》") and text.count("《") == 1:
        text = text[1:-1]
    return _YEAR_TAIL.sub("", text)


def name_key(name: str) -> str:
    """Key under which every spelling of a name meets: no marks, no 中华人民共和国, full organ names."""
    text = clean_title(name)
    for short, long in _LONG:
        if short in text and long not in text:
            text = text.replace(short, long)
    text = text.replace(STATE, "") or text
    return re.sub(r"[《》、，·•“”\"']", "", text)


def kind_of(name: str) -> TextKind:
    """Kind of a text by its title."""
    if re.search(r"修正案(?:（[^）]*）)?$|关于(?:修改|修订|废止|修正)|(?:修改|废止).{0,60}的决定$", name):
        return TextKind.AMENDMENT
    if re.search(r"^全国人民代表大会常务委员会关于.*的解释$", name):
        return TextKind.INTERPRETATION
    if re.search(r"的(?:决定|决议)$", name):
        return TextKind.DECISION
    return TextKind.BODY


def rank_by_title(name: str) -> Rank | None:
    """Rank that the title alone shows; None where the title leaves it open (条例, 规定, 办法)."""
    if re.match(r"(?:中华人民共和国)?宪法(?:修正案|$)", name):
        return Rank.CONSTITUTION
    if re.search(r"最高人民(?:法院|检察院)", name):
        return Rank.JUDICIAL
    if re.search(r"法典?$|刑法修正案", name) and not re.search(r"(?:办|方|做|用|疗|无)法$", name):
        return Rank.LAW
    return None


_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,12}?(?:省|自治区|市|自治州|自治县|特区|新区)")


def rank_guess(name: str) -> Rank | None:
    """Rank a reader would expect of a cited title; a guess, for 办法 and 规定 may also be normative documents."""
    title = clean_title(name)
    if (rank := rank_by_title(title)) is not None:
        return rank
    local = bool(_PLACE.match(title))
    if re.search(r"条例(?:（[^）]*）)?$", title):
        return Rank.LOCAL_REGULATION if local else Rank.ADMIN_REGULATION
    if re.search(r"(?:办法|规定|细则|规则)(?:（[^）]*）)?$", title):
        return Rank.LOCAL_RULE if local else Rank.DEPARTMENT_RULE
    return None
