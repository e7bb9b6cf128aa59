"""The law library: search, a law and an article through all versions, who relies on it, what to re-check."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from fastapi import APIRouter
from fastapi.responses import Response

from ...corpora.errors import ArticleUnknown, LawUnknown
from ...corpora.laws.names import name_key
from ...corpora.laws.record import LawRecord, VersionRecord
from ...corpora.laws.store import LawStore, article_label
from ...corpora.text import Article
from ..errors import NotFound
from ..office import lawwatch
from ..office.permission import require
from ..shelf import Shelf
from .compare import alike
from .visit import PageRoute, Posted, Signed, Visit

router = APIRouter(route_class=PageRoute)
NAMED, FOUND = 30, 20


@dataclass(frozen=True, slots=True)
class Edition:
    """An article as one version prints it; words that differ from the version before are marked."""

    version: str
    start: date | None
    end: date | None
    live: bool
    note: str
    pieces: tuple[tuple[str, bool], ...]


@router.get("/laws")
def first(visit: Signed) -> Response:
    return _library(visit, "", visit.today, (), ())


@router.post("/laws")
def search(visit: Posted) -> Response:
    """Searched by POST: a clause pasted here belongs in no address and no log."""
    q, on = visit.text("q", 500), visit.day("on") or visit.today
    with visit.desk() as desk:
        require(desk.actor, "law.read")
    hits = _found(visit, q, on) if q else ()
    return _library(visit, q, on, _named(store_of(visit), q), hits)


@router.get("/laws/watch")
def watch(visit: Signed) -> Response:
    with visit.desk() as desk:
        rows = lawwatch.watched(desk)
    return visit.page("watch.html", "laws", rows=rows)


@router.post("/laws/watch/{watch_id}")
def settle(watch_id: int, visit: Posted) -> Response:
    with visit.desk() as desk:
        lawwatch.settle(desk, watch_id)
    return visit.go("/laws/watch", "已销号")


@router.get("/laws/{name}")
def law(name: str, visit: Signed) -> Response:
    with visit.desk() as desk:
        require(desk.actor, "law.read")
        store = store_of(visit)
        record = _record(store, name)
        relying = lawwatch.relying(desk, record.name)
    versions = store.versions(record.name)
    wanted = visit.query("version", 20)
    current = store.version_on(record.name, visit.today) or versions[-1]
    shown = next((version for version in versions if version.version == wanted), current)
    return visit.page(
        "law.html",
        "laws",
        law=record,
        version=shown,
        versions=versions,
        articles=store.articles_of(shown),
        relying=relying,
    )


@router.get("/laws/{name}/{number}")
def article(name: str, number: str, visit: Signed) -> Response:
    with visit.desk() as desk:
        require(desk.actor, "law.read")
        store = store_of(visit)
        record = _record(store, name)
        label = article_label(number)
        relying = tuple(row for row in lawwatch.relying(desk, record.name) if label in row.articles)
    editions = _editions(store, store.versions(record.name), label, visit.today)
    return visit.page("article.html", "laws", name=record.name, number=label, editions=editions, relying=relying)


def _library(visit: Visit, q: str, on: date, named: tuple[LawRecord, ...], hits: tuple[Article, ...]) -> Response:
    with visit.desk() as desk:
        require(desk.actor, "law.read")
        watching = len(lawwatch.watched(desk)) if visit.may("law.watch") else 0
    return visit.page(
        "laws.html",
        "laws",
        q=q,
        on=on,
        named=named,
        hits=hits,
        coverage=store_of(visit).status(),
        watching=watching,
    )


def store_of(visit: Visit) -> LawStore:
    """The law store of the process."""
    shelf: Shelf = visit.request.app.state.shelf
    return shelf.store()


def _found(visit: Visit, q: str, on: date) -> tuple[Article, ...]:
    """Articles in force on a day, best first, by the index that reviews use."""
    from ...index.search import Query

    with visit.request.app.state.shelf.engine() as engine:
        return tuple(hit.article for hit in engine.index.search(Query(text=q, day=on, top=FOUND)))


def cited(store: LawStore, law: str, number: str, day: date) -> dict[str, object]:
    """The article in force on a day as a citation of a report. LawUnknown, ArticleUnknown."""
    record = store.law(law)
    if record is None:
        raise LawUnknown(f"法律库没有收录“{law}”", "请核对名称，或不填法律，只写问题")
    found = store.article(record.name, number, day)
    if found is None:
        raise ArticleUnknown(f"现行有效的《{record.name}》没有“{number}”", "请核对条号")
    return {
        "law": found.law,
        "article": found.number,
        "text": found.text,
        "quote": found.text,
        "version": found.version,
        "in_force": True,
        "rank": found.rank.value,
        "role": "conflict",
        "since": found.start.isoformat() if found.start else None,
    }


def _record(store: LawStore, name: str) -> LawRecord:
    record = store.law(name[:200])
    if record is None:
        raise NotFound("法律库没有收录这部法律", "请核对名称，或先导入")
    return record


def _named(store: LawStore, q: str) -> tuple[LawRecord, ...]:
    """Laws whose name holds the words asked for, those named exactly so first."""
    key = name_key(q)
    if not key:
        return ()
    exact = store.law(q)
    found = [law for law in store.laws() if key in name_key(law.name)]
    ordered = sorted(found, key=lambda law: (bool(law.repealed_by), len(law.name), law.name))
    return tuple(([exact] if exact else []) + [law for law in ordered if law != exact])[:NAMED]


def _editions(store: LawStore, versions: Sequence[VersionRecord], label: str, today: date) -> tuple[Edition, ...]:
    """The article in every version with its matter, newest first; words that the one before lacks are marked."""
    found = tuple(_traced(store, versions, label))
    texts = [*(article.text for article, _ in found[1:]), ""][: len(found)]
    return tuple(
        Edition(
            article.version, article.start, article.end, article.in_force(today), note, _pieces(before, article.text)
        )
        for (article, note), before in zip(found, texts, strict=True)
    )


def _traced(store: LawStore, versions: Sequence[VersionRecord], label: str) -> Iterator[tuple[Article, str]]:
    """From the newest version back: the same number while it has the same matter, else where that matter stood."""
    later: Article | None = None
    for version in reversed(versions):
        same = store.article_of(version, label)
        if later is None or (same is not None and alike(same.text, later.text)):
            found, note = same, ""
        else:
            moved = store.renumbered(later, version)
            found, note = moved or same, f"该版本中为{moved.number}" if moved else "条号相同，规定的是其他事项"
        if found is not None:
            yield found, note
            later = found


def _pieces(before: str, after: str) -> tuple[tuple[str, bool], ...]:
    """The later text with the words marked that the earlier one lacks; nothing marked where the matter is another."""
    if not alike(before, after):
        return ((after, False),)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return tuple((after[k:m], tag != "equal") for tag, _, _, k, m in matcher.get_opcodes() if k < m)
