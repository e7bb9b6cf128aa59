"""Title, carrier, body, annexes and signature of a document, as ranges of its lines.

A notice that prints a measure (印发《…办法》的通知), an order (令) and an announcement (公告) are carriers: what they
print is the body, with its own title.
"""

import re
from dataclasses import dataclass

from .dates import only_day
from .issuer import is_organ, split_organs
from .number import find
from .outline import Line

GENRE = (
    r"(?:通知|意见|办法|规定|细则|规则|条例|决定|决议|公告|通告|通报|批复|函|报告|请示|纪要|方案|规划|计划|要点|预案|指引|指南|规程|规范"
    r"|制度|标准|措施|章程|准则|基准|目录|清单|命令|讲话|发言|致辞|解读|说明|总结|公报|倡议书|建议|政策|通则|守则|程序|答复|名单|协议"
    r"|任务|纲要|安排|部署|职责|流程|机制|项|法|令)"
)
_ISSUED_AS = r"(?:通知|意见|决定|决议|公告|通告|通报|批复|函|报告|请示|纪要|命令|议案|公报|讲话|发言|解读|说明)"
_TAIL = r"(?:\s*[（(][^（）()]{1,40}[)）]\s*)*"
_TITLE_END = re.compile(rf"{GENRE}{_TAIL}$")
# 印发…办法 without 通知 goes on in the next line.
_UNFINISHED = re.compile(
    r"(?:印发|转发|批转)(?!.*(?:通知|决定|公告|通告|函|意见|办法|批复)[》）)]?$)|关于(?:印发|转发|批转|发布|公布)(?!.*(?:通知|决定|公告|通告|函|批复)$)"
)
_ADDRESSEE = re.compile(r"^(?!为|根据|依据|按照|现就|现将|经)(?:(?!如下|以下|通知|根据)[^。；])*[：:]$")
_SENTENCE_END = re.compile(r"[。；;：:？！，,、]$")
_CHROME = re.compile(
    r"^(?:【.{1,12}】|原文链接|索\s*引\s*号|主题分类|发文机关|发布机构|成文日期|发布日期|发文日期|发文字号|文号|文\s*号|有效性|主题词|来源|时间|日期"
    r"|字号|信息来源|分类|关键词|标\s*题|名\s*称|公开方式|生成日期|效力状态|打印|分享|浏览次数|当前位置|首页|扫描|本文链接|作者)[：:\s【\]]"
    r"|^目录/提纲|^(?:来源|时间|日期|字号)[:：]?$"
)
_HEADER = re.compile(r"(?:文件|简报)$")
_ORDER = re.compile(
    r"^[\u3400-\u9fff\s、]{2,60}(?:令|公告|通告)\s*[（(〔\[]?\s*[\d第号年〔〕（）()\[\]\s零〇○一二三四五六七八九十百]*$|^[（(]?第.{1,6}号[)）]?$"
)
_NOTE = re.compile(r"^[（(].{0,200}(?:年|通过|公布|发布|令第|修正|修订|批准).*[)）]$|^[（(](?:19|20)\d\d年")
_ANNEX = re.compile(
    r"^(?:附\s*件|附\s*录|附\s*表|附)\s*(?:[一二三四五六七八九十\d]{1,3}(?:[-－—]\d{1,2})?)?\s*[：:]?\s*$"
)
_ANNEX_INLINE = re.compile(r"^附\s*(?:件|录|表)?\s*(?:[一二三四五六七八九十\d]{1,3})?\s*[：:]\s*\S")
_SIGNER = re.compile(
    r"^(?:[\u3400-\u9fff]{0,12}(?:省长|市长|主席|县长|区长|州长|盟长|总理|部长|局长|行长|主任|署长|会长|厅长))\s*[:：]?\s*[\u3400-\u9fff·\s]{2,12}$"
)
_AFTERWORD = re.compile(
    r"^[（(]?(?:此件|此文|本文有删减|印章|信息公开选项|主动公开|依申请公开|联系人|抄送|主题词|内部发送|附注|特此|校对|打字|共印|公开属性|联系电话|联系方式|印发)"
    r"|办公[室厅].{0,12}\d{4}年.{1,8}日印发$|^(?:解读|相关链接|政策解读|相关文章|相关阅读|扫描二维码|本文链接|本文关键词|Produced)"
)
CONTACT = re.compile(
    r"^(?:联\s*系\s*人|联系电话|联系方式|电\s*话|传\s*真|邮\s*箱|电子邮箱|邮\s*编|通讯地址|联系地址|邮寄地址|咨询电话|技术支持)"
    r"|(?:联系人|联系电话|技术支持.{0,8})[：:].{0,60}(?:\d{4,}|X{4,}|\*{3,})"
)
_FORM = re.compile(
    r"(?:表|书|清单|目录|名单|回执|样式|格式|样本|模板|图|一览|统计|汇总|台账|凭证|申请|登记卡)(?:[（(].{1,30}[)）])?$"
)
_COLOPHON = re.compile(r"(?:联系人|附件|抄送).{0,400}(?:19|20)\d\d年.{1,4}月.{1,4}日$")
_BLANK = re.compile(r"^\s*年\s*月\s*日|于\s*年\s*月\s*日|[（(](?:签字|签名|盖章|公章|签章)|盖\s*章|[：:]\s*_*$|_{3,}|□")
_TITLE_BREAK = re.compile(r"^(?:目\s*录|附件|附表)")


