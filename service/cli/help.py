"""Help pages in Chinese, the same for the terminal and for docs/cli.md."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from typer import Context
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

WIDTH = 96
CLOSING = "，。；：！？、）》”"


class _Help:
    """Writes the whole page, so that nothing of it is in another language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(page(ctx))


class Verb(_Help, TyperCommand):
    """A verb of the command line."""


class Family(_Help, TyperGroup):
    """A group of verbs."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return list(self.commands)


def page(ctx: Context) -> str:
    """The help page of the command of a context."""
    command = ctx.command
    text, _, examples = (command.help or "").partition("示例：")
    lines = [f"用法：{usage(ctx)}", ""]
    for paragraph in text.strip().splitlines():
        lines += wrapped(paragraph.strip(), WIDTH, "  ")
    params = [param for param in command.get_params(ctx) if not getattr(param, "hidden", False)]
    for heading, kind in (("参数", "argument"), ("选项", "option")):
        rows = [record(param) for param in params if param.param_type_name == kind]
        lines += section(heading, rows)
    if isinstance(command, TyperGroup):
        lines += section(
            "命令", [(name, summary(sub.help)) for name, sub in command.commands.items() if not sub.hidden]
        )
    if examples.strip():
        lines += ["", "示例：", *(f"  {line.strip()}" for line in examples.strip().splitlines())]
    return "\n".join(lines) + "\n"


def usage(ctx: Context) -> str:
    """The usage line: path of the command, options, arguments."""
    command = ctx.command
    arguments = [record(param)[0] for param in command.get_params(ctx) if param.param_type_name == "argument"]
    tail = ["命令", "…"] if isinstance(command, TyperGroup) else arguments
    return " ".join([ctx.command_path, *(["[选项]"] if not isinstance(command, TyperGroup) else []), *tail])


def record(param: Any) -> tuple[str, str]:
    """Name and explanation of an argument or option."""
    if isinstance(param, TyperArgument):
        name = param.metavar or str(param.name).upper()
        return (name if param.required else f"[{name}]") + ("..." if param.nargs == -1 else ""), param.help or ""
    names = " / ".join(", ".join(opts) for opts in (param.opts, param.secondary_opts) if opts)
    if isinstance(param, TyperOption) and not param.is_flag:
        return f"{names} {param.metavar or str(param.name).upper()}", param.help or ""
    return names, "显示本页" if "--help" in param.opts else param.help or ""


def section(heading: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    """A definition list under a heading; nothing for no rows."""
    if not rows:
        return []
    left = max(columns(name) for name, _ in rows) + 4
    lines = ["", f"{heading}："]
    for name, text in rows:
        first, *rest = list(wrapped(text, WIDTH - left, "")) or [""]
        lines.append(f"  {name}{' ' * (left - columns(name) - 2)}{first}".rstrip())
        lines += [" " * left + line for line in rest]
    return lines


def summary(text: str | None) -> str:
    """The first line of a help text."""
    return (text or "").strip().partition("\n")[0]


def columns(text: str) -> int:
    """Columns on a terminal: wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def wrapped(text: str, width: int, indent: str) -> Iterator[str]:
    """Lines of at most `width` columns; a break falls before a word or between wide characters."""
    line = ""
    for token in tokens(text):
        if line and columns(line + token.rstrip()) > width - len(indent) and token not in CLOSING:
            yield indent + line.rstrip()
            line = token.lstrip()
        else:
            line += token
    if line.strip():
        yield indent + line.rstrip()


def tokens(text: str) -> Iterator[str]:
    """Wide characters one by one, everything else word by word with the space after it."""
    word = ""
    for char in text:
        wide = unicodedata.east_asian_width(char) in "WF"
        if wide or char == " ":
            yield from (word,) if wide and word else ()
            yield char if wide else word + char
            word = ""
        else:
            word += char
    if word:
        yield word
