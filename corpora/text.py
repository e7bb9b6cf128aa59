"""The types that travel through every room: frozen, slotted, tuples not lists."""

import enum
from dataclasses import dataclass, field
from datetime import date


class Level(enum.StrEnum):
    """Level and branch of an issuing organ (制定机关)."""

    STATE_COUNCIL = "国务院"
    STATE_DEPARTMENT = "国务院部门"
    PROVINCE_CONGRESS = "省级人大"
    PROVINCE_GOVERNMENT = "省级政府"
    PROVINCE_DEPARTMENT = "省级部门"
    CITY_CONGRESS = "市级人大"
    CITY_GOVERNMENT = "市级政府"
    CITY_DEPARTMENT = "市级部门"
    COUNTY_GOVERNMENT = "县级政府"
    COUNTY_DEPARTMENT = "县级部门"
    TOWNSHIP = "乡镇"
    OTHER = "其他"


class Instrument(enum.StrEnum):
    """Kind of legal instrument a document is."""

    LAW = "法律"
    ADMIN_REGULATION = "行政法规"
    LOCAL_REGULATION = "地方性法规"
    DEPARTMENT_RULE = "部门规章"
    LOCAL_RULE = "地方政府规章"
    NORMATIVE = "规范性文件"
    OTHER = "其他"


class Rank(enum.StrEnum):
    """Rank of a provision (效力位阶), 立法法 arts. 98-102. Judicial interpretations stand beside the ladder."""

    CONSTITUTION = "宪法"
    LAW = "法律"
    ADMIN_REGULATION = "行政法规"
    LOCAL_REGULATION = "地方性法规"
    DEPARTMENT_RULE = "部门规章"
    LOCAL_RULE = "地方政府规章"
    JUDICIAL = "司法解释"


