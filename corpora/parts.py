"""Carrier, body, annexes, forms and signature of a document, as ranges of its lines.

A notice that prints a measure (印发《…办法》的通知), an order (令) and an announcement (公告) are carriers: what they
print is the body, with its own title.
"""

import re
from dataclasses import dataclass

from .dates import only_day
from .issuer import is_organ, split_organs
from .outline import Line
from .titles import ADDRESSEE, AFTERWORD, CONTACT, FORM, ORDER, Title, annex_title, find_title, plain, skipped, title_at

_ANNEX = re.compile(
    r"^(?:附\s*件|附\s*录|附\s*表|附)\s*(?:[一二三四五六七八九十\d]{1,3}(?:[-－—]\d{1,2})?)?\s*[：:]?\s*$"
)
_ANNEX_INLINE = re.compile(r"^附\s*(?:件|录|表)?\s*(?:[一二三四五六七八九十\d]{1,3})?\s*[：:]\s*\S")
_SIGNER = re.compile(
    r"^(?:[\u3400-\u9fff]{0,12}(?:省长|市长|主席|县长|区长|州长|盟长|总理|部长|局长|行长|主任|署长|会长|厅长))\s*[:：]?\s*[\u3400-\u9fff·\s]{2,12}$"
)
_SIGNERS = re.compile(
    r"^(?:[\u3400-\u9fff]{0,12}(?:[省市县区州盟部局行署会厅]长|主席|主任|总理)\s*[:：]\s*[\u3400-\u9fff·\s]{2,8}?){1,8}"
    r"(?=(?:19|20)\d\d|[一二][〇○零九]).{8,14}日$"
)
_COLOPHON = re.compile(r"(?:联系人|附件|抄送).{0,400}(?:19|20)\d\d年.{1,4}月.{1,4}日$")
_BLANK = re.compile(
    r"^\s*年\s*月\s*日|于\s*年\s*月\s*日|[（(](?:签字|签名|盖章|公章|签章)|盖\s*章|^.{1,12}[：:]\s*_*$|_{3,}|□"
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part as line indexes: from `first` (its title) to `end` (exclusive), text from `begin`, closing from `sign`."""

    role: str
    title: Title | None
    first: int
    begin: int
    sign: int
    end: int


def sections(lines: tuple[Line, ...]) -> tuple[Section, ...]:
    """Cut the lines into carrier, bodies, annexes and forms, in order of print."""
    if not lines:
        return ()
    top = find_title(lines, 0, min(len(lines), 40))
    heads = _later_heads(lines, top)
    heads = _with_tables(lines, heads)
    starts = [0] + [first for first, _ in heads if first > 0]
    titles: list[Title | None] = [top] + [title for first, title in heads if first > 0]
    ends = [*starts[1:], len(lines)]
    found = [_section(lines, start, end, title) for start, end, title in zip(starts, ends, titles, strict=True)]
    return _roles(lines, tuple(found))


def _later_heads(lines: tuple[Line, ...], top: Title | None) -> list[tuple[int, Title | None]]:
    """Where later parts begin: at an annex label, or at a title printed after a signature or named by the carrier."""
    heads: list[tuple[int, Title | None]] = []
    named = _named(lines, top)
    index = top.last + 1 if top else 0
    while index < len(lines):
        line = lines[index]
        head: tuple[int, Title | None] | None = None
        if _ANNEX.match(line.text) and not _in_list(lines, index):
            head = (index, annex_title(lines, index + 1))
        elif not line.mark and line.kind != "row" and len(line.text) <= 60 and (index > 0):
            title = title_at(lines, index, min(len(lines), index + 5))
            if title and _is_head(lines, index, title, named):
                head = (index, title)
        if head:
            heads.append(head)
            index = head[1].last + 1 if head[1] else index + 1
        else:
            index += 1
    return heads


def _with_tables(lines: tuple[Line, ...], heads: list[tuple[int, Title | None]]) -> list[tuple[int, Title | None]]:
    """Add a part where the lines of a part end in a table of its own: rows up to the next part."""
    found = list(heads)
    starts = [0] + [first for first, _ in heads]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        first = end
        while first > start and lines[first - 1].kind == "row":
            first -= 1
        if end - first >= 3 and first > start + 1:
            found.append((first, None))
    return sorted(found, key=lambda head: head[0])


def _in_list(lines: tuple[Line, ...], index: int) -> bool:
    """Whether an annex label heads the list of annexes before a signature (附件： / 1.… / 2.…)."""
    for line in lines[index + 1 : index + 8]:
        if only_day(line.text) or is_organ(line.text) or AFTERWORD.match(line.text):
            return True
        if not (line.mark and line.mark.kind == "item" and len(line.text) < 60):
            return False
    return False


def _named(lines: tuple[Line, ...], top: Title | None) -> tuple[str, ...]:
    """Titles in 《》 that the first lines name, and the object of 印发 in the title."""
    head = "".join(line.text for line in lines[: (top.last if top else 0) + 12])
    names = [plain(name) for name in re.findall(r"《([^《》]{4,80}(?:〈[^〉]*〉[^《》]*)?)》", head)]
    if top:
        match = re.search(r"(?:印发|发布|公布|转发|批转)(.{4,100}?)的?(?:通知|公告|通告|决定)$", top.text)
        names += [plain(match[1])] if match else []
    return tuple(name for name in names if name)


def _is_head(lines: tuple[Line, ...], index: int, title: Title, named: tuple[str, ...]) -> bool:
    key = plain(title.text)
    begins = _begins_text(lines, title.last + 1)
    if any(
        key == name or (len(key) > 6 and (key in name or name in key) and len(key) > 0.6 * len(name)) for name in named
    ):
        return begins or _after_signature(lines, index)
    return begins and _after_signature(lines, index)


def _begins_text(lines: tuple[Line, ...], index: int) -> bool:
    for line in lines[index : index + 4]:
        if line.mark and (line.mark.number <= 1 or line.mark.kind == "article"):
            return True
        if re.match(r"^目\s*录$", line.text) or len(line.text) > 60:
            return True
    return False


def _after_signature(lines: tuple[Line, ...], index: int) -> bool:
    before = lines[max(0, index - 3) : index]
    return any(
        only_day(line.text) or _ANNEX.match(line.text) or AFTERWORD.match(line.text) or _ends_in_day(line.text)
        for line in before
    )


def _ends_in_day(text: str) -> bool:
    return len(text) < 60 and bool(re.search(r"年.{1,4}月.{1,5}日$", text))


def _section(lines: tuple[Line, ...], start: int, end: int, title: Title | None) -> Section:
    begin = title.last + 1 if title else start
    printed = plain(title.text) if title else ""
    while (
        begin < end
        and not lines[begin].mark
        and (_before_text(lines[begin], title is None) or (printed and plain(lines[begin].text) == printed))
    ):
        begin = _note_end(lines, begin, end)
    begin = _past_contents(lines, begin, end)
    sign = _signature(lines, begin, end)
    return Section("body", title, start, begin, sign, end)


def _note_end(lines: tuple[Line, ...], index: int, end: int) -> int:
    """The line after this one, or after a note in brackets that is printed over several lines."""
    opens = re.match(r"^[（(](?!.*[)）]$).{0,80}(?:年|日)", lines[index].text)
    last = min(end, index + 6)
    closing = next((i for i in range(index, last) if lines[i].text.endswith(("）", ")"))), index) if opens else index
    return closing + 1


def _past_contents(lines: tuple[Line, ...], begin: int, end: int) -> int:
    """Where the text begins after a table of contents: its first entry is printed again there."""
    if begin + 1 >= end or not re.match(r"^目\s*[录次]$", lines[begin].text):
        return begin
    entry = plain(re.sub(r"[\s.…·\d]+$", "", lines[begin + 1].text))
    again = [i for i in range(begin + 2, end) if plain(lines[i].text) == entry]
    return again[0] if again else begin


def _before_text(line: Line, untitled: bool) -> bool:
    return (
        skipped(line)
        or (
            bool(ADDRESSEE.match(line.text))
            and bool(re.search(r"各|单位|部门|政府|委|局|公司|中心|同志|：$", line.text))
            and len(line.text) < 400
        )
        or (untitled and len(line.text) < 40 and (is_organ(line.text) or bool(ORDER.search(line.text))))
        or bool(split_organs(line.text) and is_organ(line.text))
        or bool(ORDER.search(line.text) and len(line.text) < 40)
        or bool(_ANNEX.match(line.text))
    )


def _signature(lines: tuple[Line, ...], begin: int, end: int) -> int:
    """Index of the first line of the closing block: annex list, contacts, organ, date, afterword."""
    sign = end
    for index in range(end - 1, begin - 1, -1):
        line = lines[index]
        if line.kind == "row":
            continue
        if _closing(lines, index):
            sign = index
        elif len(line.text) > 60 or (line.mark and line.mark.kind != "item") or (sign == end and end - index > 12):
            break
    return sign


def _closing(lines: tuple[Line, ...], index: int) -> bool:
    line = lines[index]
    text = line.text
    if (
        only_day(text)
        or _COLOPHON.search(text)
        or AFTERWORD.search(text)
        or CONTACT.search(text)
        or _SIGNER.match(text)
        or _SIGNERS.match(text)
    ):
        return True
    if _ANNEX_INLINE.match(text) or (_ANNEX.match(text) and _in_list(lines, index)):
        return True
    if _ends_in_day(text) and is_organ(re.sub(r"(?:19|20|二).{2,4}年.*$", "", text).strip() or "x"):
        return True
    organs = split_organs(text)
    return bool(organs) and len(text) < 60 and "".join(name for name, _, _ in organs) == re.sub(r"[\s、，]", "", text)


def _roles(lines: tuple[Line, ...], found: tuple[Section, ...]) -> tuple[Section, ...]:
    """Name the parts: the first is a carrier where a body follows it."""
    named = [_role(lines, section, position) for position, section in enumerate(found)]
    if "body" in named[1:] and _is_carrier(lines, found[0]):
        named[0] = "carrier"
    return tuple(Section(role, s.title, s.first, s.begin, s.sign, s.end) for role, s in zip(named, found, strict=True))


def _is_carrier(lines: tuple[Line, ...], section: Section) -> bool:
    text = "".join(line.text for line in lines[section.first : section.end])
    return bool(re.search(r"印发|发布|公布|转发|批转|施行|执行|制定", text))


def _is_form(inner: tuple[Line, ...]) -> bool:
    """Whether lines are a form or a table and not text: rows, blanks to fill in, columns of figures, short cells."""
    rows = sum(line.kind == "row" for line in inner)
    blanks = sum(bool(_BLANK.search(line.text)) for line in inner)
    figures = sum(bool(re.fullmatch(r"[\d.%]+", line.text)) for line in inner)
    short = sum(len(line.text) < 20 for line in inner)
    sentences = sum(len(line.text) > 60 for line in inner)
    if rows * 2 > len(inner) or figures >= 4:
        return True
    if sentences * 3 > len(inner):
        return False
    numbered = sum(line.mark is not None and line.mark.kind in ("chapter", "decimal", "point") for line in inner)
    return blanks >= 2 or (len(inner) > 8 and short > 0.7 * len(inner) and numbered * 3 < len(inner))


def _role(lines: tuple[Line, ...], section: Section, position: int) -> str:
    inner = lines[section.begin : section.end]
    if position == 0:
        return "body"
    articles = sum(1 for line in inner if line.mark and line.mark.kind == "article")
    if articles >= 2:
        return "body"
    title = section.title.text if section.title else ""
    if not inner or FORM.search(title) or _is_form(inner):
        return "form"
    points = sum(1 for line in inner if line.mark and line.mark.kind in ("point", "sub", "item", "decimal", "chapter"))
    return ("body" if position == 1 else "annex") if points >= 2 or articles else "annex"
