"""Ended documents: a text rests on a national document that has ended, found by its number (国税发〔2000〕84号).

`corpora/citation.py` leaves documents with a number out: they are no law, and no store holds them. Which have ended, by
what and from when is data (`ended.toml`). A sentence that ends them itself or speaks of their end is quiet.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from ...corpora.citation import role_of
from ...corpora.errors import RuleInvalid
from ...corpora.text import Span
from ..view import Setting

FILE = Path(__file__).parents[1] / "ended.toml"
_YEAR = r"[〔\[（(【﹝［]\s*(\d{4})\s*[〕\])）】﹞］]"
_NUMBER = re.compile(rf"([\u4e00-\u9fff]{{2,14}})\s*{_YEAR}\s*第?\s*(\d{{1,4}})\s*号")
_LED = re.compile(r"(?:[按据和与及对照以将依由或见行]|通知|规定|文件)$")
_QUIET = re.compile(r"废止|失效|停止执行|不再执行|代替|替代|取代|修[订改]|原[（(《]")
_STOP = "。；\n"
_REACH = 200


@dataclass(frozen=True, slots=True)
class Ended:
    """A national document that has ended on `day` by another."""

    number: str
    title: str
    by: str
    day: date


@cache
def ended(path: Path = FILE) -> dict[tuple[str, str], tuple[Ended, ...]]:
    """The rows of `path` by year and running number. Raises RuleInvalid with file and reason."""
    try:
        rows = [Ended(**row) for row in tomllib.loads(path.read_text("utf-8"))["ended"]]
        found: dict[tuple[str, str], tuple[Ended, ...]] = {}
        for row in rows:
            parts = _NUMBER.fullmatch(row.number)
            if parts is None or not (row.title and row.by and isinstance(row.day, date)):
                raise ValueError(row.number)
            key = (parts[2], parts[3])
            found[key] = (*found.get(key, ()), row)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise RuleInvalid(f"{path} 有误：{error}", "请按该文件开头的说明改正") from error
    return found


def ended_documents(setting: Setting) -> tuple[tuple[Ended, Span], ...]:
    """Each ended document at the first place where the text still rests on it."""
    text = setting.document.text
    own = setting.document.number.value if setting.document.number else ""
    table = ended()
    seen: dict[str, tuple[Ended, Span]] = {}
    for match in _NUMBER.finditer(text):
        for row in table.get((match[2], match[3].lstrip("0")), ()):
            head = row.number.partition("〔")[0]
            span = Span(match.end(1) - len(head), match.end())
            if row.number != own and row.day <= setting.day and _named(match[1], head) and not _over(text, span):
                seen.setdefault(row.number, (row, span))
    return tuple(seen.values())


def _named(words: str, head: str) -> bool:
    """The organ's code alone or after a word that leads to it; 鲁国税发 is another organ's."""
    before = words.removesuffix(head)
    return words.endswith(head) and (not before or _LED.search(before) is not None)


def _over(text: str, span: Span) -> bool:
    """The sentence ends the document or speaks of its end, or the line is the number of the document itself."""
    start = max((text.rfind(mark, max(0, span.start - _REACH), span.start) for mark in _STOP), default=-1) + 1
    ends = [at for mark in _STOP if (at := text.find(mark, span.end, span.end + _REACH)) >= 0]
    end = min(ends, default=min(len(text), span.end + _REACH))
    if not text[start : span.start].strip() and not text[span.end : end].strip():
        return True
    return role_of(text, span) == "repeal" or _QUIET.search(text[start:end]) is not None
