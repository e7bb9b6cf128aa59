"""What two texts say with the same words and with which numbers: facts that a tokenizer hides from a model.

Every character of a text gets a mark against the other text; `features` sums them up and adds who speaks.
"""

import re

import numpy as np
import numpy.typing as npt

from ..corpora.quantities import Quantity, quantities
from .focus import bigrams, overlap

Marks = npt.NDArray[np.int8]
Features = npt.NDArray[np.float32]

NONE, SHARED, ALONE, EQUAL, INSIDE, BELOW, ABOVE, UNMATCHED = range(8)
KINDS = 8
_PLAIN = re.compile(r"[\w]")
WORDS = tuple(
    re.compile(pattern)
    for pattern in (
        r"不得|禁止|严禁|不予|不再",
        r"可以|有权|能够|鼓励",
        r"应当|应|必须|须|需要",
        r"罚款|处罚|警告|没收|吊销|停业|扣",
        r"费|缴纳|收取|押金|保证金",
        r"证明|材料|证件|报告|承诺书|推荐",
        r"条件|户籍|本地|本市|本县|资格|方可|才能",
        r"除外|但是|但|另有规定",
        r"听证|公示|公告|征求意见|告知|送达|说明理由|回避",
        r"一律|均|全部|所有|任何|只能|唯一",
        r"无需|无须|不要求|不以|免|自愿|自主|不限|不影响|不得要求|不另",
    )
)
_BODIES = ("部门", "政府", "人大", "乡镇")
_INSTRUMENTS = ("规范性文件", "地方政府规章", "地方性法规", "部门规章")
SIZE = 2 * 5 + 2 + 2 + 2 * len(WORDS) + len(_BODIES) + len(_INSTRUMENTS)


def marks(text: str, other: str) -> Marks:
    """One mark per character: punctuation none, words shared with the other text or not, numbers compared."""
    made = np.zeros(len(text), np.int8)
    known = {other[i : i + 2] for i in range(len(other) - 1)}
    for at, character in enumerate(text):
        if _PLAIN.match(character):
            near = text[at : at + 2] in known or (at > 0 and text[at - 1 : at + 1] in known)
            made[at] = SHARED if near else ALONE
    theirs = quantities(other)
    for quantity in quantities(text):
        made[quantity.span.start : quantity.span.end] = _compared(quantity, theirs)
    return made


def _compared(mine: Quantity, others: tuple[Quantity, ...]) -> int:
    """How a quantity stands to the nearest one of its dimension in the other text."""
    like = [q for q in others if q.dimension == mine.dimension]
    if not like:
        return UNMATCHED
    if any((q.low, q.high) == (mine.low, mine.high) for q in like):
        return EQUAL
    if any(q.bound == "range" and q.low <= mine.low and mine.high <= q.high for q in like):
        return INSIDE
    nearest = min(like, key=lambda q: (abs(q.high - mine.high), q.span))
    return BELOW if mine.high < nearest.high or (mine.high == nearest.high and mine.low < nearest.low) else ABOVE


def token_marks(found: Marks, offsets: list[tuple[int, int]], start: int) -> Marks:
    """Marks of tokens from those of characters; `start` is where the text begins among the characters encoded.

    A token with a number has the mark of the number, else its most frequent mark other than none.
    """
    made = np.zeros(len(offsets), np.int8)
    for at, (begin, end) in enumerate(offsets):
        inside = found[max(0, begin - start) : max(0, end - start)]
        inside = inside[inside > NONE]
        if len(inside):
            top = int(inside.max())
            made[at] = top if top >= EQUAL else (ALONE if 2 * int((inside == ALONE).sum()) >= len(inside) else SHARED)
    return made


def features(clause: str, article: str, level: str, instrument: str) -> Features:
    """Float32 (SIZE,): numbers compared, shares of common words, lengths, words present, level and instrument."""
    mine, theirs = marks(clause, article), marks(article, clause)
    numbers = [min(3, _runs(side == mark)) / 3 for side in (mine, theirs) for mark in range(EQUAL, KINDS)]
    shares = [overlap(clause, bigrams(article)), overlap(article, bigrams(clause))]
    lengths = [min(1.0, len(text) / 200) for text in (clause, article)]
    words = [float(bool(pattern.search(text))) for text in (clause, article) for pattern in WORDS]
    body = [float(name in level) for name in _BODIES]
    kind = [float(name == instrument) for name in _INSTRUMENTS]
    return np.array([*numbers, *shares, *lengths, *words, *body, *kind], np.float32)


def _runs(flags: npt.NDArray[np.bool_]) -> int:
    """How many runs of True there are."""
    padded = np.concatenate([[False], flags])
    return int((padded[1:] & ~padded[:-1]).sum())
