"""Split the printed text of a law into articles, whatever the source.

Handles 第N条 texts, texts numbered 一、二、 (修正案, 决定, 批复), texts without numbers, preambles and annexes.
"""

import re
from dataclasses import dataclass, field

from ..numerals import NUMERAL, chinese_to_int
from .record import Provision

PREAMBLE, WHOLE, ANNEX = "序言", "全文", "附件"
_ARTICLE = re.compile(rf"^第\s*({NUMERAL}+|\d+)\s*条(?:\s*之\s*({NUMERAL}{{1,3}}))?(?=(\s|$|[^\s，。；、]))")
_RUNNING = re.compile(r"^(?:[第、和至到及与或款项]|的?规定|中[的“有]|所[列称规述]|[（(][一二三四五六七八九十\d]+[）)])")
_POINT = re.compile(rf"^({NUMERAL}{{1,4}})、\s*")
_HEADING = re.compile(rf"^第\s*{NUMERAL}+\s*(编|分编|章|节)(?:[\s　]+(.*)|([^\s，。；、]{{1,30}}))?$")
_LEVEL = {"编": 0, "分编": 1, "章": 2, "节": 3}
_ANNEX = re.compile(
    rf"^附\s*(?:[件录表]\s*(?:{NUMERAL}|\d)*\s*(?:$|[：:])|[：:])|^[^，。；]{{2,24}}(?:税率|税额)表(?:[一二三（(].*)?$"
)
_RULE = re.compile(r"[-+=|＋－\s]{4,}")
_PICTURE = re.compile(
    r'!?(?:\[[^\]]*\])?\([^)]*\)\{[^}]*\}|!\[[^\]]*\]\([^)]*\)|!\d*\{[^}]*\}|(?:width|height)=["“][\d.]+in["”]\}?'
)
_SPACES = re.compile(r"[ \t\u2002-\u200b\u3000\xa0\ufeff]+")
_WIDE = r"[\u4e00-\u9fff\u3001-\u301f\uff01-\uff60“”]"
_LAYOUT = re.compile(rf"(?<={_WIDE}) | (?={_WIDE})")
_INLINE = re.compile(rf"(?<=[。；])[ \t　]*(?=第{NUMERAL}+条(?:之{NUMERAL}+)?[ \t　]+\S)")
_JUMP = 30


@dataclass(slots=True)
class _Open:
    """The provision being read, and where we are in the text."""

    number: str = PREAMBLE
    chapter: str = ""
    lines: list[str] = field(default_factory=list)
    headings: dict[int, str] = field(default_factory=dict)
    last: tuple[int, int] = (0, 0)
    prefix: str = ""
    annexes: int = 0
    done: list[Provision] = field(default_factory=list)

    def close(self) -> None:
        text = "\n".join(line for line in self.lines if line)
        if text:
            self.done.append(Provision(self.number, self.chapter, text))
        self.lines = []

    def start(self, number: str, first: str) -> None:
        self.close()
        self.number, self.lines = self.prefix + number, [first]
        self.chapter = " ".join(self.headings[level] for level in sorted(self.headings))


def clean_line(line: str) -> str:
    """One paragraph without layout spaces, table rules and pictures; straight double quotes are paired."""
    line = _PICTURE.sub("", line.replace("\\", "") if "\\" in line else line)
    line = _LAYOUT.sub("", _SPACES.sub(" ", line)).strip()
    if _RULE.fullmatch(line):
        return ""
    return _quotes(line) if '"' in line else line


def clean_text(text: str) -> str:
    """Paragraphs cleaned one by one, empty ones dropped."""
    return "\n".join(line for line in map(clean_line, text.replace("\r", "").split("\n")) if line)


def _quotes(line: str) -> str:
    """Pair straight double quotes; one at the start of a paragraph opens (quoted paragraphs repeat it)."""
    first, *parts = line.split('"')
    return first + "".join(("“" if index % 2 == 0 else "”") + part for index, part in enumerate(parts))


def split_articles(body: str) -> tuple[Provision, ...]:
    """Provisions of a law text in printed order.

    Labels are 第N条, 第N条之M, 条目N (texts numbered 一、), 序言, 全文, and 附件… behind the last article.
    """
    lines = [re.sub(r"^[#>\s*　]+", "", line) for line in _INLINE.sub("\n", body.replace("\r", "")).split("\n")]
    numbered = any(_article(line, (0, 0), True) for line in lines)
    state = _Open()
    for line in lines:
        if not _heading(state, line):
            (_by_article if numbered else _by_point)(state, line)
    state.close()
    return _finish(state.done)


