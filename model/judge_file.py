"""The weights file of the judge: float16 tables and vectors of numbers, facts as JSON. No pickle."""

import json
import zipfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..corpora.errors import ModelInvalid

Array = npt.NDArray[np.float32]
FACTS = "facts"
HALVES = ("words", "kinds", "rarity")
REMEDY = "请重新安装本软件，或在源码目录中运行 python -m beishen.eval.judge 重新训练"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the numbers mean: names of the facts in order, kinds told, constant of the words, when a doubt is raised.

    `threshold` is the score from which a doubt is raised; `slope` and `shift` make a score the probability of a fault
    among clauses of which one in thirty has one.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    bias: float
    threshold: float
    slope: float = 1.0
    shift: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Weights:
    """The table of the words over hashed strings, (buckets,); of the kinds, (kinds, folded buckets); and the two heads.

    `linear` weighs the facts, its last number is the constant; `nodes` (trees, nodes, 5) holds trees as rows of
    feature, threshold, left, right, value, feature -1 at a leaf; `base` is the constant of the trees.
    """

    words: Array = field(repr=False)
    kinds: Array = field(repr=False)
    rarity: Array = field(repr=False)
    linear: Array = field(repr=False)
    nodes: Array = field(repr=False)
    base: Array = field(repr=False)


def write(path: Path, weights: Weights, facts: Facts) -> None:
    """Write aside, then rename."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    for name in Weights.__slots__:
        arrays[name] = getattr(weights, name).astype(np.float16 if name in HALVES else np.float32)
    arrays[FACTS] = np.frombuffer(json.dumps(asdict(facts), ensure_ascii=False, sort_keys=True).encode(), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}")
    with aside.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    aside.replace(path)


def read(path: Path) -> tuple[Weights, Facts]:
    """Weights as float32 and facts. Raises ModelInvalid when the file is missing or damaged."""
    if not path.is_file():
        raise ModelInvalid(f"缺少条款判断权重：{path}", REMEDY)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        told = json.loads(found.pop(FACTS).tobytes())
        listed = {name: tuple(told[name]) for name in ("names", "kinds")}
        made = {name: found[name].astype(np.float32) for name in Weights.__slots__}
        return Weights(**made), Facts(**{**told, **listed})
    except (OSError, ValueError, EOFError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise ModelInvalid(f"条款判断权重无法读取：{path}", REMEDY) from error
