"""Every measure of the corpora beside what is expected: `python -m beishen.eval.corpora_all [SHARED]`.

Expected numbers are data (`expected/corpora.toml`): id, what is counted, the command that prints the details, the
value last seen, what the project asks for, and the tolerance within which a new value counts as the same. Each row is
printed with its denominator; the exit code is 1 where a value is worse than expected by more than the tolerance.
"""

import argparse
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from . import corpora_citations, corpora_documents, corpora_laws, corpora_numbers, corpora_speed
from .cases import shared_folder


@dataclass(frozen=True, slots=True)
class Measured:
    """A measured value (None over nothing) and what it was counted over."""

    id: str
    value: float | None
    over: str


def expected() -> tuple[dict[str, Any], ...]:
    """The rows of `expected/corpora.toml`."""
    text = files(__package__).joinpath("expected/corpora.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)["measure"])


def measured(shared: Path) -> Iterator[Measured]:
    """All measures; the law store is built in a temporary folder."""
    yield from _documents(shared)
    bench = corpora_numbers.score(shared)
    yield Measured("number.exact", bench.exact / bench.held, f"{bench.exact}/{bench.held}")
    yield Measured("number.year", bench.years / bench.held, f"{bench.years}/{bench.held}")
    yield Measured("number.prefix", bench.prefixes / bench.held, f"{bench.prefixes}/{bench.held}")
    cited = corpora_citations.score(shared / "documents")
    yield Measured("citation.precision", cited.precision, f"{cited.right}/{cited.predicted}")
    yield Measured("citation.recall", cited.recall, f"{cited.right}/{cited.gold}")
    with tempfile.TemporaryDirectory() as folder:
        store = corpora_laws.score(shared, Path(folder))
    right = sum(trap.right for trap in store.traps)
    yield Measured("laws.provisions", store.provisions, f"{store.laws} laws")
    yield Measured("laws.build_s", store.build_s, f"{store.refused} texts refused")
    yield Measured("laws.open_s", store.open_s, "1 store")
    yield Measured("laws.changed_again", store.changed_again, "second import of everything")
    yield Measured("laws.traps", right / len(store.traps), f"{right}/{len(store.traps)}")
    for name, group in corpora_speed.timings(shared, ("DOCX", "HTML")).items():
        if group:
            _, total, long = corpora_speed.medians(group)
            yield Measured(f"speed.{name.lower()}_ms", total, f"median of {len(group)} files")
            if name != "HTML":
                yield Measured(f"speed.{name.lower()}_20_pages_ms", long, f"median of {len(group)} files")


def _documents(shared: Path) -> Iterator[Measured]:
    """Fields, clause boundaries and kind over all annotated documents, and kind of the sets apart."""
    results = [corpora_documents.score(shared, split) for split in corpora_documents.SPLITS]
    for name in corpora_documents.FIELDS:
        hits, total = (sum(getattr(r.scores[name], part) for r in results) for part in ("hits", "total"))
        extra = sum(r.scores[name].extra for r in results)
        yield Measured(f"field.{name}", hits / total if total else None, f"{hits}/{total}, {extra} claimed wrongly")
    found = corpora_documents.Score()
    for result in results:
        one = result.scores["clauses"]
        found.hits, found.total, found.extra = found.hits + one.hits, found.total + one.total, found.extra + one.extra
    yield Measured("clauses.f1", found.f1(), f"{found.hits}/{found.total} starts, {found.extra} too many")
    for split, result in zip(corpora_documents.SPLITS, results, strict=True):
        yield _kind(f"kind.{split}", result.pairs)
    yield _kind("kind.all", [pair for result in results for pair in result.pairs])


def _kind(name: str, pairs: list[tuple[str, str]]) -> Measured:
    right = sum(gold == got for gold, got in pairs)
    return Measured(name, corpora_documents.macro_f1(pairs), f"{right}/{len(pairs)} documents")


def holds(row: dict[str, Any], value: float | None) -> bool:
    """Whether a value is no worse than expected, within the tolerance; `better` is "more" or "less"."""
    if value is None:
        return False
    worse = row["value"] - value if row["better"] == "more" else value - row["value"]
    return bool(worse <= row["tolerance"])


def main(arguments: list[str] | None = None) -> int:
    """Print id, value, expected, asked and denominator of every row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", nargs="?", type=Path, default=shared_folder(), help="folder of the shared material")
    shared = parser.parse_args(arguments).shared
    rows = {row["id"]: row for row in expected()}
    status = 0
    for found in measured(shared):
        row = rows.get(found.id)
        good = row is not None and holds(row, found.value)
        status |= not good
        value = "–" if found.value is None else f"{found.value:.4f}".rstrip("0").rstrip(".")
        shown = f"expected {row['value']} ± {row['tolerance']}  asked {row['asked']}" if row else "not expected"
        sys.stdout.write(f"{'ok   ' if good else 'WORSE'} {found.id:<24} {value:<10} {shown}  ({found.over})\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
