"""What does a clause do: how well is it told, how sure, how fast?

    python -m beishen.eval.models_clause [--home DIR] [--weights FILE] [--out DIR] [--seed S] [--ablations] [--speed N]

The test is the own clauses of the fields held out (a field and its pairs are in one part); a linear baseline (TF-IDF
of character strings, one logistic regression per label, cuts on validation, then all clauses outside the test) is
measured on the same split.
Every clause with what was told of it is kept in `--out`, the fifty worst first. `--speed N` times labels and vectors
of N clauses in one pass against two passes of the same encoder in float32 with torch, batches of 32 by length.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..model.clause import ACTS, SINGLE, WEIGHTS, ClauseLabels, ClauseModel, logits
from ..model.encoder import Encoder
from ..model.training import clause_scores
from ..model.training.clause_examples import TEST, TRAIN, VALID, Labelled, checked, own
from ..service.settings import load
from .corpora_all import Measured

SEED = 17
CLAUSES = Path(__file__).resolve().parents[1] / "model" / "training" / "clauses"
GOALS = ("permit", "penalty", "coercion", "fee", "proof", "condition", "duty", "right", "competition")
WORST = 50
ROUNDS = 3
# What an ablation still reads.
LESS = (
    ("encoder only", ("lower", "upper", "head")),
    ("no head", ("lower", "upper", "bag", "cues")),
    ("strings only", ("bag",)),
    ("no encoder", ("bag", "cues")),
)
Numbers = npt.NDArray[np.float64]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@dataclass(frozen=True, slots=True)
class Told:
    """Test clauses, what the model says of them, and the probability of every act."""

    clauses: tuple[Labelled, ...]
    labels: tuple[ClauseLabels, ...]
    chances: Numbers

    @property
    def truth(self) -> npt.NDArray[np.bool_]:
        return np.array([[name in clause.acts for name in ACTS] for clause in self.clauses])


def told(model: ClauseModel, clauses: Sequence[Labelled]) -> Told:
    _, means = model.encoder.read([clause.text for clause in clauses])
    labels = tuple(model.told(c.text, m) for c, m in zip(clauses, means, strict=True))
    raw = np.stack([logits(c.text, m, model.weights) for c, m in zip(clauses, means, strict=True)])
    slopes, shifts = np.array(model.facts.slopes), np.array(model.facts.shifts)
    return Told(tuple(clauses), labels, 1 / (1 + np.exp(-np.clip(slopes * raw[:, : len(ACTS)] + shifts, -30, 30))))


def baseline(clauses: Sequence[Labelled], seed: int) -> dict[str, float]:
    """The linear baseline on the same split, by the same names."""
    from scipy import sparse  # type: ignore[import-untyped]
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    parts = {part: [c for c in clauses if c.part == part] for part in (TRAIN, VALID, TEST)}
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)
    vectorizer.fit([c.text for c in parts[TRAIN]])
    seen = {part: vectorizer.transform([c.text for c in held]) for part, held in parts.items()}
    both = sparse.vstack([seen[TRAIN], seen[VALID]])
    found: dict[str, float] = {}
    for name in ACTS:
        truth = {part: np.array([name in c.acts for c in held]) for part, held in parts.items()}
        fitted = LogisticRegression(C=10, class_weight="balanced", solver="liblinear", tol=1e-2, random_state=seed)
        fitted.fit(seen[TRAIN], truth[TRAIN])
        cut = best_cut(fitted.predict_proba(seen[VALID])[:, 1], truth[VALID])
        fitted.fit(both, np.concatenate([truth[TRAIN], truth[VALID]]))
        given = fitted.predict_proba(seen[TEST])[:, 1] >= cut
        found[name] = clause_scores.f1(list(truth[TEST]), list(given))
    table = {"acts": float(np.mean(list(found.values())))}
    told = [bool(c.single) for c in (*parts[TRAIN], *parts[VALID])]
    whole = [c for c in (*parts[TRAIN], *parts[VALID]) if c.single]
    for kind, names in SINGLE.items():
        fitted = LogisticRegression(C=10, class_weight="balanced", max_iter=400, random_state=seed)
        fitted.fit(both[np.flatnonzero(told)], [c.single[kind] for c in whole])
        given = [str(name) for name in fitted.predict(seen[TEST])]
        right = [c.single[kind] for c in parts[TEST]]
        scores = [clause_scores.f1([label == n for label in right], [label == n for label in given]) for n in names]
        table[kind] = float(np.mean(scores))
    return {**table, **found}


def best_cut(chances: Numbers, truth: npt.NDArray[np.bool_]) -> float:
    options = [float(cut) for cut in np.linspace(0.05, 0.9, 35)]
    return max(options, key=lambda cut: clause_scores.f1(list(truth), list(chances >= cut)))


def ablations(clauses: Sequence[Labelled], encoder: Encoder, out: Path, seed: int) -> dict[str, dict[str, float]]:
    """The same fit with fewer inputs."""
    from ..model.training import clause as training

    plan = training.Plan(seed=seed)
    data = training.table(clauses, encoder, out, plan, lambda _at, _of: None)
    held = [c for c in clauses if c.part == TEST]
    rows = {}
    for name, inputs in LESS:
        weights, facts, _ = training.fit(data, encoder.id, replace(plan, inputs=inputs), lambda _line: None)
        path = training.save(out / name.replace(" ", "-"), weights, facts, ())
        model = ClauseModel.open(encoder, path)
        means = data.means[[at for at, c in enumerate(data.clauses) if c.part == TEST]]
        labels = [model.told(c.text, m) for c, m in zip(held, means, strict=True)]
        rows[name] = clause_scores.measured(held, labels)
    return rows


def print_table(rows: dict[str, dict[str, float]], clauses: Sequence[Labelled]) -> None:
    say("| label | clauses | " + " | ".join(rows) + " |")
    say("| --- | --- | " + " | ".join("---" for _ in rows) + " |")
    for name in next(iter(rows.values())):
        count = sum(1 for c in clauses if name in c.acts) if name in ACTS else len(clauses)
        say(f"| {name} | {count} | " + " | ".join(f"{row[name]:.3f}" for row in rows.values()) + " |")


def keep(found: Told, out: Path) -> None:
    """Every clause with its labels and probabilities, the worst first (sum of the surprises of its acts)."""
    truth = found.truth
    surprise = -np.log(np.clip(np.where(truth, found.chances, 1 - found.chances), 1e-6, 1)).sum(1)
    order = np.argsort(-surprise)
    out.mkdir(parents=True, exist_ok=True)
    with (out / "clauses.jsonl").open("w", encoding="utf-8") as file:
        for at in order:
            file.write(json.dumps(_line(found, int(at), float(surprise[at])), ensure_ascii=False) + "\n")
    say(f"per clause: {out / 'clauses.jsonl'}; the {WORST} worst first")


def _line(found: Told, at: int, surprise: float) -> dict[str, Any]:
    clause, labels = found.clauses[at], found.labels[at]
    given = [label.name for label in labels.acts]
    return {
        "id": clause.id,
        "surprise": round(surprise, 2),
        "missed": [name for name in clause.acts if name not in given],
        "added": [name for name in given if name not in clause.acts],
        "single": {k: [v, getattr(labels, k).name] for k, v in clause.single.items() if getattr(labels, k).name != v},
        "chances": {name: round(float(p), 3) for name, p in zip(ACTS, found.chances[at], strict=True) if p > 0.05},
        "text": clause.text,
    }


def calibration(found: Told) -> list[float]:
    """The expected calibration error of every act."""
    return [clause_scores.error(found.chances[:, at], found.truth[:, at]) for at in range(len(ACTS))]


def measured(home: Path, _shared: Path) -> Iterator[Measured]:
    """For the scoreboard: the shipped weights on the test fields."""
    clauses = own(CLAUSES, SEED)
    checked(clauses)
    held = [clause for clause in clauses if clause.part == TEST]
    found = told(ClauseModel.open(Encoder.open(home, load().threads)), held)
    table, over = clause_scores.measured(held, found.labels), f"{len(held)} clauses"
    for kind in ("acts", *SINGLE):
        yield Measured(f"clause.{kind}.f1", table[kind], over)
    least = min(GOALS, key=lambda name: table[name])
    yield Measured("clause.least.f1", table[least], f"{least}, {over}")
    yield Measured("clause.calibration", float(np.mean(calibration(found))), f"{len(ACTS)} acts, {over}")


def speed(model: ClauseModel, texts: Sequence[str], threads: int) -> None:
    """One pass for labels and vectors against two float32 passes with torch, in turns; processor time beside wall."""
    from ..model.training.float_pass import FloatPass

    plain = FloatPass(threads)
    ways: dict[str, Callable[[], object]] = {
        "one pass": lambda: model.read(texts),
        "two float32 passes": lambda: [plain.vectors(texts, "query") for _ in range(2)],
    }
    model.read(texts[:8])
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            wall, used = time.perf_counter(), time.process_time()
            way()
            found[name].append((time.perf_counter() - wall, time.process_time() - used))
    mine, theirs = (np.median(np.array(rows), 0) for rows in found.values())
    say(f"{len(texts)} clauses, {threads} threads, medians of {ROUNDS} rounds in turns (wall, processor): ")
    say(f"one pass {mine[0]:.1f} s, {mine[1]:.1f} s; two float32 passes {theirs[0]:.1f} s, {theirs[1]:.1f} s; ")
    say(f"ratio {theirs[0] / mine[0]:.2f}, {theirs[1] / mine[1]:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--out", type=Path, default=Path("out/models-clause"))
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--ablations", action="store_true")
    parser.add_argument("--speed", type=int, default=0)
    asked = parser.parse_args()
    settings = load()
    clauses = own(CLAUSES, asked.seed)
    checked(clauses)
    encoder = Encoder.open(asked.home or settings.home, settings.threads)
    model = ClauseModel.open(encoder, asked.weights)
    held = [clause for clause in clauses if clause.part == TEST]
    found = told(model, held)
    rows = {"model": clause_scores.measured(held, found.labels), "TF-IDF + LR": baseline(clauses, asked.seed)}
    if asked.ablations:
        rows |= ablations(clauses, encoder, asked.out, asked.seed)
    say(f"clauses: {', '.join(f'{p} {sum(1 for c in clauses if c.part == p)}' for p in (TRAIN, VALID, TEST))}")
    print_table(rows, held)
    least = min(GOALS, key=lambda name: rows["model"][name])
    say(f"least of the nine: {least} {rows['model'][least]:.3f}")
    errors = calibration(found)
    say(f"expected calibration error: all acts together {clause_scores.error(found.chances, found.truth):.4f}, ")
    say(f"mean of the acts {np.mean(errors):.4f}, worst {ACTS[int(np.argmax(errors))]} {max(errors):.4f}")
    keep(found, asked.out)
    if asked.speed:
        texts = [clause.text for clause in clauses][: asked.speed]
        speed(model, texts, settings.threads)


if __name__ == "__main__":
    main()
