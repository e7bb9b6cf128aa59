"""What a document says about others: 同时废止, and lists of 废止, 失效, 继续有效, 修改 (tables, numbered lists, prose).

A list is read by its numbers: a document number ends an entry, and what stands between it and the entry before is
the title. Entries without a number are read from 《…》 or from a numbered line that ends like a title.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ...corpora.dates import days
from ...corpora.number import Number, find
from ...corpora.text import Document
from ...corpora.titles import TITLE_END
from .card import Order, Says
from .sentences import Text

_LISTING = re.compile(
    r"(?:废止|失效|继续有效|清理|保留|现行有效|修改).{0,40}(?:文件|目录|通知|决定|公告|清单|规定|办法)|(?:文件|办法|规定|意见).{0,12}(?:废止|失效|继续有效)"
)
_SECTIONS = (
    (Says.LAPSE, re.compile(r"宣布失效|失效")),
    (Says.KEEP, re.compile(r"继续有效|继续执行|保留|现行有效|继续实施")),
    (Says.AMEND, re.compile(r"(?:拟|予以|需要?|作出)?修改|修订|修正")),
    (Says.REPEAL, re.compile(r"废止|停止执行|撤销")),
)
_HEADING = re.compile(r"目录|清单|一览表?|如下|以下|名单|附件\s*\d|[：:]$|^[一二三四五六七八九十]+、")
_VERBS = (
    (
        Says.EXTEND,
        re.compile(
            r"有效期[^。；]{0,10}(?:延长|延续|顺延)|(?:延长|延续)[^。；]{0,30}有效期|继续有效至|继续执行至|延长执行"
        ),
    ),
    (Says.KEEP, re.compile(r"继续有效|继续执行|继续施行")),
    (Says.LAPSE, re.compile(r"宣布失效|(?<!自动)失效")),
    (Says.REPEAL, re.compile(r"废止|停止执行|不再执行|不再施行|同时作废|终止执行|即行作废|予以作废")),
)
_TITLED = re.compile(r"《([^《》]{2,90}(?:《[^《》]{1,80}》[^《》]{0,60})*)》")
_LEAD = re.compile(
    r"^(?:[\s|｜]*(?:序号|文件名称|名称|文件标题|标题|文号|发文字号|备注|发文机关|制定机关|发文单位|发文日期|类别)[\s|｜:：]*)+"
)
_ENUM = re.compile(
    r"^[\s|｜]*(?:[（(]?\d{1,4}[)）]?\s*[.．、|｜\s]|[（(]?[一二三四五六七八九十百]{1,4}[)）、]"
    r"|\d{1,4}(?=[\u4e00-\u9fff《]))[\s|｜]*"
)
_CATEGORY = re.compile(r"^[\u4e00-\u9fff、（）()]{2,14}$")
_RUNNING = re.compile(r"。[^\n]|(?:根据|按照|依据)[^\n]{0,60}(?:规定|要求)|经研究|现将|清理(?:工作|结果)|[：:]$")
_BLANK_FORM = re.compile(r"(?:书|证|表|单|函件|协议|合同|申请)$")
_NEGATED = re.compile(
    r"(?:不得|未|没有|尚未|应当|可以|需要|建议|认为|或者)[^，。；]{0,8}(?:修改|废止|失效)"
    r"|(?:修改|废止)(?:规范性|行政)?[^，。；]{0,4}(?:建议|程序|情形|的，)"
)
_DEPENDENT = re.compile(r"(?:许可证?|证书|执照|合同|证件|资格)[^。；]{0,12}(?:失效|废止|继续有效)")


@dataclass(frozen=True, slots=True)
class _Entry:
    title: str
    number: str
    start: int
    end: int


_NOTHING = _Entry("", "", 0, 0)


def orders(text: Text) -> tuple[Order, ...]:
    """Everything the document says about others, each target once, in order of the text."""
    document = text.document
    title = document.title.value if document.title else ""
    found = list(_prose(text, title))
    if _LISTING.search(title):
        found += _listed(text)
    unique: dict[tuple[Says, str, str], Order] = {}
    for order in sorted(found, key=lambda order: (order.at.start, order.listed)):
        key = (order.says, order.number or order.title, "" if order.number else order.title)
        unique.setdefault(key, order)
    return tuple(unique.values())


def _prose(text: Text, title: str) -> Iterator[Order]:
    """Sentences that end or keep named documents: 《…》（…〔2010〕5号）同时废止."""
    lapse = bool(re.search("废止|失效", title))
    for start, words in text.sentences:
        outside = _TITLED.sub(lambda m: "《" + "\0" * (len(m[0]) - 2) + "》", words)
        says = next((kind for kind, pattern in _VERBS if pattern.search(outside)), None)
        if says is None or _DEPENDENT.search(outside) or (_NEGATED.search(outside) and not lapse):
            continue
        until = _until(words) if says in (Says.EXTEND, Says.KEEP) else None
        for entry in _named(words, start):
            yield Order(says, entry.title, entry.number, until, False, text.at(entry.start, entry.end))


def _until(words: str) -> date | None:
    match = re.search(r"(?:至|到|截至)\s*(\d{4}年[^，。；]{2,8}?日)", words)
    found = days(match[1]) if match else ()
    return found[0].value if found else None


def _named(words: str, start: int) -> Iterator[_Entry]:
    """Titles in marks with the number behind each, and numbers that stand alone, on the side the verb governs."""
    numbers = list(find(words))
    marked = list(_TITLED.finditer(words))
    for match in marked:
        if re.search(r"(?:根据|依据|按照|依照)[^，。；]{0,20}$", words[: match.start()]):
            numbers = [n for n in numbers if not match.end() <= n.start <= match.end() + 12]
            continue
        own = next((n for n in numbers if 0 <= n.start - match.end() <= 12), None)
        inside = next((n for n in numbers if match.start() < n.start < match.end()), None)
        numbers = [n for n in numbers if n not in (own, inside)]
        if _BLANK_FORM.search(match[1]):
            continue
        value = own.value if own else ""
        yield _Entry(match[1].strip(), value, start + match.start(), start + (own.end if own else match.end()))
    for number in numbers:
        if number.year is not None and not re.search(r"(?:根据|依据|按照|依照)[^，。；]{0,40}$", words[: number.start]):
            yield _Entry("", number.value, start + number.start, start + number.end)


def _listed(text: Text) -> Iterator[Order]:
    """Entries of a listing document, section by section; running text belongs to `_prose`."""
    document = text.document
    says = _section(document.title.value if document.title else "", None)
    block: list[tuple[int, str]] = []
    for match in re.finditer(r"[^\n]+", document.text[_head(document) :]):
        line = match[0]
        heading = _heading(line, says)
        if heading is not None:
            yield from _entries(text, says, block)
            says, block = heading, []
        elif not _RUNNING.search(line):
            block.append((match.start() + _head(document), line))
    yield from _entries(text, says, block)


def _head(document: Document) -> int:
    """Where the document's own title and number end."""
    spans = [field.span.end for field in (document.title, document.number) if field is not None and field.span]
    return max(spans, default=0)