@dataclass(frozen=True, slots=True)
class Title:
    """A title printed over lines `first` to `last` (inclusive)."""

    text: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Section:
    """A part as line indexes: `first` (its title or first line) to `end` (exclusive); text from `begin`, signature from `sign`."""

    role: str
    title: Title | None
    first: int
    begin: int
    sign: int
    end: int


def sections(lines: tuple[Line, ...]) -> tuple[Section, ...]:
    """Cut the lines into carrier, bodies, annexes and forms, in order of print."""
    if not lines:
        return ()
    top = find_title(lines, 0, min(len(lines), 40))
    heads = _later_heads(lines, top)
    starts = [0] + [first for first, _ in heads if first > 0]
    titles: list[Title | None] = [top] + [title for first, title in heads if first > 0]
    ends = [*starts[1:], len(lines)]
    found = [_section(lines, start, end, title) for start, end, title in zip(starts, ends, titles, strict=True)]
    return _roles(lines, tuple(found))


def find_title(lines: tuple[Line, ...], start: int, stop: int) -> Title | None:
    """The title within a range of lines before the running text begins, or None."""
    fallback = None
    for index in range(start, stop):
        line = lines[index]
        if _skipped(line):
            continue
        if line.mark or _ADDRESSEE.match(line.text) or len(line.text) > 120:
            break
        title = _title_at(lines, index, stop)
        if title:
            return title
        if (
            fallback is None
            and len(re.findall(r"[\u3400-\u9fff]", line.text)) >= 4
            and len(line.text) <= 60
            and not _SENTENCE_END.search(line.text)
        ):
            fallback = Title(line.text, index, index)
        elif _SENTENCE_END.search(line.text):
            break
    return fallback if fallback and not _ORDER.search(fallback.text) and not is_organ(fallback.text) else None


def _skipped(line: Line) -> bool:
    text = line.text
    return (
        bool(_CHROME.match(text))
        or line.kind in ("meta", "header", "footer")
        or only_day(text) is not None
        or _is_number_line(text)
        or bool(_NOTE.match(text))
        or (len(text) < 40 and bool(_HEADER.search(text)))
    )


def _is_number_line(text: str) -> bool:
    bare = text.strip("（()） ")
    if len(bare) >= 60:
        return False
    numbers = find(bare)
    if len(numbers) != 1:
        return False
    rest = bare[: numbers[0].start] + bare[numbers[0].end :]
    return len(rest) <= 8 or only_day(rest.strip()) is not None


def _title_at(lines: tuple[Line, ...], index: int, stop: int) -> Title | None:
    """Join lines from `index` on until they read as a title."""
    text = ""
    for last in range(index, min(index + 6, stop)):
        line = lines[last]
        if line.mark and last > index or _skipped(line) or _TITLE_BREAK.match(line.text):
            return None
        if (_SENTENCE_END.search(line.text) and not line.text.endswith(("、", "，"))) or "。" in line.text:
            return None
        text += line.text
        if len(text) > 160:
            return None
        if _TITLE_END.search(text) and _balanced(text) and _complete(text):
            return _with_tail(lines, Title(_without_number(text), index, last), stop)
    return None


def _without_number(text: str) -> str:
    """A title without the document number in brackets that some sites add to it."""
    tail = re.search(r"\s*[（(]([^（）()]{4,40})[)）]$", text)
    return text[: tail.start()] if tail and find(tail[1]) else text


def _complete(text: str) -> bool:
    """Whether a title that ends in a genre is whole: 关于…制度 goes on, 关于…的规定 and 关于…的通知 do not."""
    if _ORDER.match(text) or _UNFINISHED.search(text):
        return False
    return "关于" not in text or bool(re.search(rf"{_ISSUED_AS}{_TAIL}$|的[^的]{{0,10}}{GENRE}{_TAIL}$", text))


