"""Which articles an article refers to: its own law's (本法第X条) and other laws' (《X法》第X条), as written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..corpora.article_labels import read_labels
from ..corpora.citation import mentions
from ..corpora.text import Article
from .roles import Role, roles

# Raised when `citings` changes; part of every manifest that rests on it.
VERSION = 1
_OWN = re.compile(r"本(?:法|条例|规定|办法|细则|解释|规则|决定)(?=\s*第)")
_LABEL = re.compile(r"第[零〇一二三四五六七八九十百千\d]+条")
_BROKEN = re.compile(r"违反[^。；]{0,12}$")
MOST = 24


@dataclass(frozen=True, slots=True)
class Citing:
    """`law` is the name as written, "" for the article's own law; `breach` where the article punishes a breach."""

    law: str
    number: str
    breach: bool


def citings(article: Article) -> Iterator[Citing]:
    """The articles named in the text, in order, each once, at most `MOST`."""
    text = article.text
    if not _LABEL.search(text):
        return
    punishing = bool(roles(text) & Role.PENALTY)
    found: dict[tuple[str, str], Citing] = {}
    for law, start, numbers in _named(text):
        breach = punishing and bool(_BROKEN.search(text[max(0, start - 20) : start]))
        for number in numbers:
            found.setdefault((law, number), Citing(law, number, breach))
    yield from list(found.values())[:MOST]


def _named(text: str) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    for match in _OWN.finditer(text):
        yield "", match.start(), read_labels(text, match.end())[0]
    if "《" in text or "法第" in text or "条例第" in text:
        for mention in mentions(text):
            if mention.numbers:
                yield mention.name, mention.span.start, mention.numbers