def _heading(line: str, says: Says | None) -> Says | None:
    """The section a heading opens; a line with a number in it or a long one is none."""
    if len(line) > 90 or find(line) or "《" in line or not _HEADING.search(line):
        return None
    return _section(line, says) if any(pattern.search(line) for _, pattern in _SECTIONS) else None


def _section(words: str, before: Says | None) -> Says | None:
    matches = [(m.start(), kind) for kind, pattern in _SECTIONS if (m := pattern.search(words))]
    return min(matches)[1] if matches else before


def _entries(text: Text, says: Says | None, block: list[tuple[int, str]]) -> Iterator[Order]:
    """The entries of one section; `held` is a title that waits for the number in a later line."""
    if says is None:
        return
    held, alone = "", _NOTHING
    for start, line in block:
        numbers = _numbers(line)
        title = "" if numbers else _lone(line)
        if alone.title and title:
            yield _order(text, says, alone)
        if numbers:
            yield from _row(text, says, (start, line), alone.title or held, numbers)
            held, alone = "", _NOTHING
        elif title:
            held, alone = "", _Entry(title, "", start, start + len(line))
        else:
            held = _waiting(held, line)
    if alone.title:
        yield _order(text, says, alone)


def _numbers(line: str) -> list[Number]:
    """The numbers that end an entry in a line; one that a title goes on behind ends none."""
    found = [number for number in find(line) if number.year is not None]
    return [] if found and _goes_on(line[found[-1].end :]) else found


