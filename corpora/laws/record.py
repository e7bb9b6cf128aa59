"""What sources give to the law store, and what the store says about a law."""

import enum
from dataclasses import dataclass
from datetime import date

from ..text import Rank, Region

NATIONAL = Region()


class TextKind(enum.StrEnum):
    """What a dated text is. Decisions that only change other texts are kept apart so that search can leave them out."""

    BODY = "正文"
    AMENDMENT = "修改决定"
    INTERPRETATION = "解释"
    DECISION = "决定"


@dataclass(frozen=True, slots=True)
class Provision:
    """One article as a source prints it: label, chapter path, paragraphs separated by newlines."""

    number: str
    chapter: str
    text: str


@dataclass(frozen=True, slots=True)
class LawText:
    """One dated text of a law as a source gives it.

    `version` is the ISO date of adoption or of the last amendment ("" where the source shows none);
    `stated` is a commencement date the source states outside the articles: evidence, not truth.
    """

    name: str
    version: str
    rank: Rank
    kind: TextKind
    provisions: tuple[Provision, ...]
    origin: str
    issuer: str = ""
    region: Region = NATIONAL
    stated: date | None = None
    amended: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file or row that is not a dated law text, and why."""

    origin: str
    reason: str


@dataclass(frozen=True, slots=True)
class LawRecord:
    """A law under its canonical name; `commenced` is the earliest commencement its texts show.

    `newer`: the day on which a later text took effect that the store lacks; None where the last text held is the last.
    """

    name: str
    rank: Rank
    kind: TextKind
    region: Region
    issuer: str
    aliases: tuple[str, ...]
    repealed_by: str = ""
    repealed_from: date | None = None
    commenced: date | None = None
    newer: date | None = None


@dataclass(frozen=True, slots=True)
class Repeal:
    """A law was ended by `by` on `day`; `renamed` where the matter went on under another title."""

    law: str
    by: str
    day: date
    renamed: bool


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """One version: in force from `start` (inclusive) to `end` (exclusive), and how both were found.

    `start_reason` is `clause`, `decision`, `curated`, `source`, `assumed` or `unknown`; `end_reason` is `next`,
    `repeal`, `unheld` (a later text took its place that the store lacks) or "".
    """

    law: str
    version: str
    start: date | None
    end: date | None
    start_reason: str
    end_reason: str
    provisions: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A source that was imported: kind, place, day of import, number of texts it gave."""

    kind: str
    place: str
    imported: date
    texts: int


@dataclass(frozen=True, slots=True)
class Count:
    """Laws, versions and provisions of one rank in one region ("" is national)."""

    rank: Rank
    region: str
    laws: int
    versions: int
    provisions: int


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """How much the store holds, per rank and region, from which sources; `dated`: by the tables of this program."""

    laws: int
    versions: int
    provisions: int
    counts: tuple[Count, ...]
    sources: tuple[SourceRecord, ...]
    digest: str
    dated: bool


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import did; names are of texts (law and version)."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int
    refused: tuple[Refusal, ...]
