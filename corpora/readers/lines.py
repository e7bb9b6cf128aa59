"""Lines into paragraphs: which line breaks of a text are soft."""

import re
from collections.abc import Iterable

# What opens a paragraph of an official text: articles, chapters, numbered points, annexes, salutations.
LABEL = re.compile(
    r"[\s\u3000]*(?:"
    r"第\s*[零〇○一二三四五六七八九十百千\d]+\s*[编章节条款项]"
    r"|[一二三四五六七八九十百]{1,4}\s*[、.．，,是]"
    r"|[（(]\s*[一二三四五六七八九十百\d]{1,4}\s*[）)]"
    r"|\d{1,3}\s*[、.．)）](?!\d)"
    r"|[①-⑳]"
    r"|附\s*[件录则表图][\s\d一二三四五六七八九十]*[:：]?"
    r"|[-*•●■◆·]\s"
    r")"
)
_STOP = "。；：！？…”』」》】;:!?"
_RUNNING = re.compile(r"[，、。；,;]")
_GAP = re.compile(r"(?<=[^\x00-\x7f]|[).;:!?])[ \u3000\xa0]+(?=[^\x00-\x7f]|[(\d])")
_INDENT = re.compile(r"^(?:\u3000|\t| {2,})")


def paragraphs(lines: Iterable[str]) -> tuple[str, ...]:
    """Paragraphs with their soft breaks kept inside as newlines; empty lines always separate.

    A break is soft where the line is running text that stops in the middle of a sentence and the next line
    neither is indented nor carries a label. `normalize` takes the newlines out.
    """
    lines = list(lines)
    width = _width(lines)
    out: list[str] = []
    previous = ""
    for line in lines:
        bare = line.strip(" \t\u3000\xa0\r")
        if bare and previous and _soft(previous, line, width):
            out[-1] += "\n" + bare
        elif bare:
            out.append(bare)
        previous = bare
    return tuple(out)


def _soft(previous: str, line: str, width: int) -> bool:
    if previous[-1] in _STOP or LABEL.match(line) or _INDENT.match(line):
        return False
    if previous[-1] in "，、," and len(previous) >= 8:
        return True
    if width and len(previous) >= width - 3:
        return True
    if LABEL.match(previous):
        return False
    return len(previous) >= 18 and _RUNNING.search(previous[:-1]) is not None and len(line.strip()) >= 2


def parted(line: str) -> list[str]:
    """A whole document pasted on one line, its paragraphs parted by blanks; any other line comes back whole."""
    gaps = _GAP.findall(line) if len(line) >= 600 else []
    if len(gaps) < 5 or len(gaps) * 25 > len(line):
        return [line]
    return _GAP.split(line)


def _width(lines: list[str]) -> int:
    """The line width of a hard-wrapped text: what at least a third of its lines reach within three, else 0."""
    lengths = sorted((len(line.rstrip()) for line in lines if len(line.strip()) >= 15), reverse=True)
    if len(lengths) < 4:
        return 0
    top = lengths[len(lengths) // 20]
    near = sum(1 for n in lengths if top - 3 <= n <= top + 1)
    return top if near * 3 >= len(lengths) else 0
