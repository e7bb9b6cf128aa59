"""Reports for the terminal: coloured and wrapped there, plain unwrapped lines in a pipe."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..finding import Citation, Finding, FindingLevel, Report
from . import words

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

STYLES = {
    FindingLevel.CONFLICT: "bold white on red",
    FindingLevel.DOUBT: "bold black on yellow",
    FindingLevel.HINT: "bold white on blue",
    FindingLevel.FORM: "bold black on white",
}
LONG = 160


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a report: indentation in columns and parts as (text, style)."""

    indent: int
    parts: tuple[tuple[str, str], ...] = ()

    @property
    def plain(self) -> str:
        return (" " * self.indent + "".join(text for text, _ in self.parts)).rstrip()


def plain(report: Report) -> str:
    """The report as text without colour, one remark per line, ending in a newline."""
    return "\n".join(line.plain for line in lines(report)) + "\n"


def show(report: Report, console: "Console") -> None:
    """Print to a rich console: wrapped with hanging indents on a terminal, plain otherwise."""
    if not console.is_terminal:
        console.print(plain(report), markup=False, highlight=False, emoji=False, soft_wrap=True, end="")
        return
    from rich.padding import Padding

    for line in lines(report):
        console.print(Padding(_styled(line), (0, 0, 0, line.indent)), highlight=False)


def _styled(line: Line) -> "Text":
    from rich.text import Text

    return Text.assemble(*line.parts)


def lines(report: Report) -> Iterator[Line]:
    """The lines of a report in reading order."""
    yield Line(0, (("── ", "dim"), (report.file, "bold")))
    if report.document:
        title = report.document.title.value if report.document.title else "（未识别标题）"
        yield Line(0, ((title, "bold underline"),))
        yield Line(0, tuple(_facts(words.facts(report.document))))
    for problem in report.problems:
        yield Line(
            0,
            (
                ("未处理完：" if report.document else "未能审查：", "red"),
                (problem.message, ""),
                (f" [{problem.code}]", "dim"),
            ),
        )
    if report.document:
        yield Line(0, ((words.summary(report), "bold"),))
        yield from (
            Line(0, ((remark, "dim"),)) for remark in (words.copying(report), words.standing_out(report)) if remark
        )
    for number, finding in enumerate(report.findings, 1):
        yield from _finding(report, finding, number)
    yield from _tail(report)
    yield Line(0, ((words.sources(report), "dim"),))
    yield Line(0)


def _tail(report: Report) -> Iterator[Line]:
    """What was answered before, and the clauses that repeat superior text."""
    for quieted in report.quieted:
        place = words.place(report.document, quieted.finding)
        yield Line(
            0,
            (
                (f"已有答复　{place}　{quieted.finding.rule}：{quieted.reason}", ""),
                (f"（{quieted.by}，{quieted.on}）", "dim"),
            ),
        )
    for clause in report.copied.clauses if report.copied else ():
        place = words.clause_words(report.document, clause.clause)
        yield Line(0, ((f"照抄　{place}　《{clause.law}》{clause.article} {clause.share:.0%}", "dim"),))


def _facts(rows: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    for index, (name, value) in enumerate(rows):
        yield ("　" if index else "") + name + " ", "dim"
        yield value, ""


def _finding(report: Report, finding: Finding, number: int) -> Iterator[Line]:
    yield Line(0)
    yield Line(
        0,
        (
            (f"{number:>2} ", "dim"),
            (f" {words.LEVELS[finding.level]} ", STYLES[finding.level]),
            (f" {words.place(report.document, finding)} ", "bold"),
            (f" {words.types(finding)} ", "bold"),
            (f" {finding.rule}  把握 {finding.confidence:.0%}", "dim"),
        ),
    )
    if finding.quote.strip():
        yield Line(5, (("“", "dim"), (_short(finding.quote), "italic"), ("”", "dim")))
    yield Line(5, ((finding.message, ""),))
    for name, value in words.compared(finding):
        yield Line(5, ((f"{name}：", "cyan"), (value, "")))
    for citation in finding.citations:
        yield from _citation(citation)
    if words.searched(finding):
        yield Line(5, (("依据检索：", "cyan"), (words.searched(finding), "dim")))
    for term, meaning in words.terms(finding):
        yield Line(5, ((f"本文件所称{term}：", "cyan"), (_short(meaning), "dim")))
    if finding.advice:
        yield Line(5, (("建议：", "green"), (finding.advice, "")))


def _citation(citation: Citation) -> Iterator[Line]:
    yield Line(
        5,
        (
            (f"{words.ROLES[citation.role]}：", "cyan"),
            (words.source(citation), ""),
            (f"（{words.standing(citation)}）", "dim"),
        ),
    )
    if citation.quote or citation.text:
        yield Line(7, ((_short(citation.quote or citation.text), "dim"),))


def _short(text: str) -> str:
    """One line of at most LONG characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONG else flat[: LONG - 1] + "…"
