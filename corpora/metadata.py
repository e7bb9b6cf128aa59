"""Number and issuing organs of a document, each with the span that shows it; what is not shown is absent."""

import re
from dataclasses import dataclass

from .dates import only_day
from .issuer import is_organ, organ, organs_of_title, split_organs
from .number import Number, find
from .outline import Line
from .parts import Section
from .regions import province_of_letter, split_place
from .text import Level, Organ, Recognised, Region, Span
from .titles import Title

_NUMBER_KEYS = ("文号", "发文字号", "文件编号", "发文文号", "文件字号", "公文字号")
_ORGAN_KEYS = ("发文机关", "制定机关", "发布机构", "发布机关", "发文单位", "发布单位", "制发机关", "公布机关")
_NOTED = re.compile(
    r"(?:日|经|[（(])经?((?:(?!日|经)[\u3400-\u9fff]){2,30}?(?:人民代表大会常务委员会|人民代表大会|人大常委会|人民政府|国务院|[部委局署行])"
    r")(?=令|公告|第.{1,6}(?:次|号令)|发布|公布)"
)
_SAFE_LETTERS = "京津沪渝冀晋蒙辽黑苏浙皖闽赣鲁豫鄂湘粤桂琼川黔滇藏陕甘"


@dataclass(frozen=True, slots=True)
class Page:
    """What metadata is read from: the text, its lines and parts, and the facts the file itself states."""

    text: str
    lines: tuple[Line, ...]
    sections: tuple[Section, ...]
    main: int
    facts: tuple[tuple[str, str], ...] = ()

    def title_span(self, title: Title) -> Span:
        """Where a title is printed; a number before it in the same line does not belong to it."""
        first = self.lines[title.first]
        at = max(first.text.find(title.text[:4]), 0)
        return Span(first.start + at, self.lines[title.last].end)

    def notes(self) -> tuple[tuple[int, str], ...]:
        """Notes of adoption and promulgation in brackets under the title: where each starts, and its text.

        A note printed over several lines is joined with line feeds, so that offsets hold.
        """
        found: list[tuple[int, str]] = []
        head = self.head()
        for position, line in enumerate(head):
            if not line.text.startswith(("（", "(")):
                continue
            end = next((x for x in head[position : position + 6] if x.text.endswith(("）", ")"))), line)
            found.append((line.start, self.text[line.start : end.end]))
        return tuple(found)

    def fact(self, keys: tuple[str, ...]) -> str | None:
        """The first stated value under one of the keys."""
        return next((value.strip() for key, value in self.facts if key.strip("：: ") in keys and value.strip()), None)

    def head(self) -> tuple[Line, ...]:
        """Lines printed before the running text of the first part."""
        first = self.sections[0]
        return self.lines[: max(first.begin, 1 if first.title is None else first.title.last + 1)]

    def closing(self) -> tuple[Line, ...]:
        """Lines of the closing block of the first part, then of the main part."""
        found: list[Line] = []
        for section in dict.fromkeys((self.sections[0], self.sections[self.main])):
            found += self.lines[section.sign : section.end]
        return tuple(found)


def number(page: Page) -> Recognised | None:
    """The document's own number: from its head, its title, an order's line or note, or the page's table."""
    head = page.head()
    candidates = [found for position in range(len(head)) for found in _numbers_at(head, position)]
    if candidates:
        title = page.sections[0].title
        above = [c for c in candidates if title is None or c.span is None or not _within(page, title, c.span)]
        return (above or candidates)[0]
    stated = page.fact(_NUMBER_KEYS)
    found = find(stated) if stated else ()
    return Recognised(found[0].value) if found else None


def _within(page: Page, title: Title, span: Span) -> bool:
    return page.lines[title.first].start <= span.start < page.lines[title.last].end


