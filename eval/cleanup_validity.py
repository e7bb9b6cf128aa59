"""Last days of validity against the annotation of 80 documents.

    python -m beishen.eval.cleanup_validity

A document counts as right when the day the program reads from its own words (none included) is the annotated one.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..corpora.intake import read
from ..corpora.limits import Limits
from ..corpora.readers.formats import accept_path
from ..review.cleanup.sentences import Text
from ..review.cleanup.validity import begun, ends, term_of
from ..service.cli.terminal import write
from .cases import shared_folder

GOLD = Path(__file__).parent / "gold" / "validity.jsonl"
LEAST = 0.97


@dataclass(frozen=True, slots=True)
class Case:
    """One annotated document: what was read there, what the program says, and the two places."""

    file: str
    wanted: date | None
    got: date | None
    placed: bool | None

    @property
    def right(self) -> bool:
        return self.wanted == self.got


def cases(shared: Path) -> tuple[Case, ...]:
    """Every annotated document as the program reads it."""
    found = []
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        document = read(accept_path(shared / row["file"], Limits()))
        term = term_of(Text.of(document))
        wanted = date.fromisoformat(row["until"]) if row["until"] else None
        overlap = None
        if row["start"] is not None:
            overlap = term is not None and term.at.start < row["end"] and row["start"] < term.at.end
        found.append(Case(row["file"], wanted, ends(term, begun(document)), overlap))
    return tuple(found)


def main(arguments: list[str] | None = None) -> int:
    """Print the share that is right, with and without the documents that state no period."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args(
        arguments
    )
    found = cases(shared_folder())
    stated = [case for case in found if case.placed is not None]
    right = sum(case.right for case in found)
    for case in found:
        if not case.right or case.placed is False:
            write(f"  {case.file.rsplit('/', 1)[-1][:30]} wanted {case.wanted} got {case.got} placed {case.placed}")
    write(f"right {right}/{len(found)} = {right / len(found):.3f} (gate {LEAST})")
    write(f"of those that state a period: {sum(case.right for case in stated)}/{len(stated)}")
    return 0 if right / len(found) >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
