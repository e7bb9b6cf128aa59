"""What the user typed, checked; every refusal is a BadArgument that names the option and what it takes."""

import enum
import re
from datetime import date
from typing import TypeVar

from ...corpora.errors import BadArgument

Choice = TypeVar("Choice", bound=enum.StrEnum)
EARLIEST = date(1949, 10, 1)


class ReportFormat(enum.StrEnum):
    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    HTML = "html"
    DOCX = "docx"
    LETTER = "letter"


class DataFormat(enum.StrEnum):
    JSON = "json"
    JSONL = "jsonl"


class ListFormat(enum.StrEnum):
    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


def choice(option: str, value: str, kind: type[Choice]) -> Choice:
    """One value of an enumeration."""
    try:
        return kind(value.strip())
    except ValueError as error:
        known = "、".join(item.value for item in kind)
        raise BadArgument(f"选项 {option} 的值“{value}”无效", f"可用的值：{known}") from error


def optional(option: str, value: str | None, kind: type[Choice]) -> Choice | None:
    return None if value is None else choice(option, value, kind)


def day(option: str, value: str | None, today: date | None = None) -> date:
    """A date as YYYY-MM-DD; today where none was given."""
    if value is None:
        return today or date.today()
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip(), re.ASCII):
        raise BadArgument(f"选项 {option} 的日期“{value}”格式不对", "请写成 2024-05-01 的形式")
    try:
        found = date.fromisoformat(value.strip())
    except ValueError as error:
        raise BadArgument(f"选项 {option} 的日期“{value}”不存在", "请核对年、月、日") from error
    if found < EARLIEST:
        raise BadArgument(f"选项 {option} 的日期“{value}”早于 {EARLIEST.isoformat()}", "请核对年份")
    return found


def count(option: str, value: str, most: int) -> int:
    """A whole number from 1 to `most`."""
    if not value.isascii() or not value.isdecimal() or not 1 <= int(value) <= most:
        raise BadArgument(f"选项 {option} 的值“{value}”无效", f"请给出 1 到 {most} 的整数")
    return int(value)