def _balanced(text: str) -> bool:
    return text.count("《") == text.count("》") and text.count("（") == text.count("）")


def _with_tail(lines: tuple[Line, ...], title: Title, stop: int) -> Title:
    """Add a line that still belongs to the title: （试行）, 的通知, 有关问题的通知."""
    after = title.last + 1
    if after < stop and re.match(
        rf"^(?:[（(][^（）()]{{1,20}}[)）](?:的?{GENRE})?|.{{0,6}}的?{GENRE}{_TAIL})$", lines[after].text
    ):
        text = lines[after].text
        fresh = plain(text) not in plain(title.text)
        if fresh and not lines[after].mark and not _skipped(lines[after]) and not re.search(r"年|通过|公布", text):
            return Title(title.text + text, title.first, after)
    return title


def _later_heads(lines: tuple[Line, ...], top: Title | None) -> list[tuple[int, Title | None]]:
    """Where later parts begin: at an annex label, or at a title printed after a signature or named by the carrier."""
    heads: list[tuple[int, Title | None]] = []
    named = _named(lines, top)
    index = top.last + 1 if top else 0
    while index < len(lines):
        line = lines[index]
        head: tuple[int, Title | None] | None = None
        if _ANNEX.match(line.text) and not _in_list(lines, index):
            head = (index, _annex_title(lines, index + 1))
        elif not line.mark and line.kind != "row" and len(line.text) <= 60 and (index > 0):
            title = _title_at(lines, index, min(len(lines), index + 5))
            if title and _is_head(lines, index, title, named):
                head = (index, title)
        if head:
            heads.append(head)
            index = head[1].last + 1 if head[1] else index + 1
        else:
            index += 1
    return heads


def _annex_title(lines: tuple[Line, ...], index: int) -> Title | None:
    if index >= len(lines):
        return None
    title = _title_at(lines, index, min(len(lines), index + 5)) or _form_title(lines, index)
    if title:
        return title
    line = lines[index]
    short = len(line.text) <= 50 and not _SENTENCE_END.search(line.text) and not line.mark and line.kind != "row"
    return Title(line.text, index, index) if short else None


def _form_title(lines: tuple[Line, ...], index: int) -> Title | None:
    """The title of a form over at most three short lines: …举报奖励 / 审批表."""
    text = ""
    for last in range(index, min(index + 3, len(lines))):
        line = lines[last]
        if line.mark or line.kind == "row" or len(line.text) > 40 or _SENTENCE_END.search(line.text):
            return None
        text += line.text
        if _FORM.search(text):
            return Title(text, index, last)
    return None


def _in_list(lines: tuple[Line, ...], index: int) -> bool:
    """Whether an annex label heads the list of annexes before a signature (附件： / 1.… / 2.…)."""
    for line in lines[index + 1 : index + 8]:
        if only_day(line.text) or is_organ(line.text) or _AFTERWORD.match(line.text):
            return True
        if not (line.mark and line.mark.kind == "item" and len(line.text) < 60):
            return False
    return False


def _named(lines: tuple[Line, ...], top: Title | None) -> tuple[str, ...]:
    """Titles in 《》 that the first lines name, and the object of 印发 in the title."""
    head = "".join(line.text for line in lines[: (top.last if top else 0) + 12])
    names = [plain(name) for name in re.findall(r"《([^《》]{4,80}(?:〈[^〉]*〉[^《》]*)?)》", head)]
    if top:
        match = re.search(r"(?:印发|发布|公布|转发|批转)(.{4,100}?)的?(?:通知|公告|通告|决定)$", top.text)
        names += [plain(match[1])] if match else []
    return tuple(name for name in names if name)


def plain(title: str) -> str:
    """A title without brackets, marks and spaces, for comparison."""
    return re.sub(r"[\s《》〈〉“”\"（）()、，,]", "", title)


def _is_head(lines: tuple[Line, ...], index: int, title: Title, named: tuple[str, ...]) -> bool:
    key = plain(title.text)
    begins = _begins_text(lines, title.last + 1)
    if any(
        key == name or (len(key) > 6 and (key in name or name in key) and len(key) > 0.6 * len(name)) for name in named
    ):
        return begins or _after_signature(lines, index)
    return begins and _after_signature(lines, index)


