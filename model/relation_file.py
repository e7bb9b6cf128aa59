"""The weights file of the relation model: int8 matrices of its layers, the small rest as float16, facts as JSON."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..corpora.errors import ModelInvalid
from .layers import CODES, SCALE, quantise

Array = npt.NDArray[np.float32]
LAYERS = "encoder.layer."
FACTS = "facts"
REMEDY = "请重新安装本软件，或运行 beishen train relation 重新训练"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the weights belong to and how scores become probabilities.

    `base` is the digest of the encoder, `first` the number of its layers used as they are; `layers` follow, of `width`
    (0: that of the encoder). `labels` are in the order of the logits. `temperature` divides the label logits; `slope`
    and `shift` make the conflict logit a probability (Platt); `threshold` is the probability from which a conflict
    counts, set on validation.
    """

    base: str
    first: int
    layers: int
    width: int
    labels: tuple[str, ...]
    temperature: float = 1.0
    slope: float = 1.0
    shift: float = 0.0
    threshold: float = 0.5
    seed: int = 0


def write(path: Path, tensors: Mapping[str, Array], facts: Facts) -> None:
    """Write aside, then rename."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    for name, values in sorted(tensors.items()):
        if name.startswith(LAYERS) and values.ndim == 2:
            arrays[CODES + name], arrays[SCALE + name] = quantise(values)
        else:
            arrays[name] = values.astype(np.float16)
    text = json.dumps(asdict(facts), ensure_ascii=False, sort_keys=True)
    arrays[FACTS] = np.frombuffer(text.encode(), np.uint8)
    aside = path.with_name(f".{path.name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    with aside.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    aside.replace(path)


def read(path: Path) -> tuple[dict[str, Array], Facts]:
    """Tensors as float32 and facts. Raises ModelInvalid when the file is missing or damaged."""
    if not path.is_file():
        raise ModelInvalid(f"缺少关系模型权重：{path}", REMEDY)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        told = json.loads(found.pop(FACTS).tobytes())
        facts = Facts(**{**told, "labels": tuple(told["labels"])})
    except (OSError, ValueError, EOFError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise ModelInvalid(f"关系模型权重无法读取：{path}", REMEDY) from error
    tensors = {}
    for name, values in found.items():
        if name.startswith(CODES):
            bare = name.removeprefix(CODES)
            tensors[bare] = values.astype(np.float32) * found[SCALE + bare][:, None]
        elif not name.startswith(SCALE):
            tensors[name] = values.astype(np.float32)
    return tensors, facts
