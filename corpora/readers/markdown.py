"""Markdown: marks taken off, tables as rows, front matter as metadata."""

import re

from lxml import etree  # type: ignore[import-untyped]
from lxml import html as lxml_html

from ..limits import Limits
from ..text import Block, Extract, Source
from .plain import decoded

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"(?m)^([\w-]+):[ \t]*(\S.*?)[ \t]*$")
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_SKIP = re.compile(
    r"\s*(?::::.*|@tab\b.*|\[\[toc\]\]|-{3,}|\*{3,}|_{3,}|```.*|<!--.*?-->|\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?::?-{2,}:?)?)\s*$"
)
_LINK = re.compile(r"!?\[([^\]\n]*)\]\((?:[^()\n]|\([^()\n]*\))*\)")
_JUMP = re.compile(r"\[[^\]\n]*\]\(#[^()\n]*\)")
_AUTO = re.compile(r"<(?:https?|mailto):[^>\s]+>")
_STRONG = re.compile(r"(\*\*|__|~~)(?=\S)(?![年月日号省市县区乡镇村州、，。和])(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])")
_ATTRIBUTES = re.compile(r"\{[:#.\w][^{}\n]*\}\s*$")
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)\b[^<>]*>")
_BLOCK_TAGS = frozenset(["p", "div", "br", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "li", "table", "ul", "ol"])
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")


def read(source: Source, limits: Limits) -> Extract:
    """One block a paragraph, heading or table row; the key/value lines of the front matter are `meta`."""
    del limits
    text, problems = decoded(source.name, source.data)
    meta: tuple[tuple[str, str], ...] = ()
    front = _FRONT.match(text)
    if front:
        meta = tuple((key, value.strip("\"'")) for key, value in _PAIR.findall(front[1]))
        text = text[front.end() :]
    blocks: list[Block] = []
    for line in re.split(r"\r\n|[\n\r]", text):
        blocks.extend(_line(line))
    return Extract(blocks=tuple(blocks), meta=meta, problems=problems)


def _line(line: str) -> list[Block]:
    if _SKIP.match(line) or _is_index(line):
        return []
    heading = _HEADING.match(line)
    if heading:
        return [Block(text=text, kind="heading") for text in _inline(heading[2])]
    if line.strip().startswith("|") and line.strip().endswith("|") and line.count("|") >= 3:
        cells = re.split(r"(?<!\\)\|", line.strip()[1:-1])
        texts = [" ".join(_inline(cell)) for cell in cells]
        return [Block(text=" | ".join(texts), kind="row")] if any(texts) else []
    bare = re.sub(r"^\s{0,3}(?:>\s?)+", "", line)
    bare = re.sub(r"^(\s*)[-*+]\s+", r"\1", bare)
    return [Block(text=text) for text in _inline(bare)]


def _is_index(line: str) -> bool:
    """A line of jumps to places on the same page (a table of contents) holds no text of its own."""
    jumps = _JUMP.findall(line)
    return len(jumps) >= 2 and len(_JUMP.sub("", line)) <= 8 * len(jumps)


def _inline(text: str) -> list[str]:
    """Text of a line without marks; HTML block tags part it."""
    text = _ATTRIBUTES.sub("", _AUTO.sub("", _LINK.sub(r"\1", text)))
    text = _STRONG.sub(r"\2", _STRONG.sub(r"\2", text))
    text = _EMPHASIS.sub(r"\1", text)
    text = _TAG.sub(lambda tag: "\n" if tag[2].lower() in _BLOCK_TAGS else "", text)
    text = _entities(_ESCAPED.sub(r"\1", text))
    return [part for piece in text.split("\n") if (part := piece.strip(" \t\u3000\xa0\u2002\u2003"))]


def _entities(text: str) -> str:
    if "&" not in text:
        return text
    try:
        return str(lxml_html.fromstring(f"<span>{text.replace('<', '&lt;')}</span>").text_content())
    except etree.ParserError:
        return text
