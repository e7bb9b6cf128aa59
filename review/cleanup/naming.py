"""Names that mean the same document or organ: keys of titles and organs for looking up within a set."""

import re

from ...corpora.issuer import organs_of_title
from ...corpora.number import normalize

_FRAME = re.compile(
    r"^.{0,80}?(?:关于)?(?:重新|修订|再次)?(?:印发|转发|批转|公布|发布|颁布|下发|颁发|修订|调整完善)(?:实施)?[《〈“]?(?=[\u4e00-\u9fff《〈])"
)
_FRAME_END = re.compile(
    r"[》〉”]?(?:等[一二三四五六七八九十\d]*[个项件份]?(?:办法|文件|制度|规定)?)?的?(?:通知|决定|公告|函|通告|意见|令|批复)$"
)
_MARKS = re.compile(r"[\s《》〈〉“”\"'（）()〔〕\[\]【】、，,·—\-．.：:]")
_EDITION = re.compile(
    r"[（(]?(?:暂行|试行|修订稿?|修正|征求意见稿|\d{4}年?(?:版|修订|本)|第[一二三四五六七八九十\d]+版|修订版)[）)]?"
)
_OFFICE = re.compile(r"(?:办公厅|办公室)$")
_GENRE = r"(?:办法|细则|规定|规则|规范|措施|方案|预案|制度|标准|意见|基准|规程|指引|指南|目录|清单|程序|规划|计划|要点)"
RULE_LIKE = re.compile(
    r"(?:办法|细则|规定|规则|规范|制度|标准|基准|规程|预案|措施|程序|指引|指南|导则)(?:[（(].{1,12}[）)])?$"
)


def full_key(title: str) -> str:
    """A title without marks, spaces and editions."""
    return _MARKS.sub("", title)


def matter_key(title: str) -> str:
    """What a document is about: its title without organ, frame of printing, edition and marks.

    甲市人民政府关于印发《甲市养犬管理办法（试行）》的通知 and 甲市养犬管理办法 have the same key; the place stays.
    """
    text = re.sub(r"[（(][^（）()]*(?:〔|\[)\d{4}[^（）()]*[)）]$", "", title.strip())
    inner = _inner(text)
    text = _EDITION.sub("", inner)
    organs = organs_of_title(text)
    if organs and len(text) - organs[-1][2] >= 6:
        text = text[organs[-1][2] :]
    text = _MARKS.sub("", text)
    return re.sub(r"^关于", "", re.sub(r"(?:暂行|试行)(?=办法|规定|细则|条例|意见|标准|规则)", "", text))


def _inner(text: str) -> str:
    """The instrument a notice prints, where it prints one; else the text."""
    if re.search(r"废止|失效|修改|延长|清理", text):
        return text
    frame = _FRAME.match(text)
    if frame is None:
        return text
    inner = _FRAME_END.sub("", text[frame.end() :]).strip("《》〈〉“” ")
    return inner if len(inner) >= 6 and re.search(_GENRE, inner) else text


def organ_key(name: str) -> str:
    """An organ without the office that signs for it: 甲市人民政府办公室 speaks for 甲市人民政府."""
    return _OFFICE.sub("", re.sub(r"\s", "", name)).removeprefix("中共")


def number_key(number: str) -> str:
    """The canonical number, or empty for what is none."""
    if not number:
        return ""
    found = normalize(number) or ""
    return re.sub(r"第(?=\d+号$)", "", found) if "〔" in found else found
