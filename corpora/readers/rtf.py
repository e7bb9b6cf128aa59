"""RTF: text by its control words; pictures, objects, fields' codes and styles are passed over."""

import re
from dataclasses import dataclass, field

from ..errors import FileDamaged
from ..limits import Limits
from ..text import Block, Extract, Source
from .lines import paragraphs

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_PASSED = frozenset(
    b"fonttbl colortbl stylesheet info pict object objdata fldinst datastore themedata colorschememapping latentstyles "
    b"rsidtbl generator listtable listoverridetable xmlnstbl filetbl revtbl bkmkstart bkmkend pntext2 nonshppict "
    b"template operator deleted".split()
)
_EDGES = {b"header": "header", b"headerl": "header", b"headerr": "header", b"headerf": "header"}
_EDGES |= {b"footer": "footer", b"footerl": "footer", b"footerr": "footer", b"footerf": "footer", b"footnote": "footer"}
_SIGNS = {b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”"}
_SIGNS |= {b"bullet": "•", b"tab": "\t", b"emspace": "\u2003", b"enspace": "\u2002"}
_CODEPAGES = {936: "gb18030", 950: "big5", 65001: "utf-8", 54936: "gb18030"}
_CHARSETS = {134: "gb18030", 136: "big5", 0: "", 1: ""}


@dataclass(slots=True)
class _Group:
    passed: bool = False
    kind: str = "text"
    skip: int = 1
    hidden: bool = False
    font: int = -1


@dataclass(slots=True)
class _State:
    encoding: str = "gb18030"
    stack: list[_Group] = field(default_factory=lambda: [_Group()])
    pending: bytearray = field(default_factory=bytearray)
    text: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    owed: int = 0
    star: bool = False
    high: int = 0

    @property
    def group(self) -> _Group:
        return self.stack[-1]


def read(source: Source, limits: Limits) -> Extract:
    """One block a paragraph or table row. Raises FileDamaged for groups nested beyond reason."""
    state = _State()
    for token in _TOKEN.finditer(source.data):
        word, number, code, sign, brace, run = token.groups()
        if brace:
            _brace(state, brace, source)
        elif word:
            _word(state, word, int(number) if number else None)
        elif code:
            _byte(state, bytes([int(code, 16)]))
        elif sign:
            _sign(state, sign)
        elif run:
            _byte(state, run)
    _flush(state)
    del limits
    return Extract(blocks=tuple(state.blocks))


def _brace(state: _State, brace: bytes, source: Source) -> None:
    _settle(state)
    if brace == b"{":
        if len(state.stack) > 400:
            raise FileDamaged(f"“{source.name}”的 RTF 分组嵌套过深", "请另存为 DOCX 后提交")
        top = state.group
        state.stack.append(_Group(top.passed, top.kind, top.skip, top.hidden, top.font))
    elif len(state.stack) > 1:
        gone = state.stack.pop()
        if gone.kind != state.group.kind:
            _flush(state, gone.kind)
    state.star = False
    state.owed = 0


def _word(state: _State, word: bytes, number: int | None) -> None:
    group = state.group
    if word == b"u" and number is not None:
        _unicode(state, number)
        return
    _settle(state)
    state.owed = 0
    if word in _PASSED or (state.star and word not in {b"shptxt", b"shpinst", b"pn"}):
        group.passed = True
    elif word in _EDGES and group.kind == "text":
        _flush(state)
        group.kind = _EDGES[word]
    elif word in {b"par", b"page", b"sect", b"line"}:
        _break(state)
    elif word in {b"cell", b"nestcell"}:
        state.cells.append(_taken(state))
    elif word in {b"row", b"nestrow"}:
        _row(state)
    elif word in _SIGNS:
        _put(state, _SIGNS[word])
    else:
        _setting(group, state, word, number)
    state.star = False


def _setting(group: _Group, state: _State, word: bytes, number: int | None) -> None:
    if word == b"ansicpg" and number in _CODEPAGES:
        state.encoding = _CODEPAGES[number]
    elif word == b"uc" and number is not None:
        group.skip = max(0, min(number, 8))
    elif word == b"v":
        group.hidden = number != 0
    elif word == b"deleted":
        group.passed = number != 0
    elif word in {b"plain", b"pard"}:
        group.hidden = False


def _sign(state: _State, sign: bytes) -> None:
    if sign == b"*":
        state.star = True
        return
    _settle(state)
    if sign in b"\\{}":
        _put(state, sign.decode("ascii"))
    elif sign in {b"~", b"_"}:
        _put(state, " " if sign == b"~" else "-")
    elif sign in b"\r\n":
        _break(state)


def _unicode(state: _State, number: int) -> None:
    _settle(state)
    code = number & 0xFFFF
    state.owed = state.group.skip
    if 0xD800 <= code < 0xDC00:
        state.high = code
        return
    if 0xDC00 <= code < 0xE000:
        code = 0x10000 + ((state.high - 0xD800) << 10) + (code - 0xDC00) if state.high else 0xFFFD
    state.high = 0
    _put(state, chr(code))


def _byte(state: _State, data: bytes) -> None:
    """Bytes in the file's code page; those that repeat a `\\u` character for old readers are passed over."""
    if state.owed:
        gone = min(state.owed, len(data))
        state.owed -= gone
        data = data[gone:]
    if data and not state.group.passed and not state.group.hidden:
        state.pending += data


def _settle(state: _State) -> None:
    if state.pending:
        state.text.append(state.pending.decode(state.encoding, "replace"))
        state.pending.clear()


def _put(state: _State, text: str) -> None:
    if not state.group.passed and not state.group.hidden:
        state.text.append(text)


def _taken(state: _State) -> str:
    _settle(state)
    text = "".join(state.text)
    state.text.clear()
    return " ".join(text.split())


def _break(state: _State) -> None:
    if state.group.passed:
        return
    if state.cells:
        state.text.append(" ")
    else:
        _flush(state)


def _row(state: _State) -> None:
    cells = [cell.replace("|", "｜") for cell in state.cells]
    state.cells.clear()
    if any(cells):
        state.blocks.append(Block(text=" | ".join(cells), kind="row"))


def _flush(state: _State, kind: str = "") -> None:
    _settle(state)
    if state.cells:
        state.cells.append(_taken(state))
        _row(state)
    text = "".join(state.text)
    state.text.clear()
    for line in paragraphs(text.split("\n")):
        state.blocks.append(Block(text=line, kind=kind or state.group.kind))
