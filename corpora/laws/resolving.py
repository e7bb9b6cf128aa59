"""Resolve a law mention to a version on a day, or say what is wrong with it."""

import enum
from dataclasses import dataclass
from datetime import date

from ..text import Article, LawMention
from .record import LawRecord, VersionRecord
from .renumber import renumbered
from .store import LawStore


class Reason(enum.StrEnum):
    """What became of a citation on a day."""

    FOUND = "found"
    NOT_IN_STORE = "not_in_store"
    NO_SUCH_ARTICLE = "no_such_article"
    REPEALED = "repealed"
    RENAMED = "renamed"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    VERSION_NOT_HELD = "version_not_held"
    RENUMBERED = "renumbered"


@dataclass(frozen=True, slots=True)
class Resolution:
    """The answer to one mention.

    `articles` are the named articles that exist on the day; `missing` the named labels that do not; `moved` pairs of
    (label cited, label now); `by` and `since` say what repealed or renamed the law, or from when it is in force.
    `version` is the version on the day; for `repealed` and `renamed` the last one. `version_not_held`: the store has
    only later texts of a law that may well have been in force on the day; `version` is the next one.
    """

    mention: LawMention
    reason: Reason
    law: str = ""
    version: VersionRecord | None = None
    articles: tuple[Article, ...] = ()
    missing: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    by: str = ""
    since: date | None = None


def resolve(store: LawStore, mention: LawMention, day: date, written: date | None = None) -> Resolution:
    """The version and articles a mention means on `day`.

    `written` is the date of the citing document: articles are then read in the version of that date and followed to
    where their matter stands on `day`. Without it a number counts as cited in the version of `day`; one that this
    version lacks is looked for in the version before. A law the store lacks is `not_in_store`, never "no such law".
    """
    record = store.law(mention.name)
    if record is None:
        return _unheld(store, mention, day)
    version = store.version_on(record.name, day)
    if version is None:
        return _out_of_force(store, mention, record, day)
    past = _past(store, version, written)
    dated = written is not None
    articles: list[Article] = []
    missing: list[str] = []
    moved: list[tuple[str, str]] = []
    for label in mention.numbers:
        found, label_now = _article(store, label, version, past, dated)
        if found is None:
            missing.append(label)
            continue
        articles.append(found)
        if label_now != label:
            moved.append((label, label_now))
    reason = Reason.NO_SUCH_ARTICLE if missing else Reason.RENUMBERED if moved else Reason.FOUND
    return Resolution(mention, reason, record.name, version, tuple(articles), tuple(missing), tuple(moved))


def _unheld(store: LawStore, mention: LawMention, day: date) -> Resolution:
    repeal = store.repeal(mention.name)
    if repeal is None or repeal.day > day:
        return Resolution(mention, Reason.NOT_IN_STORE)
    reason = Reason.RENAMED if repeal.renamed else Reason.REPEALED
    return Resolution(mention, reason, mention.name, by=repeal.by, since=repeal.day)


def _out_of_force(store: LawStore, mention: LawMention, record: LawRecord, day: date) -> Resolution:
    versions = store.versions(record.name)
    past = [v for v in versions if v.start is None or v.start <= day]
    repeal = store.repeal(record.name)
    if past and repeal is not None:
        articles = tuple(a for label in mention.numbers if (a := store.article_of(past[-1], label)) is not None)
        reason = Reason.RENAMED if repeal.renamed else Reason.REPEALED
        return Resolution(mention, reason, record.name, past[-1], articles, by=repeal.by, since=repeal.day)
    if past and past[-1].end_reason == "unheld":
        return Resolution(mention, Reason.VERSION_NOT_HELD, record.name, past[-1], since=past[-1].end)
    coming = min((v for v in versions if v.start and v.start > day), key=lambda v: v.start or date.max, default=None)
    if coming is None:
        return Resolution(mention, Reason.NOT_IN_STORE, record.name)
    older = record.commenced is not None and record.commenced <= day
    new = not older and coming.version <= day.isoformat()
    reason = Reason.NOT_YET_IN_FORCE if new else Reason.VERSION_NOT_HELD
    return Resolution(mention, reason, record.name, coming, since=coming.start)


def _past(store: LawStore, version: VersionRecord, written: date | None) -> VersionRecord | None:
    """The version a document of `written` read; without a date, the one before the current."""
    if written is not None:
        return store.version_on(version.law, written)
    earlier = [v for v in store.versions(version.law) if v.version < version.version]
    return earlier[-1] if earlier else None


def _article(
    store: LawStore, label: str, version: VersionRecord, past: VersionRecord | None, dated: bool
) -> tuple[Article | None, str]:
    """The article on the day and its label now; only a dated past, or a missing number, sends us to the old text."""
    current = store.article_of(version, label)
    if past is None or past.version == version.version or (current is not None and not dated):
        return current, label
    old = store.article_of(past, label)
    if old is None or (current is not None and current.text == old.text):
        return current, label
    now = renumbered(old, store.articles_of(version))
    return (now, now.number) if now is not None else (current, label)
