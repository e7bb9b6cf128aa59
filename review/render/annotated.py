"""An annotated copy of the reviewed file: Word comments at the clauses, the original bytes left as they are.

A DOCX source gives a copy of itself with comments anchored to whole runs, so that layout, numbering and tracked changes
stay. What cannot be anchored word by word (text boxes take no comments, automatic numbers are no text) goes to the
nearest paragraph and says so. Every other format gives a plain DOCX of the canonical text with the same comments.
"""

import io
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...corpora.errors import BadArgument
from ...corpora.readers import media
from ...corpora.text import Document, Source, Span
from ..finding import Citation, Finding, Report
from . import words

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.oxml.text.run import CT_R

AUTHOR, INITIALS = "备审", "审"
NEAREST = "（所指文字无法逐字定位，批注放在最近的段落）"
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SILENT = re.compile(r"[\W_]")
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Annotated:
    """The annotated DOCX. `copied` is False where the source could not carry comments and the text was set anew;
    `nearest` holds ids of findings whose comment stands at the nearest paragraph only.
    """

    data: bytes
    comments: int
    copied: bool
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A run that can carry a comment, and where its letters end in the letters of the whole file."""

    element: "CT_R"
    end: int


@dataclass(frozen=True, slots=True)
class Letters:
    """All letters and digits of a text in order, and where each stood."""

    text: str
    at: tuple[int, ...]


def annotate(report: Report, source: Source, chosen: Sequence[str] | None = None) -> Annotated:
    """Comment every finding (or the chosen ones) in a copy of the source. Raises BadArgument for a failed report."""
    if report.document is None:
        raise BadArgument(f"“{report.file}”未能审查，无法批注", "请先处理文件的问题再审查")
    findings = tuple(f for f in report.findings if chosen is None or f.id in chosen)
    word = _opened(source)
    copied = word is not None
    if word is None:
        word = _plain(report.document)
    nearest = tuple(_commented(word, report.document, findings))
    out = io.BytesIO()
    word.save(out)
    return Annotated(out.getvalue(), len(findings), copied, nearest)


def _opened(source: Source) -> "Docx | None":
    """The source as an editable copy; None where it is no DOCX that the library can write back."""
    import docx
    from docx.opc.exceptions import OpcError

    if source.media != media.DOCX:
        return None
    try:
        word = docx.Document(io.BytesIO(source.data))
    except (OpcError, KeyError, ValueError, AttributeError, SyntaxError):
        return None
    return word if word.element.body is not None and any(True for _ in _runs(word)) else None


def _plain(document: Document) -> "Docx":
    """The canonical text, one paragraph a line."""
    import docx
    from docx.oxml.ns import qn

    word = docx.Document()
    font = word.styles["Normal"]
    font.font.name = "宋体"
    font.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    for line in document.text.split("\n"):
        paragraph = word.add_paragraph()
        for sentence in re.findall(r"[^。；]*[。；]?", _ILLEGAL.sub("", line)):
            if sentence:
                paragraph.add_run(sentence)
    return word


def _commented(word: "Docx", document: Document, findings: tuple[Finding, ...]) -> Iterator[str]:
    """Add the comments; yields ids of findings that stand at the nearest paragraph only."""
    from docx.text.run import Run as WordRun

    runs = tuple(_runs(word))
    ends = [run.end for run in runs]
    there = "".join(_letters(_text(run.element)).text for run in runs)
    here = _letters(document.text)
    for number, finding in enumerate(findings, 1):
        place, exact = _place(here, there, finding.span)
        first = min(bisect_right(ends, place.start), len(runs) - 1)
        last = max(first, min(bisect_right(ends, max(place.start, place.end - 1)), len(runs) - 1))
        anchors = [WordRun(runs[index].element, word._body) for index in (first, last)]
        paragraphs = _remark(document, finding, number, exact)
        comment = word.add_comment(anchors, text=paragraphs[0], author=AUTHOR, initials=INITIALS)
        for text in paragraphs[1:]:
            comment.add_paragraph(text)
        if not exact:
            yield finding.id


def _runs(word: "Docx") -> Iterator[Run]:
    """Runs with letters in document order, tables included; text boxes, deletions and hidden alternatives left out."""
    from docx.oxml.ns import qn

    end = 0
    barred = {qn("w:txbxContent"), qn("w:del"), qn("w:moveFrom"), qn("w:rt")}
    for element in word.element.body.iter(qn("w:r")):
        letters = _letters(_text(element)).text
        if letters and not any(parent.tag in barred for parent in element.iterancestors()):
            end += len(letters)
            yield Run(element, end)


def _text(run: "CT_R") -> str:
    from docx.oxml.ns import qn

    return "".join(node.text or "" for node in run.iterchildren(qn("w:t")))


def _letters(text: str) -> Letters:
    """Letters and digits only, widths evened; blanks and punctuation differ between a file and its canonical text."""
    kept = [
        (letter, index)
        for index, char in enumerate(text)
        for letter in unicodedata.normalize("NFKC", char)
        if not _SILENT.match(letter)
    ]
    return Letters("".join(letter for letter, _ in kept), tuple(index for _, index in kept))


def _place(here: Letters, there: str, span: Span) -> tuple[Span, bool]:
    """Where the words of a span stand among the file's letters, and whether at least half of them do.

    Without all of them: the longest beginning or ending of theirs that is there (a number that Word prints by itself is
    no text); without that: the nearest words before them that are.
    """
    start, end = (bisect_left(here.at, offset) for offset in (span.start, span.end))
    share = start / max(1, len(here.text))
    whole = here.text[start:end]
    for length in range(len(whole), _SHORTEST - 1, -1):
        for part in (whole[-length:], whole[:length]):
            found = _closest(there, part, share)
            if found is not None:
                return found, length * 2 >= len(whole)
    exact = _closest(there, whole, share)
    if exact is not None:
        return exact, True
    for at in range(start, _SHORTEST, -_SHORTEST):
        neighbour = _closest(there, here.text[at - _SHORTEST : at], share)
        if neighbour is not None:
            return Span(neighbour.end - 1, neighbour.end), False
    return Span(0, 1), False


def _closest(there: str, wanted: str, share: float) -> Span | None:
    """The occurrence of the words that stands closest to their share of the text."""
    best: int | None = None
    at = there.find(wanted) if wanted else -1
    while at >= 0:
        if best is None or abs(at / len(there) - share) < abs(best / len(there) - share):
            best = at
        at = there.find(wanted, at + 1)
    return None if best is None else Span(best, best + len(wanted))


def _remark(document: Document, finding: Finding, number: int, exact: bool) -> list[str]:
    """A comment's paragraphs: level and types, the message, the articles, the advice."""
    head = f"{number}　{words.LEVELS[finding.level]}　{words.types(finding)}　{words.place(document, finding)}"
    lines = [head if exact else head + NEAREST, finding.message]
    lines += [_cited(citation) for citation in finding.citations]
    if finding.advice:
        lines.append(f"建议：{finding.advice}")
    lines.append(f"规则 {finding.rule}，把握 {finding.confidence:.0%}。发现是线索，由审查人员认定。")
    return [" ".join(_ILLEGAL.sub("", line).split()) for line in lines]


def _cited(citation: Citation) -> str:
    quote = f"：“{citation.quote or citation.text}”" if citation.text else ""
    return f"{words.ROLES[citation.role]}：{words.source(citation)}（{words.standing(citation)}）{quote}"