def _begins_text(lines: tuple[Line, ...], index: int) -> bool:
    for line in lines[index : index + 4]:
        if line.mark and (line.mark.number <= 1 or line.mark.kind == "article"):
            return True
        if re.match(r"^目\s*录$", line.text) or len(line.text) > 60:
            return True
    return False


def _after_signature(lines: tuple[Line, ...], index: int) -> bool:
    before = lines[max(0, index - 3) : index]
    return any(
        only_day(line.text) or _ANNEX.match(line.text) or _AFTERWORD.match(line.text) or _ends_in_day(line.text)
        for line in before
    )


def _ends_in_day(text: str) -> bool:
    return len(text) < 60 and bool(re.search(r"年.{1,4}月.{1,5}日$", text))


def _section(lines: tuple[Line, ...], start: int, end: int, title: Title | None) -> Section:
    begin = title.last + 1 if title else start
    printed = plain(title.text) if title else ""
    while (
        begin < end
        and not lines[begin].mark
        and (_before_text(lines[begin], title is None) or (printed and plain(lines[begin].text) == printed))
    ):
        begin += 1
    sign = _signature(lines, begin, end)
    return Section("body", title, start, begin, sign, end)


def _before_text(line: Line, untitled: bool) -> bool:
    return (
        _skipped(line)
        or (
            bool(_ADDRESSEE.match(line.text))
            and bool(re.search(r"各|单位|部门|政府|委|局|公司|中心|同志|：$", line.text))
            and len(line.text) < 400
        )
        or (untitled and len(line.text) < 40 and (is_organ(line.text) or bool(_ORDER.search(line.text))))
        or bool(split_organs(line.text) and is_organ(line.text))
        or bool(_ORDER.search(line.text) and len(line.text) < 40)
        or bool(_ANNEX.match(line.text))
    )


def _signature(lines: tuple[Line, ...], begin: int, end: int) -> int:
    """Index of the first line of the closing block: annex list, contacts, organ, date, afterword."""
    sign = end
    for index in range(end - 1, begin - 1, -1):
        line = lines[index]
        if line.kind == "row":
            continue
        if _closing(lines, index, end):
            sign = index
        elif len(line.text) > 60 or line.mark and line.mark.kind != "item":
            break
        elif sign == end and end - index > 12:
            break
    return sign


def _closing(lines: tuple[Line, ...], index: int, end: int) -> bool:
    line = lines[index]
    text = line.text
    if (
        only_day(text)
        or _COLOPHON.search(text)
        or _AFTERWORD.search(text)
        or CONTACT.search(text)
        or _SIGNER.match(text)
    ):
        return True
    if _ANNEX_INLINE.match(text) or (_ANNEX.match(text) and _in_list(lines, index)):
        return True
    if _ends_in_day(text) and is_organ(re.sub(r"(?:19|20|二).{2,4}年.*$", "", text).strip() or "x"):
        return True
    organs = split_organs(text)
    return bool(organs) and len(text) < 60 and "".join(name for name, _, _ in organs) == re.sub(r"[\s、，]", "", text)


def _roles(lines: tuple[Line, ...], found: tuple[Section, ...]) -> tuple[Section, ...]:
    """Name the parts: the first is a carrier where a body follows it."""
    named = [_role(lines, section, position) for position, section in enumerate(found)]
    if "body" in named[1:] and _is_carrier(lines, found[0]):
        named[0] = "carrier"
    return tuple(Section(role, s.title, s.first, s.begin, s.sign, s.end) for role, s in zip(named, found, strict=True))


def _is_carrier(lines: tuple[Line, ...], section: Section) -> bool:
    text = "".join(line.text for line in lines[section.first : section.end])
    return bool(re.search(r"印发|发布|公布|转发|批转|施行|执行|制定", text))


def _role(lines: tuple[Line, ...], section: Section, position: int) -> str:
    inner = lines[section.begin : section.end]
    if position == 0:
        return "body"
    rows = sum(line.kind == "row" for line in inner)
    articles = sum(1 for line in inner if line.mark and line.mark.kind == "article")
    if articles >= 2:
        return "body"
    short = sum(len(line.text) < 20 for line in inner)
    title = section.title.text if section.title else ""
    blanks = sum(bool(_BLANK.search(line.text)) for line in inner)
    if (
        not inner
        or blanks >= 2
        or rows * 2 > len(inner)
        or _FORM.search(title)
        or (len(inner) > 8 and short > 0.7 * len(inner))
    ):
        return "form"
    points = sum(1 for line in inner if line.mark and line.mark.kind in ("point", "sub", "item"))
    return ("body" if position == 1 else "annex") if points >= 2 or articles else "annex"
