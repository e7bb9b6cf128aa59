"""Lines of the canonical text and the printed marks they begin with: 第一章, 第七条, 一、, （二）, 3., （4）, ⑤, 1.2.

Numbering as in GB/T 9704-2012, 7.3.3 (一、（一）1.（1）) and 立法技术规范 (编章节条款项目).
"""

import re
from dataclasses import dataclass, replace

from .numerals import NUMERAL, chinese_to_int, int_to_chinese
from .text import Canonical

STRUCTURAL = ("volume", "chapter", "section")
_N = rf"(?:{NUMERAL}{{1,7}}|\d{{1,4}})"
_S = r"[ \t\u3000]*"
_MARKS = (
    ("volume", re.compile(rf"第{_S}(?P<n>{_N}){_S}编(?![制写码者])")),
    ("chapter", re.compile(rf"第{_S}(?P<n>{_N}){_S}章(?!程)")),
    ("section", re.compile(rf"第{_S}(?P<n>{_N}){_S}节")),
    ("article", re.compile(rf"第{_S}(?P<n>{_N}){_S}条{{1,2}}(?:之(?P<sub>{NUMERAL}{{1,3}}))?")),
    ("point", re.compile(rf"(?P<n>{NUMERAL}{{1,4}}){_S}[、．.]")),
    ("sub", re.compile(rf"[（(]{_S}(?P<n>{NUMERAL}{{1,4}}){_S}[)）]{_S}[、.．]?")),
    ("decimal", re.compile(r"(?P<n>\d{1,2})(?:[.．]\d{1,2}){1,3}(?![\d%％‰万亿元倍个]|[.．]?[a-zA-Z])")),
    ("item", re.compile(r"(?P<n>\d{1,2})[ \t\u3000]*(?:[.．](?!\d)|、)")),
    ("subitem", re.compile(rf"[（(]{_S}(?P<n>\d{{1,2}}){_S}[)）]")),
    ("circled", re.compile(r"(?P<n>[①-⑳])")),
)
_INLINE = re.compile(rf"(?:(?<=[\s。；：]))第{_S}(?:{_N}){_S}[章节条](?:之{NUMERAL}{{1,3}})?(?=[\s\u3000])")
# A heading and its first provision in one line: 第一章 总则第一条 …, 一、工作机制（一）…
_RUN_ON = re.compile(
    rf"\s*(?:第{_S}{_N}{_S}[章节][^。；：，]{{1,24}}?(?P<next>第{_S}{_N}{_S}条(?![款规的])(?=.))"
    rf"|[\u3400-\u9fff、\s]{{4,90}}?(?:令|公告)\s*[（(〔\[]?\s*(?:(?:19|20)\d\d)?\s*年?[)）〕\]]?\s*第?\s*[\d{NUMERAL[1:-1]}]{{1,5}}\s*号"
    rf"(?P<order>\s*(?=根据《|依据《|为了?[^。]{{4,60}}[，,]|《[^》]{{4,60}}》(?:已|业|经)|经国务院))"
    rf"|[^。：；]{{4,60}}(?:办法|规定|条例|细则|规则|规程|指引)(?:[（(][^（）()]{{1,12}}[)）])?(?P<body>第一条(?=[\s\u3000为根本]))"
    rf"|[^。：:]{{0,80}}?(?:关于|印发)[^。：:]{{2,120}}?的(?:通知|意见|函|批复|决定)"
    rf"(?P<to>(?=各|[^。；]{{2,24}}?(?:局|委|厅|政府|部|行|部门|总部)[，、；：])[^。]{{2,600}}[：:]$|(?=为(?:了|贯彻|落实|提高|进一步|加强|规范|促进)|根据《))"
    rf"|{NUMERAL}{{1,3}}、[^。；：，（(]{{2,30}}(?P<sub>[（(]一[)）]))"
)
_LONG_LINE = 300  # characters: a longer line may hold a whole text
_RUN_KINDS = ("chapter", "article", "point", "sub", "item")
_RUN_MARK = re.compile(
    rf"(?P<chapter>第{NUMERAL}{{1,3}}章)|(?P<article>第{NUMERAL}{{1,5}}条)(?![款规的])|(?P<point>(?<!{NUMERAL}){NUMERAL}{{1,3}}、)"
    rf"|(?P<sub>[（(]{NUMERAL}{{1,3}}[)）])|(?P<item>(?<![\d.])\d{{1,2}}[.．](?!\d))"
)
_OPENING = {"“": "”", "「": "」", "『": "』"}
_NOT_ARTICLE = re.compile(
    r"^(?:第?[（(]?[一二三四五六七八九十\d]+[)）]?[款项目]|第|、|和|至|到|及|规定|所列|所称|的|中|或|与|，|修改|删|条)"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A printed mark: its kind, its number, the label as printed without spaces, and where the text after it starts."""

    kind: str
    number: int
    label: str
    after: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the canonical text without surrounding space; `kind` is that of the block it comes from."""

    start: int
    end: int
    text: str
    kind: str = "text"
    mark: Mark | None = None

    @property
    def rest(self) -> str:
        """The text after the mark."""
        return self.text[self.mark.after :].strip() if self.mark else self.text


def lines(canonical: Canonical) -> tuple[Line, ...]:
    """The non-empty lines in order; a line that holds several articles is cut before each."""
    found: list[Line] = []
    closing = ""
    for piece in canonical.pieces:
        offset = piece.span.start
        for raw in canonical.text[piece.span.start : piece.span.end].split("\n"):
            for start, end in _cuts(raw):
                text = raw[start:end].strip(" \t\u3000#*")
                if text:
                    at = offset + raw.index(text, start)
                    mark = None if closing or piece.kind in ("row", "meta") else read_mark(text)
                    found.append(Line(at, at + len(text), text, piece.kind, mark))
                    closing = _quote_after(text, closing)
            offset += len(raw) + 1
    decimals = sum(line.mark is not None and line.mark.kind == "decimal" for line in found)
    return tuple(_numbered_heading(line) for line in found) if decimals >= 5 else tuple(found)


def _numbered_heading(line: Line) -> Line:
    """In a text numbered 1.1, 1.2 a short line "1 总则" is a chapter."""
    match = re.match(r"(\d{1,2})[ \u3000]*(?=[\u3400-\u9fff]{2,24}$)", line.text)
    if line.mark or not match:
        return line
    return replace(line, mark=Mark("chapter", int(match[1]), match[1], match.end()))


def read_mark(text: str) -> Mark | None:
    """The mark a line begins with, or None."""
    for kind, pattern in _MARKS:
        match = pattern.match(text)
        if not match:
            continue
        if kind == "article" and _NOT_ARTICLE.match(text[match.end() :]):
            return None
        try:
            number = _value(match["n"])
        except ValueError:
            return None
        return Mark(kind, number, re.sub(r"\s", "", match[0]), match.end())
    return None


def _value(text: str) -> int:
    return ord(text) - ord("①") + 1 if "①" <= text <= "⑳" else chinese_to_int(text)


def _cuts(raw: str) -> list[tuple[int, int]]:
    """Ranges of a raw line: one, or one for each heading and article printed inside it."""
    starts = {0} | {match.start() for match in _INLINE.finditer(raw)} | _next_articles(raw)
    if len(raw) > _LONG_LINE:
        starts |= _marks_in_sequence(raw)
    run_on = _RUN_ON.match(raw)
    if run_on:
        starts |= {run_on.start(name) for name in ("next", "body", "to", "sub", "order") if run_on[name] is not None}
    ordered = sorted(starts)
    return list(zip(ordered, [*ordered[1:], len(raw)], strict=True))


def _marks_in_sequence(raw: str) -> set[int]:
    """Where marks in sequence stand in a paragraph that holds a whole text, its line breaks lost.

    A mark counts at the end of a sentence, or as the first of its kind right after a heading.
    """
    found: set[int] = set()
    last = dict.fromkeys(_RUN_KINDS, 0)
    cut = 0
    for match in _RUN_MARK.finditer(raw):
        kind = next(name for name in _RUN_KINDS if match[name])
        number = chinese_to_int(re.sub(r"\D", "", match[kind]) or re.sub(rf"(?!{NUMERAL}).", "", match[kind]))
        between = raw[max(cut, match.start() - 400) : match.start()]
        opens = number == 1 or (kind == "article" and raw[cut : cut + 1] == "第" and "章" in between[:6])
        heading = opens and len(between) <= 40 and not re.search("[。；]", between)
        ended = match.start() == 0 or raw[match.start() - 1] in "。；：:;！？）)” "
        expected = number == last[kind] + 1 or (number == 1 and kind in ("sub", "item"))
        quoted = between.count("“") > between.count("”")
        if quoted or not expected or not (ended or heading):
            continue
        found.add(match.start())
        last[kind], cut = number, match.start()
        for lower in _RUN_KINDS[_RUN_KINDS.index(kind) + 1 :]:
            last[lower] = last[lower] if kind == "chapter" or lower == "item" else 0
    return found


def _next_articles(raw: str) -> set[int]:
    """Where the article after the one a line opens is printed in the same line (…。第五十条本办法…)."""
    found: set[int] = set()
    mark = read_mark(raw.lstrip())
    while mark and mark.kind == "article":
        label = f"第{int_to_chinese(mark.number + 1)}条"
        at = max(raw.find("。" + label, max(found, default=0)), raw.find("；" + label, max(found, default=0)))
        if at < 0:
            break
        found.add(at + 1)
        mark = Mark("article", mark.number + 1, label, 0)
    return found


def _quote_after(text: str, closing: str) -> str:
    """The quotation mark still to come after this line ("" where none is open); amended wording is quoted at length."""
    if closing:
        return "" if closing in text else closing
    for opening, close in _OPENING.items():
        at = text.rfind(opening)
        if (
            at >= 0
            and close not in text[at:]
            and re.match(r"第.{1,6}条|[一二三四五六七八九十（(\d]", text[at + 1 :].strip())
        ):
            return close
    return ""
