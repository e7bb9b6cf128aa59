"""`beishen train export`: what reviewers decided in the office, as examples to train on."""

from pathlib import Path
from typing import Annotated

import typer

from ...corpora.errors import BadArgument
from ..settings import load
from .terminal import write


def export(
    to: Annotated[str, typer.Option("--to", metavar="FILE", help="写成的文件（JSONL），已有则覆盖")],
) -> None:
    """导出审查人员的结论：采纳和不采纳的发现各成一行标注，供 train relation --add 学习。

    每行是条款、法条、结论（accepted、rejected）和类型；没有法条可对照、只关形式或者依据过时的发现不导出。
    文件含备案文件的原文，请按工作资料保管。

    示例：
    beishen train export --to 结论.jsonl
    """
    from ..jobs.opening import open_office
    from ..office import examples
    from ..office.desk import SYSTEM
    from ..store import schema

    office = open_office(load())
    schema.upgrade(office.database)
    with office.look(SYSTEM) as desk:
        found = examples.taught(desk)
    try:
        Path(to).write_text("".join(f"{example.line()}\n" for example in found.examples), "utf-8")
    except OSError as error:
        raise BadArgument(f"无法写入 {to}（{error.strerror}）", "请检查路径和权限") from error
    write(f"已导出 {len(found.examples)} 条到 {to}；另有 {found.passed} 条结论没有可对照的法条，未导出")
