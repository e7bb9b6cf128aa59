"""A whole training of the relation model: collect pairs, train, calibrate what will run, measure the fixed tests."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .. import relation_file
from ..relation import LABELS, Relation, RelationScore, found
from ..source import FolderSource, Source
from . import calibration, pairs
from .pairs import TEST, TRAIN, VALID, Pair, Shelf
from .relation import Report, Run, facts_of

FILE = "relation.npz"
ALARMS = 0.02
HALF = 6
FILES = ("a.jsonl", "b.jsonl")
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many groups of generated twins and how many unrelated pairs per part, and implementing pairs in all."""

    twins: tuple[int, int, int] = (4000, 150, 400)
    unrelated: tuple[int, int, int] = (1500, 80, 150)
    implementing: int = 300


def collect(laws: Shelf, folder: Path, seed: int, amounts: Amounts = Amounts()) -> list[Pair]:
    """Every pair of a run, checked. Raises FileMissing, BadArgument."""
    names = (TRAIN, VALID, TEST)
    own = pairs.own([folder / name for name in FILES], laws, seed)
    made = pairs.generated(laws, seed, dict(zip(names, amounts.twins, strict=True)))
    near = pairs.unrelated([*own, *made], laws, seed, dict(zip(names, amounts.unrelated, strict=True)))
    return pairs.checked([*own, *made, *near, *pairs.implementing(laws, seed, amounts.implementing)])


def finish(run: Run, source: Source, folder: Path | None, threads: int, report: Report) -> Path:
    """Write the best weights, calibrated on the validation pairs as the int8 model scores them; gives the path."""
    path, facts = run.out / FILE, facts_of(source, run.plan)
    relation_file.write(path, run.best(), facts)
    model = Relation.open(run.out, threads, folder, path)
    held = run.valid_pairs
    kinds, conflict = logits(scored(model, held, report))
    truth = [pair.conflict for pair in held]
    slope, shift = calibration.platt(conflict, truth)
    chances = 1 / (1 + np.exp(-(slope * conflict + shift)))
    facts = replace(
        facts,
        temperature=round(calibration.temperature([pair.label for pair in held], kinds), 4),
        slope=round(slope, 4),
        shift=round(shift, 4),
        threshold=round(calibration.threshold(chances, truth, ALARMS), 4),
    )
    relation_file.write(path, run.best(), facts)
    return path


def scored(model: Relation, held: Sequence[Pair], report: Report) -> list[RelationScore]:
    """Scores of pairs by the model as it runs."""
    made: list[RelationScore] = []
    for start in range(0, len(held), 64):
        part = held[start : start + 64]
        made += model.score([pair.claim for pair in part], [pair.article for pair in part])
        report(len(made), len(held))
    return made


def logits(scores: Sequence[RelationScore]) -> tuple[Numbers, Numbers]:
    """Logits of labels (up to a constant) and of the conflict, from probabilities."""
    kinds = np.log(np.clip(np.array([score.probabilities for score in scores]).reshape(-1, len(LABELS)), 1e-9, 1))
    chance = np.clip(np.array([score.conflict for score in scores]), 1e-9, 1 - 1e-9)
    return kinds, np.log(chance / (1 - chance))


def measured(held: Sequence[Pair], scores: Sequence[RelationScore]) -> dict[str, float]:
    """The fixed tests: labels and twins of generated pairs, twins of own pairs."""
    kinds, conflict = logits(scores)
    made = [at for at, pair in enumerate(held) if pair.origin != "own"]
    own = [at for at, pair in enumerate(held) if pair.origin == "own"]
    return {
        "生成对宏平均 F1": calibration.macro_f1([held[at].label for at in made], kinds[made]),
        "生成对成对正确率": calibration.pairwise([held[at] for at in made], conflict[made]),
        "自写对成对正确率": calibration.pairwise([held[at] for at in own], conflict[own]),
    }


def depth(source: Source) -> int:
    """How many layers of the encoder are used as they are: half of them."""
    return int(source.config["num_hidden_layers"]) // 2 if isinstance(source, FolderSource) else HALF


def source_of(folder: Path | None) -> Source:
    """The encoder that the run stands on."""
    return found(folder)
