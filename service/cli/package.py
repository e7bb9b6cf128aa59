"""`beishen package`: the formal check of a filing package."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...corpora.errors import BeishenError
from ..errors import Exit, tell
from ..settings import load
from . import arguments
from .files import expand, opened
from .terminal import write

if TYPE_CHECKING:
    from ...corpora.package import Package
    from ...corpora.text import Document


def package(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="送审包的文件、文件夹或 ZIP，可给多个")],
    filed: Annotated[str | None, typer.Option("--filed", metavar="DATE", help="报送备案的日期，如 2024-05-01")] = None,
    profile: Annotated[
        str | None, typer.Option("--profile", metavar="FILE", help="本地的材料与期限要求（TOML）；默认 30 日")
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="输出格式：text（默认）、json")] = "text",
) -> None:
    """核对备案材料：认出备案报告、正式文本、说明、制定依据、合法性审核意见，指出缺少的，计算报送天数。

    只作形式核对，不审查内容。缺少材料、逾期或有文件不能读取时退出码为 1。

    示例：
    beishen package 送审包.zip --filed 2024-05-01
    beishen package 文件夹/ --profile 本省要求.toml --format json
    """
    from ...corpora.package import check, default_profile, read_profile

    chosen = arguments.choice("--format", form, arguments.DataFormat) if form != "text" else None
    asked = read_profile(Path(profile)) if profile else default_profile()
    day = arguments.day("--filed", filed) if filed else None
    documents, unread = _documents(paths)
    found = check(documents, day, asked)
    if chosen is None:
        write(_text(found, unread))
    else:
        _json(found, unread)
    raise typer.Exit(Exit.PROBLEMS if found.missing or found.late or unread else Exit.DONE)


def _documents(paths: list[str]) -> "tuple[list[Document], list[tuple[str, BeishenError]]]":
    """Every readable document of the package, and the files that could not be read, each with its reason."""
    from ...corpora.intake import read

    limits = load().limits
    documents, unread = [], []
    for given in expand(paths):
        for found in opened(given, limits):
            try:
                if found.error is not None:
                    raise found.error
                assert found.source is not None
                documents.append(read(found.source, limits))
            except BeishenError as error:
                tell(f"{found.name}：错误 {error}")
                unread.append((found.name, error))
    return documents, unread


def _text(found: "Package", unread: list[tuple[str, BeishenError]]) -> str:
    lines = [f"{row.file}：{row.material or '未认出'}（{row.reason}）" for row in found.recognised]
    lines += [f"{name}：未能读取（{error.code}）" for name, error in unread]
    lines.append("缺少：" + "、".join(found.missing) if found.missing else "应有的材料齐全")
    if found.elapsed is None:
        lines.append(f"报送期限 {found.allowed} 日；公布日期或者报送日期不明，未计算")
    else:
        lines.append(f"公布后第 {found.elapsed} 日报送，期限 {found.allowed} 日{'，已逾期' if found.late else ''}")
    return "\n".join(lines)


def _json(found: "Package", unread: list[tuple[str, BeishenError]]) -> None:
    from ...review.render.json import dumps

    value: dict[str, Any] = {
        "files": [{"file": r.file, "material": r.material, "reason": r.reason} for r in found.recognised],
        "unread": [{"file": name, "code": error.code, "message": error.message} for name, error in unread],
        "missing": list(found.missing),
        "elapsed_days": found.elapsed,
        "allowed_days": found.allowed,
        "late": found.late,
    }
    write(dumps(value, indent=1))
