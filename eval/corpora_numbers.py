"""Are document numbers (发文字号) in wild spellings brought to one form? `python -m beishen.eval.corpora_numbers`.

Denominator: the rows of `bench/document_numbers.csv` whose number cell holds a number. The expected form is derived
from the cell by an oracle that shares no code with the parser: it deletes what is not a letter, a digit or a bracket
and rewrites bracket pairs. Year and prefix are checked as well, and what a cell without a number yields.
"""

import argparse
import csv
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..corpora.number import find, normalize
from .cases import shared_folder

_LABELS = ("发文字号：", "的通知")
_PAIRS = str.maketrans({"[": "〔", "]": "〕", "(": "〔", ")": "〕", "（": "〔", "）": "〕", "【": "〔", "】": "〕"})
_HOLDS = re.compile(r"\d+\s*号")


def expected(cell: str) -> str:
    """The canonical form of a cell of the bench, by plain text replacement."""
    text = re.sub(r"[\s\u200b]", "", cell)
    for label in _LABELS:
        text = text.split(label)[-1]
    return text.translate(_PAIRS)


def cells(path: Path) -> Iterator[tuple[str, str]]:
    """(number cell, province) of every row."""
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield row["doc_number"].strip(), row["province"]


@dataclass(frozen=True, slots=True)
class NumberScore:
    """Counts over the cells that hold a number, and over those that hold none; misses in words."""

    held: int
    exact: int
    years: int
    prefixes: int
    empty: int
    spurious: int
    misses: tuple[str, ...]


def score(shared: Path) -> NumberScore:
    """Read every cell of the bench."""
    held = exact = years = prefixes = empty = spurious = 0
    misses: list[str] = []
    for cell, _ in cells(shared / "bench" / "document_numbers.csv"):
        if not _HOLDS.search(cell):
            empty += 1
            spurious += normalize(cell) is not None
            continue
        held += 1
        want = expected(cell)
        found = find(cell)
        year = re.search(r"(?:19|20)\d\d", want)
        years += bool(found) and (found[0].year or None) == (int(year[0]) if year else None)
        prefixes += bool(found) and want.startswith(found[0].prefix) and bool(found[0].prefix)
        if found and found[0].value == want:
            exact += 1
        else:
            misses.append(f"{cell!r}: 应为 {want}，读作 {found[0].value if found else None}")
    return NumberScore(held, exact, years, prefixes, empty, spurious, tuple(misses))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=shared_folder())
    found = score(parser.parse_args().shared)
    for miss in found.misses:
        sys.stdout.write(f"  {miss}\n")
    rate = found.exact / found.held
    sys.stdout.write(
        f"发文字号：{found.exact}/{found.held} = {rate:.4f}；年份 {found.years}/{found.held}；"
        f"机关代字 {found.prefixes}/{found.held}\n没有发文字号的单元格：{found.empty}，其中误读 {found.spurious}\n"
    )


if __name__ == "__main__":
    main()
