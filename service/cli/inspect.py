"""`beishen inspect`: what was read, without judging."""

from pathlib import Path
from typing import Annotated

import typer

from ...review.finding import Status
from ...review.render.json import inspect_json
from ..settings import load
from . import arguments
from .bench import Bench, exit_of
from .files import expand
from .sink import Stream
from .terminal import progress


def inspect(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="文件、文件夹或 ZIP 送审包，可给多个")],
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="输出格式：json（默认）、jsonl")] = "json",
) -> None:
    """识别文件：标题、文号、机关、日期、条款和性质，不作审查。

    每个识别出的字段附有原文位置；识别不出的为 null，不作猜测。

    示例：
    beishen inspect 办法.docx
    beishen inspect 文件夹/ --format jsonl > 结构.jsonl
    """
    from ...corpora.intake import Overrides

    chosen = arguments.choice("--format", form, arguments.DataFormat)
    given = expand(paths)
    many = len(given) > 1 or any(Path(path).is_dir() for path in paths)
    stream = Stream(arguments.ReportFormat(chosen.value), many)
    statuses = []
    with progress() as meter, Bench(load(), meter) as bench:
        try:
            for name, document, problems in bench.documents(given, Overrides()):
                found = inspect_json(name, document, problems)
                stream.put(found)
                statuses.append(Status(str(found["status"])))
        finally:
            stream.close()
    raise typer.Exit(exit_of(statuses))
