"""Word's automatic numbering as the text a reader of the page sees (第一条, （二）, 1.)."""

from dataclasses import dataclass, field

from ..numerals import int_to_chinese
from .markup import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# fmt: off
_CHINESE = frozenset((
    "chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand",
    "japaneseCounting", "ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital", "koreanCounting",
))
# fmt: on
_FORMAL = dict(zip("零一二三四五六七八九十百千万", "零壹贰叁肆伍陆柒捌玖拾佰仟万", strict=True))
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


@dataclass(slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    pattern: str = ""
    style: str = ""
    legal: bool = False


@dataclass(slots=True)
class _List:
    abstract: str
    levels: dict[int, _Level] = field(default_factory=dict)
    overrides: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts numbered paragraphs in document order; `label` must be called once a paragraph."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._styles: dict[str, tuple[str, str, int | None, bool]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._started: set[str] = set()
        if numbering is not None:
            self._load_lists(numbering)
        if styles is not None:
            self._load_styles(styles)

    def label(self, p: Element) -> tuple[str, bool]:
        """`(label, heading)` of a paragraph; the label is "" where Word numbers nothing."""
        properties = p.find(f"{_W}pPr")
        style = _value(properties, "pStyle") if properties is not None else ""
        heading = self._heading(style)
        number, level = self._place(properties, style)
        wanted = self._lists.get(number)
        if wanted is None or level not in wanted.levels:
            return "", heading
        counts = self._count(number, wanted, level)
        return self._render(wanted, level, counts), heading

    def _heading(self, style: str) -> bool:
        for _ in range(12):
            if style not in self._styles:
                return False
            parent, _, _, heading = self._styles[style]
            if heading:
                return True
            style = parent
        return False

    def _place(self, properties: Element | None, style: str) -> tuple[str, int]:
        """List id and level, from the paragraph itself or the styles it builds on."""
        number = level = None
        direct = properties.find(f"{_W}numPr") if properties is not None else None
        if direct is not None:
            number, level = _value(direct, "numId") or None, _integer(_value(direct, "ilvl"))
        for _ in range(12):
            if style not in self._styles or number is not None:
                break
            style_id = style
            style, found, at, _ = self._styles[style]
            if found:
                number = found
                level = level if level is not None else self._style_level(found, style_id, at)
        return number or "", level or 0

    def _style_level(self, number: str, style: str, at: int | None) -> int:
        """A level may name the style it belongs to; that wins over the style's own level."""
        wanted = self._lists.get(number)
        if wanted is not None:
            for index, level in wanted.levels.items():
                if level.style == style:
                    return index
        return at or 0

    def _count(self, number: str, wanted: _List, level: int) -> dict[int, int]:
        counts = self._counts.setdefault(wanted.abstract, {})
        if number not in self._started:
            self._started.add(number)
            for index, start in wanted.overrides.items():
                counts[index] = start - 1
        for upper in range(level):
            if upper in wanted.levels:
                counts.setdefault(upper, wanted.levels[upper].start)
        counts[level] = counts.get(level, wanted.levels[level].start - 1) + 1
        for lower in [index for index in counts if index > level]:
            del counts[lower]
        return counts

    def _render(self, wanted: _List, level: int, counts: dict[int, int]) -> str:
        here = wanted.levels[level]
        if here.form == "bullet":
            return ""
        text = here.pattern
        for index in range(9):
            mark = f"%{index + 1}"
            if mark in text:
                at = wanted.levels.get(index, here)
                form = "decimal" if here.legal else at.form
                text = text.replace(mark, numeral(counts.get(index, at.start), form))
        text = text.strip()
        return text + " " if text and text[-1] not in "）)、" else text

    def _load_lists(self, root: Element) -> None:
        abstracts: dict[str, dict[int, _Level]] = {}
        for node in root.iterchildren(f"{_W}abstractNum"):
            levels = {_integer(lvl.get(f"{_W}ilvl")) or 0: _level(lvl) for lvl in node.iterchildren(f"{_W}lvl")}
            abstracts[node.get(f"{_W}abstractNumId", "")] = levels
        for node in root.iterchildren(f"{_W}num"):
            abstract = _value(node, "abstractNumId")
            made = _List(abstract=abstract, levels=dict(abstracts.get(abstract, {})))
            for override in node.iterchildren(f"{_W}lvlOverride"):
                index = _integer(override.get(f"{_W}ilvl")) or 0
                start = _integer(_value(override, "startOverride"))
                replaced = override.find(f"{_W}lvl")
                if replaced is not None:
                    made.levels[index] = _level(replaced)
                if start is not None:
                    made.overrides[index] = start
            self._lists[node.get(f"{_W}numId", "")] = made

    def _load_styles(self, root: Element) -> None:
        for node in root.iterchildren(f"{_W}style"):
            number = node.find(f"{_W}pPr/{_W}numPr")
            name = _value(node, "name").lower()
            outline = node.find(f"{_W}pPr/{_W}outlineLvl")
            heading = name.startswith(("heading", "标题")) or name == "title" or outline is not None
            self._styles[node.get(f"{_W}styleId", "")] = (
                _value(node, "basedOn"),
                _value(number, "numId") if number is not None else "",
                _integer(_value(number, "ilvl")) if number is not None else None,
                heading,
            )


def numeral(value: int, form: str) -> str:
    """`value` in one of Word's number formats; unknown formats print decimals."""
    if form == "none" or value < 0 or value > 9999:
        return "" if form == "none" else str(value)
    if form in _CHINESE:
        return int_to_chinese(value)
    if form in {"chineseLegalSimplified", "ideographLegalTraditional"}:
        return "".join(_FORMAL[c] for c in int_to_chinese(value))
    if form in {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"} and 1 <= value <= 20:
        return chr(0x2460 + value - 1)
    if form in {"lowerLetter", "upperLetter"} and value >= 1:
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter if form == "lowerLetter" else letter.upper()
    if form in {"lowerRoman", "upperRoman"} and value >= 1:
        roman = _roman(value)
        return roman.lower() if form == "lowerRoman" else roman
    if form in {"ideographTraditional", "ideographZodiac"} and value >= 1:
        return (_STEMS * 2)[(value - 1) % 10] if form == "ideographTraditional" else _BRANCHES[(value - 1) % 12]
    return f"{value:02d}" if form == "decimalZero" else str(value)


def _roman(value: int) -> str:
    text = ""
    for size, mark in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        count, value = divmod(value, size)
        text += mark * count
    return text


def _level(node: Element) -> _Level:
    start = _integer(_value(node, "start"))
    legal = node.find(f"{_W}isLgl")
    return _Level(
        start=1 if start is None else start,
        form=_value(node, "numFmt") or "decimal",
        pattern=_value(node, "lvlText"),
        style=_value(node, "pStyle"),
        legal=legal is not None and legal.get(f"{_W}val", "1") not in {"0", "false"},
    )


def _value(node: Element, name: str) -> str:
    child = node.find(f"{_W}{name}")
    return str(child.get(f"{_W}val", "")) if child is not None else ""


def _integer(text: str | None) -> int | None:
    try:
        return int(text) if text else None
    except ValueError:
        return None