def _numbers_at(head: tuple[Line, ...], position: int) -> list[Recognised]:
    line = head[position]
    text = line.text
    following = head[position + 1] if position + 1 < len(head) else None
    if (
        re.search(r"(?:令|公告|通告|决定)$", text)
        and following
        and re.match(r"^[（(〔\[]?\s*(?:第|(?:19|20)\d\d)", following.text)
    ):
        joined = find(text + following.text)
        if joined:
            return [Recognised(joined[0].value, Span(line.start + joined[0].start, following.end))]
    bare = text.strip("（()） ")
    tail = re.search(r"的(?:通知|意见|决定|批复|函)\s*([（(][^（）()]{4,90}[)）])$", text)
    if tail and find(tail[1]):
        last = find(tail[1])[0]
        at = line.start + tail.start(1)
        return [Recognised(last.value, Span(at + last.start, at + last.end))]
    noted = bool(re.match(r"^[（(].*(?:年|令)", text))
    found = find(text)
    if not found or not (len(bare) < 60 or noted):
        return []
    own = _own(found, text, noted)
    if own is None:
        return []
    value = own.value
    if not own.prefix and position:
        before = re.sub(r"\s", "", head[position - 1].text)
        organs = split_organs(before)
        value = (before if organs or before.endswith(("公告", "通告", "令")) else "") + value
    return [Recognised(value, Span(line.start + own.start, line.start + own.end))]


def _own(found: tuple[Number, ...], text: str, noted: bool) -> Number | None:
    if noted:
        orders = [n for n in found if "令" in n.value or "公告" in n.value]
        return orders[0] if orders else (found[0] if len(found) == 1 and len(text) < 60 else None)
    quoted = re.sub(r"《[^》]*》(?:[（(][^）)]*[)）])?", lambda m: "\0" * len(m[0]), text)
    return next((n for n in found if quoted[n.start] != "\0"), None)


def issuers(page: Page, title: str, number_value: str) -> tuple[Organ, ...]:
    """The issuing organs, from title, signature, head, number, or the page's own table, in that order of trust."""
    home = _home(number_value)
    for source in (_from_title, _from_head, _from_closing, _from_report):
        found = source(page)
        if found:
            return tuple(_completed(page, name, span, home) for name, span in found)
    stated = page.fact(_ORGAN_KEYS)
    if stated:
        return tuple(organ(name, None, home) for name, _, _ in split_organs(stated))
    if page.sections[0].title is None and organs_of_title(title):
        return tuple(organ(name, None, home) for name, _, _ in organs_of_title(title))
    return _from_number(title, number_value, home) or _from_interpreter(page, home)


def _from_title(page: Page) -> list[tuple[str, Span | None]]:
    title = page.sections[0].title
    if title is None:
        return []
    span = page.title_span(title)
    printed, base = span.of(page.text), span.start
    flat, offsets = _flatten(printed)
    return [(name, Span(base + offsets[a], base + offsets[b - 1] + 1)) for name, a, b in organs_of_title(flat)]


def _flatten(printed: str) -> tuple[str, list[int]]:
    offsets = [i for i, c in enumerate(printed) if c != "\n"]
    return "".join(printed[i] for i in offsets), offsets


def _from_closing(page: Page) -> list[tuple[str, Span | None]]:
    found: list[tuple[str, Span | None]] = []
    for line in page.closing():
        bare = re.split(r"(?:19|20)\d\d\s*年|[一二][○〇零九]", line.text)[0].strip()
        bare = bare if bare and is_organ("".join(n for n, _, _ in split_organs(bare)) or "x") else ""
        if bare and not re.search(r"抄送|发送|印发$", line.text):
            found += [(name, Span(line.start + a, line.start + b)) for name, a, b in split_organs(bare)]
        elif found and not only_day(line.text):
            break
    return found


