"""What of an article is read beside a clause, and a long clause in parts: sentences, never a cut in silence."""

import re
from collections.abc import Iterator

# Characters read of each side at once; a Chinese token has about 1.6 characters.
CLAUSE_LENGTH, ARTICLE_LENGTH = 130, 150
# A part shorter than this says too little to be held against an article: it stays with its neighbour.
LEAST = 45
_PIECES = re.compile(r"[^。；\n]+[。；\n]?")
_SEGMENTS = re.compile(r"[^，。；\n]+[，。；\n]?")
_FILLER = re.compile(
    r"应当|可以|不得|按照|根据|依照|规定|有关|以及|或者|[，。；：、“”《》（）()\s]|的|由|和|或|及|对|在|与|等"
)


def bigrams(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters, filler left out."""
    return frozenset(w[i : i + 2] for w in _FILLER.sub(" ", text).split() for i in range(len(w) - 1))


def overlap(text: str, other: frozenset[str]) -> float:
    """Share of the text's bigrams found in `other`; 0 for a text without any."""
    own = bigrams(text)
    return len(own & other) / len(own) if own else 0.0


def parts(clause: str, length: int = CLAUSE_LENGTH) -> tuple[str, ...]:
    """The clause in consecutive parts of at most `length` and `LEAST` characters that together are the clause."""
    if len(clause) <= length:
        return (clause,)
    made = [""]
    for piece in _short(clause, length):
        if made[-1] and len(made[-1]) + len(piece) > length + LEAST * (len(made[-1]) < LEAST):
            made.append("")
        made[-1] += piece
    if len(made) > 1 and len(made[-1]) < LEAST:
        made[-2:] = [made[-2] + made[-1]]
    return tuple(part for part in made if part.strip())


def focus(clause: str, article: str, length: int = ARTICLE_LENGTH) -> str:
    """The sentences of the article closest to the clause, in printed order, up to `length` characters.

    A list item keeps the sentence that leads it in. The whole article where it is short enough.
    """
    if len(article) <= length:
        return article.strip()
    pieces, wanted = list(_short(article, length)), bigrams(clause)
    marks = [len(bigrams(piece) & wanted) / (8 + len(piece)) ** 0.5 for piece in pieces]
    order = sorted(range(len(pieces)), key=lambda at: (-marks[at], at))
    taken: set[int] = set()
    room = length
    for at in order:
        needed = {at, *_leading(pieces, at)} - taken
        size = sum(len(pieces[i]) for i in needed)
        if size <= room:
            taken |= needed
            room -= size
    return "".join(pieces[at] for at in sorted(taken)).strip()


def _leading(pieces: list[str], at: int) -> tuple[int, ...]:
    """The nearest piece before a list item that opens the list."""
    if not re.match(r"\s*[（(][一二三四五六七八九十]+[）)]", pieces[at]):
        return ()
    back = (i for i in range(at - 1, -1, -1) if "：" in pieces[i])
    return tuple(i for i in (next(back, None),) if i is not None)


def _short(text: str, length: int) -> Iterator[str]:
    """Sentences; those longer than `length` at their commas, and segments without commas in even cuts."""
    for piece in _PIECES.findall(text.replace("：\n", "：")):
        for segment in [piece] if len(piece) <= length else _SEGMENTS.findall(piece):
            yield from (segment[at : at + length] for at in range(0, len(segment), length))
