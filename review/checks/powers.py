"""Powers: does a clause exercise or hand out a power that the organ's own list lacks, or gives to another organ?

Runs only where the profile has a list. The kind of power is read off the verbs; an item covers a clause when the
clause holds most of the words of the item's name. What is not covered is a doubt, with the nearest item shown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..finding import Finding
from ..gates import closed
from ..powerlist import Power, PowerList, organ_key
from ..remark import Said, remark
from ..standard import Rule, Standard
from ..view import ClauseView, Sentence

COVERED = 0.6
_ORGAN = re.compile(
    r"(?:由|经|报|向|到)?((?:[一-龥]{2,14}?)(?:主管部门|监督管理部门|管理部门|行政部门|部门|委员会|(?<!当)局|厅|街道办事处|人民政府|执法(?:大队|支队|机构)))"
    r"(?=[^，。；]{0,24}$)"
)
_PATTERNS = {
    "行政许可": r"审批|核准|许可(?!证)|(?:批准|同意|合格)(?:后|的)?，?(?:方可|才能|方能)|[核颁]发[^，。；]{0,14}证",
    "行政处罚": r"(?:处|给予)[^，。；]{0,30}(?:罚款|警告|通报批评)|没收[^，。；]{0,8}(?:所得|财物)|吊销|责令停[产业]",
    "行政强制": r"查封|扣押|冻结[^，。；]{0,8}(?:存款|账户|汇款)|强制(?:拆除|清除|检定|隔离|执行)|代履行",
    "行政征收": r"(?:征收|收取|收缴)[^，。；]{0,12}(?:费|金|税)",
    "行政给付": r"(?:发放|给付)[^，。；]{0,14}(?:救助|补助|抚恤|低保|津贴)[^，。；]{0,4}",
    "行政检查": r"(?:实施|开展|进行|组织)[^，。；]{0,12}(?:监督检查|执法检查|专项检查|抽查|现场检查)",
    "行政确认": r"(?:予以|给予|进行|办理|负责)[^，。；]{0,14}(?:认定|鉴定|确认|登记)",
    "行政奖励": r"给予[^，。；]{0,8}(?:表彰|奖励)",
    "行政裁决": r"(?:由|作出)[^，。；]{0,20}裁决",
}
_ACTS = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS.items())


@dataclass(frozen=True, slots=True)
class Exercised:
    """A power a sentence exercises: its kind, the organ named before it ("" for none), the nearest item of the kind."""

    kind: str
    words: str
    organ: str
    near: Power | None
    share: float


def check(view: ClauseView, powers: PowerList, standard: Standard) -> tuple[Finding, ...]:
    """At most one finding per clause and kind of power."""
    outside, other = standard.rule("powers.outside"), standard.rule("powers.other")
    found: dict[str, Finding] = {}
    for sentence in view.sentences:
        for act in _exercised(view, sentence, powers, outside):
            if act.share < COVERED:
                found.setdefault(act.kind, _finding(view, sentence, act, outside, powers))
            elif act.near and _elsewhere(act.organ, act.near.organ):
                found.setdefault(act.kind, _finding(view, sentence, act, other, powers))
    return tuple(found.values())


def _exercised(view: ClauseView, sentence: Sentence, powers: PowerList, rule: Rule) -> Iterator[Exercised]:
    """The first exercise of each kind in a sentence that no gate keeps quiet."""
    text = sentence.lead + sentence.before + sentence.text
    for kind, pattern in _ACTS:
        match = next((m for m in pattern.finditer(sentence.text) if not closed(view, sentence, m, rule)), None)
        if match is not None:
            organ = _ORGAN.search(sentence.text[: match.start()])
            near = powers.nearest(text, kind)
            yield Exercised(kind, match[0], organ[1] if organ else "", *(near or (None, 0.0)))


def _elsewhere(named: str, listed: str) -> bool:
    """Do a clause and an item name organs of different matters? A general word (主管部门) names none."""
    mine, theirs = organ_key(named), organ_key(listed)
    return bool(mine and theirs) and mine not in theirs and theirs not in mine


def _finding(view: ClauseView, sentence: Sentence, act: Exercised, rule: Rule, powers: PowerList) -> Finding:
    why = {"check": "powers", "matched": act.words, "kind": act.kind, "list": powers.file, "organ": act.organ}
    said = Said(_message(act, rule, powers), {**why, "nearest": _item(act.near), "share": round(act.share, 3)})
    return remark(view, sentence.place, rule, said)


def _message(act: Exercised, rule: Rule, powers: PowerList) -> str:
    """What the clause does, and where the list has it or what comes nearest."""
    near = act.near
    if near is None:
        return f"本条“{act.words}”属于{act.kind}，权责清单（{powers.file}）中没有{act.kind}类事项，请核对。"
    if rule.data.id == "powers.other":
        place = f"权责清单第 {near.row} 行“{near.item}”列在{near.organ}名下"
        return f"本条“{act.words}”由{act.organ}行使，{place}，请核对。"
    nearest = f"最接近的是第 {near.row} 行“{near.words}”"
    return f"本条“{act.words}”属于{act.kind}，权责清单（{powers.file}）中没有找到相应事项，{nearest}，请核对。"


def _item(power: Power | None) -> dict[str, object] | None:
    return None if power is None else {"item": power.item, "organ": power.organ, "basis": power.basis, "row": power.row}
