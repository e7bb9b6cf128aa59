"""Fitting the clause classifier: ridge regression for the acts, weighted logistic regression for the single labels.

The query layers were trained with these clauses and come with a head of their own for the acts: what they make of them
is kinder than what they make of new text. So ridge regression sees lower layers, strings and cues alone, and the scores
of the head are added (of an encoder without a head, those of a second ridge on its upper layers). How much they count,
probabilities, thresholds and temperatures are set on the clauses of the validation part, which neither has seen; in the
end the first ridge is fitted again with the validation part. What the encoder makes of the clauses is kept in the
output folder, so that a run cut short goes on from there. The same seed gives the same weights.
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
from ..cues import READING, STRINGS, cues, strings
from ..encoder import QUARTERS, Encoder
from .clause_examples import TEST, TRAIN, Labelled
from .clause_scores import best_f1, macro

Array = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Say = Callable[[str], None]
Report = Callable[[int, int], None]
FILE, KEPT, LOG = "clause.npz", "means.npz", "clause-log.json"
INPUTS = ("lower", "upper", "head", "bag", "cues")
# How much the second score counts beside the first, whose values go from 0 to 1.
COUNTS = (0.0, *(round(float(count), 4) for count in np.geomspace(0.01, 2.5, 13)))


@dataclass(frozen=True, slots=True)
class Plan:
    """Numbers of a run.

    `lower`, `strings`, `told` are the shares of the lower layers, of strings and of cues in the inner products of the
    acts, `ridge` and `above` the penalties of both scores; `taps`, `bag`, `cues` the penalties of the single labels,
    whose fit takes `steps` of L-BFGS. `share` is the weight of a clause of which only the acts are known; `inputs` says
    what may be read, for ablations.
    """

    seed: int = 17
    lower: float = 0.2
    strings: float = 0.7
    told: float = 0.1
    ridge: float = 0.2
    above: float = 0.2
    taps: float = 0.25
    bag: float = 8e-5
    cues: float = 0.06
    steps: int = 100
    weight: float = 0.35
    rarest: int = 2
    share: float = 0.5
    inputs: tuple[str, ...] = INPUTS


@dataclass(frozen=True, slots=True)
class Table:
    """Clauses as numbers: what the encoder of width `dim` makes of them (`Encoder.read`), hashed strings (sparse, times
    their rarity), cues, and truth.
    """

    clauses: tuple[Labelled, ...]
    dim: int
    means: Array = field(repr=False)
    places: torch.Tensor = field(repr=False)
    cues: Array = field(repr=False)
    rarity: Array = field(repr=False)

    def rows(self, *, valid: bool, single: bool = False) -> Rows:
        """The clauses to train on, with the validation part or without, all or those with all labels."""
        chosen = [
            at
            for at, clause in enumerate(self.clauses)
            if clause.part == TRAIN or (valid and clause.part != TEST)
            if clause.single or not single
        ]
        return np.array(chosen, np.int64)

    def held(self) -> Rows:
        """The validation part."""
        return np.array([at for at, c in enumerate(self.clauses) if c.part not in (TRAIN, TEST)], np.int64)


def table(clauses: Sequence[Labelled], encoder: Encoder, out: Path, plan: Plan, report: Report) -> Table:
    """Read every clause once; means already in `out` are taken from there."""
    texts = [clause.text for clause in clauses]
    means = _means(texts, encoder, out, report)
    bags = [strings(text) for text in texts]
    seen = np.zeros(STRINGS, np.float32)
    trained = [at for at, clause in enumerate(clauses) if clause.part != TEST]
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
    sparse = torch.sparse_coo_tensor(where, filled, (len(texts), STRINGS), check_invariants=True).coalesce()
    return Table(tuple(clauses), encoder.dim, means, sparse, np.stack([cues(text) for text in texts]), rarity)


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
    aside = out / f".{KEPT}"
    np.savez(aside, means=means, name=np.array(name))
    aside.replace(path)
    return means


@dataclass(frozen=True, slots=True)
class Linear:
    """One matrix for each kind of input, (outputs, inputs), and a bias."""

    parts: dict[str, Array] = field(repr=False)
    bias: Array

    def scores(self, inputs: dict[str, torch.Tensor]) -> Array:
        """(clauses, outputs)."""
        raw = torch.from_numpy(self.bias).repeat(len(inputs["cues"]), 1)
        for name, weights in self.parts.items():
            raw += (inputs[name] @ torch.from_numpy(weights.T.copy())).to_dense()
        found: Array = raw.numpy()
        return found


def fit(data: Table, encoder: str, plan: Plan, say: Say) -> tuple[Weights, Facts, list[dict[str, float]]]:
    """Train, calibrate on the validation part; gives weights, facts and the log."""
    torch.manual_seed(plan.seed)
    known, held = data.rows(valid=True), data.held()
    scale = (data.means[known].mean(0), data.means[known].std(0) + 1e-5)
    below, above, single = _fitted(data, scale, plan, valid=False)
    inputs, truth = _inputs(data, scale, held), _truth([data.clauses[at] for at in held]).numpy()
    told, seen = below.scores(inputs), above.scores(inputs)
    acts_told = truth[:, : len(ACTS)]
    losses = [_surprise(told + count * seen, acts_told) for count in COUNTS]
    count = COUNTS[int(np.argmin(losses))]
    found, first, alone = (macro(scores, acts_told) for scores in (told + count * seen, told, seen))
    log = [{"count": count, "acts": round(found, 4), "alone": round(alone, 4), "clauses": float(len(held))}]
    say(f"验证 {len(held)} 条：上层计 {count}，行为宏平均 F1 {found:.3f}（只看上层 {alone:.3f}，不看 {first:.3f}）")
    raw = np.concatenate((told + count * seen, single.scores(inputs)), 1)
    facts = _facts(raw, truth, encoder, plan)
    below, _, single = _fitted(data, scale, plan, valid=True)
    acts = {name: below.parts[name] + np.float32(count) * above.parts[name] for name in INPUTS}
    parts = {name: np.concatenate((acts[name], single.parts[name])) for name in INPUTS}
    bias = np.concatenate((count * above.bias + below.bias, single.bias))
    taps = np.concatenate([parts[name] for name in INPUTS[:3]], 1)
    made = Weights(taps, parts["bag"], parts["cues"], bias, scale[0], scale[1], data.rarity)
    return made, facts, log


def _fitted(data: Table, scale: tuple[Array, Array], plan: Plan, *, valid: bool) -> tuple[Linear, Linear, Linear]:
    """The two scores of the acts (strings, cues, lower layers; head or upper layers) and that of the single labels."""
    rows, own = data.rows(valid=valid), data.rows(valid=valid, single=True)
    inputs, acts = _inputs(data, scale, rows), len(ACTS)
    truth = _truth([data.clauses[at] for at in rows])[:, :acts]
    share = torch.tensor([1.0 if data.clauses[at].single else plan.share for at in rows])
    wide, cue = inputs["lower"].shape[1], inputs["cues"].square().sum(1).mean().item()
    below = {"lower": (plan.lower / wide) ** 0.5, "bag": plan.strings**0.5, "cues": (plan.told / cue) ** 0.5}
    first = _ridge(inputs, _kept(below, plan), truth, share / plan.ridge)
    if inputs["head"].shape[1] and "head" in plan.inputs:
        second = _headed(inputs, scale[1])
    else:
        second = _ridge(inputs, _kept({"upper": wide**-0.5}, plan), truth, share / plan.above)
    weight = {"lower": plan.taps**-0.5, "upper": plan.taps**-0.5, "bag": plan.bag**-0.5, "cues": plan.cues**-0.5}
    labels = _truth([data.clauses[at] for at in own])[:, acts:]
    return first, second, _logistic(_inputs(data, scale, own), _kept(weight, plan), labels, plan)


def _kept(weight: dict[str, float], plan: Plan) -> dict[str, float]:
    return {name: value if name in plan.inputs else 0.0 for name, value in weight.items()}


def _inputs(data: Table, scale: tuple[Array, Array], rows: Rows) -> dict[str, torch.Tensor]:
    """What is read of some clauses, by kind."""
    scaled = torch.from_numpy(((data.means[rows] - scale[0]) / scale[1]).astype(np.float32))
    lower, upper, head = scaled.tensor_split((2 * data.dim, QUARTERS * data.dim), 1)
    places = data.places.index_select(0, torch.from_numpy(rows)).coalesce()
    return {
        "lower": lower,
        "upper": upper,
        "head": head,
        "bag": places,
        "cues": torch.from_numpy(data.cues[rows]),
    }


def _products(inputs: dict[str, torch.Tensor], weight: dict[str, float]) -> torch.Tensor:
    """Inner products of all clauses: far fewer numbers than there are strings for each."""
    count = len(inputs["cues"])
    products = torch.zeros(count, count)
    for name, share in weight.items():
        if share:
            part = inputs[name]
            products += share**2 * (_overlaps(part) if part.is_sparse else part @ part.T)
    return products


def _overlaps(strings: torch.Tensor) -> torch.Tensor:
    """Inner products of sparse rows: torch has no product of sparse with sparse that is as fast as scipy's."""
    from scipy import sparse  # type: ignore[import-untyped]

    held = sparse.csr_matrix((strings.values().numpy(), strings.indices().numpy()), shape=tuple(strings.shape))
    return torch.from_numpy((held @ held.T).toarray())


