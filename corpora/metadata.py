"""Number, organs, dates and validity of a document, each with the span that shows it; what is not shown is absent."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from .dates import Day, days, only_day
from .issuer import is_organ, organ, organs_of_title, split_organs
from .number import Number, find
from .numerals import NUMERAL, chinese_to_int
from .outline import Line
from .parts import Section
from .regions import province_of_letter, split_place
from .text import Organ, Recognised, RecognisedDate, Region, Span, Validity, add_months

_N = rf"(?:\d{{1,3}}|{NUMERAL}{{1,4}})"
_NUMBER_KEYS = ("文号", "发文字号", "文件编号", "发文文号", "文件字号", "公文字号")
_ORGAN_KEYS = ("发文机关", "制定机关", "发布机构", "发布机关", "发文单位", "发布单位", "制发机关", "公布机关")
_ISSUED_KEYS = ("成文日期", "发文日期", "印发日期", "签发日期", "成文时间", "发文时间", "公布日期")
_PUBLISHED_KEYS = ("发布日期", "公开日期", "发布时间", "公布日期", "生成日期")
_EFFECTIVE_KEYS = ("施行日期", "实施日期", "生效日期")
_TERM = re.compile(
    rf"自(?P<when>[^。；，,《》]{{2,40}}?)(?:起|开始)(?:(?:正式)?(?:施行|实施|执行|生效|试行)|[，,]?有效期)"
    rf"|(?P<bare>(?:19|20)\d\d\s*年\s*\d{{1,2}}\s*月\s*\d{{1,2}}\s*日)起(?:正式)?(?:施行|实施|执行|生效)"
)
_EVENT = re.compile(r"(?:发布|公布|印发|颁布|下发|颁发|签发|发文|公告|通过)之?日")
_AFTER = re.compile(rf"(?:后|满|起)?(?P<n>{_N})\s*(?P<unit>个?工作日|日|天|个月)(?:后|之后)?")
_VALID_TERM = re.compile(
    rf"(?:有效期|试行期|有效期限|试行期限|暂行期)(?:限)?(?:为|暂定|暂定为|是|：|:)?\s*(?P<n>{_N})\s*(?P<unit>年|个月)"
)
_VALID_UNTIL = re.compile(
    r"(?:有效期|试行期|执行期|期限|施行|实施|执行|有效期延长|延长)(?:限)?[^。；]{0,16}?(?:至|到|截至|截止到?)(?P<day>[^。；，]{6,20}?日)"
)
_TRIAL = re.compile(r"暂行|试行")
_ANNOUNCED = re.compile(r"公布|发布|印发|颁布|施行|令第")
_SAFE_LETTERS = "京津沪渝冀晋蒙辽黑苏浙皖闽赣鲁豫鄂湘粤桂琼川黔滇藏陕甘"


@dataclass(frozen=True, slots=True)
class Page:
    """What metadata is read from: the text, its lines and parts, and the facts the file itself states."""

    text: str
    lines: tuple[Line, ...]
    sections: tuple[Section, ...]
    main: int
    facts: tuple[tuple[str, str], ...] = ()

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

    def carrier(self) -> str:
        """Text of the first part before its closing block, where it is a carrier."""
        first = self.sections[0]
        if self.main == 0 or first.begin >= first.sign:
            return ""
        return self.text[self.lines[first.begin].start : self.lines[first.sign - 1].end]


def number(page: Page) -> Recognised | None:
    """The document's own number: from its head, its title, an order's line or note, or the page's table."""
    head = page.head()
    for position, line in enumerate(head):
        for candidate in _numbers_at(head, position):
            return candidate
        if line.text.startswith(("根据", "依据")):
            break
    stated = page.fact(_NUMBER_KEYS)
    found = find(stated) if stated else ()
    return Recognised(found[0].value) if found else None


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
        value = (
            before + ("" if before.endswith(("公告", "通告", "令")) else "公告")
            if organs or before.endswith(("公告", "令"))
            else ""
        ) + value
    return [Recognised(value, Span(line.start + own.start, line.start + own.end))]


