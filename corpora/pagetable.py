"""The metadata table of a government page that was copied into the text: 标题：…, 索引号：…, 文号：….

The readers lift such tables out of HTML; a text file keeps them as lines, key and value together or in turn.
"""

import re

from .outline import Line

_KEYS = {
    "标题": "标题",
    "名称": "标题",
    "索引号": "索引号",
    "文号": "发文字号",
    "发文字号": "发文字号",
    "文件编号": "发文字号",
    "发文机关": "发文机关",
    "发布机构": "发文机关",
    "发文单位": "发文机关",
    "制定机关": "发文机关",
    "公文种类": "公文种类",
    "成文日期": "成文日期",
    "发文日期": "成文日期",
    "印发日期": "成文日期",
    "发布日期": "发布日期",
    "公开日期": "发布日期",
    "公布日期": "发布日期",
    "生效日期": "实施日期",
    "实施日期": "实施日期",
    "施行日期": "实施日期",
    "失效日期": "失效日期",
    "主题分类": "主题分类",
    "主题词": "主题词",
    "有效性": "有效性",
    "效力状态": "有效性",
    "时效性": "有效性",
}
_ROW = re.compile(rf"^[\[【]?({'|'.join(_KEYS)})[\]】]?\s*[：:]\s*(.{{0,80}})$")
_LOOK = 40  # lines: the table stands at the top


def lift_table(lines: tuple[Line, ...]) -> tuple[tuple[tuple[str, str], ...], tuple[Line, ...]]:
    """The facts of a table at the top of the text, and the lines without it; a single row is no table."""
    facts: list[tuple[str, str]] = []
    taken: set[int] = set()
    for index, line in enumerate(lines[:_LOOK]):
        match = _ROW.match(line.text)
        if line.mark or not match:
            continue
        value, rows = match[2].strip(), {index}
        if not value and index + 1 < len(lines) and not _ROW.match(lines[index + 1].text):
            value, rows = lines[index + 1].text, {index, index + 1}
        if len(value) <= 120:
            facts.append((_KEYS[match[1]], value))
            taken |= rows
    if len(facts) < 3:
        return (), lines
    return tuple(fact for fact in facts if fact[1]), tuple(li for i, li in enumerate(lines) if i not in taken)
