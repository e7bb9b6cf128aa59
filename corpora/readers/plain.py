"""TXT in any Chinese encoding."""

import re

from ..errors import FileUnsupported
from ..limits import Limits
from ..text import Block, Extract, Problem, Source
from .encoding import decode
from .lines import paragraphs, parted

_BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")


def read(source: Source, limits: Limits) -> Extract:
    """One block a paragraph; soft line breaks stay inside as newlines. Raises FileUnsupported for noise."""
    text, problems = decoded(source.name, source.data)
    del limits
    lines = [piece for line in _BREAK.split(text) for piece in parted(line)]
    blocks = tuple(Block(text=paragraph) for paragraph in paragraphs(lines))
    return Extract(blocks=blocks, problems=problems)


def decoded(name: str, data: bytes) -> tuple[str, tuple[Problem, ...]]:
    """The text of a file and, where single characters could not be read, a problem that says how many."""
    try:
        text, encoding, bad = decode(data)
    except UnicodeError as error:
        raise FileUnsupported(f"“{name}”不是文本，或编码无法识别", "请另存为 UTF-8 文本后重新提交") from error
    if not bad:
        return text, ()
    return text, (Problem("text.encoding", f"按 {encoding} 读取，有 {bad} 个字符无法识别，请核对原文"),)