class DocumentKind(enum.StrEnum):
    NORMATIVE = "normative"
    INTERNAL = "internal"
    OTHER = "other"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of code points in `Document.text`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Source:
    """A file accepted at the door. The hash is the identity; the media type was found by content."""

    name: str
    media: str
    sha256: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, table row or line as a reader found it, before normalisation.

    `page` starts at 1 (0 where the format has no pages); `kind` is `text`, `heading`, `row` (cells joined by
    " | "), `header`, `footer` or `meta` (a row of a government page's metadata table, "key: value").
    `doubtful` marks text read with low confidence (OCR).
    """

    text: str
    page: int = 0
    kind: str = "text"
    box: tuple[float, float, float, float] | None = None
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that went wrong without stopping the review; `code` is stable, `message` is Chinese."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Extract:
    """What a reader returns: blocks in reading order, metadata the file itself states, problems met."""

    blocks: tuple[Block, ...]
    meta: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """Text that was taken out of the canonical text, and why (header, footer, chrome, pinyin, watermark)."""

    text: str
    reason: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of the canonical text: its span there, and where it came from."""

    span: Span
    block: int
    page: int
    kind: str
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Canonical:
    """The canonical text: blocks joined by newlines, with a map back.

    `origin[i]` is the code point offset of `text[i]` within the original text of its block
    (`blocks[pieces[k].block].text`). Masked characters (`*`) stay as they are; `masked` holds their spans.
    """

    text: str
    pieces: tuple[Piece, ...]
    origin: tuple[int, ...] = field(repr=False)
    removed: tuple[Removed, ...] = ()
    masked: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """Administrative region; each part is a full name (江苏省, 苏州市, 昆山市) or empty."""

    province: str = ""
    city: str = ""
    county: str = ""

    @property
    def name(self) -> str:
        return self.province + self.city + self.county


@dataclass(frozen=True, slots=True)
class Organ:
    """An issuing organ with its level, branch (政府, 部门, 人大, 法院, 检察院, 党委, 其他) and region."""

    name: str
    level: Level
    branch: str = "其他"
    region: Region = Region()
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Recognised:
    """A recognised field: its canonical value and the span that shows it (None when the file's metadata did)."""

    value: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class RecognisedDate:
    value: date
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Validity:
    """Period of validity as the document states it: an end date, or a number of months from commencement.

    `trial` is true for 暂行 or 试行 documents.
    """

    until: date | None = None
    months: int | None = None
    trial: bool = False
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class KindScore:
    """Is this a document with general force? Score in [0, 1] and the reasons in words.

    `binding`: whatever its kind, it lays duties on outside parties (or is too short to tell) and is plainly no speech,
    report, contract, judgment or form.
    """

    value: DocumentKind
    score: float
    reasons: tuple[str, ...] = ()
    binding: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the file: `carrier` (the 通知 that prints and distributes), `body`, `annex`, `form`."""

    role: str
    title: str
    span: Span


@dataclass(frozen=True, slots=True)
class Clause:
    """One reviewable unit, usually an article (条) or a numbered point.

    `id` is unique in the document ("7", "7.2" for the second item of article 7, "b2.7" in a second part);
    `path` is the printed way to it (第二章 管理, 第七条, （二）). Clauses are ordered and tile the body:
    clause spans do not overlap, and everything between the first and the last belongs to one of them.
    `role` is `provision`, `purpose`, `scope`, `definition`, `commencement`, `heading`, `signature` or `preamble`.
    """

    id: str
    path: tuple[str, ...]
    span: Span
    part: int = 0
    role: str = "provision"


@dataclass(frozen=True, slots=True)
class LawMention:
    """A law named in running text, with the articles named beside it.

    `name` is the name as a reader would look it up (without 《》); `numbers` are article labels such as
    "第十七条" or "第一百二十条之一" (ranges expanded); `role` is `basis` (根据…制定), `apply` (依照…处罚),
    `repeal` (同时废止) or `mention`.
    """

    name: str
    numbers: tuple[str, ...]
    span: Span
    role: str = "mention"


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read: canonical text, metadata with evidence, clauses. Nothing is guessed silently.

    Every span is into `text`; `text[span]` is the evidence, forever. An absent field is None or empty.
    """

    source: str
    media: str
    sha256: str
    text: str
    title: Recognised | None
    number: Recognised | None
    issuers: tuple[Organ, ...]
    instrument: Instrument
    issued: RecognisedDate | None
    published: RecognisedDate | None
    effective: RecognisedDate | None
    validity: Validity | None
    kind: KindScore
    parts: tuple[Part, ...]
    clauses: tuple[Clause, ...]
    mentions: tuple[LawMention, ...]
    canonical: Canonical = field(repr=False)
    problems: tuple[Problem, ...] = ()

    @property
    def issuer(self) -> Organ | None:
        """The first issuing organ: the one that gives the document its level."""
        return self.issuers[0] if self.issuers else None

    @property
    def expires(self) -> date | None:
        """The last day of validity where the document states one, else None."""
        if self.validity is None:
            return None
        if self.validity.until is not None:
            return self.validity.until
        start = self.effective or self.published or self.issued
        if start is None or self.validity.months is None:
            return None
        return add_months(start.value, self.validity.months)


def add_months(day: date, months: int) -> date:
    """The day before the same day `months` later: a term of 12 months from 2020-01-01 ends on 2020-12-31.

    民法典 arts. 201-202 (the day of commencement does not count; the last month's last day where there is none).
    """
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    for last in range(day.day, 27, -1):
        try:
            return date.fromordinal(date(year, month, last).toordinal() - 1)
        except ValueError:
            continue
    return date.fromordinal(date(year, month, day.day).toordinal() - 1)


@dataclass(frozen=True, slots=True)
class Article:
    """One article of one dated version of a law.

    `key` identifies text and version; `number` is the printed label ("第十七条", "第一百二十条之一");
    `text` has paragraphs (款) separated by newlines. `version` is the ISO date of the version (adoption or
    amendment). In force from `start` (inclusive) to `end` (exclusive); None where unknown or open.
    """

    key: str
    law: str
    number: str
    text: str
    chapter: str
    version: str
    start: date | None
    end: date | None
    rank: Rank
    region: Region = Region()

    def in_force(self, day: date) -> bool:
        """Status computed from dates; an unknown start counts as in force, an unknown end as open."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)
