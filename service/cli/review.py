"""`beishen review`: files in, reports out."""

from pathlib import Path
from typing import Annotated

import typer

from ...corpora.text import Instrument, Level
from ..settings import load
from . import arguments
from .bench import Bench, exit_of
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
    with progress() as meter, Bench(load(), meter) as bench, Reports(chosen, many, Path(out) if out else None) as sink:
        for report, source in bench.reviews(given, day, overrides):
            sink.put(report, source)
            statuses.append(report.status)
    raise typer.Exit(exit_of(statuses))
