"""One canonical text out of a reader's blocks, with a map back to every original offset.

Steps, each a deletion or a change of one character for one: page furniture out, invisible characters out, widths,
traditional to simplified, pinyin glosses out, spaces inside Chinese out, soft breaks joined. Pure and deterministic.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from . import script
from .furniture import inline_marks, line_reason
from .text import Block, Canonical, Extract, Piece, Removed, Span

_HAN = script.HAN
_WIDE = f"{_HAN}，。、；：？！“”‘’（）《》〈〉【】〔〕「」『』…—○×□☑①-⑳㈠-㈩"
_ENCLOSED = {chr(0x3220 + i): f"（{n}）" for i, n in enumerate("一二三四五六七八九十")}
_ENCLOSED |= {chr(0x2488 + i): f"{i + 1}." for i in range(20)}
_ENCLOSED |= {chr(0x2474 + i): f"（{i + 1}）" for i in range(20)}
_ENCLOSED_RUN = re.compile("[" + "".join(_ENCLOSED) + "]")

_LABEL_SPACE = re.compile(
    r"[ \n]*(?:第[零〇○一二三四五六七八九十百千万\d ]{1,12}(?:条|章|节|编|篇|部分)(?:之[一二三四五六七八九十])?"
    r"|附[件录则表][\d一二三四五六七八九十]{0,3})(?P<gap>[ \n]+)"
)
_BOLD_LABEL = re.compile(r"\s*(?P<open>\*\*)[^*]{0,2}第[^*\s]{1,12}[条章节][^*]{0,2}(?P<close>\*\*)")
_BETWEEN_WIDE = re.compile(f"(?<=[{_WIDE},;:!?)])[ \n]+(?=[{_WIDE}(])|(?<=[{_WIDE}])[ \n]+(?=[,;:!?)])")
_WIDE_DIGIT = re.compile(f"(?<=[{_HAN}〔（《])[ \n]+(?=[\\d*×])|(?<=[\\d%*×Xx])[ \n]+(?=[{_HAN}〕）》，。、；：])")
_PUNCTUATED = re.compile("(?<=[，。、；：？！）》〕】”])[ \n]+|[ \n]+(?=[，。、；：？！（《〔【）》〕】”])")
_RUN = re.compile("[ \n]+")  # each pattern above matches a whole run of blanks
_GAP = re.compile(r"\S\s+\S|\n")
_BLANKS = re.compile(r" *\n[ \n]*| {2,}")
_ASIDE = frozenset({"header", "footer", "watermark", "meta"})
_SENTENCE = re.compile("[，。；：！？,;]")
_MASK_SIGN = re.compile(r"[*×Xx_]")  # every mask begins with one of these
_MASK = re.compile(
    rf"(?<![\w*])\*+(?=[{_HAN}\d\-.，、。；）%])|(?<=[{_HAN}])(?:\*{{2,}}|\*(?=[{_HAN}])(?!标|号|表示|为|注|的))|(?<=\d)\*+(?![\d\s*])|(?<=\d)\*{{2,}}(?=\d)"
    rf"|×{{2,}}|(?<![\d×])×(?=[省市县区乡镇村州盟旗年月日号某])|(?<=[{_HAN}])×(?=[，。、；）]|$)"
    rf"|(?<![A-Za-z])[Xx]{{2,}}(?![A-Za-z])"
    rf"|(?<![A-Za-z\d])[Xx](?=[省市县区乡镇村州盟旗厅局委办年月日号元某])"
    rf"|(?<=[{_HAN}])_{{1,2}}(?=[{_HAN}，。、；：,;.!]|$)"
)


@dataclass(slots=True)
class _Text:
    """Text on its way through the steps; `origin[i]` is where `text[i]` stood."""

    text: str
    origin: list[int]

    def delete(self, spans: Iterable[tuple[int, int]]) -> None:
        pieces: list[str] = []
        origin: list[int] = []
        at = 0
        for start, end in spans:
            if start < at:
                continue
            pieces.append(self.text[at:start])
            origin.extend(self.origin[at:start])
            at = end
        if at:
            self.text = "".join(pieces) + self.text[at:]
            self.origin = origin + self.origin[at:]

    def expand(self) -> None:
        """Enclosed numbers as label text (㈠ as （一）): the only step that gives one character several."""
        if not _ENCLOSED_RUN.search(self.text):
            return
        wide = [_ENCLOSED.get(c, c) for c in self.text]
        self.origin = [at for at, shown in zip(self.origin, wide, strict=True) for _ in shown]
        self.text = "".join(wide)


@dataclass(frozen=True, slots=True)
class _Manner:
    """What holds for the whole document: its script, and whether it is glossed throughout."""

    traditional: bool
    glossed: bool


def normalize(extract: Extract) -> Canonical:
    """The canonical text of `extract`.

    Blocks of kind header, footer, watermark and meta are recorded in `removed`, not in the text (metadata is in
    `Extract.meta`). A newline between two pieces has the length of the block before it as its origin.
    """
    manner = _manner(extract.blocks)
    removed: list[Removed] = []
    pieces: list[Piece] = []
    texts: list[str] = []
    origin: list[int] = []
    length = 0
    for index, block in enumerate(extract.blocks):
        if block.kind in _ASIDE:
            if block.text.strip():
                removed.append(Removed(text=block.text, reason=block.kind, page=block.page))
            continue
        clean = _clean(block, manner, removed)
        if not clean.text:
            continue
        if texts:
            origin.append(len(extract.blocks[pieces[-1].block].text))
            length += 1
        span = Span(length, length + len(clean.text))
        pieces.append(Piece(span=span, block=index, page=block.page, kind=block.kind, doubtful=block.doubtful))
        texts.append(clean.text)
        origin.extend(clean.origin)
        length = span.end
    text = "\n".join(texts)
    return Canonical(text=text, pieces=tuple(pieces), origin=tuple(origin), removed=tuple(removed), masked=_masks(text))


def _manner(blocks: Sequence[Block]) -> _Manner:
    body = "\n".join(block.text for block in blocks if block.kind not in _ASIDE)
    sample = body[:50_000]
    return _Manner(
        traditional=script.traditional_share(sample) > 0.06,
        glossed=len(script.glosses(script.half_width(sample), neutral=False)) >= 3,
    )


def _clean(block: Block, manner: _Manner, removed: list[Removed]) -> _Text:
    work = _Text(block.text, list(range(len(block.text))))
    work.delete(m.span() for m in script.INVISIBLE.finditer(work.text))
    work.text = script.compatible(script.half_width(work.text))
    if manner.traditional:
        work.text = script.simplify(work.text)
    _drop_emphasis(work, block, removed)
    if block.kind != "row":
        _drop_furniture(work, block, removed)
    _drop(work, block, removed, script.glosses(work.text, manner.glossed), "pinyin")
    if script.is_pinyin_line(work.text):
        _drop(work, block, removed, [(0, len(work.text))], "pinyin")
    work.expand()
    _tighten(work, block.kind)
    return work


def _drop_emphasis(work: _Text, block: Block, removed: list[Removed]) -> None:
    """Bold marks that a converter left around an article label; other stars may be masks and stay."""
    found = _BOLD_LABEL.match(work.text)
    if found:
        _drop(work, block, removed, [found.span("open"), found.span("close")], "markup")


def _drop_furniture(work: _Text, block: Block, removed: list[Removed]) -> None:
    _drop(work, block, removed, inline_marks(work.text), "watermark")
    reason = line_reason(work.text)
    if reason:
        _drop(work, block, removed, [(0, len(work.text))], reason)
        return
    lines = _furniture_lines(work.text)
    for start, end, why in lines:
        _record(work, block, removed, (start, end), why)
    work.delete((start, end) for start, end, _ in lines)


def _furniture_lines(text: str) -> list[tuple[int, int, str]]:
    """Lines of furniture inside a block of several lines."""
    spans: list[tuple[int, int, str]] = []
    if "\n" not in text:
        return spans
    at = 0
    for line in text.split("\n"):
        end = min(at + len(line) + 1, len(text))
        reason = line_reason(line)
        if reason:
            spans.append((at, end, reason))
        at += len(line) + 1
    return spans


def _drop(work: _Text, block: Block, removed: list[Removed], spans: list[tuple[int, int]], reason: str) -> None:
    for span in spans:
        _record(work, block, removed, span, reason)
    work.delete(spans)


def _record(work: _Text, block: Block, removed: list[Removed], span: tuple[int, int], reason: str) -> None:
    start, end = span
    if start < end:
        original = block.text[work.origin[start] : work.origin[end - 1] + 1]
        removed.append(Removed(text=original, reason=reason, page=block.page))


def _tighten(work: _Text, kind: str) -> None:
    """Spaces and soft breaks: out between Chinese characters, one space where words stand apart."""
    if not _GAP.search(work.text):
        _strip(work)
        return
    kept = _kept_spaces(work.text, kind)
    doomed = [
        run.span()
        for run in _RUN.finditer(work.text)
        if any(pattern.match(work.text, run.start()) for pattern in (_BETWEEN_WIDE, _WIDE_DIGIT, _PUNCTUATED))
        and not any(run.start() <= at < run.end() for at in kept)
    ]
    work.delete(doomed)
    work.delete([(m.start() + 1, m.end()) for m in _BLANKS.finditer(work.text) if m.end() - m.start() > 1])
    work.text = work.text.replace("\n", " ")
    _strip(work)


def _strip(work: _Text) -> None:
    """Blanks at both ends."""
    head = len(work.text) - len(work.text.lstrip(" "))
    tail = len(work.text.rstrip(" "))
    work.delete([(0, head), (max(tail, head), len(work.text))])


def _kept_spaces(text: str, kind: str) -> list[int]:
    """Places of spaces that mean something: after an article label, around a cell mark, between names."""
    kept = [
        m.start() for m in re.finditer(" ", text) if kind == "row" and "|" in text[max(0, m.start() - 1) : m.end() + 1]
    ]
    label = _LABEL_SPACE.match(text)
    if label:
        kept.append(label.start("gap"))
    if kind != "row" and len(text) <= 120 and not _SENTENCE.search(text):
        kept.extend(_name_gaps(text))
    return kept


def _name_gaps(text: str) -> list[int]:
    """Gaps between whole names or phrases (at least three characters on both sides) on a line without sentences."""
    if "\n" in text:
        return []
    gaps = [m for m in re.finditer(" +", text) if m.start() and m.end() < len(text)]
    words = [len(word) for word in text.split()]
    if not gaps or min(words) < 3:
        return []
    return [m.start() for m in gaps]


def _masks(text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    at = 0
    for sign in _MASK_SIGN.finditer(text):
        found = _MASK.match(text, sign.start()) if sign.start() >= at else None
        if found:
            spans.append(Span(*found.span()))
            at = found.end()
    return tuple(spans)