def _linear(inputs: dict[str, torch.Tensor], weight: dict[str, float], duals: torch.Tensor, bias: Array) -> Linear:
    """Weights over all inputs from weights over the clauses, nought where nothing is read."""
    parts = {name: (weight.get(name, 0.0) ** 2 * (part.T @ duals)).numpy().T.copy() for name, part in inputs.items()}
    return Linear(parts, bias)


def _headed(inputs: dict[str, torch.Tensor], spread: Array) -> Linear:
    """The log odds of the encoder's own head, as they come (less their means)."""
    acts = len(ACTS)
    parts = {name: np.zeros((acts, part.shape[1]), np.float32) for name, part in inputs.items()}
    parts["head"] = np.diag(spread[-acts:])
    return Linear(parts, np.zeros(acts, np.float32))


def _ridge(
    inputs: dict[str, torch.Tensor], weight: dict[str, float], truth: torch.Tensor, share: torch.Tensor
) -> Linear:
    """Least squares with a penalty, for all acts at once; `share` is the weight of a clause over the penalty."""
    bias = (share @ truth) / share.sum()
    products = _products(inputs, weight) + torch.diag(1 / share)
    duals = torch.cholesky_solve(truth - bias, torch.linalg.cholesky(products))
    return _linear(inputs, weight, duals, bias.numpy())


