"""The tables of articles against texts that are lawful, and against clauses that are known to be faulty or lawful.

    python -m beishen.eval.articles [FILE...] [--home DIR] [--only own|laws|documents|clauses]

Runs the rows in words of the tables (those of `review/standards/articles` when none is named) over

    own        their own examples: every `bad` must fire, every `good` must be silent, the ground must stand
    laws       every article of the store in force today: current law is lawful, so a hit is a fault of the row
    documents  the shared real documents: each hit is to be read
    clauses    own clauses a to d2 and the shared pairs: faulty and lawful ones hit

Without the rest of the review (gates of negation and quotation apply). Exit code 1 when an example fails.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..corpora.laws.store import LawStore
from ..review.articles import Stated, possible, stated
from ..review.gates import denied, named
from ..review.norms import tables_ready
from ..review.upkeep import missing
from ..review.view import sentences
from ..service.settings import load
from .cases import CLAUSES, DAY, say, shared_folder

OPEN_SETS = ("a", "b", "c", "d1", "d2")
PARTS = ("own", "laws", "documents", "clauses")


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a row fires, with the sentence it stands in."""

    row: Stated
    words: str
    sentence: str


def hits(rows: Sequence[Stated], text: str, title: str = "") -> Iterator[Hit]:
    """The first place of each row in each sentence of a text."""
    for sentence in sentences(text, 0):
        for row in possible(sentence.around, tuple(rows)):
            found = (m for m in row.breaks(title, text, sentence) if not denied(sentence, m) and not named(sentence, m))
            match = next(found, None)
            if match:
                yield Hit(row, match[0], sentence.text.strip())


def own(rows: Sequence[Stated], store: LawStore) -> tuple[str, ...]:
    """What is wrong with the rows by their own examples and grounds."""
    wrong = []
    for row in rows:
        name = f"{row.file} {row.grounds[0].law}{row.grounds[0].article} {row.data.says}"
        wrong += [f"bad is silent: {name}: {text}" for text in row.data.bad if not any(hits((row,), text))]
        wrong += [f"good fires: {name}: {text} [{hit.words}]" for text in row.data.good for hit in hits((row,), text)]
        wrong += [f"ground {why}: {name}" for g in row.grounds if (why := missing(store, g, DAY)) == "已失效"]
    return tuple(wrong)


def _told(hit: Hit, where: str) -> str:
    ground = hit.row.grounds[0]
    return f"  {where} [{hit.words}] {hit.row.file} {ground.law}{ground.article}: {hit.sentence[:160]}"


def _laws(rows: Sequence[Stated], store: LawStore) -> Iterator[str]:
    for article in store.articles(DAY):
        for hit in hits(rows, article.text, article.law):
            yield _told(hit, f"{article.law}{article.number}")


def _documents(rows: Sequence[Stated]) -> Iterator[str]:
    for path in sorted((shared_folder() / "documents").glob("*.txt")):
        text = path.read_bytes().decode("utf-8", errors="replace").replace("\r\n", "\n")
        for paragraph in text.split("\n"):
            for hit in hits(rows, paragraph, text[:60]):
                yield _told(hit, path.name[:24])


def _clauses(rows: Sequence[Stated]) -> Iterator[str]:
    counted: Counter[tuple[str, bool]] = Counter()
    for name, title, text, faulty in _every_clause():
        found = next(hits(rows, text, title), None)
        if found:
            counted[name, faulty] += 1
            if not faulty:
                yield _told(found, f"lawful {name}")
    yield ", ".join(f"{name} {'faulty' if faulty else 'lawful'} {n}" for (name, faulty), n in sorted(counted.items()))


def _every_clause() -> Iterator[tuple[str, str, str, bool]]:
    for part in OPEN_SETS:
        for line in (CLAUSES / f"{part}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield part, row["title"], row["text"], row["faulty"]
    for line in (shared_folder() / "cases" / "pairs.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield "pairs", row["doc_title"], row["violating"], True
        yield "pairs", row["doc_title"], row["lawful"], False


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="tables (TOML); those of the project when none is named")
    parser.add_argument("--home", type=Path, help="data folder with the law store")
    parser.add_argument("--only", choices=PARTS, help="one part only")
    args = parser.parse_args(argv)
    tables_ready()
    rows = stated(tuple(args.files))
    say(f"{len(rows)} rows")
    home = args.home or load().home
    with LawStore.open(home / "laws.db") as store:
        wrong = own(rows, store) if args.only in (None, "own") else ()
        for part, lines in (
            ("own", iter(wrong)),
            ("laws", _laws(rows, store)),
            ("documents", _documents(rows)),
            ("clauses", _clauses(rows)),
        ):
            if args.only in (None, part):
                say(f"{part}:")
                for line in lines:
                    say(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
