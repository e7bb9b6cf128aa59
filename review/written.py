"""Tables written by hand: TOML read, rows validated, patterns compiled; a mistake is named with file, row, reason."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..corpora.errors import RuleInvalid

Pattern = Annotated[str, Field(min_length=1)]
REMEDY = "请改正后重试"


class Strict(BaseModel):
    """A row that knows its keys: another key is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Row = TypeVar("Row", bound=Strict)


def parsed(path: Path, kind: str = "规则文件") -> dict[str, Any]:
    """The TOML of a file. Raises RuleInvalid; `kind` says there what the file is."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RuleInvalid(f"{kind} {path.name} 不是有效的 TOML：{error}", REMEDY) from error


def validated(model: type[Row], raw: object, where: str) -> Row:
    """A row as its model. Raises RuleInvalid that says `where` it stands and every mistake in it."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        told = "；".join(map(_told, error.errors()))
        raise RuleInvalid(f"{where}：{told}", REMEDY) from error


def _told(mistake: Any) -> str:
    """Place, reason and, where it is one word or number, what is written there."""
    place = ".".join(map(str, mistake["loc"]))
    reason = str(mistake["msg"]).removeprefix("Value error, ")
    wrong = mistake["input"]
    return f"{place} {reason}".strip() + (f"（写的是 {wrong}）" if isinstance(wrong, str | int | float) else "")


def compiled(pattern: str, where: str, written: str = "") -> re.Pattern[str]:
    """A regular expression. Raises RuleInvalid that says `where` it stands, and as what it is `written` there."""
    try:
        return re.compile(pattern)
    except re.error as error:
        raise RuleInvalid(f"{where}：正则表达式有误 {written or pattern!r}（{error}）", REMEDY) from error
