"""Train the judge and print its worth: what crossed scores tell of own clauses, with and without its ingredients.

    python -m beishen.eval.judge [--home DIR] [--kept FILE] [--out DIR] [--ablations]

Trained on the own clauses (a, b, c), each read as the review reads it: inside a short document, beside the articles it
cites and the first ones that the index finds. The threshold is the score that `RATE` of the clauses of real documents
exceed; these are the shared documents outside the gold, nothing is trained on them. Shared pairs and the gold are not
opened. Scores printed for own clauses are crossed over fields. `--kept` keeps what was read in a file and takes it
from there when it exists; `--out` writes `judge.npz` there.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

from ..corpora.errors import BeishenError
from ..corpora.intake import Overrides, read
from ..corpora.limits import Limits
from ..corpora.readers.formats import accept
from ..corpora.text import Document, Instrument, Level
from ..model import judge_file, marks
from ..model.judge import NAMES, Judge, Matter
from ..model.training.judge import Example, Plan, fitted
from ..model.training.judge import read as numbers
from ..review.checks import judged
from ..review.engine import Engine, EngineSettings
from ..review.pipeline import citations_of, setting_of, views_of
from ..review.view import ClauseView
from ..service.settings import load as load_settings
from .casedoc import FIRST, document
from .cases import CLAUSES, DAY, say, shared_folder
from .gold_review import GOLD

RATE = 0.0025
FILE = "judge.npz"
FAMILIES = {
    "words of the clause": ("words",),
    "facts beside the article": tuple(name for name in NAMES if name.startswith("mark")),
    "numbers compared": tuple(f"mark {at}" for at in range(10)),
    "words of both": tuple(f"mark {at}" for at in range(14, 14 + 2 * len(marks.WORDS))),
    "who speaks": NAMES[1 + 14 + 2 * len(marks.WORDS) :],
}
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """A clause as the judge reads it; `faulty` is None in real documents; `open` says that the review would ask."""

    id: str
    part: str
    matter: Matter
    open: bool
    faulty: bool | None = None
    kind: str = ""
    field: str = ""


def gathered(engine: Engine) -> list[Row]:
    """Own clauses, then clauses of the shared documents outside the gold; unreadable documents are passed over."""
    rows: list[Row] = []
    for part in ("a", "b", "c"):
        for line in (CLAUSES / f"{part}.jsonl").read_text("utf-8").splitlines():
            rows += _own(json.loads(line), part, engine)
    gold = {json.loads(line)["file"] for line in GOLD.read_text("utf-8").splitlines()}
    for path in sorted((shared_folder() / "documents").glob("*.txt")):
        if path.name not in gold:
            try:
                found = read(accept(path.name, path.read_bytes(), Limits()), Limits())
            except BeishenError:
                continue
            rows += [_row(view, path.name, "documents") for view in _views(found, engine)]
    return rows


def _own(entry: dict[str, Any], part: str, engine: Engine) -> Iterator[Row]:
    issuer, field = entry["issuer"], entry["field"]
    fixed = Overrides(issuer, Level(entry["level"]), Instrument(entry["instrument"]))
    found = read(document(entry["text"], issuer, entry["title"], field.split("/")[0]), Limits(), fixed)
    kept = tuple(clause for clause in found.clauses if clause.id.split(".")[0] == str(FIRST))
    for view in _views(replace(found, clauses=kept), engine):
        row = _row(view, entry["pair"] or entry["id"], part)
        yield replace(row, faulty=entry["faulty"], kind=next(iter(entry["types"]), ""), field=field)


def _views(found: Document, engine: Engine) -> tuple[ClauseView, ...]:
    setting = setting_of(found, engine, DAY)
    return views_of(setting, engine, citations_of(setting))


def _row(view: ClauseView, ident: str, part: str) -> Row:
    return Row(ident, part, judged.matter(view), judged.read(view))


def kept(path: Path, engine_settings: EngineSettings) -> list[Row]:
    """The rows of a file, gathered and written there where it is absent."""
    if path.is_file():
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        return [Row(**{**line, "matter": _matter(line["matter"])}) for line in lines]
    with Engine.open(engine_settings) as engine:
        rows = gathered(engine)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return rows


def _matter(values: dict[str, Any]) -> Matter:
    return Matter(**{**values, "cited": tuple(values["cited"]), "found": tuple(values["found"])})


def threshold(judge: Judge, rows: Sequence[Row]) -> float:
    """The score that `RATE` of the clauses of real documents exceed."""
    scores = sorted((judge.verdict(row.matter).score for row in rows if row.open), reverse=True)
    return round(scores[min(len(scores) - 1, int(RATE * len(rows)))], 3)


def told(name: str, rows: Sequence[Row], scores: Doubles, least: float) -> str:
    """One line: order of all clauses and of twins, share over the threshold among those that the review asks about."""
    faulty = np.array([bool(row.faulty) for row in rows])
    over = np.array([row.open for row in rows]) & (scores >= least)
    twins: dict[str, dict[bool, float]] = {}
    for row, score in zip(rows, scores, strict=True):
        twins.setdefault(row.id, {})[bool(row.faulty)] = float(score)
    both = [pair for pair in twins.values() if len(pair) == 2]
    right = sum(pair[True] > pair[False] for pair in both) / len(both)
    return (
        f"{name:<34} AUC {roc_auc_score(faulty, scores):.3f}, twins {right:.3f} of {len(both)}, "
        f"over {least:.2f}: faulty {over[faulty].mean():.3f}, lawful {over[~faulty].mean():.3f}"
    )


def main(arguments: list[str] | None = None) -> int:
    """Gather, fit, set the threshold, tell, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="data folder with the law store (default: the user's)")
    parser.add_argument("--kept", type=Path, default=Path("out/judge/rows.jsonl"), help="what was read")
    parser.add_argument("--out", type=Path, help="folder for judge.npz")
    parser.add_argument("--ablations", action="store_true", help="also without each family of facts")
    options = parser.parse_args(arguments)
    settings = load_settings()
    rows = kept(options.kept, EngineSettings(options.home or settings.home, settings.threads))
    own, real = [row for row in rows if row.faulty is not None], [row for row in rows if row.faulty is None]
    say(f"own clauses {len(own)}; clauses of documents {len(real)}, asked about {sum(row.open for row in real)}")
    judge = trained(own, real, Plan(), "judge")
    if options.ablations:
        for name, names in FAMILIES.items():
            trained(own, real, Plan(left_out=names), f"without {name}")
    if options.out:
        judge_file.write(options.out / FILE, judge.weights, judge.facts)
    return 0


def trained(own: Sequence[Row], real: Sequence[Row], plan: Plan, name: str) -> Judge:
    """Fit on the own clauses, with the threshold of the real ones; prints a line for all parts and one for c."""
    examples = [Example(row.matter, bool(row.faulty), row.kind, row.field) for row in own]
    judge, scores = fitted(numbers(examples, plan), plan)
    judge = replace(judge, facts=replace(judge.facts, threshold=threshold(judge, real)))
    last = [at for at, row in enumerate(own) if row.part == "c"]
    say(told(name, own, scores, judge.facts.threshold))
    say(told(f"{name}, c", [own[at] for at in last], scores[last], judge.facts.threshold))
    return judge


if __name__ == "__main__":
    sys.exit(main())
