"""`beishen quiet`: keep a reviewer's answer (“not a problem, because…”) for the next version of the document."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ...corpora.errors import BadArgument
from . import arguments
from .terminal import write


def quiet(
    report: Annotated[str, typer.Argument(metavar="REPORT", help="审查报告（--format json）")],
    finding: Annotated[str, typer.Argument(metavar="ID", help="发现的编号，如 f3")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="为什么不是问题")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="答复人")],
    to: Annotated[str, typer.Option("--to", metavar="FILE", help="答复文件（JSONL），没有时新建")],
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="答复日期 YYYY-MM-DD；默认今天")] = None,
) -> None:
    """记下审查人员对一条发现的答复；以后审查时，用词未变的同一条款不再提示，列在报告末尾。

    答复文件用 beishen review --decisions 读取。条款换了编号、挪了位置仍然有效；用词改了就重新提示。

    示例：
    beishen quiet 报告.json f3 --reason "省条例第十条已设定" --by 王某 --to 答复.jsonl
    """
    from ...review.quiet import Decision

    if not reason.strip() or not by.strip():
        raise BadArgument("--reason 和 --by 不能为空", "请写明理由和答复人")
    day = arguments.day("--on", on)
    found = _finding(Path(report), finding)
    decision = Decision(found["fingerprint"], reason.strip(), by.strip(), day.isoformat())
    try:
        with Path(to).open("a", encoding="utf-8") as file:
            file.write(decision.line() + "\n")
    except OSError as error:
        raise BadArgument(f"无法写入 {to}（{error.strerror}）", "请检查路径和权限") from error
    write(f"已记下：{found['rule']}　{found['message']} → {to}")


def _finding(path: Path, ident: str) -> dict[str, Any]:
    """The finding of a report by its id."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadArgument(f"报告“{path}”无法读取", "请给出 --format json 写出的一份报告") from error
    findings = data.get("findings") if isinstance(data, dict) else None
    known = {item.get("id"): item for item in findings} if isinstance(findings, list) else {}
    if ident not in known or "fingerprint" not in known[ident]:
        raise BadArgument(f"报告“{path}”里没有发现 {ident}", f"可用的编号：{'、'.join(map(str, known)) or '无'}")
    return dict(known[ident])
