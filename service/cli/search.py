"""`beishen search`: provisions for a question or a clause."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...corpora.errors import BadArgument, FileDamaged, FileMissing, LawUnknown
from ...review.render.json import dumps
from ..settings import load
from . import arguments
from .bench import Bench
from .sink import Stream
from .terminal import progress, write

if TYPE_CHECKING:
    from ...corpora.laws.store import LawStore
    from ...index.scope import Scope
    from ...index.search import Hit, Query, Why
    from ...review.engine import Engine

MOST = 100
BATCH = 64
LONGEST = 20_000
HAN = re.compile(r"[\u3400-\u9fff]")
LINKS = {"refers": "引用", "referred": "被引用于", "punishes": "处罚违反", "punished": "违反的罚则见"}
# Parts of the explanation that a reader can weigh; the JSON output has every feature.
SHOWN = ("lexical", "dense", "coverage", "law_votes", "limit", "limit_acts", "named")


def search(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="查询文字：问题或条款")] = None,
    file: Annotated[
        str | None, typer.Option("--file", metavar="LINES", help="从文件读取查询，一行一个（UTF-8）；- 为标准输入")
    ] = None,
    top: Annotated[str, typer.Option("--top", metavar="N", help=f"每个查询给出几条，1 到 {MOST}；默认 10")] = "10",
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="只查在这一天有效的条文 YYYY-MM-DD；默认今天")
    ] = None,
    above: Annotated[
        str | None,
        typer.Option(
            "--above", metavar="KIND", help="只查上位法：制发文件的种类（规范性文件等）或机关层级（市级政府等）"
        ),
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="PLACE", help="制发机关所在地区，如 江苏省苏州市；与 --above 同用")
    ] = None,
    law: Annotated[
        list[str] | None, typer.Option("--law", metavar="NAME", help="文件所依据的法律，优先查找；可重复")
    ] = None,
    title: Annotated[str, typer.Option("--title", metavar="TITLE", help="条款所在文件的标题")] = "",
    explain: Annotated[bool, typer.Option("--explain", help="说明每条的依据：词语、名次、引用关系、特征")] = False,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="输出格式：text（默认）、json、jsonl")
    ] = "text",
) -> None:
    """检索法条：按文字和语义查找某一天有效的条文。

    示例：
    beishen search "许可决定应当在多少日内作出"
    beishen search --file 查询.txt --top 5 --format jsonl
    beishen search "行政复议申请期限" --as-of 2023-06-01
    beishen search "未备案的处一万元罚款" --above 规范性文件 --region 江苏省苏州市 --explain
    """
    chosen = arguments.choice("--format", form, arguments.ListFormat)
    most = arguments.count("--top", top, MOST)
    day = arguments.day("--as-of", as_of)
    scope = _scope(above, region)
    queries = _queries(text, file)
    stream = Stream(arguments.ReportFormat(chosen.value), many=file is not None)
    with progress() as meter, Bench(load(), meter) as bench:
        from ...index.search import Query

        model = Query("", day, scope, _laws(bench.engine.store, law or []), most, title, explain)
        for query, hits in _found(bench.engine, queries, model):
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
    queries = tuple(line.strip() for line in lines if line.strip())
    if not queries:
        raise BadArgument("查询是空的", "请给出要查找的文字")
    for number, query in enumerate(queries, 1):
        where = f"第 {number} 个查询" if len(queries) > 1 else "查询"
        if len(query) > LONGEST:
            raise BadArgument(
                f"{where}有 {len(query)} 字，超过 {LONGEST} 字", "请按条款分开查询，整份文件请用 beishen review"
            )
        if not HAN.search(query):
            raise BadArgument(f"{where}没有汉字：{query[:20]}", "请用中文查询")
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


def _scope(above: str | None, region: str | None) -> "Scope | None":
    """What outranks the asker: by instrument (a level that fits is taken), or by level (a normative document)."""
    if above is None:
        if region is not None:
            raise BadArgument("--region 须与 --above 同用", "请用 --above 给出文件种类或机关层级")
        return None
    from ...corpora.regions import split_place
    from ...corpora.text import Instrument, Level, Region
    from ...index.scope import scope

    place = Region()
    if region is not None:
        place, rest = split_place(region.strip())
        if rest or not place.province:
            raise BadArgument(f"选项 --region 的地区“{region}”不能识别", "请从省级写起，如 江苏省苏州市")
    instruments, levels = {i.value: i for i in Instrument}, {i.value: i for i in Level}
    if above in instruments:
        return scope(instruments[above], Level.OTHER, place)
    if above in levels:
        return scope(Instrument.NORMATIVE, levels[above], place)
    known = "、".join((*instruments, *levels))
    raise BadArgument(f"选项 --above 的值“{above}”无效", f"可用的值：{known}")


def _laws(store: "LawStore", names: list[str]) -> tuple[str, ...]:
    for name in names:
        if store.law(name) is None:
            raise LawUnknown(f"法规库中没有《{name}》", "请核对名称，或用 beishen laws import 导入")
    return tuple(names)


def _found(engine: "Engine", queries: tuple[str, ...], model: "Query") -> Iterator[tuple[str, tuple["Hit", ...]]]:
    """Hits of each query in order, encoded in batches."""
    from dataclasses import replace

    for start in range(0, len(queries), BATCH):
        part = queries[start : start + BATCH]
        asked = tuple(replace(model, text=query) for query in part)
        vectors = engine.encoder.encode(part, "query")
        yield from zip(part, engine.index.search_many(asked, vectors), strict=True)


def _object(query: str, hits: tuple["Hit", ...], day: date) -> dict[str, object]:
    return {"schema": 1, "query": query, "as_of": day.isoformat(), "hits": [_hit(hit) for hit in hits]}


def _hit(hit: "Hit") -> dict[str, object]:
    article = hit.article
    made: dict[str, object] = {
        "law": article.law,
        "article": article.number,
        "text": article.text,
        "rank": article.rank.value,
        "score": round(float(hit.score), 6),
        "version": article.version,
        "start": article.start.isoformat() if article.start else None,
    }
    return made if hit.why is None else made | {"why": _why(hit, hit.why)}


def _why(hit: "Hit", why: "Why") -> dict[str, object]:
    return {
        "lexical_rank": hit.lexical_rank,
        "dense_rank": hit.dense_rank,
        "cosine": round(float(hit.cosine or 0), 4),
        "terms": [{"term": term, "weight": weight} for term, weight in why.terms],
        "links": [{"how": link.how, "law": link.law, "article": link.number} for link in why.links],
        "roles": list(why.roles),
        "acts": list(why.acts),
        "named": why.named,
        "cited": why.cited,
        "like": round(why.like, 4),
        "features": {name: round(value, 4) for name, value in why.features},
    }


def _show(query: str, hits: tuple["Hit", ...]) -> None:
    write(f"── {dumps(query)[1:-1]}")
    for number, hit in enumerate(hits, 1):
        write(f"{number:>2}  《{hit.article.law}》{hit.article.number}（{hit.article.rank}，{hit.score:.3f}）")
        write(f"    {' '.join(hit.article.text.split())}")
        if hit.why is not None:
            for line in _reasons(hit, hit.why):
                write(f"    · {line}")
    if not hits:
        write("    未找到条文")
    write("")


def _reasons(hit: "Hit", why: "Why") -> Iterator[str]:
    yield f"名次：词语 {hit.lexical_rank or '百名外'}，语义 {hit.dense_rank or '百名外'}（余弦 {hit.cosine or 0:.3f}）"
    if why.terms:
        yield "词语：" + "，".join(f"{term} {weight:.1f}" for term, weight in why.terms)
    if why.links:
        yield "引用：" + "；".join(f"{LINKS[link.how]}《{link.law}》{link.number}" for link in why.links)
    if why.roles or why.acts:
        yield f"条文：{'、'.join(why.roles) or '—'}；与条款同涉：{'、'.join(why.acts) or '—'}"
    if why.like:
        yield f"参照：同一条文管辖的相近条款（余弦 {why.like:.3f}）"
    told = [word for word, held in (("文件依据", why.named), ("条款引用", why.cited)) if held]
    if told:
        yield "来源：" + "、".join(told)
    yield "特征：" + "，".join(f"{name} {value:.2f}" for name, value in why.features if name in SHOWN)
