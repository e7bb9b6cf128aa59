"""Write the clauses whose governing articles are known (`index/data/precedents.npz`) again.

    python -m beishen.eval.index_precedents [--home DIR] [--out FILE] [--own]

Who speaks: all own clauses with a governing article, the clauses beside the rows of the review's tables (numbers,
levels, articles; a row names its ground) and those that its rules must fire on (a rule names its grounds); `--own`
leaves the review's out. Their query vectors are those of the encoder as shipped: train it first, then write this file,
then train the ranker. Parts e and f (blind) take no part.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from ..index.precedents import FILE, Named, Precedents
from ..model.encoder import Encoder
from ..model.training import examples
from ..review import articles, standard
from ..review.articles import MatterData, NumberData, StatedData
from ..review.written import parsed
from ..service.settings import load
from . import rulecases
from .cases import CLAUSES
from .index_examples import FILES

ROWS: dict[str, type[StatedData | NumberData | MatterData]] = {
    "stated": StatedData,
    "number": NumberData,
    "matter": MatterData,
}
# Of a rule with many grounds the first are those that its clauses run into; the others are what they should follow.
MOST = 3


@dataclass(frozen=True, slots=True)
class Known:
    """A clause and the articles that govern it."""

    id: str
    text: str
    governing: tuple[Named, ...]


def own(folder: Path = CLAUSES) -> Iterator[Known]:
    """Own clauses that name a governing article."""
    for row in examples.rows(folder, FILES):
        governing = tuple((law["law"], law["article"]) for law in row["laws"] if law.get("article"))
        if governing:
            yield Known(row["id"], examples.NUMBER.sub("", row["text"]), governing)


def tables(files: tuple[Path, ...] = ()) -> Iterator[Known]:
    """The `bad` clauses of every row of these files: of all tables of the review where none is named.

    The `good` ones keep to the words of the article, which the two lists find by themselves.
    """
    for path in files or (*articles.GENERAL.values(), *sorted(articles.FOLDER.glob("*.toml"))):
        held = (row for kind in parsed(path) for row, _ in articles.tabled(kind, ROWS[kind], (path,)))
        for at, row in enumerate(held):
            more = row.grounds if isinstance(row, StatedData) else ()
            governing = _named((*((row.ground,) if row.ground else ()), *more))
            for number, text in enumerate([row.bad] if isinstance(row.bad, str) else row.bad):
                yield Known(f"{path.stem}-{at}-{number}", text, governing)


def rules(folder: Path = standard.FOLDER) -> Iterator[Known]:
    """The clauses that the rules of the standard must fire on."""
    governing = {rule.data.id: _named(rule.data.grounds) for rule in standard.load(folder).rules}
    fired = (case for case in rulecases.load(folder) if case.fires)
    for _, cases in groupby(fired, key=lambda case: case.file):
        for at, case in enumerate(cases):
            yield Known(f"{case.rule}-{at}", examples.NUMBER.sub("", case.text), governing[case.rule])


def _named(grounds: Iterable[standard.Ground]) -> tuple[Named, ...]:
    """Law and number of the grounds, each once, at most `MOST`."""
    return tuple(dict.fromkeys((ground.law, ground.article) for ground in grounds))[:MOST]


def everything(review: bool = True) -> list[Known]:
    """All known clauses, a text once; an own clause before one of the review."""
    found = [*own(), *(tables() if review else ()), *(rules() if review else ())]
    kept: dict[str, Known] = {}
    for one in found:
        if one.governing and len(one.text) > 5:
            kept.setdefault(one.text, one)
    return list(kept.values())


def made(encoder: Encoder, review: bool = True) -> Precedents:
    """The vectors of all known clauses."""
    known = everything(review)
    texts = [one.text for one in known]
    governing = [one.governing for one in known]
    return Precedents.of([one.id for one in known], governing, encoder.encode(texts, "query"), texts)


def main(arguments: list[str] | None = None) -> int:
    """Encode the clauses and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--own", action="store_true")
    options = parser.parse_args(arguments)
    encoder = Encoder.open(options.home or load().home)
    known = made(encoder, not options.own)
    known.save(options.out, encoder.id)
    sys.stdout.write(
        f"{len(known.ids)} clauses, {len(known.articles)} articles, {options.out.stat().st_size:,} bytes\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
