"""A learned ranker over features of candidates: boosted trees as plain arrays, read with numpy.

No tree is walked: every split is compared at once, and each one that goes right rules out the leaves on its left; the
first leaf that is left is the tree's (QuickScorer: Lucchese et al., SIGIR 2015). A third of the time of a walk.
The file `data/ranker.json` and its card `data/ranker.md` travel with the project; `python -m beishen.eval.index_ranker`
trains both again. Scores are comparable within one query only.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from ..corpora.errors import IndexInvalid
from .features import NAMES

FILE = Path(str(resources.files(__package__))) / "data" / "ranker.json"
REMEDY = "请重新安装本软件，或运行 python -m beishen.eval.index_ranker 重新训练"
FUSED = NAMES.index("fused")
# Most leaves of a tree: one bit each.
LEAVES = 16
ALL = (1 << LEAVES) - 1
# The lowest bit that is set in each number of LEAVES bits: the first leaf that is left.
FIRST = np.bitwise_count(~np.arange(ALL + 1) & (np.arange(ALL + 1) - 1)).astype(np.intp)
Matrix = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint16]
Tree = list[list[float]]


@dataclass(frozen=True, slots=True)
class Ranker:
    """Trees with their leaves in order from left to right.

    `feature`, `threshold` (splits, trees): a split goes right where the feature is greater, and then leaves
    the bits `kept` of the leaves; absent splits never go right. `value` (trees, LEAVES); `fused` the weight of the two
    lists' own score beside the trees.
    """

    feature: Ids = field(repr=False)
    threshold: Matrix = field(repr=False)
    kept: Bits = field(repr=False)
    value: Matrix = field(repr=False)
    fused: float = 0.0

    @classmethod
    def load(cls, path: Path = FILE) -> Self:
        """Read the file; raises IndexInvalid when it is missing, damaged or made for other features."""
        try:
            facts: dict[str, Any] = json.loads(path.read_text("utf-8"))
            if facts["features"] != list(NAMES):
                raise IndexInvalid(f"排序模型与程序版本不符：{path}", REMEDY)
            return cls.of(facts["trees"], float(facts["fused"]))
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            raise IndexInvalid(f"排序模型无法读取：{path}", REMEDY) from error

    @classmethod
    def of(cls, trees: list[Tree], fused: float = 0.0) -> Self:
        """From trees of nodes [feature, threshold, left, right, value]; a leaf has feature -1, children come later.

        Raises ValueError for a tree whose nodes point outside or back, or that has more than `LEAVES` leaves.
        """
        read = [_read(tree) for tree in trees]
        splits = max((len(nodes) for nodes, _ in read), default=0)
        feature = np.zeros((splits, len(trees)), np.int64)
        threshold = np.full((splits, len(trees)), np.inf, np.float32)
        kept = np.full((splits, len(trees)), ALL, np.uint16)
        value = np.zeros((len(trees), LEAVES), np.float32)
        for at, (nodes, leaves) in enumerate(read):
            value[at, : len(leaves)] = leaves
            for line, (column, bound, bits) in enumerate(nodes):
                feature[line, at], threshold[line, at], kept[line, at] = column, bound, bits
        return cls(feature, threshold, kept, value, fused)

    def scores(self, features: Matrix) -> npt.NDArray[np.float64]:
        """One score per row of features."""
        columns = np.ascontiguousarray(features.T)
        left = np.full((len(self.value), len(features)), ALL, np.uint16)
        for feature, threshold, kept in zip(self.feature, self.threshold, self.kept, strict=True):
            stays = (columns.take(feature, axis=0) <= threshold[:, None]).astype(np.uint16)
            np.negative(stays, out=stays)
            stays |= kept[:, None]
            left &= stays
        found = self.value.ravel().take(FIRST.take(left) + np.arange(0, self.value.size, LEAVES)[:, None])
        summed: npt.NDArray[np.float64] = found.sum(axis=0, dtype=np.float64)
        return summed + self.fused * features[:, FUSED]


def _read(tree: Tree) -> tuple[list[tuple[int, float, int]], list[float]]:
    """Splits as (feature, threshold, bits of the leaves that stay when it goes right), and leaf values in order."""
    nodes: list[tuple[int, float, int]] = []
    leaves: list[float] = []

    def walk(at: int) -> None:
        feature, threshold, left, right, value = tree[at]
        if feature < 0:
            leaves.append(value)
            return
        if not (at < left < len(tree) and at < right < len(tree) and feature < len(NAMES)):
            raise ValueError("a node points outside")
        first, place = len(leaves), len(nodes)
        nodes.append((int(feature), threshold, 0))
        walk(int(left))
        ruled_out = (1 << len(leaves)) - (1 << first)
        nodes[place] = (int(feature), threshold, ALL & ~ruled_out)
        walk(int(right))

    walk(0)
    if len(leaves) > LEAVES:
        raise ValueError("a tree has too many leaves")
    return nodes, leaves


@cache
def shipped() -> Ranker:
    """The ranker that travels with the project; raises IndexInvalid where it is missing or damaged."""
    return Ranker.load()
