"""What a clause does, to whom, with what modality and in what manner: a linear head on the encoder's own pass.

The same forward pass that makes the retrieval vector gives the means after a quarter, half, three quarters and all of
the layers; with hashed character strings and a few cues of wording they are all the head reads. Probabilities are
calibrated on clauses held out from training. Nothing here needs torch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from ..corpora.errors import BadArgument, ModelInvalid
from . import clause_file
from .cues import READING, cues, strings
from .encoder import Encoder, Progress

Array = npt.NDArray[np.float32]

ACTS = (
    "permit", "penalty", "coercion", "fee", "proof", "condition", "duty", "right", "benefit", "competition",
    "deadline", "amount", "procedure", "definition", "organ", "internal", "general",
)  # fmt: skip
SINGLE = {
    "addressee": ("outside", "organ", "subordinate"),
    "modality": ("obligation", "prohibition", "permission", "none"),
    "manner": ("sets", "specifies", "restates", "none"),
}
OUTPUTS = (*(f"act:{name}" for name in ACTS), *(f"{kind}:{name}" for kind, names in SINGLE.items() for name in names))
WEIGHTS = Path(str(resources.files(__package__))) / "weights" / "clause.npz"
MODEL = "clause-3"


@dataclass(frozen=True, slots=True)
class Label:
    """One label with its calibrated probability; `model` names the weights it comes from."""

    name: str
    probability: float
    model: str


@dataclass(frozen=True, slots=True)
class ClauseLabels:
    """Labels of one clause: the acts told, likeliest first (never none), and one of each other kind."""

    acts: tuple[Label, ...]
    addressee: Label
    modality: Label
    manner: Label


@dataclass(frozen=True, slots=True)
class ClauseModel:
    """A loaded classifier beside the encoder whose pass it reads. Open it with `ClauseModel.open`."""

    encoder: Encoder
    weights: clause_file.Weights
    facts: clause_file.Facts
    name: str

    @classmethod
    def open(cls, encoder: Encoder, weights: Path = WEIGHTS) -> Self:
        """Load the weights. Raises ModelInvalid when they are missing, damaged or of another encoder."""
        tensors, facts = clause_file.read(weights)
        if facts.outputs != OUTPUTS or facts.reading != READING:
            raise ModelInvalid(f"条款分类权重的标签或特征与程序不符：{weights}", clause_file.REMEDY)
        if facts.encoder != encoder.id:
            raise ModelInvalid(f"条款分类权重不属于当前编码模型：{weights}", clause_file.REMEDY)
        return cls(encoder, tensors, facts, f"{MODEL}-{facts.encoder[:8]}")

    def label(self, clauses: Sequence[str]) -> tuple[ClauseLabels, ...]:
        """Labels of each clause. Raises BadArgument for an empty one."""
        return self.read(clauses)[1]

    def read(self, clauses: Sequence[str], progress: Progress | None = None) -> tuple[Array, tuple[ClauseLabels, ...]]:
        """Retrieval vectors, float32 (n, dim), and labels from one pass; long clauses go through in windows, whole.

        Raises BadArgument for an empty clause.
        """
        for at, clause in enumerate(clauses, 1):
            if not clause.strip():
                raise BadArgument(f"第 {at} 条条款为空", "请去掉空白的条款")
        vectors = np.zeros((len(clauses), self.encoder.dim), np.float32)
        labels = []
        for at, (vector, means) in enumerate(self.encoder.each(clauses)):
            vectors[at] = vector
            labels.append(self.told(clauses[at], means))
            if progress is not None:
                progress(at + 1, len(clauses))
        return vectors, tuple(labels)

    def told(self, clause: str, means: Array) -> ClauseLabels:
        """Labels of a clause from the means that `Encoder.read` gave for it."""
        raw = logits(clause, means, self.weights)
        slopes, shifts = np.array(self.facts.slopes), np.array(self.facts.shifts)
        chances = 1 / (1 + np.exp(-np.clip(slopes * raw[: len(ACTS)] + shifts, -30, 30)))
        place, single = len(ACTS), []
        for kind, names in SINGLE.items():
            part = raw[place : place + len(names)] / self.facts.temperatures[kind]
            shares = np.exp(part - part.max())
            best = int(part.argmax())
            single.append(Label(names[best], float(shares[best] / shares.sum()), self.name))
            place += len(names)
        return ClauseLabels(self._acts(chances), *single)

    def _acts(self, chances: npt.NDArray[np.float64]) -> tuple[Label, ...]:
        over = [at for at in range(len(ACTS)) if chances[at] >= self.facts.thresholds[at]]
        kept = sorted(over or [int(chances.argmax())], key=lambda at: -chances[at])
        return tuple(Label(ACTS[at], float(chances[at]), self.name) for at in kept)


def logits(clause: str, means: Array, weights: clause_file.Weights) -> Array:
    """The raw outputs in the order of `OUTPUTS`."""
    places, counts = strings(clause)
    shares = counts * weights.rarity[places]
    shares = shares / np.float32(max(float(np.linalg.norm(shares)), 1e-9))
    made = weights.taps @ ((means - weights.centre) / weights.spread) + weights.bag[:, places] @ shares
    told: Array = (made + weights.cues @ cues(clause) + weights.bias).astype(np.float32)
    return told
