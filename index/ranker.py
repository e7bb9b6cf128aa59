"""A learned ranker over features of candidates: boosted trees as plain arrays, walked with numpy.

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
Matrix = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Ranker:
    """Trees: a node splits on `feature` at `threshold` (left where not greater); a leaf points at itself. Node n has
    `children` 2n and 2n + 1.

    `roots` are the first nodes, `depth` the greatest number of splits from a root to a leaf, `fused` the weight of the
    two lists' own score beside the trees.
    """

    roots: Ids = field(repr=False)
    feature: Ids = field(repr=False)
    threshold: Matrix = field(repr=False)
    children: Ids = field(repr=False)
    value: Matrix = field(repr=False)
    depth: int
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
    def of(cls, trees: list[list[list[float]]], fused: float = 0.0) -> Self:
        """From trees of nodes [feature, threshold, left, right, value]; a leaf has feature -1."""
        rows: list[tuple[float, ...]] = []
        roots = []
        for tree in trees:
            first = len(rows)
            roots.append(first)
            for at, (feature, threshold, left, right, value) in enumerate(tree):
                if feature < 0:
                    rows.append((0, np.inf, first + at, first + at, value))
                else:
                    rows.append((feature, threshold, first + left, first + right, value))
        table = np.array(rows, np.float64).reshape(-1, 5)
        ids = table[:, [0, 2, 3]].astype(np.int32)
        numbers = table[:, [1, 4]].astype(np.float32)
        if len(ids) and (ids.min() < 0 or ids[:, 1:].max() >= len(ids) or ids[:, 0].max() >= len(NAMES)):
            raise ValueError("a node points outside")
        depth = max((_depth(tree) for tree in trees), default=0)
        return cls(
            np.array(roots, np.int32),
            ids[:, 0].copy(),
            numbers[:, 0].copy(),
            ids[:, 1:].ravel(),
            numbers[:, 1].copy(),
            depth,
            fused,
        )

    def scores(self, features: Matrix) -> npt.NDArray[np.float64]:
        """One score per row of features."""
        flat = np.ascontiguousarray(features).ravel()
        lines = (np.arange(len(features), dtype=np.int32) * features.shape[1])[:, None]
        at = np.repeat(self.roots[None, :], len(features), axis=0)
        for _ in range(self.depth):
            right = flat.take(lines + self.feature.take(at)) > self.threshold.take(at)
            at = self.children.take(2 * at + right)
        summed: npt.NDArray[np.float64] = self.value.take(at).sum(axis=1, dtype=np.float64)
        return summed + self.fused * features[:, FUSED]


def _depth(tree: list[list[float]], node: int = 0) -> int:
    feature, _, left, right, _ = tree[node]
    return 0 if feature < 0 else 1 + max(_depth(tree, int(left)), _depth(tree, int(right)))


@cache
def shipped() -> Ranker:
    """The ranker that travels with the project; raises IndexInvalid where it is missing or damaged."""
    return Ranker.load()
