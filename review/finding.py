"""What a review says: findings with their reasons and citations, and the report that carries them.

The invariants live here, so that no renderer, page or job can ever show a conflict without law behind it.
Order: findings are sorted by place in the text, then by rule; ids are unique within a report.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from ..corpora.text import Document, Problem, Span

SCHEMA = 1
MINOR = 1
ROLES = ("conflict", "basis", "standard")


class FindingLevel(enum.StrEnum):
    """How strong a finding is; never a verdict: the person decides."""

    CONFLICT = "conflict"
    DOUBT = "doubt"
    HINT = "hint"
    FORM = "form"


class Status(enum.StrEnum):
    OK = "ok"
    PARTIAL = "partial"
    FAILED = "failed"


class Why(Mapping[str, object]):
    """The reason of a finding: a frozen, hashable mapping of JSON values (nested lists become tuples)."""

    __slots__ = ("_pairs",)

    def __init__(self, values: Mapping[str, object] | Iterable[tuple[str, object]] = ()) -> None:
        self._pairs: tuple[tuple[str, object], ...] = tuple(
            (key, _frozen(value)) for key, value in dict(values).items()
        )

    def __getitem__(self, key: str) -> object:
        return dict(self._pairs)[key]

    def __iter__(self) -> Iterator[str]:
        return iter(key for key, _ in self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def __hash__(self) -> int:
        return hash(frozenset(self._pairs))

    def __repr__(self) -> str:
        return f"Why({dict(self._pairs)!r})"

    def plain(self) -> dict[str, object]:
        """The same values as plain dicts and lists, ready for JSON."""
        return {key: _plain(value) for key, value in self._pairs}


def _frozen(value: object) -> object:
    if isinstance(value, enum.Enum):
        return _frozen(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool | Why):
        return value
    if isinstance(value, Mapping):
        return Why(value)
    if isinstance(value, list | tuple):
        return tuple(_frozen(item) for item in value)
    raise TypeError(f"a reason holds JSON values only, not {type(value).__name__}")


def _plain(value: object) -> object:
    if isinstance(value, Why):
        return value.plain()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class Citation:
    """An article beside a finding, with the words that matter.

    `text` is the article as stored; `quote` is a substring of it. `stored` is False for a provision the store
    lacks (未入库): then `text` and `quote` are empty and `in_force` is False, since nothing could be checked.
    `role` is `conflict` (contradicts or forbids), `basis` (what the clause rests on) or `standard` (why it is
    looked at). `since` is the ISO day from which this version is in force, empty where unknown.
    """

    law: str
    article: str
    text: str
    quote: str
    version: str
    in_force: bool
    rank: str
    role: str
    stored: bool = True
    since: str = ""

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"unknown citation role {self.role!r}")
        if self.quote not in self.text:
            raise ValueError(f"the quote is not in the stored text of {self.law} {self.article}")
        if self.stored != bool(self.text):
            raise ValueError(f"{self.law} {self.article}: a stored article has text, another has none")
        if self.in_force and not self.stored:
            raise ValueError(f"{self.law} {self.article}: not stored, so not known to be in force")


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on one clause: where, by which rule (`id@version`), why, on what law, and what to do.

    `span` is into `Document.text` and `quote` is that text; `clause` is a clause id, or empty for a finding on
    the document as a whole. `confidence` is in [0, 1]. A conflict carries at least one citation in force with
    role `conflict` or `standard`.
    """

    id: str
    rule: str
    level: FindingLevel
    types: tuple[str, ...]
    clause: str
    span: Span
    quote: str
    message: str
    why: Mapping[str, object] = field(default_factory=Why)
    citations: tuple[Citation, ...] = ()
    confidence: float = 1.0
    advice: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.why, Why):
            object.__setattr__(self, "why", Why(self.why))
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"{self.rule}: confidence {self.confidence} is outside [0, 1]")
        if len(self.quote) != self.span.end - self.span.start:
            raise ValueError(f"{self.rule}: the quote does not fill its span")
        if self.level is FindingLevel.CONFLICT and not governed(self.citations):
            raise ValueError(f"{self.rule}: a conflict needs an article in force behind it")


def governed(citations: tuple[Citation, ...]) -> bool:
    """Is there an article in force that contradicts the clause, forbids it or sets the standard?"""
    return any(citation.in_force and citation.role in ("conflict", "standard") for citation in citations)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made the report: ids of code, law store, index, models (name, id) and standards, and the asked day."""

    code: str
    laws: str
    index: str
    models: tuple[tuple[str, str], ...]
    standards: str
    as_of: date


@dataclass(frozen=True, slots=True)
class Quieted:
    """A finding that a reviewer answered before (“not a problem, because…”): listed, not raised again."""

    finding: Finding
    reason: str
    by: str
    on: str


@dataclass(frozen=True, slots=True)
class CopiedClause:
    """A clause that repeats a provision: how much of its words the provision holds, and which one it is."""

    clause: str
    law: str
    article: str
    version: str
    share: float


@dataclass(frozen=True, slots=True)
class Copied:
    """Superior text repeated by the document: the share of its provisions' words, and the clauses with their source."""

    share: float
    clauses: tuple[CopiedClause, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The review of one file. `ok` has no problems; success with problems is `partial`; `failed` has no findings.

    `quieted` are findings that a reviewer answered before; `known` counts findings left out because a baseline has
    them (None without a baseline).
    """

    file: str
    status: Status
    problems: tuple[Problem, ...]
    document: Document | None
    findings: tuple[Finding, ...]
    provenance: Provenance
    quieted: tuple[Quieted, ...] = ()
    copied: Copied | None = None
    known: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "status", Status(self.status))
        if (self.status is Status.OK) == bool(self.problems):
            raise ValueError(f"{self.file}: status {self.status} with {len(self.problems)} problems")
        if self.status is Status.FAILED and self.findings:
            raise ValueError(f"{self.file}: a failed review has no findings")
        if self.status is not Status.FAILED and self.document is None:
            raise ValueError(f"{self.file}: status {self.status} without a document")
        if self.document is not None:
            self._check_places(self.document)

    def _check_places(self, document: Document) -> None:
        clauses = {clause.id for clause in document.clauses}
        seen: set[str] = set()
        for finding in (*self.findings, *(quieted.finding for quieted in self.quieted)):
            if finding.id in seen:
                raise ValueError(f"{self.file}: finding {finding.id} appears twice")
            if finding.clause and finding.clause not in clauses:
                raise ValueError(f"{self.file}: finding {finding.id} names an unknown clause {finding.clause}")
            if finding.span.of(document.text) != finding.quote:
                raise ValueError(f"{self.file}: the quote of {finding.id} is not the text at its span")
            seen.add(finding.id)


def failed(file: str, problem: Problem, provenance: Provenance) -> Report:
    """The report of a file that could not be read."""
    return Report(file, Status.FAILED, (problem,), None, (), provenance)
