"""Vectors of passages: shipped with the project, cached under home, encoded where missing.

Vectors are int8 with one float16 scale per row, keyed by the hash of the encoded text and by the encoder, so that
they outlive any re-keying of the law store. `python -m beishen.eval.index_vectors` writes the shipped file again from
the default law store (about six minutes on two cores; what the old file holds is not encoded twice). The command
stands in `eval` because this room does not know the model room.
"""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from ..corpora.errors import IndexInvalid
from .encoding import PassageEncoder
from .passage import VERSION, passage_key

DATA = Path(str(resources.files(__package__))) / "data"
ARRAYS, MANIFEST = "vectors.npz", "vectors.json"
SHARD = 1024
REMEDY = "请重新安装本软件，或运行 python -m beishen.eval.index_vectors 重新生成"

Progress = Callable[[int, int], None]
Codes = npt.NDArray[np.int8]
Scales = npt.NDArray[np.float16]
Keys = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Table:
    """Quantised vectors under sorted keys: codes (n, dim) int8, scales (n,) float16."""

    keys: Keys = field(repr=False)
    codes: Codes = field(repr=False)
    scales: Scales = field(repr=False)

    @classmethod
    def of(cls, keys: Sequence[int], vectors: npt.NDArray[np.float32]) -> Self:
        order = np.argsort(np.array(keys, np.uint64), kind="stable")
        codes, scales = quantise(vectors)
        return cls(np.array(keys, np.uint64)[order], codes[order], scales[order])

    @classmethod
    def empty(cls, dim: int) -> Self:
        return cls(np.zeros(0, np.uint64), np.zeros((0, dim), np.int8), np.zeros(0, np.float16))

    def places(self, keys: Keys) -> npt.NDArray[np.int64]:
        """Row of each key, -1 where absent."""
        if not len(self.keys):
            return np.full(len(keys), -1, np.int64)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, at, -1).astype(np.int64)


def quantise(vectors: npt.NDArray[np.float32]) -> tuple[Codes, Scales]:
    """Row-wise int8; the error of a coordinate is at most half of 1/127 of the row's largest."""
    scales = (np.maximum(np.abs(vectors).max(axis=1, initial=0), 1e-3) / 127).astype(np.float16)
    codes = np.rint(vectors / scales.astype(np.float32)[:, None])
    return np.clip(codes, -127, 127).astype(np.int8), scales


def shipped(encoder: str, dim: int, folder: Path = DATA) -> Table:
    """The vectors that travel with the project, empty when they belong to another encoder or passage format.

    Raises IndexInvalid when the file does not match its manifest.
    """
    if not (folder / MANIFEST).is_file():
        return Table.empty(dim)
    facts = json.loads((folder / MANIFEST).read_text("utf-8"))
    if facts["encoder"] != encoder or facts["passage"] != VERSION:
        return Table.empty(dim)
    data = folder / ARRAYS
    if not data.is_file() or hashlib.sha256(data.read_bytes()).hexdigest() != facts["sha256"]:
        raise IndexInvalid(f"随软件附带的法条向量已损坏：{data}", REMEDY)
    return _load(data)


def _load(path: Path) -> Table:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return Table(arrays["keys"], arrays["codes"], arrays["scales"])


def _store(table: Table, path: Path) -> None:
    """Write aside, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(prefix=".vectors-", suffix=".npz", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez_compressed(file, keys=table.keys, codes=table.codes, scales=table.scales)
        os.chmod(aside, 0o644)
        os.replace(aside, path)
    finally:
        Path(aside).unlink(missing_ok=True)


class VectorCache:
    """Vectors encoded on this machine, in shards under `home/cache/vectors/<encoder id>-<passage version>/`."""

    def __init__(self, home: Path, encoder: PassageEncoder) -> None:
        self.folder = home / "cache" / "vectors" / f"{encoder.passages}-{VERSION}"
        self._dim = encoder.dim

    def load(self) -> Table:
        """All shards as one table; a damaged shard is removed, its passages are encoded again."""
        parts = [Table.empty(self._dim)]
        for path in sorted(self.folder.glob("*.npz")) if self.folder.is_dir() else ():
            if path.name.startswith("."):
                continue
            try:
                parts.append(_load(path))
            except (zipfile.BadZipFile, ValueError, OSError, KeyError, EOFError):
                path.unlink()
        return merge(parts)

    def add(self, table: Table) -> None:
        name = hashlib.sha256(table.keys.tobytes()).hexdigest()[:16]
        _store(table, self.folder / f"{name}.npz")


def merge(parts: Sequence[Table]) -> Table:
    """One table of all; of equal keys the first stays."""
    keys, first = np.unique(np.concatenate([part.keys for part in parts]), return_index=True)
    codes = np.concatenate([part.codes for part in parts])[first]
    return Table(keys, codes, np.concatenate([part.scales for part in parts])[first])


def vectors_for(
    passages: Sequence[str], encoder: PassageEncoder, home: Path, progress: Progress | None = None
) -> tuple[Codes, Scales]:
    """Codes and scales of the passages in their order; what is neither shipped nor cached is encoded and cached.

    Encoding is kept shard by shard: an interrupted run goes on where it stopped.
    """
    keys = np.array([passage_key(text) for text in passages], np.uint64)
    cache = VectorCache(home, encoder)
    table = shipped(encoder.passages, encoder.dim)
    if (table.places(keys) < 0).any():
        table = merge([table, cache.load()])
    absent = np.flatnonzero(table.places(keys) < 0).tolist()
    missing = {int(keys[at]): passages[at] for at in absent}
    fresh = _encode(missing, encoder, cache, progress)
    if fresh:
        table = merge([table, *fresh])
    places = table.places(keys)
    return table.codes[places], table.scales[places]


def _encode(
    missing: dict[int, str], encoder: PassageEncoder, cache: VectorCache, progress: Progress | None
) -> list[Table]:
    made = []
    entries = list(missing.items())
    for start in range(0, len(entries), SHARD):
        part = entries[start : start + SHARD]

        def report(done: int, _: int, start: int = start) -> None:
            if progress is not None:
                progress(start + done, len(entries))

        vectors = encoder.encode([text for _, text in part], "passage", report)
        made.append(Table.of([key for key, _ in part], vectors))
        cache.add(made[-1])
    return made


def write_shipped(
    passages: Sequence[str],
    encoder: PassageEncoder,
    home: Path,
    folder: Path = DATA,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write the shipped file and its manifest for these passages; returns the manifest."""
    keys = np.unique(np.array([passage_key(text) for text in passages], np.uint64))
    first = {passage_key(text): text for text in passages}
    codes, scales = vectors_for([first[int(key)] for key in keys], encoder, home, progress)
    _store(Table(keys, codes, scales), folder / ARRAYS)
    facts = {
        "schema": 1,
        "encoder": encoder.passages,
        "passage": VERSION,
        "passages": len(keys),
        "dim": encoder.dim,
        "sha256": hashlib.sha256((folder / ARRAYS).read_bytes()).hexdigest(),
    }
    (folder / MANIFEST).write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    return facts
