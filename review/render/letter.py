"""The opinion letter (审查意见书): drafted as plain text from the findings a reviewer accepted, set as DOCX.

The draft states per clause what it says, what is doubtful, the governing article verbatim with its version, and what
to do. It never decides, and the signature stays blank: a person finishes, signs and sends it. The text is the source:
a page lets the reviewer edit it and `letter_docx` sets whatever she wrote.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from ...corpora.errors import BadArgument
from ...corpora.numerals import int_to_chinese
from ..finding import Report
from .json import to_json
from .words import ROLES, path_words

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.text.paragraph import Paragraph

Json = Mapping[str, Any]
INDENT = "　　"
SIGNED = ("（审查机关盖章）", "审查人：　　　　　　", "　　　　年　　月　　日")
DRAFT = "（代拟稿，由审查人员核定、签署后发出）"
_LONG, _ARTICLES = 600, 2
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_BODY = re.compile(rf"{INDENT}\S")
_POINT = re.compile(r"[一二三四五六七八九十百]+、关于")


@dataclass(frozen=True, slots=True)
class Choice:
    """What goes into the letter: ids of accepted findings in the order wanted (all, where empty).

    `problems` and `advice` hold texts a reviewer wrote in place of the report's, by finding id; `addressee` names
    another organ than the issuer; `days` is the term for the reply, left blank without one.
    """

    findings: tuple[str, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)
    advice: Mapping[str, str] = field(default_factory=dict)
    addressee: str = ""
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file says of itself and of its making: set as document properties and in the footer."""

    title: str
    subject: str
    footer: str


def letter(report: Report | Json, choice: Choice = Choice()) -> bytes:
    """The letter as DOCX. Raises BadArgument for a failed report or an unknown finding."""
    return letter_docx(draft(report, choice), facts(report))


def draft(report: Report | Json, choice: Choice = Choice()) -> str:
    """The letter as plain text, one paragraph a line. `report` is a Report or its JSON object."""
    data = _data(report)
    return "\n".join(_lines(data, _chosen(data, choice), choice)) + "\n"


def facts(report: Report | Json) -> Facts:
    """Properties and footer of the letter."""
    data = _data(report)
    name = data["document"]["title"] or data["file"]
    made = data["provenance"]
    parts = (f"审查基准日 {made['as_of']}", f"法规库 {made['laws'][:12]}", f"审查标准 {made['standards']}")
    return Facts(f"关于{_named(name)}的审查意见书", name, "　".join(parts))


def _data(report: Report | Json) -> Json:
    data = to_json(report) if isinstance(report, Report) else report
    if not data["document"]:
        raise BadArgument(f"“{data['file']}”未能审查，没有可写入意见书的发现", "请先处理文件的问题再审查")
    return data


def _chosen(data: Json, choice: Choice) -> tuple[Json, ...]:
    known = {finding["id"]: finding for finding in data["findings"]}
    wanted = choice.findings or tuple(known)
    missing = [ident for ident in wanted if ident not in known]
    if missing:
        raise BadArgument(f"报告“{data['file']}”里没有发现 {'、'.join(missing)}", f"可用的编号：{'、'.join(known)}")
    return tuple(known[ident] for ident in wanted)


def _named(title: str) -> str:
    """A title in 《》, its own inner marks lowered."""
    return f"《{title.replace('《', '〈').replace('》', '〉')}》"


def _lines(data: Json, findings: tuple[Json, ...], choice: Choice) -> Iterator[str]:
    document = data["document"]
    name = _named(document["title"] or data["file"])
    issuer = document["issuer"]["name"] if document["issuer"] else "制定机关（全称）"
    yield f"关于{name}的审查意见书"
    yield DRAFT
    yield f"{choice.addressee or issuer}："
    known = "，".join(part for part in (document["number"], _day(document["issued"], "印发")) if part)
    whose = "你机关" if not choice.addressee or choice.addressee == issuer else issuer
    yield (
        f"{INDENT}{whose}制定的{name}{f'（{known}）' if known else ''}，"
        f"对照{_day(data['provenance']['as_of'])}有效的法律、法规、规章进行了审查。"
        + ("现就下列条款提出意见：" if findings else "未提出需要反馈的意见。")
    )
    for number, finding in enumerate(findings, 1):
        yield from _point(document, finding, number, choice)
    if findings:
        until = f"自收到本意见书之日起{choice.days}日内" if choice.days else "于　　　　年　　月　　日前"
        yield f"{INDENT}请研究处理，并{until}书面反馈处理情况；不采纳的，请说明理由和依据。"
    yield from SIGNED


