"""Numbers of an article moved outside or inside what it allows: deadlines, other quantities, fines.

An edit gives (faulty, lawful, mirror) or None where the paragraph has no such number.
"""

import random
import re

from ...corpora.numerals import int_to_chinese
from ...corpora.quantities import Quantity, number, quantities

Edited = tuple[str, str, bool]

# From here on numbers are written in digits.
WRITTEN = 1e8
TIMES = ("hour", "day", "workday", "month", "year")
COUNTS = ("person", "percent", "age", "sqm", "metre", "count", "lesson", "yuan")
PENALTY = re.compile(r"罚款|处罚|违法所得")
RIGHT = re.compile(r"可以|有权|请求|申请|起诉|提起|要求|申诉|补正|异议")
FREE = re.compile(r"可以|有权|不服|当事人|申请人")
ORGANIC = re.compile(
    r"(?:机关|部门|政府|法院|检察院|委员会|机构|税务|海关|学校|单位)[^。；]*?(?:应当|作出|决定|答复|通知|公布|办结)"
)
CONDITION = re.compile(r"具备|条件|具有|符合|满")
LEADING = re.compile(r"^[\d,.〇零一二两三四五六七八九十百千万亿]+(?:点[零一二三四五六七八九]+)?")
FACTORS_UP, FACTORS_DOWN = (1.5, 2, 3, 4), (0.5, 0.34, 0.67, 0.25)
KINDS = (
    "吊销许可证", "吊销营业执照", "没收违法所得", "责令停产停业", "责令关闭", "暂扣许可证件", "没收违法财物",
    "并处警告并通报批评", "限制从业三年", "扣除保证金", "列入失信名单并公示", "取消评优资格",
)  # fmt: skip


def deadline(text: str, chance: random.Random) -> Edited | None:
    """A time limit moved against those whom it protects, or in their favour, or kept."""
    q = _chosen(text, TIMES, chance)
    if q is None or PENALTY.search(text):
        return None
    before = re.split(r"[。；]", text[: q.span.start])[-1]
    after = re.split(r"[，。；]", text[q.span.end :])[0]
    near = re.split(r"[，：]", before)[-1] + after
    shorter, longer, mirror = _moved(text, q, chance, FACTORS_DOWN), _moved(text, q, chance, FACTORS_UP), False
    if q.bound == "min":
        faulty, lawful = shorter, chance.choice((longer, text))
    elif q.bound == "max" and ORGANIC.search(before + after) and not FREE.search(near):
        faulty, lawful = longer, chance.choice((shorter, shorter, text))
    elif RIGHT.search(near):
        faulty, lawful = shorter, text
    else:
        faulty, lawful, mirror = chance.choice((shorter, longer)), text, True
    return (faulty, lawful or text, mirror) if faulty else None


def amount(text: str, chance: random.Random) -> Edited | None:
    """A count, share or sum changed: floors lowered, ceilings and conditions raised."""
    q = _chosen(text, COUNTS, chance)
    if q is None or PENALTY.search(text):
        return None
    lower, higher = _moved(text, q, chance, FACTORS_DOWN), _moved(text, q, chance, FACTORS_UP)
    if q.bound == "max":
        faulty, lawful, mirror = higher, lower or text, False
    elif q.bound == "min" and not CONDITION.search(text):
        faulty, lawful, mirror = lower, chance.choice((higher, text)), False
    else:
        faulty, lawful, mirror = higher, text, True
    return (faulty, lawful or text, mirror) if faulty else None


def fine(text: str, chance: random.Random) -> Edited | None:
    """A fine outside its range or with a kind added; a fine inside it, or the same kinds."""
    if "罚款" not in text:
        return None
    ranged = [q for q in quantities(text) if q.dimension in ("yuan", "times") and q.bound in ("range", "max")]
    if not ranged or chance.random() < 0.3:
        return _kind_added(text, ranged, chance)
    q = chance.choice(ranged)
    low = q.low if q.bound == "range" else 0.0
    made = [_fine_words(a, b, q) for a, b in (_outside(low, q.high, chance), _inside(low, q.high, chance))]
    faulty, lawful = (text[: q.span.start] + words + text[q.span.end :] for words in made)
    if q.bound == "max":
        faulty, lawful = (
            t.replace("以下以下", "以下").replace("以下的罚款以下", "以下的罚款") for t in (faulty, lawful)
        )
    return faulty, lawful, False


def _kind_added(text: str, ranged: list[Quantity], chance: random.Random) -> Edited | None:
    kinds = [kind for kind in KINDS if kind[-4:] not in text]
    at = text.rfind("罚款")
    if not kinds or at < 0:
        return None
    faulty = text[: at + 2] + "，" + chance.choice(("并", "同时", "可以并处")) + chance.choice(kinds) + text[at + 2 :]
    if ranged and chance.random() < 0.6:
        q = ranged[0]
        low = q.low if q.bound == "range" else 0.0
        words = _fine_words(*_inside(low, q.high, chance), q)
        return faulty, (text[: q.span.start] + words + text[q.span.end :]).replace("以下以下", "以下"), False
    return (
        faulty,
        text[: at + 2] + chance.choice(("，并督促整改", "，情节轻微的依法不予处罚", "")) + text[at + 2 :],
        False,
    )


def _outside(low: float, high: float, chance: random.Random) -> tuple[float, float]:
    if low and chance.random() < 0.3:
        return _round(low * chance.choice((0.2, 0.5))), high
    times = chance.choice((1.5, 2, 3, 5))
    return (_round(high) if chance.random() < 0.4 else low), _round(high * times)


def _inside(low: float, high: float, chance: random.Random) -> tuple[float, float]:
    middle = _round((low + high) / 2)
    if not low < middle < high:
        return low, high
    return chance.choice(((low, middle), (middle, high), (low, high))) if low else (0.0, middle)


def _fine_words(low: float, high: float, q: Quantity) -> str:
    top = _written(high, q) + "以下"
    return f"{_written(low, q)}以上{top}" if low else top


def _round(value: float) -> float:
    digits = 10 ** max(0, len(str(int(value))) - 2)
    return float(max(1, round(value / digits) * digits))


def _written(value: float, q: Quantity) -> str:
    if q.dimension == "times":
        return f"{_words(value, q.words)}倍"
    return f"{_words(value / 1e4, q.words)}万元" if value >= 1e4 and value % 1e4 == 0 else f"{_words(value, q.words)}元"


def _words(value: float, like: str) -> str:
    if value != int(value):
        return f"{value:g}"
    plain = re.match(r"\d", like) or value >= WRITTEN
    return f"{int(value)}" if plain else int_to_chinese(int(value))


def _chosen(text: str, dimensions: tuple[str, ...], chance: random.Random) -> Quantity | None:
    found = [q for q in quantities(text) if q.dimension in dimensions and q.bound != "range" and LEADING.match(q.words)]
    return chance.choice(found) if found else None


def _moved(text: str, q: Quantity, chance: random.Random, factors: tuple[float, ...]) -> str:
    """The text with the quantity multiplied, in whole units; empty where no other whole number comes out."""
    lead = LEADING.match(q.words)
    if lead is None:
        return ""
    try:
        value = number(lead[0])
    except ValueError:
        return ""
    made = [round(value * f) for f in factors if round(value * f) >= 1 and round(value * f) != round(value)]
    if not made or value != int(value):
        return ""
    return (
        text[: q.span.start] + _words(float(chance.choice(made)), q.words) + q.words[lead.end() :] + text[q.span.end :]
    )
