"""How well are real documents read? Fields, clause boundaries and kind against our own annotation.

`python -m beishen.eval.corpora_documents [--shared DIR] [--misses N]`. The gold rows (`gold/documents.jsonl`) were made
by reading. `held`, `second` and `third` were annotated after the rules were written: their first number (kind macro-F1
0.886, 0.639 and 0.984) was the honest one, and causes were mended afterwards; `third` holds kinds only, read from title
and opening. A key that is absent from a row was
not decidable and does not count. A clause start is its printed label and a hash of its first ten characters, so that
the gold keeps no prose. Title, issuer and number are compared without spaces, brackets and quotation marks.
"""

import argparse
import hashlib
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..corpora.errors import BeishenError
from ..corpora.intake import read
from ..corpora.readers.formats import accept
from ..corpora.text import Document
from .cases import shared_folder

SPLITS = ("dev", "held", "second", "third")
FIELDS = ("title", "number", "issuer", "level", "instrument", "issued", "effective")
_LABEL = re.compile(
    r"^[#*\s]*(第.{1,8}?条(?:之[一二三四五六七八九十])?|[一二三四五六七八九十]+、|[（(].{1,3}?[)）]|\d+[.、．])?"
)
_SILENT = {"heading", "preamble", "signature"}


@dataclass(slots=True)
class Score:
    """Hits, misses and false claims of one field, or of clause starts."""

    hits: int = 0
    total: int = 0
    extra: int = 0
    misses: list[str] = field(default_factory=list)

    def recall(self) -> float | None:
        return self.hits / self.total if self.total else None

    def precision(self) -> float | None:
        claimed = self.hits + self.extra
        return self.hits / claimed if claimed else None

    def f1(self) -> float | None:
        found = 2 * self.hits + self.extra + (self.total - self.hits)
        return 2 * self.hits / found if found else None


def clause_key(text: str) -> tuple[str, str]:
    """The printed label of a clause and a hash of its first ten Chinese characters."""
    text = text.split("\n", 1)[0]
    match = _LABEL.match(text)
    label = re.sub(r"\s", "", (match[1] or "") if match else "")
    label = label.replace("(", "（").replace(")", "）").rstrip(".．、")
    letters = "".join(re.findall(r"[一-鿿]", text[match.end() if match else 0 :]))[:10]
    return label, hashlib.sha1(letters.encode(), usedforsecurity=False).hexdigest()[:8]


def fields(document: Document) -> dict[str, str | None]:
    """The read values in the form of the gold rows; what only the file's name lends counts as none."""
    printed = all(problem.code != "document.title_of_file" for problem in document.problems)
    issuer = document.issuer if document.issuer and (printed or document.issuer.span) else None
    return {
        "title": document.title.value if document.title and printed else None,
        "number": document.number.value if document.number else None,
        "issuer": issuer.name if issuer else None,
        "level": issuer.level.value if issuer else None,
        "instrument": document.instrument.value,
        "issued": document.issued.value.isoformat() if document.issued else None,
        "effective": document.effective.value.isoformat() if document.effective else None,
    }


def _same(name: str, read_value: str | None, gold: str) -> bool:
    if read_value is None:
        return False
    if name in ("title", "issuer"):
        return _bare(read_value) == _bare(gold)
    return read_value == gold


def _bare(text: str) -> str:
    return re.sub(r"[\s《》〈〉“”\"（）()、，,]", "", text)


def rows() -> Iterator[dict[str, Any]]:
    text = files("beishen.eval").joinpath("gold/documents.jsonl").read_text("utf-8")
    for line in text.splitlines():
        yield json.loads(line)


def compare(document: Document, row: Mapping[str, Any], scores: dict[str, Score]) -> None:
    """Add one document to the scores."""
    got = fields(document)
    for name in FIELDS:
        if name not in row:
            continue
        gold, score = row[name], scores[name]
        if gold is None:
            score.extra += got[name] is not None
            if got[name] is not None:
                score.misses.append(f"{row['file'][:24]}: 无，读作 {got[name]}")
            continue
        score.total += 1
        if _same(name, got[name], gold):
            score.hits += 1
        else:
            score.extra += got[name] is not None
            score.misses.append(f"{row['file'][:24]}: 应为 {gold}，读作 {got[name]}")
    if "clauses" in row:
        _compare_clauses(document, row, scores["clauses"])