def _from_head(page: Page) -> list[tuple[str, Span | None]]:
    """Organ lines, file headers (…文件), order lines (…令) and notes ((…人民政府令第9号公布))."""
    found: list[tuple[str, Span | None]] = []
    for line in page.head():
        text = re.sub(r"(?:文件|公报)$|(?:令|公告|通告)\s*[（(〔\[]?(?:第|20|19)?.*$", "", line.text)
        organs = split_organs(text) if len(line.text) < 80 and not line.text.startswith(("（", "(")) else ()
        if organs and "".join(name for name, _, _ in organs) == re.sub(r"[\s、]", "", text):
            found += [(name, Span(line.start + a, line.start + b)) for name, a, b in organs]
        elif found:
            return found
    if found:
        return found
    for start, text in page.notes():
        flat, offsets = _flatten(text)
        noted = _NOTED.search(flat)
        name = re.sub(r"第[\u3400-\u9fff]{1,4}届", "", noted[1]) if noted else ""
        if noted and is_organ(name):
            return [(name, Span(start + offsets[noted.start(1)], start + offsets[noted.end(1) - 1] + 1))]
    return []


def _from_report(page: Page) -> list[tuple[str, Span | None]]:
    """A report that organs issued the text it prints: 近日，中共中央办公厅、国务院办公厅印发了《…》."""
    for line in page.lines[:6]:
        match = re.search(r"(?:^|[，,日])([\u3400-\u9fff、]{4,60}?)(?:联合)?(?:印发|发布|公布)了?《", line.text)
        organs = split_organs(match[1]) if match else ()
        if match and organs and "".join(name for name, _, _ in organs) == match[1].replace("、", ""):
            return [
                (name, Span(line.start + match.start(1) + a, line.start + match.start(1) + b)) for name, a, b in organs
            ]
    return []


def _from_interpreter(page: Page, home: Region) -> tuple[Organ, ...]:
    """The organ that keeps the interpretation of a text is the one that made it, where nothing else names it."""
    section = page.sections[page.main]
    for line in reversed(page.lines[section.begin : section.sign]):
        match = re.search(r"由([\u3400-\u9fff]{4,24}?)(?:发布并|发布和|负责)(?:负责)?(?:解释|修订|修改)", line.text)
        if match and is_organ(match[1]) and organ(match[1], None, home).level is not Level.OTHER:
            return (organ(match[1], Span(line.start + match.start(1), line.start + match.end(1)), home),)
    return ()


def _completed(page: Page, name: str, span: Span | None, home: Region) -> Organ:
    """A relative name (市财政局) takes the full name the document itself gives in its closing block."""
    if re.match(r"^(?:省|市|县|区|州|自治区)(?![\u3400-\u9fff]?[省市县区])", name):
        tail = re.sub(r"^(?:省|市|县|区|州|自治区)", "", name).replace("人民政府", "政府")
        for line in page.closing():
            full = next(
                (
                    n
                    for n, _, _ in split_organs(line.text)
                    if n.replace("人民政府", "政府").endswith(tail) and split_place(n)[0].name
                ),
                None,
            )
            if full:
                return organ(full, span, home)
        if home.province and not home.city and name[0] in "省市" and (name[0] == "省") == home.province.endswith("省"):
            return organ(home.province + tail.replace("政府", "人民政府"), span, home)
    return organ(name, span, home)


def _home(number_value: str) -> Region:
    """The province a number's first letter stands for, where that letter is no city's as well."""
    letter = number_value[:1]
    return Region(province_of_letter(letter)) if letter and letter in _SAFE_LETTERS else Region()


def _from_number(title: str, number_value: str, home: Region) -> tuple[Organ, ...]:
    """A province's own series (豫政办) or a province's order (省政府令) names the government."""
    place = home.province or split_place(title)[0].province
    if not place:
        return ()
    if re.match(r"^[\u4e00-\u9fff](?:政|府)(?:办|发|函|规|字|令|〔)", number_value) or number_value.startswith(
        "省政府令"
    ):
        office = "办公厅" if re.match(r"^.(?:政|府)办", number_value) else ""
        return (organ(f"{place}人民政府{office}", None, home),)
    return ()
