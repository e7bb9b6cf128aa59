"""Laws cited in running text: 《X法》第N条第N款第(N)项, ranges, lists, names without marks, names a text defines.

A mention is a law, regulation, rule or interpretation named with or without marks. Not mentions: a normative
document (《…通知》, or a title followed by a number such as 国发〔2014〕5号), articles of the document itself
(本办法第三条), the text a notice prints and distributes (现将《…办法》印发). `resolve` finds the articles.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .article_labels import read_labels
from .law_names import NOT_A_NAME, bare_names
from .laws.names import clean_title
from .laws.resolving import Reason, Resolution, resolve
from .text import LawMention, Span

__all__ = ["Reason", "Resolution", "mentions", "resolve"]

_INNER = r"[^《》〈〉]"
_MARKED = re.compile(
    rf"《({_INNER}{{1,120}}(?:[《〈]{_INNER}{{1,100}}[》〉]{_INNER}{{0,80}})*"
    rf"|[《〈]{_INNER}{{1,100}}[》〉]{_INNER}{{1,80}})》"
)
_TRIAL = r"(?:\s*[（(](?:试行|暂行|修[订正]|草案|[一二三四五六七八九十]+|\d{4}年?[^）)]{0,8})[）)])?"
_LAWISH = re.compile(
    r"(?:(?<![办方做用无疗])法|法典|宪法|条例|规定|办法|细则|规则|通则|解释|修正案(?:[（(][^）)]+[）)])?|规程)"
    rf"{_TRIAL}$|(?:人民代表大会|人大)(?:常务委员会|常委会)?关于.*决[定议]$|关于(?:修改|废止).*的决定$"
)
_NOT_LAW = re.compile(
    r"中共|党内|中国共产党|党政|党员|党委|(?:报告|协议|合同|章程)$"
    r"|^[\u4e00-\u9fff]{2,8}?(?:省|市|自治区|州|县|区)[\u4e00-\u9fff]{2,12}?[局厅](?!部)"
    r"|^国际.*规则|^(?:实施)?(?:条例|办法|规定|细则|规则|解释|决定|法)$"
)
_YEAR = r"[〔\[（(【﹝［]\s*(?:19|20|[１２][９０])?[\d*０-９]{2}\s*[〕\])）】﹞］]"
_NUMBERED = re.compile(
    rf"^\s*[（(［\[]\s*[^（()）［\]。，；、《》]{{1,40}}?{_YEAR}"
    rf"|^\s*[（(［\[][（(][^（()）]{{1,8}}[）)]\S{{1,12}}第|^\s*[\u4e00-\u9fff]{{2,12}}{_YEAR}\s*\d+\s*号"
    r"|^\s*[（(][^（()）]{0,60}公告\s*[\d〔\[]*\s*\d*\s*[〕\]]?\s*年?\s*第?"
)
_STANDARD = re.compile(r"(?:国家|行业|地方|团体|技术)标准$")
_STANDARD_CODE = re.compile(r"^\s*[（(]\s*[A-Z]{2,4}")
_ORDER = re.compile(r"^\s*[（(][^（()）]{0,60}?(?:令|人民代表大会[^（()）]{0,20}公告)[^（()）]{0,40}")
_PRINTED = re.compile(
    r"(?:现将|印发|印发的|(?:制定|修订|起草|拟定|编制|形成|出台)了?|转发|下发了?|关于(?:发布|公布|延长)|对)\s*$"
)
_PRINTED_ALWAYS = re.compile(
    r"(?:现将|印发的?|转发|下发了?|(?:制定|修订|起草|拟定|编制|形成)了|关于(?:发布|公布|延长))\s*$"
)
_NOW = r"[，,。]?\s*(?:现|予以|已经?[^。；《]{0,40}?)"
_PRINTED_AFTER = re.compile(
    rf"^\s*(?:[（(][^（()）]{{0,60}}[）)])?\s*{_NOW}?(?:予?以?(?:印发|转发|下发|公布|发布))(?:给?你们|执行|施行|实施|，|。)"
    r"|^\s*(?:[（(][^（()）]{0,60}[）)])?\s*等\s*\d*\S{0,2}件?(?:行政)?规范性文件"
)
_SHORT = re.compile(
    r"^\s*[（(](?:[^（()）]{0,60}?[，,；;]\s*)?(?:以下|下文|下)?(?:分别|统)?(?:简称|称)(?:为)?[：:]?\s*"
    r"(?:《([^《》]{1,20})》|[“\"]([^“”\"]{1,20})[”\"]|([\u4e00-\u9fff]{1,16}))\s*[）)]"
)
_DEFINED = re.compile(r"(?:简称|以下称|下称)(?:为)?[：:]?\s*[“\"]?$")
_CITED = r"(?=\s*第\s*[〇零一二三四五六七八九十百千\d]+\s*条)"
_BARE = re.compile(
    rf"中华人民共和国(?:宪法|(?!公民)[\u4e00-\u9fff]{{1,28}}?(?:法实施条例|法实施细则|法典|(?<![办方依违合守执司立宪])法(?!典)|条例)){NOT_A_NAME}"
    rf"|[\u4e00-\u9fff]{{2,24}}?(?:法实施条例|法实施细则|(?<![办方做执立司守违合非依用书无])法|法典|条例){_CITED}"
)
_TRIGGER = re.compile(
    r"^.*(?:根据|依据|依照|按照|遵照|违反|适用|符合|参照|执行|贯彻|落实|以及|或者|删去|[按或的照将]|(?<!人口)(?<!卫生)与|(?<!领海)及"
    r"|(?<!共)(?<!经济区)和)(?=[\u4e00-\u9fff]{2,})"
)
_SAID = re.compile(rf"(?:该|上述)(?:法|条例|办法|规定|细则){_CITED}")
_OWN = re.compile(
    r"^(?:本|该|此|其|上述|前述|相关|有关|各|新|旧|原|法律|行政法规|地方性)|[本该此](?:法|条例|办法|规定)"
)
_GAP = re.compile(r"\s*(?:[（(][^（()）]{0,60}[）)])?\s*(?:[、,，和及与]|以及)?\s*")
_STOP = re.compile(r"[。；\n]")


@dataclass(frozen=True, slots=True)
class _Name:
    """A name in the text: where it stands and what it is looked up as."""

    name: str
    start: int
    end: int


def mentions(text: str) -> tuple[LawMention, ...]:
    """Every law mention of a text, in order; spans cover the name and the articles named beside it."""
    marked = [_Name(clean_title(m[1]), m.start(), m.end()) for m in _MARKED.finditer(text)]
    outside = _not_laws(text, marked)
    short = _definitions(text, marked, outside)
    titles = _titles(text, marked)
    names: list[_Name] = []
    for name in marked:
        full = short.get(name.name, name.name)
        if _DEFINED.search(text[max(0, name.start - 8) : name.start]) or not _lawish(full) or full in outside:
            continue
        if full not in titles or _ends(text, name):
            names.append(replace(name, name=full))
    taken = [(name.start, name.end) for name in marked]
    names += _unmarked(text, taken, {k: v for k, v in short.items() if v not in titles})
    found: list[LawMention] = []
    for name in _with_said(text, sorted(names, key=lambda n: n.start)):
        numbers, end = read_labels(text, _after_note(text, name.end))
        span = Span(name.start, end if numbers else name.end)
        found.append(LawMention(name.name, numbers, span, role_of(text, span)))
    return tuple(found)


def _lawish(name: str) -> bool:
    return bool(_LAWISH.search(name)) and not _NOT_LAW.search(name)


def _not_laws(text: str, marked: list[_Name]) -> frozenset[str]:
    """Titles this text prints, distributes or numbers as normative documents, wherever else it names them."""
    found: set[str] = set()
    short = _definitions(text, marked, frozenset())
    for group in _groups(text, marked):
        before = text[max(0, group[0].start - 12) : group[0].start]
        after = text[group[-1].end : group[-1].end + 90]
        printed = _PRINTED_ALWAYS.search(before) or _PRINTED_AFTER.match(after)
        if printed or (_PRINTED.search(before) and "现" in after[:12]):
            found |= {name.name for name in group}
        own = [name.name for name in group if text[name.start - 1 : name.start] == "本"]
        found |= {*own, *(short.get(name, name) for name in own)}
        for name in group:
            behind = text[name.end : name.end + 110]
            if _STANDARD_CODE.match(behind) or _STANDARD.search(text[max(0, name.start - 6) : name.start]):
                found.add(name.name)
            if _NUMBERED.match(behind) and not _ORDER.match(behind):
                found.add(name.name)
    return frozenset(found | {key for key, full in short.items() if full in found})


def _groups(text: str, marked: list[_Name]) -> Iterator[list[_Name]]:
    """Names that stand in one list: only commas, 和, brackets and blanks between them."""
    group: list[_Name] = []
    for name in marked:
        if group and not _GAP.fullmatch(text[group[-1].end : name.start]):
            yield group
            group = []
        group.append(name)
    if group:
        yield group


def _titles(text: str, marked: list[_Name]) -> frozenset[str]:
    """Marked names that also stand as lines of their own: the title of this very document."""
    wanted = {name.name for name in marked}
    lines = [clean_title(re.sub(r"^[#\s]+", "", line)) for line in text.split("\n")]
    lines = [line for line in lines if line]
    joined = {"".join(lines[i : i + n]) for i in range(len(lines)) for n in (1, 2, 3)}
    return frozenset(wanted & joined)


def _ends(text: str, name: _Name) -> bool:
    """True for an older text of the same title that the document ends."""
    return role_of(text, Span(name.start, name.end)) == "repeal"


def _definitions(text: str, marked: list[_Name], outside: frozenset[str]) -> dict[str, str]:
    """Short names a text defines behind a marked law (以下简称《条例》), to the full name."""
    short: dict[str, str] = {}
    for name in marked:
        found = _SHORT.match(text[name.end : name.end + 100])
        if found and _lawish(name.name) and name.name not in outside:
            short.setdefault(clean_title(found[1] or found[2] or found[3]), name.name)
    return short


def _unmarked(text: str, taken: list[tuple[int, int]], short: dict[str, str]) -> Iterator[_Name]:
    """Names without marks: short names the text defines, names of the lexicon, names before 第N条."""
    free = _blank(text, taken)
    for key in sorted((k for k in short if len(k) > 2), key=len, reverse=True):
        for match in re.finditer(re.escape(key) + NOT_A_NAME, free):
            if not _DEFINED.search(free[max(0, match.start() - 8) : match.start()]):
                yield _Name(short[key], match.start(), match.end())
        free = free.replace(key, "\0" * len(key))
    known = [(start, end) for start, end in bare_names(free) if not _is_line(text, start, end)]
    yield from (_Name(free[start:end], start, end) for start, end in known)
    free = _blank(free, known)
    for match in _BARE.finditer(free):
        skipped = _TRIGGER.match(match[0])
        start = match.start() + (skipped.end() if skipped else 0)
        name = free[start : match.end()]
        if (
            len(name) > 2
            and not _OWN.search(name)
            and not _NOT_LAW.search(name)
            and not _is_line(text, start, match.end())
        ):
            yield _Name(name, start, match.end())


def _is_line(text: str, start: int, end: int) -> bool:
    """True for a name that is a whole line: a title."""
    line = text[text.rfind("\n", 0, start) + 1 : start] + (text[end:].partition("\n")[0])
    return not line.strip("# \t\u3000")


def _blank(text: str, taken: list[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in taken:
        parts += [text[at:start], "\0" * (end - start)]
        at = end
    return "".join(parts) + text[at:]


def _with_said(text: str, names: list[_Name]) -> list[_Name]:
    """Add 该法第N条 as a mention of the law named before it in the same paragraph."""
    said = []
    for match in _SAID.finditer(text):
        before = [n for n in names if n.end <= match.start() and "\n" not in text[n.end : match.start()]]
        if before:
            said.append(_Name(before[-1].name, match.start(), match.end()))
    return sorted(names + said, key=lambda name: name.start)


def _after_note(text: str, at: int) -> int:
    """Skip a bracket behind the name (以下简称…, 2019年修订, an order number) before looking for articles."""
    found = re.match(r"\s*[（(](?:[^（()）]|[（(〔\[]\d+[）)〕\]]){1,80}[）)]", text[at:])
    if found and not re.match(r"\s*[（(][一二三四五六七八九十\d]+[）)]", found[0]):
        return at + found.end()
    return at


def role_of(text: str, span: Span) -> str:
    """`basis` (根据…制定), `apply` (依照…处罚), `repeal` (…同时废止) or `mention`, by the sentence around the span."""
    start = max((m.end() for m in _STOP.finditer(text, max(0, span.start - 300), span.start)), default=0)
    start = max(start, span.start - 300)
    stop = _STOP.search(text, span.end)
    end = min(stop.start() if stop else len(text), span.end + 300)
    before, after = text[start : span.start], text[span.end : end]
    if re.search(r"废止|停止执行", after) and not re.search(r"根据|依据", before[-30:]):
        return "repeal"
    if re.search(r"(?:^|[，、：])?\s*(?:废止|宣布失效)[^，。]{0,30}$", before):
        return "repeal"
    led = re.search(r"(?:根据|依据|按照|依照|遵照|贯彻|落实)[^。；]{0,280}$", before)
    if led and re.search(
        r"制[定订]|特?制定|修订|现(?:就|将|对)|结合|通知如下|公告如下|决定如下|如下|研究决定|经", after
    ):
        return "basis"
    if re.search(r"(?:根据|依据|按照|依照|违反|适用|执行|参照|符合|按)[^。；]{0,120}$", before):
        return "apply"
    return "apply" if re.match(r"(?:的|等)?(?:有关|相关)?(?:规定|要求|处罚|执行)", after) else "mention"
