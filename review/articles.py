"""The table of articles: what the law says, article by article, and how local texts break it.

`standards/articles/<area>.toml` holds three kinds of row: `stated` (rights, papers, steps, holders of power in words),
`number` (bounds; as in `numbers.toml`) and `matter` (the lowest level that may decide; as in `levels.toml`).
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from ..corpora.text import Instrument
from .sieve import Sieve, needed
from .standard import FOLDER as STANDARDS
from .standard import Bounds, Ground, Types, pattern_of
from .view import Sentence
from .written import Pattern, Row, Strict, parsed, validated

FOLDER = STANDARDS / "articles"
# Rows that are of no one area stand in a table of their own.
GENERAL = {"number": STANDARDS.parent / "numbers.toml", "matter": STANDARDS.parent / "levels.toml"}
_NEAR = 30
_BAN = re.compile(r"(?:不得|不准|禁止|严禁)(?!超过|少于|低于|高于|多于|早于|晚于)")
# A pattern that names no ban and yet matches one ran over it in a gap: the words forbid the breach.
_NAMES_BAN = re.compile(r"不得|不准|禁止|严禁|不\(\?:[^)]*[得准]")
# An exception that such words stand before is waived, not made.
_WAIVED = re.compile(r"(?:无需|无须|不必|不再|不另行|不需|可不|免于|不经)[^，。；]{0,4}$")
_Patterns = Annotated[tuple[Pattern, ...], Field(min_length=1)]
_Clauses = Annotated[tuple[str, ...], Field(min_length=1)]


class StatedData(Strict):
    """One `stated` row as written: what an article says, and the words that break it.

    `topic` is looked for in the title and the whole clause, `about` in the sentence with what leads in to it, `breach`
    in the sentence alone; `unless` keeps the row quiet near the match, `never` anywhere in the sentence.
    """

    topic: tuple[Pattern, ...] = ()
    about: _Patterns
    breach: _Patterns
    unless: Pattern | None = None
    never: Pattern | None = None
    ground: Ground | None = None
    grounds: tuple[Ground, ...] = ()
    says: str
    types: Annotated[Types, Field(min_length=1)]
    level: Literal["conflict", "doubt", "hint"] = "conflict"
    applies: tuple[Instrument, ...] = ()
    bad: _Clauses
    good: _Clauses

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if not self.ground and not self.grounds:
            raise ValueError("须写明 ground 或者 grounds")
        return self


class NumberData(Bounds):
    """One `number` row as written: what the sentence must speak of, and the bounds of the number.

    `near` (the last of `about` where absent) stands near the number, `before` and `after` right beside it.
    """

    about: _Patterns
    near: Pattern | None = None
    before: Pattern | None = None
    after: Pattern | None = None
    unless: Pattern | None = None
    ground: Ground
    bad: str
    good: str


class MatterData(Strict):
    """One `matter` row as written: a matter, and the lowest level that may decide it. `…` is a gap in `pattern`."""

    name: str
    pattern: Pattern
    least: Literal["乡镇", "县级", "市级", "省级", "国务院"]
    unless: Pattern | None = None
    ground: Ground
    bad: str
    good: str


@dataclass(frozen=True, slots=True, eq=False)
class Stated:
    """A row ready to run."""

    data: StatedData
    file: str
    grounds: tuple[Ground, ...]
    topic: tuple[re.Pattern[str], ...]
    about: tuple[re.Pattern[str], ...]
    breach: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None
    never: re.Pattern[str] | None

    def breaks(self, title: str, clause: str, sentence: Sentence) -> Iterator[re.Match[str]]:
        """The places of a sentence that break the row."""
        if not all(pattern.search(sentence.around) for pattern in self.about):
            return
        if self.topic and not all(pattern.search(title + "\n" + clause) for pattern in self.topic):
            return
        if self.never and self.never.search(sentence.lead + sentence.text):
            return
        for written, pattern in zip(self.data.breach, self.breach, strict=True):
            for match in pattern.finditer(sentence.text):
                if (_BAN.search(match[0]) and not _NAMES_BAN.search(written)) or (
                    self.unless and _excused(self.unless, _beside(sentence.text, match))
                ):
                    continue
                yield match


def _beside(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - _NEAR) : match.end() + _NEAR]


def _excused(unless: re.Pattern[str], beside: str) -> bool:
    """Whether words that excuse a breach stand beside it, and are not waived themselves."""
    return any(not _WAIVED.search(beside[: match.start()]) for match in unless.finditer(beside))


def rows(kind: str, files: tuple[Path, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of one kind as written (of all areas, or of some files), each with the name of its file.

    Raises RuleInvalid.
    """
    for path in files or sorted(FOLDER.glob("*.toml")):
        for row in parsed(path, "条文表").get(kind, ()):
            yield path.name, row


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: its file, and words for the reader that lead to the row."""

    file: str
    words: str


def tabled(kind: str, model: type[Row], files: tuple[Path, ...] = ()) -> Iterator[tuple[Row, Place]]:
    """The rows of a kind: those of its general table, then of the areas; or those of some files.

    Raises RuleInvalid with file, row and ground.
    """
    general = GENERAL.get(kind)
    counted: Counter[str] = Counter()
    for file, raw in (*(rows(kind, (general,)) if general and not files else ()), *rows(kind, files)):
        counted[file] += 1
        about = raw.get("says") or raw.get("ground") or "未写明依据"
        place = Place(file, f"条文表 {file} 第 {counted[file]} 个 [[{kind}]]（{about}）")
        yield validated(model, raw, place.words), place


@cache
def stated(files: tuple[Path, ...] = ()) -> tuple[Stated, ...]:
    """Every row in words (of all areas, or of some files), read once. Raises RuleInvalid with file and row."""
    return tuple(_stated(data, place) for data, place in tabled("stated", StatedData, files))


def _stated(data: StatedData, place: Place) -> Stated:
    def ready(pattern: str) -> re.Pattern[str]:
        return pattern_of(pattern, place.words)

    return Stated(
        data,
        place.file,
        (*((data.ground,) if data.ground else ()), *data.grounds),
        tuple(map(ready, data.topic)),
        tuple(map(ready, data.about)),
        tuple(map(ready, data.breach)),
        ready(data.unless) if data.unless else None,
        ready(data.never) if data.never else None,
    )


@lru_cache(maxsize=4)
def sieve(rows: tuple[Stated, ...]) -> Sieve[Stated]:
    """The rows by the words they are about."""
    return Sieve((row, [map(needed, row.about)]) for row in rows)


def possible(text: str, rows: tuple[Stated, ...] | None = None) -> tuple[Stated, ...]:
    """The rows (of all areas, or some) that may fire on a text, in their order: words they are about stand in it."""
    return sieve(stated() if rows is None else rows).possible(text)
