"""How well is the relation of a clause to an article told? Labels, twins, alarms, speed.

    python -m beishen.eval.models_relation [--home DIR] [--weights FILE] [--out DIR] [--more FILE ...]

Sets: `generated` are edits of laws that training never saw (hash of the law's name), `own` the own clauses held out by
law and field, `shared` the pairs beside the project (BEISHEN_SHARED) with the governing article given, or with what
the index finds. `--more` measures further own files whole. The linear baseline (TF-IDF of both texts, logistic
regression) is trained on the same training pairs and measured on the same tests. Every score is kept in `--out`.
"""

import argparse
import json
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..corpora.laws.default import open_default
from ..corpora.laws.store import LawStore
from ..corpora.text import Instrument, Level, Region
from ..index.search import Hit, Index, Query, Scope, scope
from ..model.encoder import Encoder
from ..model.focus import bigrams, overlap
from ..model.relation import LABELS, WEIGHTS, Claim, Relation, RelationScore
from ..model.training import calibration, examples, relation_job
from ..model.training.pairs import TEST, TRAIN, Pair, Shelf
from ..service.settings import load
from .cases import CLAUSES, DAY, Case, own_cases, pair_cases, say, shared_folder
from .corpora_all import Measured

SEED = 17
CUTS = (1, 3)


@dataclass(frozen=True, slots=True)
class Bench:
    """What every measure needs."""

    laws: LawStore
    model: Relation
    index: Index
    encoder: Encoder
    out: Path
    weights: Path


def claim_of(case: Case) -> Claim:
    return Claim(examples.NUMBER.sub("", case.text), case.issuer, case.level, case.instrument)


def scope_of(case: Case) -> Scope:
    """What outranks an invented issuer: its level is given, its region does not exist."""
    levels, kinds = {item.value: item for item in Level}, {item.value: item for item in Instrument}
    kind = kinds.get(case.level, kinds.get(case.instrument, Instrument.NORMATIVE))
    return scope(kind, levels.get(case.level, Level.OTHER), Region())


def given(bench: Bench, cases: Sequence[Case]) -> list[list[str]]:
    """Texts of the governing articles of each case that the store has."""
    named = [[bench.laws.article(law, number, DAY) for law, number in case.laws if number] for case in cases]
    return [[article.text for article in found if article is not None] for found in named]


def searched(bench: Bench, cases: Sequence[Case]) -> list[list[str]]:
    """Texts of the first hits of each case, from its own search in the scope of its issuer."""
    asked = [Query(claim_of(case).text, DAY, scope_of(case), (), max(CUTS), case.title) for case in cases]
    vectors = bench.encoder.encode([query.text for query in asked], "query")
    found: tuple[tuple[Hit, ...], ...] = bench.index.search_many(asked, vectors)
    return [[hit.article.text for hit in hits[: max(CUTS)]] for hits in found]


def scored(model: Relation, cases: Sequence[Case], articles: Sequence[Sequence[str]]) -> list[list[RelationScore]]:
    """The scores of each case beside each of its articles, in their order."""
    rows = [(at, text) for at, texts in enumerate(articles) for text in texts]
    made = model.score([claim_of(cases[at]) for at, _ in rows], [text for _, text in rows])
    found: list[list[RelationScore]] = [[] for _ in cases]
    for (at, _), score in zip(rows, made, strict=True):
        found[at].append(score)
    return found


@dataclass(frozen=True, slots=True)
class Twins:
    """Of pairs with an article on both sides: how often the faulty one scores higher; `over` the threshold of each."""

    name: str
    right: int
    whole: int
    pairs: int
    over: tuple[int, int]

    @property
    def rate(self) -> float | None:
        return self.right / self.whole if self.whole else None

    def line(self) -> str:
        rate = "None" if self.rate is None else f"{self.rate:.3f}"
        return (
            f"{self.name}: faulty above lawful {self.right}/{self.whole} = {rate} (of {self.pairs} pairs); "
            f"over the threshold: faulty {self.over[0]}, lawful {self.over[1]}"
        )


