"""`beishen rules`: the review standard as data."""

import typer

from .help import Family, Verb
from .terminal import write

app = typer.Typer(cls=Family, help="审查规则：列出、检查。", no_args_is_help=True, rich_markup_mode=None)


@app.command("list", cls=Verb)
def list_rules() -> None:
    """列出全部审查规则：编号、级别、名称和依据。

    示例：
    beishen rules list
    """
    from ...review.finding import FindingLevel
    from ...review.render.words import LEVELS
    from ...review.standard import load

    standard = load()
    for rule in standard.rules:
        grounds = "；".join(f"《{ground.law}》{ground.article}" for ground in rule.data.grounds)
        write(f"{rule.key}\t{LEVELS[FindingLevel(rule.data.level)]}\t{rule.data.name}\t{grounds}")
    write(f"共 {len(standard.rules)} 条规则，版本 {standard.digest}")


@app.command("check", cls=Verb)
def check() -> None:
    """检查规则文件：字段、类型、正则和依据是否完整，有误时指出文件和行。

    示例：
    beishen rules check
    """
    from ...review.standard import load

    standard = load()
    write(f"{len(standard.rules)} 条规则均可载入，版本 {standard.digest}")
