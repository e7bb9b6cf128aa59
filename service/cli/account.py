"""`beishen account`: accounts from the command line, for the first one and for emergencies."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ...corpora.errors import BadArgument
from ..errors import NotFound
from ..settings import load
from .help import Family, Verb
from .terminal import write

if TYPE_CHECKING:
    from ..office.desk import Desk, Office

app = typer.Typer(
    cls=Family, help="服务的账号：新建、列出、改密码、停用。", no_args_is_help=True, rich_markup_mode=None
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="账号名")]


@app.command("add", cls=Verb)
def add(
    name: Name,
    roles: Annotated[
        list[str],
        typer.Option(
            "--role", metavar="ROLE", help="角色，可给多个：submitter、registrar、first、second、final、administrator"
        ),
    ],
    organ: Annotated[str | None, typer.Option("--organ", metavar="ORGAN", help="所属制定机关；没有则登记")] = None,
    display: Annotated[str, typer.Option("--display", metavar="TEXT", help="显示的姓名")] = "",
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="SUB", help="该人在单点登录服务中的标识（sub）")
    ] = None,
) -> None:
    """新建账号；密码在提示后输入，或从标准输入读一行。

    示例：
    beishen account add admin --role administrator
    beishen account add 青岭县司法局 --role submitter --organ 青岭县司法局
    """
    from ..office import accounts
    from ..office.desk import SYSTEM

    password = _password()
    office = _office()
    with office.desk(SYSTEM) as desk:
        organ_id = _organ(desk, organ) if organ else None
        new = accounts.NewAccount(name, tuple(roles), password, display, organ_id, subject)
        found = accounts.add(desk, new)
    write(f"已新建账号 {found.name}（{'、'.join(found.roles)}）")


@app.command("list", cls=Verb)
def list_accounts() -> None:
    """列出全部账号。

    示例：
    beishen account list
    """
    from ..office import accounts
    from ..office.desk import SYSTEM

    with _office().look(SYSTEM) as desk:
        found = accounts.list_all(desk)
    for row in found:
        write("\t".join((row.name, "、".join(row.roles), row.organ, "启用" if row.active else "停用")))


@app.command("password", cls=Verb)
def password(name: Name) -> None:
    """重设密码；该账号的登录全部失效。

    示例：
    beishen account password admin
    """
    from ..office import accounts
    from ..office.desk import SYSTEM

    fresh = _password()
    with _office().desk(SYSTEM) as desk:
        accounts.set_password(desk, _ident(desk, name), fresh)
    write(f"已重设账号 {name} 的密码")


@app.command("close", cls=Verb)
def close(name: Name) -> None:
    """停用账号。

    示例：
    beishen account close zhangsan
    """
    _set_active(name, False)


@app.command("open", cls=Verb)
def reopen(name: Name) -> None:
    """重新启用账号。

    示例：
    beishen account open zhangsan
    """
    _set_active(name, True)


def _set_active(name: str, active: bool) -> None:
    from ..office import accounts
    from ..office.desk import SYSTEM

    with _office().desk(SYSTEM) as desk:
        accounts.edit(desk, _ident(desk, name), active=active)
    write(f"账号 {name} 已{'启用' if active else '停用'}")


def _office() -> "Office":
    from ..jobs.opening import open_office
    from ..store import schema

    office = open_office(load())
    schema.upgrade(office.database)
    return office


def _organ(desk: "Desk", name: str) -> int:
    from ..office import organs

    known = [row.id for row in organs.list_all(desk, active_only=False) if row.name == name]
    return known[0] if known else organs.add(desk, name).id


def _ident(desk: "Desk", name: str) -> int:
    from ..office import accounts

    known = [row.id for row in accounts.list_all(desk) if row.name == name]
    if not known:
        raise NotFound(f"没有账号“{name}”", "请用 beishen account list 查看")
    return known[0]


def _password() -> str:
    """A password typed twice at a terminal, or one line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    import getpass

    first = getpass.getpass("密码：")
    if getpass.getpass("再输入一次：") != first:
        raise BadArgument("两次输入的密码不同", "请重新运行")
    return first
