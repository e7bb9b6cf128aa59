"""Sentences of a document with the printed place they stand in: what every reader of the clean-up walks over."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from ...corpora.text import Document
from .card import Evidence

_SENTENCE = re.compile(r"[^。；\n]+[。；]?")
_ARTICLE = re.compile(r"第[^章节编]{1,9}条|[一二三四五六七八九十百]+、")
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Text:
    """A document's text cut into sentences, with the way to the clause each stands in."""

    document: Document
    sentences: tuple[tuple[int, str], ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, document: Document) -> "Text":
        cut = tuple((m.start(), m[0]) for m in _SENTENCE.finditer(document.text) if m[0].strip())
        return cls(document, cut, tuple(clause.span.start for clause in document.clauses))

    def at(self, start: int, end: int) -> Evidence:
        """The words of a range as evidence; a long range is cut."""
        end = min(end, start + _LONGEST)
        return Evidence(self.place(start), start, end, self.document.text[start:end])

    def sentence(self, offset: int) -> Evidence:
        """The sentence around an offset, cut around it when long."""
        text = self.document.text
        begin = max(text.rfind(mark, 0, offset) for mark in "。；\n") + 1
        stops = [at for mark in "。；\n" if (at := text.find(mark, offset)) >= 0]
        end = min(stops) + 1 if stops else len(text)
        begin = max(begin, offset - _LONGEST // 2)
        while begin < offset and text[begin].isspace():
            begin += 1
        while end > begin and text[end - 1].isspace():
            end -= 1
        return self.at(begin, end)

    def place(self, offset: int) -> str:
        """第七条, 三、（二）, or empty outside the clauses."""
        index = bisect_right(self.starts, offset) - 1
        clauses = self.document.clauses
        if index < 0 or offset >= clauses[index].span.end or not clauses[index].path:
            return ""
        path = clauses[index].path
        first = max((at for at, part in enumerate(path) if _ARTICLE.match(part)), default=len(path) - 1)
        return "".join(part.strip()[:14] for part in path[first:])