def twins(bench: Bench, name: str, cases: Sequence[Case], scores: Sequence[Sequence[RelationScore]]) -> Twins:
    """The pairs put right; all scores are kept. A case has the score of the article it conflicts with most."""
    sides: dict[str, dict[bool, float]] = {}
    rows = []
    for case, found in zip(cases, scores, strict=True):
        if found:
            best = max(found, key=lambda score: score.conflict)
            sides.setdefault(case.id, {})[case.faulty] = best.conflict
            rows.append({"id": case.id, "faulty": case.faulty, "types": case.types, **_told(best)})
    _keep(bench.out / f"{name.replace(' ', '-')}.jsonl", rows)
    whole = [side for side in sides.values() if len(side) == 2]
    right = sum(side[True] > side[False] for side in whole)
    faulty, lawful = (sum(side[kind] >= bench.model.facts.threshold for side in whole) for kind in (True, False))
    return Twins(name, right, len(whole), len(cases) // 2, (faulty, lawful))


def _silent(_done: int, _total: int) -> None:
    """Where nobody watches."""


def labelled(bench: Bench, held: Sequence[Pair]) -> list[str]:
    """Labels and twins of the pairs that training held out; all are kept, the least likely right labels first."""
    scores = relation_job.scored(bench.model, held, _silent)
    rows = [{"id": p.id, "label": p.label, "origin": p.origin, **_told(s)} for p, s in zip(held, scores, strict=True)]
    _keep(bench.out / "held.jsonl", sorted(rows, key=lambda row: row["probabilities"][row["label"]]))
    kinds, conflict = relation_job.logits(scores)
    lines = []
    for name in ("generated", "own"):
        at = [i for i, p in enumerate(held) if (p.origin == "own") == (name == "own")]
        part, truth = [held[i] for i in at], [held[i].conflict for i in at]
        labels = [p.label for p in part]
        chances = 1 / (1 + np.exp(-conflict[at]))
        lines += [
            f"{name}: macro-F1 {calibration.macro_f1(labels, kinds[at]):.3f}, twins "
            f"{calibration.pairwise(part, conflict[at]):.3f}, calibration error of the conflict "
            f"{calibration.error(chances, truth):.3f} ({len(part)} pairs)",
            "  " + "  ".join(_score(*item) for item in calibration.f1_by_label(labels, kinds[at]).items()),
        ]
    return lines


def _score(label: str, value: float | None) -> str:
    return f"{label} {'None' if value is None else f'{value:.2f}'}"


def _told(score: RelationScore) -> dict[str, Any]:
    return {
        "conflict": round(score.conflict, 4),
        "told": score.label,
        "clause": score.clause,
        "article": score.article,
        "probabilities": dict(zip(LABELS, (round(p, 3) for p in score.probabilities), strict=True)),
    }


def _keep(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


class Baseline:
    """TF-IDF of character 1- to 3-grams of clause and article apart, logistic regression for label and conflict."""

    def __init__(self, name: str, known: Sequence[Pair]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

        self.name = f"baseline ({name})"
        self.clause, self.article = (
            TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True, min_df=3) for _ in range(2)
        )
        self.clause.fit([pair.claim.text for pair in known])
        self.article.fit([pair.article for pair in known])
        rows = self.rows([(pair.claim.text, pair.article) for pair in known])
        self.kinds = LogisticRegression(C=5, max_iter=150).fit(rows, [LABELS.index(pair.label) for pair in known])
        self.conflict = LogisticRegression(C=5, max_iter=150).fit(rows, [pair.conflict for pair in known])

    def rows(self, texts: Sequence[tuple[str, str]]) -> Any:
        from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]

        share = csr_matrix([[overlap(clause, bigrams(article))] for clause, article in texts])
        return hstack(
            [self.clause.transform([c for c, _ in texts]), self.article.transform([a for _, a in texts]), share]
        ).tocsr()

    def lines(self, held: Sequence[Pair]) -> list[str]:
        rows = self.rows([(pair.claim.text, pair.article) for pair in held])
        kinds = np.full((len(held), len(LABELS)), -1e9)
        kinds[:, self.kinds.classes_] = self.kinds.decision_function(rows)
        conflict = self.conflict.decision_function(rows)
        made = [at for at, pair in enumerate(held) if pair.origin != "own"]
        own = [at for at, pair in enumerate(held) if pair.origin == "own"]
        return [
            f"{self.name} {name}: macro-F1 {calibration.macro_f1([held[i].label for i in at], kinds[at]):.3f}, "
            f"twins {calibration.pairwise([held[i] for i in at], conflict[at]):.3f}"
            for name, at in (("generated", made), ("own", own))
        ]

    def twins(self, name: str, cases: Sequence[Case], articles: Sequence[Sequence[str]]) -> str:
        sides: dict[str, dict[bool, float]] = {}
        for case, texts in zip(cases, articles, strict=True):
            if texts:
                values = self.conflict.decision_function(self.rows([(claim_of(case).text, text) for text in texts]))
                sides.setdefault(case.id, {})[case.faulty] = float(max(values))
        whole = [side for side in sides.values() if len(side) == 2]
        right = sum(side[True] > side[False] for side in whole)
        return f"{self.name} {name}: {right}/{len(whole)}" + (f" = {right / len(whole):.3f}" if whole else "")


def speed(bench: Bench, held: Sequence[Pair]) -> str:
    """Pairs a second without any text seen before, and the memory of this process."""
    fresh = Relation.open(bench.out, 2, None, bench.weights)
    claims, articles = [p.claim for p in held], [p.article for p in held]
    fresh.score(claims[:4], articles[:4])
    start = time.monotonic()
    fresh.score(claims, articles)
    rate = len(held) / (time.monotonic() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"speed: {rate:.1f} pairs a second on two threads ({len(held)} pairs); peak of this process {peak:.0f} MB"


def measured(home: Path, shared: Path) -> Iterator[Measured]:
    """For the scoreboard: the shipped weights on held-out pairs and beside the articles of the shared pairs."""
    threads = load().threads
    with open_default(home) as laws:
        encoder = Encoder.open(home, threads)
        index = Index.open(home, laws, encoder)
        bench = Bench(laws, Relation.open(home, threads), index, encoder, Path("out/models_relation"), WEIGHTS)
        held = [pair for pair in relation_job.collect(Shelf(laws), CLAUSES, SEED) if pair.part == TEST]
        kinds, conflict = relation_job.logits(relation_job.scored(bench.model, held, _silent))
        at = [i for i, pair in enumerate(held) if pair.origin != "own"]
        part = [held[i] for i in at]
        value = calibration.macro_f1([pair.label for pair in part], kinds[at])
        yield Measured("relation.generated.f1", value, f"{len(at)} pairs of unseen laws")
        value = calibration.pairwise(part, conflict[at])
        yield Measured("relation.generated.twins", value, f"{len(at)} pairs of unseen laws")
        cases = list(pair_cases(shared / "cases" / "pairs.jsonl"))
        found = searched(bench, cases)
        rows = [("given", given(bench, cases)), *((f"found{cut}", [texts[:cut] for texts in found]) for cut in CUTS)]
        for name, articles in rows:
            told = twins(bench, f"shared {name}", cases, scored(bench.model, cases, articles))
            yield Measured(f"relation.shared.{name}", told.rate, f"{told.right}/{told.whole}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="data folder with the law store (default: the user's)")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--out", type=Path, default=Path("out/models_relation"))
    parser.add_argument("--more", type=Path, action="append", default=[], help="own pairs measured whole (JSONL)")
    parser.add_argument("--no-baseline", action="store_true")
    options = parser.parse_args(arguments)
    settings = load()
    home = options.home or settings.home
    with open_default(home) as laws:
        encoder = Encoder.open(home, settings.threads)
        model = Relation.open(options.out, settings.threads, None, options.weights)
        bench = Bench(laws, model, Index.open(home, laws, encoder), encoder, options.out, options.weights)
        known = relation_job.collect(Shelf(laws), CLAUSES, SEED)
        held = [pair for pair in known if pair.part == TEST]
        for line in labelled(bench, held):
            say(line)
        say(speed(bench, held[:200]))
        shared = list(pair_cases(shared_folder() / "cases" / "pairs.jsonl"))
        sets = [("shared", shared), *((path.stem, list(own_cases(path))) for path in options.more)]
        _beside(bench, sets)
        if not options.no_baseline:
            _baselines(bench, sets, known)
    return 0


def _beside(bench: Bench, sets: Sequence[tuple[str, list[Case]]]) -> None:
    """The sets of cases beside their governing articles; the first also beside what the index finds."""
    say(f"threshold {bench.model.facts.threshold:.3f}")
    for name, cases in sets:
        say(twins(bench, f"{name} given", cases, scored(bench.model, cases, given(bench, cases))).line())
    name, cases = sets[0]
    found = scored(bench.model, cases, searched(bench, cases))
    for cut in CUTS:
        say(twins(bench, f"{name} first {cut} found", cases, [scores[:cut] for scores in found]).line())


def _baselines(bench: Bench, sets: Sequence[tuple[str, list[Case]]], known: Sequence[Pair]) -> None:
    """The linear baseline on the same tests, trained on all training pairs and on own clauses alone."""
    held = [pair for pair in known if pair.part == TEST]
    taught = [pair for pair in known if pair.part == TRAIN]
    for name, pairs in (("all", taught), ("own", [pair for pair in taught if pair.origin == "own"])):
        baseline = Baseline(name, pairs)
        for line in baseline.lines(held):
            say(line)
        for title, cases in sets:
            say(baseline.twins(title, cases, given(bench, cases)))


if __name__ == "__main__":
    raise SystemExit(main())
