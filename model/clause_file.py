"""The weights file of the clause classifier: int8 matrices with one scale per output, facts as JSON. No pickle."""

import json
import zipfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..corpora.errors import ModelInvalid
from .layers import quantise

Array = npt.NDArray[np.float32]
FACTS = "facts"
MATRICES = ("taps", "bag")
REMEDY = "请重新安装本软件，或运行 beishen train clause 重新训练"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the weights belong to and how logits become labels.

    `encoder` is the id of the encoder whose pass they read. `outputs` names every logit as `kind:label`. `slopes` and
    `shifts` make the logit of an act a probability (Platt), `thresholds` say from which probability an act is told;
    `temperatures` divide the logits of the single labels, by kind. All are set on validation. `reading` says how
    strings and cues were told (`cues.READING`).
    """

    encoder: str
    outputs: tuple[str, ...]
    slopes: tuple[float, ...]
    shifts: tuple[float, ...]
    thresholds: tuple[float, ...]
    temperatures: dict[str, float]
    seed: int = 0
    reading: int = 1


@dataclass(frozen=True, slots=True)
class Weights:
    """Linear weights over standardised means, hashed strings (times their rarity) and cues, (outputs, inputs)."""

    taps: Array = field(repr=False)
    bag: Array = field(repr=False)
    cues: Array = field(repr=False)
    bias: Array = field(repr=False)
    centre: Array = field(repr=False)
    spread: Array = field(repr=False)
    rarity: Array = field(repr=False)


def write(path: Path, weights: Weights, facts: Facts) -> None:
    """Write aside, then rename."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    for name in Weights.__slots__:
        values = getattr(weights, name)
        if name in MATRICES:
            arrays[f"codes:{name}"], arrays[f"scale:{name}"] = quantise(values)
        else:
            arrays[name] = values.astype(np.float16 if name == "rarity" else np.float32)
    text = json.dumps(asdict(facts), ensure_ascii=False, sort_keys=True)
    arrays[FACTS] = np.frombuffer(text.encode(), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}")
    with aside.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    aside.replace(path)


def read(path: Path) -> tuple[Weights, Facts]:
    """Weights as float32 and facts. Raises ModelInvalid when the file is missing or damaged."""
    if not path.is_file():
        raise ModelInvalid(f"缺少条款分类权重：{path}", REMEDY)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        told = json.loads(found.pop(FACTS).tobytes())
        listed = {name: tuple(told[name]) for name in ("outputs", "slopes", "shifts", "thresholds")}
        made = {name: found[name].astype(np.float32) for name in Weights.__slots__ if name not in MATRICES}
        for name in MATRICES:
            made[name] = found[f"codes:{name}"].astype(np.float32) * found[f"scale:{name}"][:, None]
        # A clause takes a few hundred columns.
        made["bag"] = np.asfortranarray(made["bag"])
        return Weights(**made), Facts(**{**told, **listed})
    except (OSError, ValueError, EOFError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise ModelInvalid(f"条款分类权重无法读取：{path}", REMEDY) from error