def _logistic(inputs: dict[str, torch.Tensor], weight: dict[str, float], truth: torch.Tensor, plan: Plan) -> Linear:
    """Softmax regression of each single label, in as many coordinates as clauses."""
    products = _products(inputs, weight)
    jitter = 1e-5 * products.diagonal().mean() * torch.eye(len(products), dtype=torch.float64)
    space: torch.Tensor = torch.linalg.cholesky(products.double() + jitter).float()
    found, bias = _solved(space, truth, plan)
    duals = torch.linalg.solve_triangular(space.T, found, upper=True)
    return _linear(inputs, weight, duals, bias.numpy())


def _solved(space: torch.Tensor, truth: torch.Tensor, plan: Plan) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights over the coordinates and the bias of every output."""
    weights = torch.zeros(space.shape[1], truth.shape[1], requires_grad=True)
    bias = torch.zeros(truth.shape[1], requires_grad=True)
    optimizer = torch.optim.LBFGS([weights, bias], max_iter=plan.steps, history_size=12, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = _loss(space @ weights + bias, truth, plan) + weights.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return weights.detach(), bias.detach()


def _truth(clauses: Sequence[Labelled]) -> torch.Tensor:
    """One row of zeros and ones per clause in the order of the outputs."""
    rows = [[float(_holds(clause, name)) for name in OUTPUTS] for clause in clauses]
    return torch.tensor(rows)


def _holds(clause: Labelled, output: str) -> bool:
    kind, _, name = output.partition(":")
    return name in clause.acts if kind == "act" else clause.single.get(kind) == name


def _loss(raw: torch.Tensor, truth: torch.Tensor, plan: Plan) -> torch.Tensor:
    value, place = torch.zeros(()), 0
    for names in SINGLE.values():
        part = slice(place, place + len(names))
        shares = truth[:, part].mean(0).clamp(min=1e-3).pow(-plan.weight)
        value = value + torch.nn.functional.cross_entropy(raw[:, part], truth[:, part].argmax(1), weight=shares)
        place += len(names)
    return value


def _facts(raw: Array, truth: Array, encoder: str, plan: Plan) -> Facts:
    slopes, shifts, cuts = [], [], []
    for at in range(len(ACTS)):
        held = truth[:, at] > 0
        slope, shift = _platt(raw[:, at], held)
        chances = 1 / (1 + np.exp(-np.clip(slope * raw[:, at] + shift, -30, 30)))
        slopes.append(round(slope, 4))
        shifts.append(round(shift, 4))
        cuts.append(round(best_f1(chances, held) / 2, 4))
    temperatures, place = {}, len(ACTS)
    for kind, names in SINGLE.items():
        part, right = raw[:, place : place + len(names)], truth[:, place : place + len(names)].argmax(1)
        temperatures[kind] = round(_temperature(part, right), 4)
        place += len(names)
    return Facts(encoder, OUTPUTS, tuple(slopes), tuple(shifts), tuple(cuts), temperatures, plan.seed, READING)


def _surprise(raw: Array, truth: Array) -> float:
    """Mean log loss of the acts with the best slope and shift: it moves far less with the sample than F1 does."""
    return float(
        np.mean(
            [_misfit(raw[:, at], truth[:, at] > 0, *_platt(raw[:, at], truth[:, at] > 0)) for at in range(len(ACTS))]
        )
    )


def _misfit(raw: Array, held: npt.NDArray[np.bool_], slope: float, shift: float) -> float:
    scores = np.clip(slope * raw + shift, -30, 30)
    return float((np.log1p(np.exp(scores)) - scores * held).mean())


def _platt(raw: Array, held: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and shift with the least negative log likelihood among shifts that meet the share of `held`."""
    share = (float(held.sum()) + 0.5) / (len(held) + 1)
    options = [(slope, _shift(slope * raw, share)) for slope in map(float, np.geomspace(0.1, 30, 60))]

    return min(options, key=lambda option: _misfit(raw, held, *option))


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