def _own(found: tuple[Number, ...], text: str, noted: bool) -> Number | None:
    if noted:
        orders = [n for n in found if "令" in n.value or "公告" in n.value]
        return orders[-1] if orders else (found[0] if len(found) == 1 and len(text) < 60 else None)
    quoted = re.sub(r"《[^》]*》(?:[（(][^）)]*[)）])?", lambda m: "\0" * len(m[0]), text)
    return next((n for n in found if quoted[n.start] != "\0"), None)


def issuers(page: Page, title: str, number_value: str) -> tuple[Organ, ...]:
    """The issuing organs, from title, signature, head, number, or the page's own table, in that order of trust."""
    home = _home(page, number_value)
    for found in (_from_title(page), _from_closing(page), _from_head(page)):
        if found:
            return tuple(_completed(page, name, span, home) for name, span in found)
    stated = page.fact(_ORGAN_KEYS)
    if stated:
        return tuple(organ(name, None, home) for name, _, _ in split_organs(stated))
    return _from_number(title, number_value, home, page)


def _from_title(page: Page) -> list[tuple[str, Span | None]]:
    title = page.sections[0].title
    if title is None:
        return []
    printed = page.text[page.lines[title.first].start : page.lines[title.last].end]
    base = page.lines[title.first].start
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
        if bare and not re.search(r"抄送|发送", bare):
            found += [(name, Span(line.start + a, line.start + b)) for name, a, b in split_organs(bare)]
        elif found and not only_day(line.text):
            break
    return found


def _from_head(page: Page) -> list[tuple[str, Span | None]]:
    """Organ lines, file headers (…文件), order lines (…令) and notes ((…人民政府令第9号公布))."""
    for line in page.head():
        text = re.sub(r"(?:文件|公报)$|(?:令|公告|通告)\s*[（(〔\[]?(?:第|20|19)?.*$", "", line.text)
        organs = split_organs(text) if len(line.text) < 80 and not line.text.startswith(("（", "(")) else ()
        if organs and "".join(name for name, _, _ in organs) == re.sub(r"[\s、]", "", text):
            return [(name, Span(line.start + a, line.start + b)) for name, a, b in organs]
        noted = re.findall(
            r"(?:日|经|^[（(])((?:[\u3400-\u9fff]{2,16}第?[\u3400-\u9fff]{0,4}届)?[\u3400-\u9fff]{2,20}?(?:人民代表大会常务委员会|人民代表大会|人大常委会|人民政府|国务院|[部委局署行])(?=令|公告|第.{1,6}次|发布|公布))",
            line.text,
        )
        if noted and line.text.startswith(("（", "(")):
            name = re.sub(r"第[\u3400-\u9fff]{1,4}届", "", noted[0])
            start = line.start + line.text.index(noted[0])
            if is_organ(name):
                return [(name, Span(start, start + len(noted[0])))]
    return []


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


def _home(page: Page, number_value: str) -> Region:
    """The province a number's first letter stands for, where that letter is no city's as well."""
    letter = number_value[:1]
    return Region(province_of_letter(letter)) if letter and letter in _SAFE_LETTERS else Region()


def _from_number(title: str, number_value: str, home: Region, page: Page) -> tuple[Organ, ...]:
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


def dates(page: Page) -> tuple[RecognisedDate | None, RecognisedDate | None, RecognisedDate | None]:
    """Issue, publication and commencement dates."""
    issued = _issued(page)
    stated = page.fact(_PUBLISHED_KEYS)
    published = _announced(page) or _stated(stated)
    return issued, published, _effective(page, issued, published)


def _stated(value: str | None) -> RecognisedDate | None:
    found = days(value) if value else ()
    return RecognisedDate(found[0].value) if found else None


def _issued(page: Page) -> RecognisedDate | None:
    for line in page.closing():
        found = days(line.text)
        if (
            found
            and not re.search(r"印发$|起施行|至", line.text)
            and (only_day(line.text) or line.text[found[-1].end :] == "")
        ):
            return _dated(line, found[-1])
    for line in page.head():
        found = days(line.text)
        if found and line.text.startswith(("（", "(")) and _ANNOUNCED.search(line.text):
            return _dated(line, _of_note(line.text, found))
    for line in page.head():
        day = only_day(line.text) or (
            days(line.text)[-1] if find(line.text) and len(line.text) < 50 and days(line.text) else None
        )
        if day:
            return _dated(line, day)
    return _stated(page.fact(_ISSUED_KEYS))