def _day(value: str | None, verb: str = "") -> str:
    if not value:
        return ""
    day = date.fromisoformat(value)
    return f"{day.year}年{day.month}月{day.day}日{verb}"


def _point(document: Json, finding: Json, number: int, choice: Choice) -> Iterator[str]:
    ident = finding["id"]
    paths = {clause["id"]: clause["path"] for clause in document["clauses"]}
    yield f"{INDENT}{int_to_chinese(number)}、关于{path_words(paths.get(finding['clause'], ()))}"
    quote = _one_line(finding["quote"])
    if quote:
        yield f"{INDENT}文件条款：“{quote}”"
    yield f"{INDENT}问题：{_one_line(choice.problems.get(ident, finding['message']))}"
    yield from _law(finding)
    advice = _one_line(choice.advice.get(ident, finding["advice"]))
    if advice:
        yield f"{INDENT}建议：{advice}"


def _law(finding: Json) -> Iterator[str]:
    """The governing articles verbatim, at most two; what was looked for where none governs."""
    governing = [c for c in finding["citations"] if c["role"] in ("conflict", "standard")]
    for citation in [c for c in governing if c["text"]][:_ARTICLES] or governing[:1]:
        where, role = f"《{citation['law']}》{citation['article']}", ROLES[citation["role"]]
        if not citation["text"]:
            yield f"{INDENT}{role}：{where}（本机法规库未收录原文，引用前请核对）"
            continue
        full = len(citation["text"]) <= _LONG
        words = citation["text"] if full else citation["quote"]
        yield f"{INDENT}{role}：{where}{'' if full else '（节录）'}（{_standing(citation)}）：“{_one_line(words)}”"
    searched = finding["why"].get("basis_searched")
    if searched:
        lacking = f"；其中{'、'.join(searched['not_in_store'])}未入库" if searched.get("not_in_store") else ""
        found = "、".join(f"《{f['law']}》{f['article']}" for f in searched.get("found", ()))
        result = f"相近的规定有{found}，是否足以作为依据请核对" if found else "未检索到可以作为依据的规定"
        yield f"{INDENT}依据检索：在{'、'.join(searched['ranks'])}中检索{lacking}，{result}。"


def _standing(citation: Json) -> str:
    since = _day(citation.get("since"))
    state = "现行有效" if citation["in_force"] else "在审查基准日不具效力"
    version = f"{_day(citation['version'])}版本" if re.fullmatch(r"\d{4}-\d\d-\d\d", citation["version"]) else ""
    return "，".join(part for part in (citation["rank"], version, since and f"{since}起施行", state) if part)


def _one_line(text: str) -> str:
    """A paragraph: line breaks closed up, characters that XML forbids left out."""
    return "".join(part.strip() for part in _ILLEGAL.sub("", text).splitlines())


def letter_docx(text: str, about: Facts) -> bytes:
    """Set a letter's text in the measures of GB/T 9704: the first line is the title, what follows the last
    indented paragraph the signature.
    """
    import docx

    document = docx.Document()
    _page(document, about)
    lines = [line for line in _ILLEGAL.sub("", text).splitlines() if line.strip()]
    body = max((index for index, line in enumerate(lines) if _BODY.match(line)), default=len(lines))
    for index, line in enumerate(lines):
        _set(document.add_paragraph(), line, index == 0, index > body)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: "Docx", about: Facts) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        Mm(37),
        Mm(35),
        Mm(28),
        Mm(26),
    )
    normal = document.styles["Normal"]
    normal.paragraph_format.line_spacing, normal.paragraph_format.space_after = Pt(28), Pt(0)
    document.core_properties.title = _ILLEGAL.sub("", about.title)[:255]
    document.core_properties.subject = _ILLEGAL.sub("", about.subject)[:255]
    document.core_properties.author, document.core_properties.comments = "", ""
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(foot, about.footer, "宋体", 9)


def _set(paragraph: "Paragraph", line: str, title: bool, signature: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    words = line.strip()
    if title:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(14)
        _write(paragraph, words, "方正小标宋简体", 22)
    elif words == DRAFT:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(paragraph, words, "楷体", 14)
    elif signature:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _write(paragraph, words, "仿宋", 16)
    elif line.startswith(INDENT):
        paragraph.paragraph_format.first_line_indent = Pt(32)
        _write(paragraph, words, "黑体" if _POINT.match(words) else "仿宋", 16)
    else:
        _write(paragraph, words, "仿宋", 16)


def _write(paragraph: "Paragraph", words: str, font: str, size: int) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(words)
    run.font.name, run.font.size = font, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
