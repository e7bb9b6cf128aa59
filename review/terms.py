"""What a term of time is for: the step that has to be taken in it, or a waiting before something may be done.

Two terms of like wording may belong to different steps: a report is looked into within fifteen working days and
answered within seven (广告法 art. 53). Pure functions.
"""

import re

from ..corpora.quantities import Quantity

_TIMES = frozenset(("hour", "day", "workday", "month", "year"))
_AHEAD = 28
# Steps by their verbs; a word may stand for two steps (审查 is looked into and decided).
_STEPS = {
    "check": re.compile(r"核查|核实|查验|查证|勘验|检查|调查|审查|审核"),
    "decide": re.compile(r"决定|办结|办理|办毕|处理|审结|审批|审查|审核|结论|意见|确认|认定|核准|批准|裁定|裁决"),
    "answer": re.compile(r"告知|答复|回复|反馈|通知|说明"),
    "hand": re.compile(r"送达|颁发|发放|核发|制发|送交|寄送"),
    "pass": re.compile(r"转送|移送|移交|转交|转办|交办"),
}
_WAIT = re.compile(r"^(?:之?后|期满)")
_WAITING = re.compile(r"催告|公告|公布|施行|强制执行|期满")


def other_step(my_text: str, mine: Quantity, their_text: str, theirs: Quantity) -> bool:
    """Are both terms for steps told by their verbs, and the steps different ones?"""
    if mine.dimension not in _TIMES or theirs.dimension not in _TIMES:
        return False
    steps = [_steps(text, one) for text, one in ((my_text, mine), (their_text, theirs))]
    return all(steps) and steps[0].isdisjoint(steps[1])


def waits(text: str, quantity: Quantity) -> bool:
    """Is the term a waiting that protects whoever is warned (催告书送达十日后)? A longer one harms nobody."""
    at = quantity.span.end if text[quantity.span.start : quantity.span.end] == quantity.words else -1
    at = text.rfind(quantity.words) + len(quantity.words) if at < 0 else at
    return bool(quantity.dimension in _TIMES and _WAIT.match(text[at : at + 4]) and _WAITING.search(text))


def _steps(text: str, quantity: Quantity) -> frozenset[str]:
    """The steps named right after a term: in the first comma segment that names one, up to the end of its part."""
    after = re.split(r"[。；]", text[quantity.span.end : quantity.span.end + _AHEAD])[0]
    named = (frozenset(step for step, verb in _STEPS.items() if verb.search(part)) for part in after.split("，"))
    return next((steps for steps in named if steps), frozenset())