def _compare_clauses(document: Document, row: Mapping[str, Any], score: Score) -> None:
    gold = Counter(tuple(item) for item in row["clauses"])
    read_starts = [
        (clause_key(document.text[clause.span.start : clause.span.end]), clause)
        for clause in document.clauses
        if clause.role not in _SILENT
    ]
    got = Counter(key for key, _ in read_starts)
    hits = sum((gold & got).values())
    score.hits += hits
    score.total += sum(gold.values())
    score.extra += sum(got.values()) - hits
    for label, digest in sorted((gold - got).elements()):
        score.misses.append(f"{row['file'][:24]}: 漏 {label} {digest}")
    spare = got - gold
    for key, clause in read_starts:
        if spare[key] > 0:
            spare[key] -= 1
            score.misses.append(f"{row['file'][:24]}: 多 {clause.id} {clause.path}")


def macro_f1(pairs: list[tuple[str, str]]) -> float | None:
    """Mean over the gold kinds of the F1 of (gold, read) pairs."""
    kinds = sorted({gold for gold, _ in pairs})
    scores = []
    for kind in kinds:
        hits = sum(gold == kind == got for gold, got in pairs)
        claimed = sum(got == kind for _, got in pairs)
        total = sum(gold == kind for gold, _ in pairs)
        scores.append(2 * hits / (claimed + total))
    return sum(scores) / len(scores) if scores else None


@dataclass(frozen=True, slots=True)
class Result:
    """Scores of one split: fields and clauses, (gold, read) kinds, wrong kinds, seconds and skipped files."""

    scores: dict[str, Score]
    pairs: list[tuple[str, str]]
    wrong: list[str]
    spent: list[float]
    skipped: list[str]


def score(shared: Path, split: str) -> Result:
    """Read every document of one split and compare it with its row."""
    result = Result({name: Score() for name in (*FIELDS, "clauses")}, [], [], [], [])
    for row in (r for r in rows() if r["split"] == split):
        path = shared / "documents" / row["file"]
        try:
            source = accept(path.name, path.read_bytes())
            started = time.perf_counter()
            document = read(source)
        except (BeishenError, OSError) as error:
            result.skipped.append(f"{row['file'][:24]}: {error}")
            continue
        result.spent.append(time.perf_counter() - started)
        compare(document, row, result.scores)
        got = document.kind.value.value
        result.pairs.append((row["kind"], got))
        if got != row["kind"]:
            result.wrong.append(f"{row['file'][:24]}: 应为 {row['kind']}，读作 {got} {document.kind.reasons}")
    return result


def measure(shared: Path, split: str, misses: int) -> None:
    """Print one table: every field with its denominator, clause boundaries, kind, seconds, misses."""
    result = score(shared, split)
    _print(split, result.scores, result.pairs, result.wrong, misses)
    out = sys.stdout.write
    for line in result.skipped:
        out(f"  跳过 {line}\n")
    if result.spent:
        middle, longest = sorted(result.spent)[len(result.spent) // 2] * 1000, max(result.spent) * 1000
        out(f"  读取 {len(result.spent)} 份，中位数 {middle:.0f} ms，最长 {longest:.0f} ms\n")


def _print(
    split: str, scores: Mapping[str, Score], pairs: list[tuple[str, str]], wrong: list[str], misses: int
) -> None:
    out = sys.stdout.write
    out(f"[{split}]\n")
    for name, score in scores.items():
        shown = score.f1() if name == "clauses" else score.recall()
        measure_name = "F1" if name == "clauses" else "准确"
        figure = "–" if shown is None else f"{shown:.4f}"
        out(f"  {name:<11}{measure_name} {figure}  命中 {score.hits}/{score.total}，误报 {score.extra}\n")
        for line in score.misses[:misses]:
            out(f"      {line}\n")
    macro = macro_f1(pairs)
    right = sum(gold == got for gold, got in pairs)
    out(f"  kind       macro-F1 {'–' if macro is None else f'{macro:.4f}'}  命中 {right}/{len(pairs)}\n")
    for line in wrong:
        out(f"      {line}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=shared_folder())
    parser.add_argument("--split", choices=SPLITS, action="append")
    parser.add_argument("--misses", type=int, default=1000)
    arguments = parser.parse_args()
    for split in arguments.split or SPLITS:
        measure(arguments.shared, split, arguments.misses)


if __name__ == "__main__":
    main()
