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
    """检查规则文件：字段、类型、正则是否完整，依据在法规库中是否现行；有误时指出文件和行。

    示例：
    beishen rules check
    """
    from datetime import date

    from ...corpora.laws.default import open_default
    from ...review.standard import load
    from ...review.upkeep import loose
    from ..settings import load as settings

    standard = load()
    write(f"{len(standard.rules)} 条规则均可载入，版本 {standard.digest}")
    store = open_default(settings().home)
    try:
        found = loose(standard, store, date.today())
    finally:
        store.close()
    for one in found:
        write(f"{one.rule.key}\t《{one.ground.law}》{one.ground.article}\t{one.why}")
    write(f"{len(found)} 处依据在法规库中没有现行条文；依据均已失效的规则只作提示")
