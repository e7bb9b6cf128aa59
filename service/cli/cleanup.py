"""`beishen cleanup`: old documents in, one list of proposals out; `beishen cleanup confirm`: what people decided."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...corpora.errors import BadArgument, FileMissing
from ..errors import Exit
from ..settings import MAX_THREADS, load
from . import arguments
from .help import Family, Verb
from .terminal import write

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...review.cleanup.outcome import Outcome

RUN = "run"
HELP = """清理文件：逐件提出继续有效、修改、废止、宣布失效的建议，由人确认。

run 可以省略：beishen cleanup 文件夹 --out DIR"""


class Cleanup(Family):
    """A family whose first verb may be left out: `beishen cleanup 文件夹` runs it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = [RUN, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=Cleanup, help=HELP, no_args_is_help=True)


@app.command(RUN, cls=Verb)
def run(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="一个文件夹，或一个 XLSX 目录，或各一个")],
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="输出文件夹：清单、概览、草案、逐件报告、进度")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="清理基准日 YYYY-MM-DD；默认今天")
    ] = None,
    profile: Annotated[
        str,
        typer.Option("--profile", metavar="NAME", help="默认有效期口径；不写时按制定机关所在省选用，其余用通行口径"),
    ] = "",
    theme: Annotated[
        str,
        typer.Option(
            "--theme",
            metavar="NAME",
            help="专题：coercion、penalty、permit、fee、business、competition、private、family、ecology，或其中文名",
        ),
    ] = "",
    law: Annotated[str, typer.Option("--law", metavar="NAME", help="专题：某部法律以及依据它的文件")] = "",
    resume: Annotated[bool, typer.Option("--resume", help="接着做 DIR 中没有做完的清理")] = False,
    workers: Annotated[
        str | None, typer.Option("--workers", metavar="N", help="同时工作的进程数；默认为 CPU 核数，最多 4")
    ] = None,
    shared: Annotated[
        bool, typer.Option("--shared", help="交给各机器上的 beishen worker 处理（同一数据库和文件库），不用本机进程")
    ] = False,
) -> None:
    """清理一个文件夹或目录中的全部文件，逐件提出处理建议和理由。

    建议只有四种：继续有效、修改、废止、宣布失效；定不了的写明原因，交人判断。程序不作决定。
    可随时中断，加 --resume 从中断处继续，结果相同。

    示例：
    beishen cleanup run 历年文件/ --out 清理结果
    beishen cleanup 文件目录.xlsx --out 清理结果 --as-of 2026-06-30 --profile shandong
    beishen cleanup 历年文件/ --out 行政强制专项 --theme coercion
    beishen cleanup 历年文件/ --out 清理结果 --resume
    """
    from .. import cleanup_run

    if theme and law:
        raise BadArgument("--theme 与 --law 只能用一个", "请分两次清理")
    settings = load()
    count = settings.threads if workers is None else arguments.count("--workers", workers, MAX_THREADS)
    wanted = cleanup_run.request(paths, Path(out), arguments.day("--as-of", as_of))
    wanted = cleanup_run.themed(wanted, profile, theme, law)
    with _bar() as progress:
        outcome = cleanup_run.run(wanted, settings, None if shared else count, resume, progress)
    _tell(outcome, Path(out))
    raise typer.Exit(Exit.PROBLEMS if outcome.unread else Exit.DONE)


@app.command("confirm", cls=Verb)
def confirm(
    out: Annotated[str, typer.Argument(metavar="DIR", help="清理的输出文件夹")],
    decisions: Annotated[str, typer.Argument(metavar="FILE", help="决定文件（JSONL），每行一件")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="决定人；行中写有 by 的以行中为准")] = "",
) -> None:
    """记下人对建议的处理：确认、更改、暂缓，并重写清单和草案。

    决定文件每行写成 {"file": "办法.docx", "verdict": "change", "to": "修改", "note": "…"}；
    verdict 为 confirm（确认）、change（更改）或 defer（暂缓）。
    决定只追加到 DIR/decisions.jsonl，逐行衔接，不能改动。

    示例：
    beishen cleanup confirm 清理结果 处理意见.jsonl --by 张三
    """
    from .. import cleanup_run

    path = Path(decisions)
    if not path.is_file():
        raise FileMissing(f"决定文件“{decisions}”不存在", "请核对路径")
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    outcome = cleanup_run.confirm(Path(out), lines, by, datetime.now())
    _tell(outcome, Path(out))


def _tell(outcome: "Outcome", out: Path) -> None:
    """The totals in a few lines, and where to look."""
    from ...review.cleanup.statistics import overall
    from ...review.render.cleanup_files import LIST, OVERVIEW

    counts = "　".join(f"{action.value} {count}" for action, count in overall(outcome.listed))
    write(f"共 {len(outcome.listed)} 件：{counts}")
    ruled = sum(item.ruling is not None for item in outcome.settled)
    if ruled:
        write(f"已有人工处理 {ruled} 件")
    if outcome.unread:
        write(f"未能读取 {len(outcome.unread)} 件，见清单“未能读取”")
    differing = len(outcome.without_file) + len(outcome.without_row)
    if differing or outcome.twins:
        write(f"目录与文件不符 {differing} 处，文号或内容重复 {len(outcome.twins)} 组")
    write(f"清单 {out / LIST}\n概览 {out / OVERVIEW}\n建议不是决定，请逐件确认")


@contextmanager
def _bar() -> "Iterator[Callable[[int, int], None]]":
    """One bar with number, rate and remaining time on a terminal; silent in a pipe."""
    import sys

    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed * 60:.0f} 件/分" if task.speed else "")

    columns = ("清理", BarColumn(), MofNCompleteColumn(), Rate(), "剩余", TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, speed_estimate_period=120) as bar:
        task = bar.add_task("清理", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