def _of_note(text: str, found: tuple[Day, ...]) -> Day:
    """In a note of adoption and promulgation the last date before 公布/发布, else the first date."""
    for match in re.finditer(r"公布|发布|颁布|令第", text):
        before = [day for day in found if day.end <= match.start()]
        if before:
            return before[-1]
    return found[0]


def _dated(line: Line, day: Day) -> RecognisedDate:
    return RecognisedDate(day.value, Span(line.start + day.start, line.start + day.end))


def _announced(page: Page) -> RecognisedDate | None:
    for line in page.head():
        if line.text.startswith(("（", "(")) and re.search(r"公布|发布|颁布", line.text) and days(line.text):
            return _dated(line, _of_note(line.text, days(line.text)))
    return None


def _effective(page: Page, issued: RecognisedDate | None, published: RecognisedDate | None) -> RecognisedDate | None:
    base = published or issued
    for start, text in _term_texts(page):
        for match in reversed(list(_TERM.finditer(text))):
            if _foreign(text, match.start()):
                continue
            when = match["when"] or match["bare"]
            span = Span(start + match.start(), start + match.end())
            found = days(when)
            if found:
                return RecognisedDate(found[0].value, span)
            if _EVENT.search(when) and base:
                day = _shift(base.value, when)
                return RecognisedDate(day, span) if day else None
    stated = page.fact(_EFFECTIVE_KEYS)
    return _stated(stated)


def _foreign(text: str, at: int) -> bool:
    """Whether a term belongs to another instrument named just before it (《…条例》自…起施行)."""
    before = re.split(r"[。；]", text[:at])[-1]
    return bool(re.search(r"》[^，]{0,6}$", before)) and not re.search(r"现予|印发|公布", before)


def _term_texts(page: Page) -> list[tuple[int, str]]:
    """Where a term is looked for: notes of the head, the main text from its end, the carrier's text."""
    section = page.sections[page.main]
    found = [(line.start, line.text) for line in page.head() if line.text.startswith(("（", "("))]
    if section.begin < section.end:
        tail = page.lines[max(section.begin, section.sign - 12) : max(section.sign, section.begin + 1)]
        found += [(line.start, line.text) for line in reversed(tail)]
        found += [(line.start, line.text) for line in page.lines[section.begin : section.begin + 3]]
    first = page.sections[0]
    found += [(line.start, line.text) for line in page.lines[first.begin : first.end]] if page.main else []
    return found


def _shift(base: date, when: str) -> date | None:
    """A day so many days or months after an event; working days are not counted without a calendar."""
    match = _AFTER.search(_EVENT.sub("", when, count=1))
    if not match:
        return base
    try:
        count = chinese_to_int(match["n"])
    except ValueError:
        return None
    if "工作日" in match["unit"]:
        return None
    return add_months(base, count) + timedelta(days=1) if "月" in match["unit"] else base + timedelta(days=count)


def validity(page: Page, title: str) -> Validity | None:
    """The stated period of validity; 暂行 or 试行 in a title makes it a trial."""
    body = page.sections[page.main]
    titles = title + (body.title.text if body.title else "")
    trial = bool(_TRIAL.search(titles))
    texts = [(line.start, line.text) for line in page.lines[body.begin : body.sign]]
    texts += _term_texts(page)
    for start, text in texts:
        until = _VALID_UNTIL.search(text)
        found = days(until["day"]) if until else ()
        if until and found:
            return Validity(found[-1].value, None, trial, Span(start + until.start(), start + until.end()))
        term = _VALID_TERM.search(text)
        if term:
            months = chinese_to_int(term["n"]) * (12 if term["unit"] == "年" else 1)
            return Validity(None, months, trial, Span(start + term.start(), start + term.end()))
    return Validity(trial=True) if trial else None
