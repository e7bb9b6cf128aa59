"""From a source to a document: extract, canonical text, structure, metadata, kind.

`read` is the one entry; nothing later opens the file again. An absent field is None: nothing is guessed silently.
"""

import re
from dataclasses import dataclass, replace

from . import issuer, kind, metadata, outline, parts, structure, terms, titles
from .citation import mentions
from .errors import NoText
from .limits import Limits
from .normalize import normalize
from .pagetable import lift_table
from .readers.formats import extract
from .text import Canonical, Document, Extract, Instrument, Level, Organ, Problem, Recognised, Source


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the user states about the document; it wins over what was read."""

    issuer: str | None = None
    level: Level | None = None
    instrument: Instrument | None = None


_LIMITS = Limits()
_NONE = Overrides()


def read(source: Source, limits: Limits = _LIMITS, overrides: Overrides = _NONE) -> Document:
    """Read a source into a document. Raises the coded errors of the readers, and NoText where nothing is left."""
    extracted = extract(source, limits)
    return compose(source, extracted, normalize(extracted), overrides)


def compose(source: Source, extracted: Extract, canonical: Canonical, overrides: Overrides = _NONE) -> Document:
    """The document of an already canonical text."""
    facts, lines = lift_table(outline.lines(canonical))
    if not lines:
        raise NoText(f"{source.name} 中没有可审查的文字", "请确认文件内容，扫描件请安装 OCR 组件后重试")
    sections = parts.sections(lines)
    main = structure.main_part(sections)
    page = metadata.Page(canonical.text, lines, sections, main, (*extracted.meta, *facts))
    title = _title(page) or _file_title(source.name)
    number = metadata.number(page)
    organs = _organs(page, title, number, overrides)
    issued, published, effective = terms.dates(page)
    found = structure.clauses(lines, sections)
    body_title = sections[main].title
    own_title = body_title.text if body_title else title.value if title else ""
    names = _names(title, own_title, canonical.text)
    instrument = overrides.instrument or issuer.instrument(
        organs[0] if organs else None, own_title or "".join(names), number.value if number else "", _by_order(page)
    )
    facts_held = (number is not None, bool(organs), effective is not None, _single_addressee(page))
    traits = kind.Traits(canonical.text, names, found, instrument, *facts_held)
    return Document(
        source=source.name,
        media=source.media,
        sha256=source.sha256,
        text=canonical.text,
        title=title,
        number=number,
        issuers=organs,
        instrument=instrument,
        issued=issued,
        published=published,
        effective=effective,
        validity=terms.validity(page, title.value if title else ""),
        kind=kind.score(traits),
        parts=structure.parts(lines, sections),
        clauses=found,
        mentions=mentions(canonical.text),
        canonical=canonical,
        problems=_problems(extracted, title, organs, source.name),
    )


def _title(page: metadata.Page) -> Recognised | None:
    """The title printed first; an order or announcement without one takes that of what it prints."""
    for section in (page.sections[0], page.sections[page.main]):
        title = section.title
        if title:
            return Recognised(title.text, page.title_span(title))
    stated = page.fact(("标题", "title"))
    return Recognised(re.sub(r"\s+", "", stated)) if stated else None


def _file_title(name: str) -> Recognised | None:
    """The title by which the file is named, for a text that prints none; a problem of the document says so."""
    named = titles.of_file_name(name)
    return Recognised(named) if named else None


def _names(title: Recognised | None, own_title: str, text: str) -> tuple[str, ...]:
    """The titles of the file and of the instrument it prints, or what an untitled text calls itself."""
    names = tuple(dict.fromkeys(name for name in (title.value if title else "", own_title) if name))
    return names or _self_names(text)


def _self_names(text: str) -> tuple[str, ...]:
    """What an untitled text calls itself: 制定本办法, 本清单自…起施行."""
    match = re.search(r"(?:制定|提出|制订|拟定)(?:如下|以下|本)([\u3400-\u9fff]{2,8}?)[。：，\n]", text[:4000])
    match = match or re.search(
        r"制[定订][^。，；《》]{2,60}?((?:实施)?(?:办法|细则|规定|意见|措施))[。\n]", text[:1200]
    )
    match = match or re.search(r"本([\u3400-\u9fff]{2,6}?)(?:自|从)[^。]{2,30}起(?:施行|实施|执行)", text)
    return (match[1],) if match else ()


def _organs(
    page: metadata.Page, title: Recognised | None, number: Recognised | None, overrides: Overrides
) -> tuple[Organ, ...]:
    value = number.value if number else ""
    if overrides.issuer:
        organs: tuple[Organ, ...] = (issuer.organ(overrides.issuer, None),)
    else:
        organs = metadata.issuers(page, title.value if title else "", value)
    if overrides.level and organs:
        return (replace(organs[0], level=overrides.level), *organs[1:])
    return organs if not overrides.level else (Organ("", overrides.level),)


def _by_order(page: metadata.Page) -> bool:
    """Whether the head prints an order (…人民政府令, …第14号令发布)."""
    return any(len(line.text) < 60 and re.search(r"令(?:\s*$|[（(〔\[第])", line.text) for line in page.head())


def _single_addressee(page: metadata.Page) -> bool:
    """Whether the line of address names one receiver only (a reply, a letter)."""
    first = page.sections[0]
    for line in page.lines[: first.begin]:
        if re.match(r"^[^。；、，]{2,40}[：:]$", line.text) and not re.search(
            r"各|有关|单位|部门|全市|全省|全县|全体", line.text
        ):
            return True
    return False


def _problems(
    extracted: Extract, title: Recognised | None, organs: tuple[Organ, ...], name: str
) -> tuple[Problem, ...]:
    found = list(extracted.problems)
    if title and title.span is None and title == _file_title(name):
        found.append(Problem("document.title_of_file", "正文没有标题，暂用文件名作标题"))
    if title is None:
        found.append(Problem("document.no_title", "没有识别出标题"))
    if not organs:
        found.append(Problem("document.no_issuer", "没有识别出制定机关，可用 --issuer 指定"))
    return tuple(found)
