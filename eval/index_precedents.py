"""Write the clauses whose governing articles are known (`index/data/precedents.npz`) again.

    python -m beishen.eval.index_precedents [--home DIR] [--out FILE] [--own]

Who speaks: all own clauses with a governing article, the clauses beside the rows of the review's tables (numbers,
levels, articles; a row names its ground) and those that its rules must fire on (a rule names its grounds); `--own`
leaves the review's out. Their query vectors are those of the encoder as shipped: train it first, then write this file,
then train the ranker. The blind set of the review (e) takes no part.
"""

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..index.precedents import FILE, Named, Precedents
from ..model.encoder import Encoder
from ..model.training import examples
from ..review.standard import FOLDER as STANDARDS
from ..service.settings import load
from .cases import CLAUSES
from .index_examples import FILES

TABLES = (STANDARDS.parent / "numbers.toml", STANDARDS.parent / "levels.toml", STANDARDS / "articles")
GROUND = re.compile(r"^(.+?)(第[零〇一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?)")
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


def tables(places: tuple[Path, ...] = TABLES) -> Iterator[Known]:
    """The `bad` clauses of every row with a ground, in these files and the files of these folders.

    The `good` ones keep to the words of the article, which the two lists find by themselves.
    """
    for place in places:
        for path in [place] if place.suffix else sorted(place.glob("*.toml")):
            for at, row in enumerate(_rows(tomllib.loads(path.read_text("utf-8")))):
                for number, text in enumerate(_texts(row.get("bad", ()))):
                    yield Known(f"{path.stem}-{at}-{number}", text, _named(row))


def rules(folder: Path = STANDARDS) -> Iterator[Known]:
    """The clauses that the rules of the standard must fire on."""
    grounds = {}
    for path in sorted(folder.glob("*.toml")):
        for rule in tomllib.loads(path.read_text("utf-8")).get("rule", ()):
            grounds[rule.get("id")] = _named(rule)
    for path in sorted(folder.glob("*.cases.toml")):
        found = tomllib.loads(path.read_text("utf-8"))
        fired = [(case["rule"], case["text"]) for case in found.get("case", ()) if case.get("fires")]
        fired += [(group["rule"], text) for group in found.get("group", ()) for text in _texts(group.get("fires", ()))]
        for at, (rule, text) in enumerate(fired):
            yield Known(f"{rule}-{at}", examples.NUMBER.sub("", text), grounds.get(rule, ()))


def _rows(found: Any) -> Iterator[dict[str, Any]]:
    """Every table in a file that names a ground, however deep."""
    if isinstance(found, dict):
        if "ground" in found or "grounds" in found:
            yield found
        found = list(found.values())
    for part in found if isinstance(found, list) else ():
        yield from _rows(part)


def _named(row: dict[str, Any]) -> tuple[Named, ...]:
    """Law and number of the ground and of further grounds, written as tables or as text, at most `MOST`."""
    named: list[Named] = []
    for one in (*([row["ground"]] if "ground" in row else ()), *row.get("grounds", ())):
        match = GROUND.match(f"{one['law']}{one.get('article') or ''}" if isinstance(one, dict) else str(one))
        if match:
            named.append((match.group(1), match.group(2)))
    return tuple(dict.fromkeys(named))[:MOST]


def _texts(given: Any) -> list[str]:
    found = given if isinstance(given, list | tuple) else [given]
    return [one if isinstance(one, str) else str(one.get("text", "")) for one in found]


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
