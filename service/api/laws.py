"""Law search and article lookup over the API: the same functions as the command line."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse

from ...corpora.errors import ArticleUnknown, BadArgument, LawUnknown, NotInForce
from ..office import lawwatch
from ..office.desk import local_day
from ..office.permission import require
from ..shelf import Shelf
from . import shapes
from .entry import Caller, Day, by_engine
from .problems import ApiRoute, responses

if TYPE_CHECKING:
    from ...corpora.laws.record import LawRecord, VersionRecord
    from ...corpora.laws.store import LawStore
    from ...corpora.text import Article

router = APIRouter(route_class=ApiRoute, tags=["法律库"], responses=responses())
Name = Annotated[str, Path(description="法律名称，全称或通用简称", min_length=1, max_length=200)]
AsOf = Annotated[Day | None, Query(description="哪一天有效的条文；省略为今天")]


@router.get("/laws/search", response_model=tuple[shapes.Found, ...], summary="检索条文")
async def search(
    call: Caller,
    request: Request,
    q: Annotated[str, Query(description="问题或条款", min_length=1, max_length=5000)],
    as_of: AsOf = None,
    top: Annotated[int, Query(description="给出几条", ge=1, le=100)] = 10,
) -> Any:
    """按文字和语义检索某一天有效的条文，最相关的在前。"""
    from ...index.search import Query as Asked

    require(call.actor, "law.read")
    day = as_of or local_day(call.office.clock())
    if not q.strip():
        raise BadArgument("查询是空的", "请给出要查找的文字")

    def work() -> Any:
        with request.app.state.shelf.engine() as engine:
            vectors = engine.encoder.encode((q,), "query")
            hits = engine.index.search(Asked(text=q, day=day, top=top), vectors[0])
        return [{"article": _article(hit.article), "score": round(float(hit.score), 6)} for hit in hits]

    return await by_engine(request, work)


@router.get("/laws/{name}", response_model=shapes.Law, summary="一部法律")
def law(call: Caller, request: Request, name: Name) -> Any:
    """一部法律和库中的各个文本。"""
    require(call.actor, "law.read")
    store = _store(request)
    record = _record(store, name)
    versions = store.versions(record.name)
    return {
        "name": record.name,
        "rank": record.rank.value,
        "repealed_by": record.repealed_by,
        "repealed_from": _iso(record.repealed_from),
        "versions": [_version(version) for version in versions],
    }


@router.get("/laws/{name}/articles/{number}", response_model=shapes.Article, summary="一个条文")
def article(
    call: Caller,
    request: Request,
    name: Name,
    number: Annotated[str, Path(description="条号：第十七条 或 17", min_length=1, max_length=30)],
    as_of: AsOf = None,
) -> Any:
    """某一天有效的条文。"""
    require(call.actor, "law.read")
    day = as_of or local_day(call.office.clock())
    store = _store(request)
    record = _record(store, name)
    version = store.version_on(record.name, day)
    if version is None:
        raise NotInForce(f"《{record.name}》在 {day.isoformat()} 没有有效文本", "请核对日期")
    found = store.article_of(version, number)
    if found is None:
        raise ArticleUnknown(f"《{record.name}》（{version.version} 版本）没有“{number[:20]}”", "请核对条号")
    return JSONResponse(_article(found))


@router.get("/laws/{name}/filings", response_model=tuple[shapes.Relying, ...], summary="依据该法的备案件")  # type: ignore[valid-type]
def relying(call: Caller, request: Request, name: Name) -> Any:
    """当前文本依据或者引用该法的备案件。"""
    require(call.actor, "law.read")
    record = _record(_store(request), name)
    with call.look() as desk:
        return lawwatch.relying(desk, record.name)


def _store(request: Request) -> "LawStore":
    shelf: Shelf = request.app.state.shelf
    return shelf.store()


def _record(store: "LawStore", name: str) -> "LawRecord":
    found = store.law(name)
    if found is None:
        raise LawUnknown(f"法规库中没有《{name[:60]}》", "请核对名称")
    return found


def _article(found: "Article") -> dict[str, Any]:
    return {
        "law": found.law,
        "number": found.number,
        "text": found.text,
        "chapter": found.chapter,
        "version": found.version,
        "start": _iso(found.start),
        "end": _iso(found.end),
        "rank": found.rank.value,
    }


def _version(found: "VersionRecord") -> dict[str, Any]:
    return {
        "version": found.version,
        "start": _iso(found.start),
        "end": _iso(found.end),
        "provisions": found.provisions,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
