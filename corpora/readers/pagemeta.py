"""The metadata table of government pages: 索引号, 发文机关, 发文字号, 成文日期, 发布日期 and their many names."""

import re
from collections.abc import Iterator

from .markup import Element

_NAMES = {
    "索引号": "索引号",
    "索引编号": "索引号",
    "信息索引": "索引号",
    "发文机关": "发文机关",
    "发文机构": "发文机关",
    "发文单位": "发文机关",
    "发布机构": "发文机关",
    "发布机关": "发文机关",
    "发布单位": "发文机关",
    "制发机关": "发文机关",
    "制发单位": "发文机关",
    "制定机关": "发文机关",
    "公开主体": "发文机关",
    "信息来源": "来源",
    "来源": "来源",
    "发文字号": "发文字号",
    "发文文号": "发文字号",
    "文件编号": "发文字号",
    "文件字号": "发文字号",
    "公文字号": "发文字号",
    "文号": "发文字号",
    "文件号": "发文字号",
    "成文日期": "成文日期",
    "成文时间": "成文日期",
    "生成日期": "成文日期",
    "生成时间": "成文日期",
    "发文日期": "成文日期",
    "制发日期": "成文日期",
    "印发日期": "成文日期",
    "发布日期": "发布日期",
    "发布时间": "发布日期",
    "公布日期": "发布日期",
    "公开日期": "发布日期",
    "公开时间": "发布日期",
    "施行日期": "实施日期",
    "实施日期": "实施日期",
    "生效日期": "实施日期",
    "失效日期": "失效日期",
    "废止日期": "失效日期",
    "有效性": "有效性",
    "时效性": "有效性",
    "效力状态": "有效性",
    "文件状态": "有效性",
    "公文时效": "有效性",
    "是否有效": "有效性",
    "标题": "标题",
    "名称": "标题",
    "信息名称": "标题",
    "文件名称": "标题",
    "文件标题": "标题",
    "主题分类": "主题分类",
    "信息分类": "主题分类",
    "公文种类": "公文种类",
    "文种": "公文种类",
    "主题词": "主题词",
    "关键词": "主题词",
    "统一登记号": "统一登记号",
    "规范性文件编号": "统一登记号",
    "登记号": "统一登记号",
    "公开方式": "公开方式",
    "公开范围": "公开方式",
}
_LABEL = "|".join(sorted((r"[\s\u3000\xa0]*".join(name) for name in _NAMES), key=len, reverse=True))
_ALONE = re.compile(rf"[\s\u3000\[【]*({_LABEL})[\s\u3000\xa0]*[:：]?[\]】]?[\s\u3000\xa0:：]*")
_PAIRS = re.compile(rf"(?:^|(?<=[\s\u3000\xa0|｜]))[\[【]?({_LABEL})[\]】]?[\s\u3000\xa0]*[:：]")
_CELLS = ("td", "th", "li", "p", "span", "div", "dt", "dd", "b", "strong", "label", "em", "i", "h3", "h4")
_BLOCKS = ("table", "tr", "td", "th", "ul", "li", "dl", "dt", "dd", "div", "p", "h3", "h4")
_LONGEST = 120


def page_meta(root: Element, main: Element) -> tuple[tuple[tuple[str, str], ...], frozenset[Element]]:
    """`(pairs, nodes)`: canonical key and value in page order, and the elements that held them.

    A group counts only where at least two different keys stand in one table, list or line, so that a sentence
    that happens to hold a label is not taken for metadata.
    """
    groups: dict[Element, list[tuple[str, str]]] = {}
    for group in _groups(root, main):
        pairs = list(_read(group))
        if len({key for key, _ in pairs}) >= 2 or _only_labels(group):
            groups[group] = pairs
    found: dict[str, str] = {}
    for pairs in groups.values():
        for key, value in pairs:
            if value and key not in found:
                found[key] = value
    return tuple(found.items()), frozenset(groups)


def _groups(root: Element, main: Element) -> Iterator[Element]:
    """Smallest tables, lists and lines that may hold the metadata, outside running text."""
    for node in root.iter("table", "ul", "dl", "div", "p"):
        if node is main or any(child is main for child in node.iterdescendants()):
            continue
        if any(True for _ in node.iterdescendants("table", "ul", "dl")):
            continue
        text = node.text_content()
        if len(text) <= 4000 and (len(_PAIRS.findall(text)) + _labels(node) >= 2 or _only_labels(node)):
            if node.tag in {"div", "p"} and _nested(node):
                continue
            yield node


def _only_labels(node: Element) -> bool:
    """A table that holds a label and no value (an empty 主题词) belongs to the page, not to the document."""
    text = node.text_content().strip(" \t\r\n\u3000\xa0")
    return node.tag == "table" and len(text) <= 12 and _ALONE.fullmatch(text) is not None


def _labels(node: Element) -> int:
    return sum(1 for cell in node.iter(*_CELLS) if len(cell) == 0 and cell.text and _ALONE.fullmatch(cell.text))


def _nested(node: Element) -> bool:
    """A block whose own child block already holds two labels is not the smallest one."""
    return any(
        len(_PAIRS.findall(child.text_content())) + _labels(child) >= 2
        for child in node.iterdescendants("div", "p", "ul")
    )


def _read(group: Element) -> Iterator[tuple[str, str]]:
    line: str | None = None
    for text in _leaves(group):
        alone = _ALONE.fullmatch(text)
        marks = list(_PAIRS.finditer(text))
        if alone:
            if line:
                yield line, ""
            line = _key(alone[1])
        elif line and not marks:
            yield line, _value(text)
            line = None
        else:
            yield from _pairs(text, marks)
            line = None
    if line:
        yield line, ""


def _pairs(text: str, marks: list[re.Match[str]]) -> Iterator[tuple[str, str]]:
    for at, mark in enumerate(marks):
        end = marks[at + 1].start() if at + 1 < len(marks) else len(text)
        yield _key(mark[1]), _value(text[mark.end() : end])


def _leaves(group: Element) -> Iterator[str]:
    """Text of the smallest cells, items and lines of a group, inline pieces parted by blanks."""
    for node in group.iter(*_BLOCKS):
        if any(True for _ in node.iterdescendants(*_BLOCKS)):
            own = (node.text, *(child.tail for child in node))
        else:
            own = tuple(node.itertext())
        text = " ".join(" ".join(part.split()) for part in own if part and part.strip(" \t\r\n\u3000\xa0"))
        if text:
            yield text


def _value(text: str) -> str:
    text = text.strip(" \t\u3000\xa0|｜[]【】")[:_LONGEST]
    return re.sub(r"(?<=[^\x00-\x7f\d]) (?=\S)|(?<=\S) (?=[^\x00-\x7f])", "", text)


def _key(label: str) -> str:
    return _NAMES[re.sub(r"[\s\u3000\xa0]", "", label)]
