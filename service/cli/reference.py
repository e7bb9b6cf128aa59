"""Writes the reference pages from the program: `python -m beishen.service.cli.reference docs`."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from ...review.articles import Stated, stated
from ...review.finding import FindingLevel
from ...review.norms import Fixed, fixed, matters
from ...review.render import words
from ...review.render.schema import json_schema
from ...review.standard import Rule, Standard, load
from ..errors import MEANING
from . import help as pages

HEAD = "<!-- 由程序写成：make docs。请勿手改。 -->\n"


def cli_page() -> str:
    """Every verb with its help page, then the exit codes."""
    parts = [f"{HEAD}# 命令行参考\n"]
    for path, text in _pages():
        parts.append(f"## {path}\n\n```text\n{text}```\n")
    rows = "\n".join(f"| {code.value} | {meaning} |" for code, meaning in MEANING.items())
    parts.append(f"## 退出码\n\n| 码 | 含义 |\n| --- | --- |\n{rows}\n")
    return "\n".join(parts)


def _pages() -> Iterator[tuple[str, str]]:
    from .main import app

    yield from _walk(typer.main.get_command(app), None, "beishen")


def _walk(command: Any, parent: Any, name: str) -> Iterator[tuple[str, str]]:
    context = typer.Context(command, info_name=name, parent=parent)
    yield context.command_path, pages.page(context)
    for child, verb in getattr(command, "commands", {}).items():
        yield from _walk(verb, context, child)


def rules_page(standard: Standard) -> str:
    """The rule catalogue: every rule with its level, types, grounds, message and advice."""
    counts = {level: sum(rule.data.level == level for rule in standard.rules) for level in FindingLevel}
    tally = "，".join(f"{words.LEVELS[level]} {count}" for level, count in counts.items())
    head = f"{HEAD}# 审查规则\n\n共 {len(standard.rules)} 条：{tally}。级别是规则的上限，查到依据或缺少原文时降级。\n"
    return "\n".join([head, *(_rule(rule) for rule in standard.rules)])


def _rule(rule: Rule) -> str:
    data = rule.data
    types = "、".join(words.TYPES[name] for name in data.types)
    grounds = "；".join(f"《{g.law}》{g.article}{'（未见原文）' if g.status == 'mem' else ''}" for g in data.grounds)
    lines = [
        f"## {rule.key}　{data.name}",
        "",
        f"- 级别：{words.LEVELS[FindingLevel(data.level)]}；类型：{types}",
        f"- 依据：{grounds or '无'}",
    ]
    if data.admissible:
        lines.append(f"- 可以作为依据的层级：{'、'.join(data.admissible)}")
    return "\n".join([*lines, f"- 提示语：{data.message}", f"- 建议：{data.advice}", ""])


def articles_page() -> str:
    """The tables behind norm.stated, norm.number and authority.level: article by article, what is compared."""
    stated_, fixed_, matters_ = stated(), fixed(), matters()
    lines = [
        f"{HEAD}# 条文表\n\n文字 {len(stated_)} 行（规则 norm.stated），数 {len(fixed_)} 行（norm.number），"
        f"层级 {len(matters_)} 行（authority.level）。每行写明一条上位法说什么，审查时与条款对照。\n",
        "## 文字\n\n| 依据 | 条文的规定 | 类型 | 级别 |\n| --- | --- | --- | --- |",
        *sorted(_stated(row) for row in stated_),
        "\n## 数\n\n| 依据 | 不少于 | 不超过 |\n| --- | --- | --- |",
        *sorted(_fixed(row) for row in fixed_),
        "\n## 层级\n\n| 依据 | 事项 | 决定机关不低于 |\n| --- | --- | --- |",
        *sorted(f"| 《{row.ground.law}》{row.ground.article} | {row.name} | {row.words} |" for row in matters_),
    ]
    return "\n".join(lines) + "\n"


def _stated(row: Stated) -> str:
    grounds = "；".join(f"《{ground.law}》{ground.article}" for ground in row.grounds)
    types = "、".join(words.TYPES[name] for name in row.data.types)
    return f"| {grounds} | {row.data.says} | {types} | {words.LEVELS[FindingLevel(row.data.level)]} |"


def _fixed(row: Fixed) -> str:
    least, most = (edge.words if edge else "" for edge in (row.limit.least, row.limit.most))
    return f"| 《{row.ground.law}》{row.ground.article} | {least} | {most} |"


def files() -> dict[str, str]:
    """The reference files by name."""
    return {
        "cli.md": cli_page(),
        "rules.md": rules_page(load()),
        "articles.md": articles_page(),
        "report.schema.json": json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n",
    }


def main() -> None:
    """Write the reference files into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of the pages, for example docs")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