def _waiting(held: str, line: str) -> str:
    """The beginning of a title after one more line without a number."""
    if _CATEGORY.match(line.strip()) or line.strip().isdecimal():
        return ""
    if _is_note(line):
        return held
    return _ENUM.sub("", line) if _ENUM.match(line) else held + line


def _order(text: Text, says: Says, entry: _Entry) -> Order:
    return Order(says, entry.title, entry.number, None, True, text.at(entry.start, entry.end))


def _row(text: Text, says: Says, row: tuple[int, str], known: str, numbers: list[Number]) -> Iterator[Order]:
    """The entries of one line: each number with the title before it, the first also with one printed above."""
    start, line = row
    at = 0
    for index, number in enumerate(numbers):
        if index + 1 < len(numbers) and _goes_on(line[number.end : numbers[index + 1].start]):
            continue
        title = _title(line[at : number.start]) or (_title(known) if at == 0 else "")
        at = number.end
        yield _order(text, says, _Entry(title, number.value, start, start + len(line)))


def _goes_on(between: str) -> bool:
    """Whether a title goes on behind a number in it: 关于贯彻甲发〔2002〕5号文件有关问题的通知乙发〔2003〕8号."""
    bare = between.strip(" （(〔[《》")
    return not _ENUM.match(bare) and not re.match(r"[、，,；;|｜]", bare) and bool(TITLE_END.search(bare))


def _title(words: str) -> str:
    """The title in the words before a number: without enumeration, labels of columns, brackets and separators."""
    words = re.sub(r"(?:发文单位|制定机关|发文机关)\s*[：:].*$", "", words.strip())
    words = re.sub(r"(?:发文)?(?:文号|字号)\s*[：:]?\s*$", "", words)
    cells = [cell for part in re.split(r"[|｜\t]", words) if (cell := _ENUM.sub("", _LEAD.sub("", part)).strip())]
    best = max(cells, key=len, default="")
    best = best.strip(" （(〔[，,、；;：:—-")
    if best.startswith("《") and best.endswith("》") and best.count("《") == best.count("》"):
        best = best[1:-1]
    return best if len(best) >= 6 and re.search(r"[\u4e00-\u9fff]{4}", best) else ""


def _lone(line: str) -> str:
    """An entry without a number: a numbered line that is a title, or a title in marks alone in its line."""
    bare = _ENUM.sub("", line)
    numbered = bare != line
    marked = _TITLED.fullmatch(bare.strip(" 。；;，,|"))
    if marked:
        return marked[1]
    cells = [cell.strip() for cell in re.split(r"[|｜\t]", bare) if cell.strip()]
    title = max(cells, key=len, default="").strip("《》。；; ")
    if not numbered or len(title) < 8 or not TITLE_END.search(title) or re.search(r"[。；，]", title):
        return ""
    return title


def _is_note(line: str) -> bool:
    return bool(re.match(r"\s*(?:发文单位|制定机关|发文机关|备注|[（(]共\d+件|附件|附：)", line)) or line.endswith("。")
