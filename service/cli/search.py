"""`beishen search`: provisions for a question or a clause."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...corpora.errors import BadArgument, FileDamaged, FileMissing
from ...review.render.json import dumps
from ..settings import load
from . import arguments
from .bench import Bench
from .sink import Stream
from .terminal import progress, write

if TYPE_CHECKING:
    from ...index.search import Hit
    from ...review.engine import Engine

MOST = 100
BATCH = 64
MAX_LINE = 5_000


def search(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="查询文字：问题或条款")] = None,
    file: Annotated[
        str | None, typer.Option("--file", metavar="LINES", help="从文件读取查询，一行一个（UTF-8）；- 为标准输入")
    ] = None,
    top: Annotated[str, typer.Option("--top", metavar="N", help=f"每个查询给出几条，1 到 {MOST}；默认 10")] = "10",
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="只查在这一天有效的条文 YYYY-MM-DD；默认今天")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="输出格式：text（默认）、json、jsonl")
    ] = "text",
) -> None:
    """检索法条：按文字和语义查找某一天有效的条文。

    示例：
    beishen search "许可决定应当在多少日内作出"
    beishen search --file 查询.txt --top 5 --format jsonl
    beishen search "行政复议申请期限" --as-of 2023-06-01
    """
    chosen = arguments.choice("--format", form, arguments.ListFormat)
    most = arguments.count("--top", top, MOST)
    day = arguments.day("--as-of", as_of)
    queries = _queries(text, file)
    stream = Stream(arguments.ReportFormat(chosen.value), many=file is not None)
    with progress() as meter, Bench(load(), meter) as bench:
        for query, hits in _found(bench.engine, queries, day, most):
            if chosen is arguments.ListFormat.TEXT:
                _show(query, hits)
            else:
                stream.put(_object(query, hits, day))
        if chosen is not arguments.ListFormat.TEXT:
            stream.close()


def _queries(text: str | None, file: str | None) -> tuple[str, ...]:
    if (text is None) == (file is None):
        raise BadArgument("请给出一个查询，或用 --file 给出查询文件，两者取一", "用 --help 查看用法")
    lines = [text or ""] if file is None else _lines(file)
    queries = tuple(line.strip()[:MAX_LINE] for line in lines if line.strip())
    if not queries:
        raise BadArgument("查询是空的", "请给出要查找的文字")
    return queries


def _lines(file: str) -> list[str]:
    if file == "-":
        return typer.get_text_stream("stdin", encoding="utf-8").read().splitlines()
    try:
        return Path(file).read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise FileMissing(f"找不到查询文件：{file}", "请核对路径") from error
    except (OSError, UnicodeDecodeError) as error:
        raise FileDamaged(f"查询文件 {file} 无法读取（{type(error).__name__}）", "请用 UTF-8 编码的文本文件") from error


def _found(engine: "Engine", queries: tuple[str, ...], day: date, most: int) -> Iterator[tuple[str, tuple["Hit", ...]]]:
    """Hits of each query in order, encoded in batches."""
    from ...index.search import Query

    for start in range(0, len(queries), BATCH):
        part = queries[start : start + BATCH]
        asked = tuple(Query(text=query, day=day, top=most) for query in part)
        vectors = engine.encoder.encode(part, "query")
        yield from zip(part, engine.index.search_many(asked, vectors), strict=True)


def _object(query: str, hits: tuple["Hit", ...], day: date) -> dict[str, object]:
    return {"schema": 1, "query": query, "as_of": day.isoformat(), "hits": [_hit(hit) for hit in hits]}


def _hit(hit: "Hit") -> dict[str, object]:
    article = hit.article
    return {
        "law": article.law,
        "article": article.number,
        "text": article.text,
        "rank": article.rank.value,
        "score": round(float(hit.score), 6),
        "version": article.version,
        "start": article.start.isoformat() if article.start else None,
    }


def _show(query: str, hits: tuple["Hit", ...]) -> None:
    write(f"── {dumps(query)[1:-1]}")
    for number, hit in enumerate(hits, 1):
        write(f"{number:>2}  《{hit.article.law}》{hit.article.number}（{hit.article.rank}，{hit.score:.3f}）")
        write(f"    {' '.join(hit.article.text.split())}")
    if not hits:
        write("    未找到条文")
    write("")