def _heading(state: _Open, line: str) -> bool:
    found = _HEADING.match(_SPACES.sub(" ", line).strip())
    if not found or line.rstrip().endswith(("。", "；")):
        return False
    level = _LEVEL[found[1]]
    state.headings = {key: value for key, value in state.headings.items() if key < level}
    label = found[0].split(found[1])[0].replace(" ", "") + found[1]
    state.headings[level] = f"{label} {re.sub(' ', '', found[2] or found[3] or '')}".strip()
    return True


def _article(line: str, last: tuple[int, int], first: bool) -> tuple[int, int] | None:
    """(number, 之 number) when the line begins an article after `last`; a reference at the start of a line does not."""
    found = _ARTICLE.match(line)
    if not found:
        return None
    number = (chinese_to_int(found[1]), chinese_to_int(found[2]) if found[2] else 0)
    rest = line[found.end() :]
    spaced = not rest or rest[0].isspace()
    if not spaced and (
        _RUNNING.match(rest) or not (first or number in ((last[0] + 1, 0), (last[0] + 2, 0), (last[0], last[1] + 1)))
    ):
        return None
    following = last < number and number[0] <= last[0] + _JUMP
    return number if first or following or number == (1, 0) else None


def _by_article(state: _Open, line: str) -> None:
    if state.last[0] and _ANNEX.match(line.strip()):
        state.start(_annex(state), clean_line(line))
        state.last = (10**6, 0)
        return
    number = _article(line, state.last, not state.last[0])
    if number is None:
        state.lines.append(clean_line(line))
        return
    if number == (1, 0) and state.last[0]:
        _restart(state)
    found = _ARTICLE.match(line)
    label = re.sub(r"\s", "", found[0]) if found else ""
    if state.last == (0, 0):
        _keep_preamble(state)
    state.start(label, clean_line(line[found.end() :] if found else line))
    state.last = number


def _restart(state: _Open) -> None:
    """A second text with its own 第一条 behind the first: an annex."""
    state.close()
    if state.last[0] != 10**6 or not state.prefix:
        state.annexes += state.last[0] != 10**6
    state.prefix = f"{ANNEX}{state.annexes or 1}"


def _annex(state: _Open) -> str:
    state.prefix = ""
    state.annexes += 1
    return f"{ANNEX}{state.annexes}"


def _keep_preamble(state: _Open) -> None:
    """Drop tables of contents before the first article; keep a preamble of sentences."""
    state.lines = [line for line in state.lines if len(line) > 12 and re.search(r"[。；：]$", line)]
    if sum(map(len, state.lines)) < 60:
        state.lines = []


def _by_point(state: _Open, line: str) -> None:
    found = _POINT.match(line)
    if found and chinese_to_int(found[1]) == state.last[0] + 1:
        state.last = (state.last[0] + 1, 0)
        state.start(f"条目{found[1]}", clean_line(line[found.end() :]))
    else:
        state.lines.append(clean_line(line))


def _finish(provisions: list[Provision]) -> tuple[Provision, ...]:
    if len(provisions) == 1 and provisions[0].number == PREAMBLE:
        return (Provision(WHOLE, provisions[0].chapter, provisions[0].text),)
    seen: dict[tuple[str, str], None] = {}
    kept = []
    for provision in provisions:
        mark = (provision.number, provision.text)
        if mark not in seen:
            kept.append(provision)
        seen[mark] = None
    return tuple(kept)


def breaks_off(provisions: tuple[Provision, ...]) -> bool:
    """True for a text that ends inside its first chapter: 第一章 only, and no article says when it commences."""
    articles = [p for p in provisions if p.number.startswith("第")]
    first = bool(articles) and all(p.chapter.startswith("第一章") for p in articles)
    return first and not any(re.search("施行|执行|生效|实施", p.text) and "本" in p.text for p in articles[-2:])


def detach_annex(provisions: tuple[Provision, ...]) -> tuple[Provision, ...]:
    """Cut an annex printed behind the last article into a provision of its own."""
    if not provisions:
        return provisions
    last = provisions[-1]
    lines = last.text.split("\n")
    for place, line in enumerate(lines):
        if place and _ANNEX.match(line):
            annex = Provision(ANNEX + "1", "", "\n".join(lines[place:]))
            return (*provisions[:-1], Provision(last.number, last.chapter, "\n".join(lines[:place])), annex)
    return provisions
