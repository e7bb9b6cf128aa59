"""Trained layers as a small file: int8 matrices with one scale per output, float32 vectors. No pickle.

The grid is the one of the graph (`STEPS`), so that what is read back quantises to the same codes again.
"""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..corpora.errors import ModelInvalid

Array = npt.NDArray[np.float32]
Codes = npt.NDArray[np.int8]

# Weights of seven bits: 2 * 255 * 63 fits the 16-bit sums of processors without VNNI, which saturate with eight bits
# (not measured on such a processor). The checkpoint itself has four bits per weight.
STEPS = 63
CODES, SCALE = "codes:", "scale:"
# What tells the acts of a clause from the states of the last layer, where it was trained with the layers: (acts,
# hidden) query and value of an attention over the tokens, weights of the mean, and (acts,) the bias.
HEAD = ("acts.query", "acts.value", "acts.mean", "acts.bias")
# Queries learn slowly beside the states they meet: their products count so often.
KEEN = 4.0
REMEDY = "请重新安装本软件，或运行 beishen train encoder 重新训练"


def quantise(matrix: Array) -> tuple[Codes, Array]:
    """Codes in [-63, 63] and the scale of each row (output)."""
    scale = (np.maximum(np.abs(matrix).max(axis=1), 1e-12) / STEPS).astype(np.float32)
    return np.rint(matrix / scale[:, None]).astype(np.int8), scale


def write(path: Path, tensors: Mapping[str, Array]) -> None:
    """Write tensors named as in transformers' BertModel, aside first, then renamed."""
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    for name, values in sorted(tensors.items()):
        if values.ndim == 2:
            arrays[CODES + name], arrays[SCALE + name] = quantise(values)
        else:
            arrays[name] = values.astype(np.float32)
    aside = path.with_name(f".{path.name}")
    with aside.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    aside.replace(path)


def read(path: Path) -> dict[str, Array]:
    """The tensors as float32. Raises ModelInvalid when the file is damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ModelInvalid(f"编码模型的训练权重无法读取：{path}", REMEDY) from error
    tensors = {}
    for name, values in found.items():
        if name.startswith(CODES):
            bare = name.removeprefix(CODES)
            tensors[bare] = values.astype(np.float32) * found[SCALE + bare][:, None]
        elif not name.startswith(SCALE):
            tensors[name] = values
    return tensors


def digest(path: Path) -> str:
    """Hash of the file. Raises ModelInvalid when it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelInvalid(f"编码模型的训练权重无法读取：{path}", REMEDY) from error
