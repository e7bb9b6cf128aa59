"""`beishen review`: files in, reports out."""

from pathlib import Path
from typing import Annotated

import typer

from ...corpora.text import Instrument, Level
from ..settings import load
from . import arguments
from .bench import Bench, Wanted, exit_of
from .files import expand
from .sink import Reports
from .terminal import progress

LEVELS = "、".join(Level)
INSTRUMENTS = "、".join(Instrument)


def review(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="文件、文件夹或 ZIP 送审包，可给多个")],
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="输出格式：text（默认）、json、jsonl、html、docx（带批注的副本）、letter（审查意见书稿）",
        ),
    ] = "text",
    out: Annotated[
        str | None, typer.Option("--out", metavar="DIR", help="每份报告写成此文件夹中的一个文件，屏幕上只留一行摘要")
    ] = None,
    issuer: Annotated[
        str | None, typer.Option("--issuer", metavar="NAME", help="制定机关全称；识别不出或识别有误时指定")
    ] = None,
    level: Annotated[str | None, typer.Option("--level", metavar="LEVEL", help=f"制定机关层级：{LEVELS}")] = None,
    instrument: Annotated[
        str | None, typer.Option("--instrument", metavar="KIND", help=f"文件种类：{INSTRUMENTS}")
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile",
            metavar="FILE",
            help="审查配置（TOML）：规则级别和开关、参与审查的种类、权责清单；或 default、flags",
        ),
    ] = None,
    decisions: Annotated[
        str | None,
        typer.Option(
            "--decisions", metavar="FILE", help="审查人员的答复（JSONL）：已答复“不是问题”的条款不再提示，列在文末"
        ),
    ] = None,
    known: Annotated[
        str | None,
        typer.Option("--baseline", metavar="REPORT", help="对照报告（json、jsonl）：只列其中没有的发现"),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="审查基准日 YYYY-MM-DD：按当日有效的法律审查；默认今天"),
    ] = None,
) -> None:
    """审查文件：逐条对照上位法，给出带法条引用的发现。

    一份文件有问题不影响其余文件；每份完成即输出。发现是线索，不是结论。

    示例：
    beishen review 办法.docx
    beishen review 办法.docx --format html --out 报告
    beishen review 办法.docx --format letter --out 意见书
    beishen review 办法二稿.docx --baseline 一稿.json
    beishen review 2025年文件/ 送审包.zip --format jsonl > 结果.jsonl
    beishen review 通知.pdf --issuer 青岭县人民政府 --level 县级政府 --as-of 2024-06-30
    """
    from ...corpora.intake import Overrides

    chosen = arguments.choice("--format", form, arguments.ReportFormat)
    overrides = Overrides(
        issuer,
        arguments.optional("--level", level, Level),
        arguments.optional("--instrument", instrument, Instrument),
    )
    day = arguments.day("--as-of", as_of)
    given = expand(paths)
    many = len(given) > 1 or any(Path(path).is_dir() for path in paths)
    statuses = []
    wanted = Wanted(profile, decisions, known)
    with (
        progress() as meter,
        Bench(load(), meter, wanted) as bench,
        Reports(chosen, many, Path(out) if out else None, bench.feedback_days) as sink,
    ):
        for report, source in bench.reviews(given, day, overrides):
            sink.put(report, source)
            statuses.append(report.status)
    raise typer.Exit(exit_of(statuses))
