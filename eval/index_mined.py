"""Pairs mined from explicit citations: a provision that cites 《X法》第N条, with the citation masked.

    python -m beishen.eval.index_mined [--home DIR] [--way ranked|fused|dense|lexical]

Every local regulation, administrative regulation, rule and interpretation of `corpora/lawrefbook` and every document of
`documents` beside the project (BEISHEN_SHARED) is read at run time; nothing of it is kept. The gold is the cited
article as it stands on the day (`corpora.citation.resolve`). The names and numbers of all laws are taken out of the
query. Pairs are split by document: three documents of ten are the test, the others may train the ranker.

A cited article need not be the one that governs the clause (“referred to” is wider), and other articles may govern
it too: the numbers are a lower bound.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..corpora.citation import Reason, mentions, resolve
from ..corpora.laws import lawrefbook
from ..corpora.laws.default import open_default
from ..corpora.laws.record import LawText
from ..corpora.laws.store import LawStore
from ..corpora.text import Instrument, LawMention, Level, Rank, Region
from ..index.scope import Scope, scope
from ..index.search import Index, Query
from ..model.encoder import Encoder
from ..model.training.examples import share
from ..service.settings import load
from .cases import DAY, shared_folder

SEED = 17
TEST = 30
MOST_GOLD, SHORTEST, LONGEST = 3, 16, 600
MASK = "有关法律"
FORMS = {
    Rank.LOCAL_REGULATION: (Instrument.LOCAL_REGULATION, Level.PROVINCE_CONGRESS),
    Rank.ADMIN_REGULATION: (Instrument.ADMIN_REGULATION, Level.STATE_COUNCIL),
    Rank.DEPARTMENT_RULE: (Instrument.DEPARTMENT_RULE, Level.STATE_DEPARTMENT),
    Rank.LOCAL_RULE: (Instrument.LOCAL_RULE, Level.PROVINCE_GOVERNMENT),
    # An interpretation is of laws: its own rank must not answer.
    Rank.JUDICIAL: (Instrument.ADMIN_REGULATION, Level.STATE_COUNCIL),
}
NORMATIVE = scope(Instrument.NORMATIVE, Level.OTHER, Region())


@dataclass(frozen=True, slots=True)
class Mined:
    """A masked provision and the keys of the articles it cited; `test` by a hash of the document's name."""

    id: str
    document: str
    query: Query
    gold: frozenset[str]
    test: bool


@dataclass(frozen=True, slots=True)
class _Text:
    """A document as units of text, with what every query of it knows."""

    name: str
    written: date | None
    above: Scope
    units: tuple[str, ...]


def mine(shared: Path, laws: LawStore) -> list[Mined]:
    """All pairs, each masked text once, in a stable order."""
    found: dict[str, Mined] = {}
    for text in _texts(shared):
        basis = _basis(text)
        for at, unit in enumerate(text.units):
            pair = _pair(text, unit, basis, laws)
            if pair is not None:
                query, gold = pair
                test = share(f"mined:{text.name}", SEED) < TEST
                found.setdefault(query.text, Mined(f"{text.name}:{at}", text.name, query, gold, test))
    return sorted(found.values(), key=lambda pair: (pair.document, pair.id))


def _texts(shared: Path) -> Iterator[_Text]:
    for law in lawrefbook.read(shared / "corpora" / "lawrefbook"):
        if isinstance(law, LawText) and law.rank not in (Rank.LAW, Rank.CONSTITUTION):
            form = FORMS.get(law.rank)
            above = scope(*form, law.region) if form else NORMATIVE
            written = date.fromisoformat(law.version) if law.version else None
            yield _Text(law.name, written, above, tuple(p.text for p in law.provisions))
    index = shared / "documents" / "index.jsonl"
    for line in index.read_text("utf-8").splitlines() if index.is_file() else ():
        row = json.loads(line)
        path = shared / "documents" / str(row["file"])
        if path.is_file():
            units = tuple(part for part in path.read_text("utf-8", errors="replace").split("\n") if part.strip())
            yield _Text(str(row.get("title") or path.stem), None, NORMATIVE, units)


def _basis(text: _Text) -> tuple[str, ...]:
    """The laws the first articles name as the document's basis."""
    return tuple(sorted({m.name for unit in text.units[:3] for m in mentions(unit) if m.role == "basis"}))


def _pair(text: _Text, unit: str, basis: tuple[str, ...], laws: LawStore) -> tuple[Query, frozenset[str]] | None:
    if "第" not in unit or "条" not in unit:
        return None
    named = [mention for mention in mentions(unit) if mention.role != "repeal"]
    gold: set[str] = set()
    for mention in named:
        if mention.numbers:
            found = resolve(laws, mention, DAY, text.written)
            if found.reason in (Reason.FOUND, Reason.RENUMBERED):
                gold.update(article.key for article in found.articles)
    masked = _masked(unit, named)
    if not 0 < len(gold) <= MOST_GOLD or len(masked) < SHORTEST:
        return None
    return Query(masked[:LONGEST], DAY, text.above, basis, 100, text.name), frozenset(gold)


def _masked(unit: str, named: list[LawMention]) -> str:
    """The text with every mention of a law taken out."""
    parts, at = [], 0
    for mention in named:
        if mention.span.start >= at:
            parts += [unit[at : mention.span.start], MASK]
            at = mention.span.end
    return ("".join(parts) + unit[at:]).strip()


def main(arguments: list[str] | None = None) -> int:
    """Print recall on the test documents, with and without the document's title and basis laws."""
    from .index_retrieval import WAYS, Asked, answer, line

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--way", choices=sorted(WAYS), default="ranked")
    options = parser.parse_args(arguments)
    shared = shared_folder()
    home = options.home or load().home
    with open_default(home) as laws:
        encoder = Encoder.open(home)
        index = Index.open(home, laws, encoder)
        pairs = mine(shared, laws)
        documents = len({pair.document for pair in pairs})
        sys.stdout.write(f"mined {len(pairs)} pairs of {documents} documents, {sum(p.test for p in pairs)} test\n")
        test = [pair for pair in pairs if pair.test]
        vectors = encoder.encode([pair.query.text for pair in test], "query")
        for name in ("full", "alone"):
            asked = [Asked(p.id, p.query if name == "full" else _alone(p.query), p.gold) for p in test]
            found = answer(index, asked, vectors, WAYS[options.way])
            sys.stdout.write(line(f"mined-{name}", options.way, found, len(test)))
    return 0


def _alone(query: Query) -> Query:
    return Query(query.text, query.day, query.above, (), query.top)


if __name__ == "__main__":
    raise SystemExit(main())
