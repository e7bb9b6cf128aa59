"""Grids of activations measured beforehand: what makes an int8 pass over several texts at once equal to one alone.

Every matrix of a layer has a range for the numbers that go into it, and a spread per input by which they are divided
before and the weights multiplied (Xiao et al. 2023, SmoothQuant): a few inputs of an encoder are ten times as large as
the rest and would take the steps of all others. The file belongs to one `query.npz` and is made from the float
model by `beishen.model.training.grids`.
"""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..corpora.errors import ModelInvalid
from .layers import REMEDY

Array = npt.NDArray[np.float32]
FACTS = "facts"
TOP = 255


@dataclass(frozen=True, slots=True)
class Grid:
    """The range of numbers divided by `spread` (one per input, all ones where nothing is evened)."""

    low: float
    high: float
    spread: Array = field(repr=False)

    @property
    def step(self) -> float:
        return (self.high - self.low) / TOP

    @property
    def zero(self) -> int:
        return round(-self.low / self.step)


Grids = Mapping[str, Grid]


def write(path: Path, grids: Grids, tower: str) -> None:
    """Write the grids of the layers whose file has the digest `tower`, aside first, then renamed."""
    ranges = {name: [grid.low, grid.high] for name, grid in sorted(grids.items())}
    text = json.dumps({"tower": tower, "ranges": ranges}, sort_keys=True)
    arrays: dict[str, npt.NDArray[np.generic]] = {FACTS: np.frombuffer(text.encode(), np.uint8)}
    arrays |= {name: grid.spread.astype(np.float16) for name, grid in grids.items() if np.any(grid.spread != 1)}
    aside = path.with_name(f".{path.name}")
    with aside.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    aside.replace(path)


def read(path: Path, tower: str) -> Grids:
    """The grids of the layers with the digest `tower`; none where the file is missing or belongs to others.

    Raises ModelInvalid when it is damaged.
    """
    if not path.is_file():
        return {}
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        facts = json.loads(found.pop(FACTS).tobytes())
        if facts["tower"] != tower:
            return {}
        one = np.ones(1, np.float32)
        return {
            name: Grid(float(low), float(high), found[name].astype(np.float32) if name in found else one)
            for name, (low, high) in facts["ranges"].items()
        }
    except (OSError, ValueError, EOFError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise ModelInvalid(f"编码模型的量化刻度无法读取：{path}", REMEDY) from error
