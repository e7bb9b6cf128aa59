"""The table of articles: what the law says, article by article, and how local texts break it.

`standards/articles/<area>.toml` holds three kinds of row: `stated` (rights, papers, steps, holders of power in words),
`number` (bounds; as in `numbers.toml`) and `matter` (the lowest level that may decide; as in `levels.toml`).
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ..corpora.errors import RuleInvalid
from ..corpora.text import Instrument
from .standard import FOLDER as STANDARDS
from .standard import TYPES, Ground, Pattern, pattern_of
from .view import Sentence

FOLDER = STANDARDS / "articles"
_NEAR = 30
_BAN = re.compile(r"(?:不得|不准|禁止|严禁)(?!超过|少于|低于|高于|多于|早于|晚于)")
# A pattern that names no ban and yet matches one ran over it in a gap: the words forbid the breach.
_NAMES_BAN = re.compile(r"不得|不准|禁止|严禁|不\(\?:[^)]*[得准]")
_WORDS = re.compile(r"[\u4e00-\u9fff]{2,}(?:\|[\u4e00-\u9fff]{2,})*")
_Patterns = Annotated[tuple[Pattern, ...], Field(min_length=1)]
_Clauses = Annotated[tuple[str, ...], Field(min_length=1)]


class StatedData(BaseModel):
    """One row as written: what an article says, and the words that break it.

    `topic` is looked for in the title and the whole clause, `about` in the sentence with what leads in to it, `breach`
    in the sentence alone; `unless` keeps the row quiet near the match, `never` anywhere in the sentence.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: tuple[Pattern, ...] = ()
    about: _Patterns
    breach: _Patterns
    unless: Pattern | None = None
    never: Pattern | None = None
    ground: Ground | None = None
    grounds: tuple[Ground, ...] = ()
    says: str
    types: Annotated[tuple[str, ...], Field(min_length=1)]
    level: Literal["conflict", "doubt", "hint"] = "conflict"
    applies: tuple[Instrument, ...] = ()
    bad: _Clauses
    good: _Clauses

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        unknown = set(self.types) - TYPES
        if unknown:
            raise ValueError(f"未知的类型：{'、'.join(sorted(unknown))}")
        if not self.ground and not self.grounds:
            raise ValueError("须写明 ground 或者 grounds")
        return self


@dataclass(frozen=True, slots=True)
class Stated:
    """A row ready to run. `words`: one of these stands in every sentence the row can fire on; empty where unknown."""

    data: StatedData
    file: str
    grounds: tuple[Ground, ...]
    topic: tuple[re.Pattern[str], ...]
    about: tuple[re.Pattern[str], ...]
    breach: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None
    never: re.Pattern[str] | None
    words: tuple[str, ...]

    def breaks(self, title: str, clause: str, sentence: Sentence) -> Iterator[re.Match[str]]:
        """The places of a sentence that break the row."""
        around = sentence.lead + sentence.before + sentence.text
        if not all(pattern.search(around) for pattern in self.about):
            return
        if self.topic and not all(pattern.search(title + "\n" + clause) for pattern in self.topic):
            return
        if self.never and self.never.search(sentence.lead + sentence.text):
            return
        for written, pattern in zip(self.data.breach, self.breach, strict=True):
            for match in pattern.finditer(sentence.text):
                if (_BAN.search(match[0]) and not _NAMES_BAN.search(written)) or (
                    self.unless and self.unless.search(_beside(sentence.text, match))
                ):
                    continue
                yield match


def _beside(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - _NEAR) : match.end() + _NEAR]


def rows(kind: str, files: tuple[Path, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of one kind as written (of all areas, or of some files), each with the name of its file.

    Raises RuleInvalid.
    """
    for path in files or sorted(FOLDER.glob("*.toml")):
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise RuleInvalid(f"条文表 {path.name} 不是有效的 TOML：{error}", "请改正后重试") from error
        for row in table.get(kind, ()):
            yield path.name, row


@cache
def stated(files: tuple[Path, ...] = ()) -> tuple[Stated, ...]:
    """Every row in words (of all areas, or of some files), read once. Raises RuleInvalid with file and row."""
    found: list[Stated] = []
    counted: Counter[str] = Counter()
    for file, raw in rows("stated", files):
        counted[file] += 1
        found.append(_stated(file, counted[file], raw))
    return tuple(found)


def _stated(file: str, number: int, raw: dict[str, Any]) -> Stated:
    where = f"条文表 {file} 第 {number} 个 [[stated]]（{raw.get('says', '')}）"
    try:
        data = StatedData.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RuleInvalid(f"{where}：{place} {first['msg']}", "请改正后重试") from error

    def ready(pattern: str) -> re.Pattern[str]:
        return pattern_of(pattern, where)

    return Stated(
        data,
        file,
        (*((data.ground,) if data.ground else ()), *data.grounds),
        tuple(map(ready, data.topic)),
        tuple(map(ready, data.about)),
        tuple(map(ready, data.breach)),
        ready(data.unless) if data.unless else None,
        ready(data.never) if data.never else None,
        needed(data.about),
    )


def needed(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Words of which one must stand in a text for all patterns to match: those of the first plain alternation."""
    plain = next((pattern for pattern in patterns if _WORDS.fullmatch(pattern)), "")
    return tuple(plain.split("|")) if plain else ()


@cache
def _by_word() -> tuple[tuple[Stated, ...], dict[str, tuple[Stated, ...]]]:
    loose = tuple(row for row in stated() if not row.words)
    words = {word for row in stated() for word in row.words}
    return loose, {word: tuple(row for row in stated() if word in row.words) for word in sorted(words)}


def possible(text: str) -> tuple[Stated, ...]:
    """The rows that may fire on a text, in no order: one of the words each needs stands in it."""
    loose, by_word = _by_word()
    found = {id(row): row for word, held in by_word.items() if word in text for row in held}
    return (*loose, *found.values())
