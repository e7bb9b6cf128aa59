"""How many law citations of real documents are found, and with the right law and articles?

Gold: `gold/citations.jsonl`, made by reading every marked name and every name ending in 法 or 条例 in the shared
documents (file name, offsets of the name in the file's text, law, articles). Counted as citations: laws, regulations,
rules and interpretations. Not counted: normative documents with a number, Party rules, the document itself, texts it
prints, generic 宪法. A prediction is right when start, law and all articles agree. One file is left out: its only
citation is a name cut by 本市.

Run: python -m beishen.eval.corpora_citations [SHARED]
"""

import argparse
import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from ..corpora.citation import mentions
from ..corpora.laws.names import name_key
from .cases import shared_folder

GOLD = Path(__file__).parent / "gold" / "citations.jsonl"
LEFT_OUT = "121_"
Item = tuple[str, int, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class CitationScore:
    """Counts and every single miss (items of file, start, law key, articles)."""

    files: int
    gold: int
    predicted: int
    right: int
    false: tuple[Item, ...]
    missed: tuple[Item, ...]

    @property
    def precision(self) -> float | None:
        return self.right / self.predicted if self.predicted else None

    @property
    def recall(self) -> float | None:
        return self.right / self.gold if self.gold else None


def score(documents: Path) -> CitationScore:
    """Compare `mentions` of every text file with the gold."""
    gold: dict[str, set[Item]] = defaultdict(set)
    for line in GOLD.read_text("utf-8").splitlines():
        row = json.loads(line)
        gold[row["file"]].add((row["file"], row["start"], name_key(row["law"]), tuple(row["articles"])))
    files = [path for path in sorted(documents.glob("*.txt")) if not path.name.startswith(LEFT_OUT)]
    found: set[Item] = set()
    for path in files:
        for mention in mentions(path.read_text("utf-8")):
            found.add((path.name, mention.span.start, name_key(mention.name), mention.numbers))
    wanted = set().union(*gold.values())
    return CitationScore(
        len(files),
        len(wanted),
        len(found),
        len(wanted & found),
        tuple(sorted(found - wanted)),
        tuple(sorted(wanted - found)),
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", nargs="?", type=Path, default=shared_folder(), help="folder of the shared material")
    shared = parser.parse_args(arguments).shared
    result = score(shared / "documents")
    for title, items in (("false", result.false), ("missed", result.missed)):
        for item in items:
            sys.stdout.write(f"{title}\t{item[0][:24]}\t{item[1]}\t{item[2]}\t{','.join(item[3])}\n")
    sys.stdout.write(
        f"files {result.files}  gold {result.gold}  predicted {result.predicted}  right {result.right}  "
        f"precision {result.precision:.4f}  recall {result.recall:.4f}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
