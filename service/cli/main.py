"""The command line: a thin skin over the rooms. Verbs are one module each; errors end in documented exit codes."""

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from ... import __version__
from ...corpora.errors import BeishenError
from ..errors import Exit, exit_code, tell, unknown
from ..settings import load
from . import account, audit, cleanup, laws, rules, train
from .backup import backup, restore
from .help import Family, Verb
from .inspect import inspect
from .package import package
from .quiet import quiet
from .review import review
from .search import search
from .serve import serve, worker
from .terminal import prepare, write

app = typer.Typer(
    name="beishen",
    cls=Family,
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.command("review", cls=Verb)(review)
app.command("quiet", cls=Verb)(quiet)
app.command("inspect", cls=Verb)(inspect)
app.command("package", cls=Verb)(package)
app.command("search", cls=Verb)(search)
app.add_typer(cleanup.app, name="cleanup")
app.add_typer(laws.show_app, name="law")
app.add_typer(laws.app, name="laws")
app.add_typer(rules.app, name="rules")
app.add_typer(train.app, name="train")
app.command("serve", cls=Verb)(serve)
app.command("worker", cls=Verb)(worker)
app.add_typer(account.app, name="account")
app.command("backup", cls=Verb)(backup)
app.command("restore", cls=Verb)(restore)
app.add_typer(audit.app, name="audit")


def _version(wanted: bool) -> None:
    if wanted:
        write(f"beishen {__version__}")
        raise typer.Exit


@app.callback()
def beishen(
    version: Annotated[bool, typer.Option("--version", help="显示版本", callback=_version, is_eager=True)] = False,
) -> None:
    """备审：规范性文件审查，离线运行，每条发现附法律条文。

    环境变量：BEISHEN_HOME 数据文件夹；BEISHEN_THREADS 线程数；BEISHEN_MODEL 编码模型；BEISHEN_MAX_MB 文件上限（MB）。
    退出码：0 全部完成；1 有文件未能完整审查，或所查法条不存在；2 用法有误；3 安装不可用；130 被中断。

    示例：
    beishen review 办法.docx
    beishen search "行政机关作出许可决定的期限"
    beishen law show 行政许可法 第十七条
    """


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with a documented exit code."""
    prepare()
    raise SystemExit(int(run(args)))


def run(args: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit code; every error ends as one Chinese line on standard error."""
    try:
        code = app(args=args, prog_name="beishen", standalone_mode=False)
    except TyperException as error:
        return _misused(error)
    except BeishenError as error:
        tell(f"错误 {error}")
        return exit_code(error)
    except BrokenPipeError:
        # The reader left (`| head`): nothing more can be told to it, and the interpreter must not try at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.INTERRUPTED
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    except Exception as error:
        found = unknown(error, load().log)
        tell(f"错误 [{found.code}] {found.message}")
        return exit_code(error)
    if code == Exit.INTERRUPTED:
        tell("已中断；此前输出的结果有效")
    return int(code or 0)


def _misused(error: TyperException) -> int:
    """A usage error in Chinese, by its kind."""
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        tell(error.format_message())
        return Exit.USAGE
    option = getattr(error, "option_name", "")
    param = getattr(error, "param", None)
    name = getattr(param, "metavar", None) or "、".join(getattr(param, "opts", ()))
    known = getattr(error, "possibilities", None)
    words = {
        "NoSuchOption": f"没有选项 {option}" + (f"，是否为 {'、'.join(known)}" if known else ""),
        "MissingParameter": f"缺少参数 {name}",
        "BadOptionUsage": f"选项 {option} 用法有误：缺少值，或不应有值",
        "BadParameter": f"参数 {name} 的值无效",
    }
    tell(f"错误 [argument.invalid] {words.get(kind) or _other(error.format_message())}。请用 --help 查看用法")
    return Exit.USAGE


def _other(message: str) -> str:
    if message.startswith("No such command"):
        return "没有命令 " + message.removeprefix("No such command").split(".")[0].strip().strip("'\"")
    if message.startswith("Missing command"):
        return "缺少命令"
    if "unexpected extra argument" in message:
        return "参数过多：" + message.partition("(")[2].rpartition("(")[2].rstrip(")").strip()
    return f"用法有误（{message}）"


if __name__ == "__main__":
    main()
