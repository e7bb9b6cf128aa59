"""What a clean-up keeps of one document: small frozen facts with their evidence, the same after a trip through JSON.

A card is written by whoever read the document (any process, any machine) and is all that the set is judged on: the
text itself is not kept. Order: every tuple stands in the order of the text.
"""

import enum
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

SCHEMA = 1
Facts = TypeVar("Facts")


class Says(enum.StrEnum):
    """What one document orders about another."""

    REPEAL = "废止"
    LAPSE = "失效"
    KEEP = "继续有效"
    AMEND = "修改"
    EXTEND = "延长"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the text shows something: the printed place, a half-open range of the text, and the words there."""

    place: str = ""
    start: int = 0
    end: int = 0
    quote: str = ""


NOWHERE = Evidence()


@dataclass(frozen=True, slots=True)
class Term:
    """The document's own period of validity: its last day or months from commencement; `trial` for 暂行, 试行."""

    until: date | None = None
    months: int | None = None
    trial: bool = False
    at: Evidence = NOWHERE


@dataclass(frozen=True, slots=True)
class Stale:
    """A cited law that no longer stands as cited: `reason` as in corpora.laws.resolving, `by` what ended it."""

    law: str
    role: str
    reason: str
    by: str
    since: date | None
    articles: tuple[str, ...]
    places: int
    at: Evidence


@dataclass(frozen=True, slots=True)
class Found:
    """A finding of the review in short: rule, level, types, message, the articles behind it."""

    rule: str
    level: str
    types: tuple[str, ...]
    message: str
    articles: tuple[str, ...]
    confidence: float
    at: Evidence


@dataclass(frozen=True, slots=True)
class Order:
    """What the document says about another one: its title and number as printed, and from or until which day."""

    says: Says
    title: str
    number: str
    day: date | None
    listed: bool
    at: Evidence


@dataclass(frozen=True, slots=True)
class Hit:
    """A theme in the text: theme and group of its table, how often, and the first place."""

    theme: str
    group: str
    count: int
    at: Evidence


@dataclass(frozen=True, slots=True)
class Law:
    """A law the document names; `role` is the strongest of basis, apply, mention."""

    name: str
    role: str
    at: Evidence


@dataclass(frozen=True, slots=True)
class Ended:
    """Something the text rests on that has ended: a task (`task`), an object (`object`), an organ (`organ`)."""

    kind: str
    name: str
    day: date
    now: str
    source: str
    at: Evidence


@dataclass(frozen=True, slots=True)
class Figure:
    """A sentence with numbers: the hash of its words without them, and the numbers (dimension, bound, low, high)."""

    words: str
    values: tuple[str, ...]
    at: Evidence


@dataclass(frozen=True, slots=True)
class Card:
    """One document of the set. `file` is its name there; a file that could not be read has only `problems`."""

    file: str
    sha256: str = ""
    read: bool = True
    title: str = ""
    number: str = ""
    organs: tuple[str, ...] = ()
    level: str = ""
    province: str = ""
    region: str = ""
    instrument: str = ""
    kind: str = ""
    certainty: float = 0.0
    issued: date | None = None
    published: date | None = None
    effective: date | None = None
    term: Term | None = None
    stale: tuple[Stale, ...] = ()
    found: tuple[Found, ...] = ()
    orders: tuple[Order, ...] = ()
    hits: tuple[Hit, ...] = ()
    laws: tuple[Law, ...] = ()
    ended: tuple[Ended, ...] = ()
    figures: tuple[Figure, ...] = ()
    sign: str = ""
    problems: tuple[tuple[str, str], ...] = ()
    report: str = ""

    @property
    def day(self) -> date | None:
        """The day that orders documents in time: issue, publication or commencement, whichever is known first."""
        return self.issued or self.published or self.effective


def plain(value: Any) -> Any:
    """A card or any part of it as JSON values; fields at their defaults are left out."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        named = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: plain(held) for field, held in named if held != field.default}
    return value


def card(values: dict[str, Any]) -> Card:
    """The card of its JSON values; raises KeyError, TypeError or ValueError for values that are no card."""
    return remade(Card, values)


def remade(kind: type[Facts], values: dict[str, Any]) -> Facts:
    """Frozen facts of any kind (a card, a proposal) from what `plain` made of them; raises like `card`."""
    made = _made(kind, values)
    assert isinstance(made, kind)
    return made


@cache
def _shape(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _made(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin is UnionType:
        inner = next(part for part in get_args(kind) if part is not type(None))
        return None if value is None else _made(inner, value)
    if origin is tuple:
        parts = get_args(kind)
        if len(parts) == 2 and parts[1] is Ellipsis:
            return tuple(_made(parts[0], item) for item in value)
        return tuple(_made(part, item) for part, item in zip(parts, value, strict=True))
    if kind is date:
        return date.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind(value)
    if hasattr(kind, "__dataclass_fields__"):
        shape = _shape(kind)
        return kind(**{name: _made(shape[name], held) for name, held in value.items()})
    return value
