"""Fitting the clause classifier: weighted logistic regression by L-BFGS, stopped early, calibrated on validation.

What the encoder makes of the clauses is kept in the output folder, so that a run cut short goes on from there; the fit
itself takes a minute or two on two cores. The same seed gives the same weights.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from .. import clause_file
from ..clause import ACTS, OUTPUTS, SINGLE
from ..clause_file import Facts, Weights
from ..cues import BUCKETS, bag, cues
from ..encoder import Encoder
from .clause_examples import TRAIN, VALID, Labelled

Array = npt.NDArray[np.float32]
Say = Callable[[str], None]
Report = Callable[[int, int], None]
FILE, KEPT, LOG = "clause.npz", "means.npz", "clause-log.json"


@dataclass(frozen=True, slots=True)
class Plan:
    """Numbers of a run: penalties on means and strings, rounds of L-BFGS steps, rounds without gain until it stops.

    `inputs` says what the head may read (`taps`, `bag`, `cues`), for ablations.
    """

    seed: int = 17
    taps: float = 6e-2
    bag: float = 2e-4
    rounds: int = 5
    steps: int = 12
    patience: int = 2
    weight: float = 0.35
    rarest: int = 3
    inputs: tuple[str, ...] = ("taps", "bag", "cues")


@dataclass(frozen=True, slots=True)
class Table:
    """Clauses as numbers: means of the encoder, hashed strings (sparse, times their rarity), cues, and truth."""

    clauses: tuple[Labelled, ...]
    means: Array = field(repr=False)
    places: torch.Tensor = field(repr=False)
    cues: Array = field(repr=False)
    rarity: Array = field(repr=False)

    def rows(self, part: str) -> npt.NDArray[np.int64]:
        return np.array([at for at, clause in enumerate(self.clauses) if clause.part == part], np.int64)


def table(clauses: Sequence[Labelled], encoder: Encoder, out: Path, plan: Plan, report: Report) -> Table:
    """Read every clause once; means already in `out` are taken from there."""
    texts = [clause.text for clause in clauses]
    means = _means(texts, encoder, out, report)
    bags = [bag(text) for text in texts]
    seen = np.zeros(BUCKETS, np.float32)
    trained = [at for at, clause in enumerate(clauses) if clause.part == TRAIN]
    for at in trained:
        seen[bags[at][0]] += 1
    rarity = np.where(seen >= plan.rarest, np.log((1 + len(trained)) / (1 + seen)) + 1, 0).astype(np.float32)
    rows, columns, values = [], [], []
    for at, (codes, counts) in enumerate(bags):
        shares = counts * rarity[codes]
        rows.append(np.full(len(codes), at))
        columns.append(codes)
        values.append(shares / max(float(np.linalg.norm(shares)), 1e-9))
    where = torch.from_numpy(np.stack([np.concatenate(rows), np.concatenate(columns)]).astype(np.int64))
    filled = torch.from_numpy(np.concatenate(values).astype(np.float32))
    sparse = torch.sparse_coo_tensor(where, filled, (len(texts), BUCKETS), check_invariants=True).coalesce()
    return Table(tuple(clauses), means, sparse, np.stack([cues(text) for text in texts]), rarity)


def _means(texts: Sequence[str], encoder: Encoder, out: Path, report: Report) -> Array:
    name = hashlib.sha256("\n".join([encoder.id, *texts]).encode()).hexdigest()
    path = out / KEPT
    if path.is_file():
        with np.load(path, allow_pickle=False) as kept:
            if str(kept["name"]) == name:
                found: Array = kept["means"]
                return found
    _, means = encoder.read(texts, report)
    out.mkdir(parents=True, exist_ok=True)
    np.savez(path, means=means, name=np.array(name))
    return means


def fit(data: Table, encoder: str, plan: Plan, say: Say) -> tuple[Weights, Facts, list[dict[str, float]]]:
    """Train on the part `train`, stop and calibrate on `valid`; gives weights, facts and the log of the rounds."""
    torch.manual_seed(plan.seed)
    train, valid = data.rows(TRAIN), data.rows(VALID)
    centre, spread = data.means[train].mean(0), data.means[train].std(0) + 1e-5
    inputs = _inputs(data, centre, spread, plan)
    sizes = (inputs[0].shape[1], BUCKETS, inputs[2].shape[1], 1)
    weights = [torch.zeros(size, len(OUTPUTS), requires_grad=True) for size in sizes]
    truth = _truth(data.clauses)
    best, log, idle = (-1.0, [w.detach().clone() for w in weights]), [], 0
    chosen = [part.index_select(0, torch.from_numpy(train)) for part in inputs]
    optimizer = torch.optim.LBFGS(weights, max_iter=plan.steps, history_size=12, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = _loss(_forward(chosen, weights), truth[train], plan) + _penalty(weights, plan)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    for turn in range(plan.rounds):
        value = float(optimizer.step(loss).detach())  # type: ignore[no-untyped-call]
        with torch.no_grad():
            raw = _forward([part.index_select(0, torch.from_numpy(valid)) for part in inputs], weights).numpy()
        score = _macro(raw[:, : len(ACTS)], truth[valid][:, : len(ACTS)].numpy())
        log.append({"round": turn + 1, "loss": round(value, 4), "valid": round(score, 4)})
        say(f"第 {turn + 1} 轮，损失 {value:.3f}，验证集行为宏平均 F1 {score:.3f}")
        if score > best[0]:
            best, idle = (score, [w.detach().clone() for w in weights]), 0
        else:
            idle += 1
        if idle >= plan.patience:
            break
    made = _weights(best[1], data, (centre, spread), plan)
    with torch.no_grad():
        raw = _forward([part.index_select(0, torch.from_numpy(valid)) for part in inputs], best[1]).numpy()
    return made, _facts(raw, truth[valid].numpy(), encoder, plan), log


def _inputs(data: Table, centre: Array, spread: Array, plan: Plan) -> list[torch.Tensor]:
    scaled = torch.from_numpy(((data.means - centre) / spread).astype(np.float32))
    told = torch.from_numpy(data.cues)
    ones = torch.ones(len(data.clauses), 1)
    return [
        scaled if "taps" in plan.inputs else torch.zeros_like(scaled),
        data.places if "bag" in plan.inputs else data.places * 0,
        told if "cues" in plan.inputs else torch.zeros_like(told),
        ones,
    ]


def _forward(inputs: Sequence[torch.Tensor], weights: Sequence[torch.Tensor]) -> torch.Tensor:
    taps, places, told, ones = inputs
    made: torch.Tensor = taps @ weights[0] + torch.sparse.mm(places, weights[1]) + told @ weights[2] + ones @ weights[3]
    return made


def _truth(clauses: Sequence[Labelled]) -> torch.Tensor:
    """One row of zeros and ones per clause in the order of the outputs."""
    rows = [[float(_holds(clause, name)) for name in OUTPUTS] for clause in clauses]
    return torch.tensor(rows)


def _holds(clause: Labelled, output: str) -> bool:
    kind, _, name = output.partition(":")
    return name in clause.acts if kind == "act" else clause.single[kind] == name


def _loss(raw: torch.Tensor, truth: torch.Tensor, plan: Plan) -> torch.Tensor:
    acts = len(ACTS)
    held = truth[:, :acts].sum(0)
    rare = ((len(truth) - held) / (held + 1)).pow(plan.weight).clamp(1, 4)
    value = torch.nn.functional.binary_cross_entropy_with_logits(raw[:, :acts], truth[:, :acts], pos_weight=rare)
    value = value * acts
    place = acts
    for names in SINGLE.values():
        right = truth[:, place : place + len(names)].argmax(1)
        shares = truth[:, place : place + len(names)].mean(0).clamp(min=1e-3).pow(-plan.weight)
        value = value + torch.nn.functional.cross_entropy(raw[:, place : place + len(names)], right, weight=shares)
        place += len(names)
    return value


def _penalty(weights: Sequence[torch.Tensor], plan: Plan) -> torch.Tensor:
    taps, strings, told, _ = weights
    return plan.taps * taps.square().sum() + plan.bag * strings.square().sum() + 1e-4 * told.square().sum()


def _macro(raw: Array, truth: Array) -> float:
    """Mean over the acts of the best F1 of any cut."""
    return float(np.mean([_cut(raw[:, at], truth[:, at] > 0)[0] for at in range(len(ACTS))]))


def _cut(scores: npt.NDArray[np.floating], truth: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """The best F1 and the cut that gives it; the middle of the two scores beside it."""
    order = np.argsort(-scores)
    hits = np.cumsum(truth[order])
    values = 2 * hits / (np.arange(1, len(scores) + 1) + max(1, int(truth.sum())))
    best = int(values.argmax())
    after = scores[order[min(best + 1, len(scores) - 1)]]
    return float(values[best]), float((scores[order[best]] + after) / 2)


def _weights(found: Sequence[torch.Tensor], data: Table, scale: tuple[Array, Array], plan: Plan) -> Weights:
    taps, strings, told, bias = (values.numpy().T.copy() for values in found)
    rarity = data.rarity if "bag" in plan.inputs else np.zeros_like(data.rarity)
    return Weights(taps, strings, told, bias[:, 0], scale[0], scale[1], rarity)


def _facts(raw: Array, truth: Array, encoder: str, plan: Plan) -> Facts:
    slopes, shifts, cuts = [], [], []
    for at in range(len(ACTS)):
        held = truth[:, at] > 0
        slope, shift = _platt(raw[:, at], held)
        chances = 1 / (1 + np.exp(-(slope * raw[:, at] + shift)))
        slopes.append(round(slope, 4))
        shifts.append(round(shift, 4))
        cuts.append(round(float(np.clip(_cut(chances, held)[1], 0.15, 0.7)), 4))
    temperatures, place = {}, len(ACTS)
    for kind, names in SINGLE.items():
        part, right = raw[:, place : place + len(names)], truth[:, place : place + len(names)].argmax(1)
        temperatures[kind] = round(_temperature(part, right), 4)
        place += len(names)
    return Facts(encoder, OUTPUTS, tuple(slopes), tuple(shifts), tuple(cuts), temperatures, plan.seed)


def _platt(raw: Array, held: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and shift with the least negative log likelihood among shifts that meet the share of `held`."""
    share = (float(held.sum()) + 0.5) / (len(held) + 1)
    options = [(slope, _shift(slope * raw, share)) for slope in map(float, np.geomspace(0.1, 3, 40))]

    def loss(option: tuple[float, float]) -> float:
        scores = np.clip(option[0] * raw + option[1], -30, 30)
        return float((np.log1p(np.exp(scores)) - scores * held).mean())

    return min(options, key=loss)


def _shift(scores: Array, share: float) -> float:
    low, high = -30.0, 30.0
    for _ in range(40):
        middle = (low + high) / 2
        mean = float((1 / (1 + np.exp(-np.clip(scores + middle, -30, 30)))).mean())
        low, high = (middle, high) if mean < share else (low, middle)
    return (low + high) / 2


def _temperature(raw: Array, right: npt.NDArray[np.int64]) -> float:
    def loss(heat: float) -> float:
        scaled = raw / heat
        whole = np.log(np.exp(scaled - scaled.max(1, keepdims=True)).sum(1)) + scaled.max(1)
        return float((whole - scaled[np.arange(len(right)), right]).mean())

    return float(min(np.geomspace(0.3, 5, 60), key=loss))


def save(out: Path, weights: Weights, facts: Facts, log: Sequence[dict[str, float]]) -> Path:
    """Write the weights and the log; gives the path of the weights."""
    path = out / FILE
    clause_file.write(path, weights, facts)
    (out / LOG).write_text(json.dumps(list(log), indent=1), "utf-8")
    return path
