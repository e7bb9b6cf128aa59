"""Titles of documents and of their parts: printed over one or several lines, between headers, numbers and notes."""

import re
from dataclasses import dataclass

from .dates import only_day
from .issuer import is_organ
from .number import find
from .outline import Line

GENRE = (
    r"(?:通知|意见|办法|规定|细则|规则|条例|决定|决议|公告|通告|通报|批复|函|报告|请示|纪要|方案|规划|计划|要点|预案|指引|指南|规程|规范"
    r"|制度|标准|措施|章程|准则|基准|目录|清单|命令|讲话|发言|致辞|解读|说明|总结|公报|倡议书|建议|政策|通则|守则|程序|答复|名单|协议"
    r"|任务|纲要|安排|部署|职责|流程|机制|项|法|令)"
)
_ISSUED_AS = r"(?:通知|意见|决定|决议|公告|通告|通报|批复|函|报告|请示|纪要|命令|议案|公报|讲话|发言|解读|说明)"
_TAIL = r"(?:\s*[（(][^（）()]{1,40}[)）]\s*)*"
TITLE_END = re.compile(rf"{GENRE}{_TAIL}$")
# 印发…办法 without 通知 goes on in the next line.
_UNFINISHED = re.compile(
    r"(?:印发)(?!.*(?:通知|决定|公告|通告|函|意见|办法|批复)[》）)]?$)|关于(?:印发|发布|公布)(?!.*(?:通知|决定|公告|通告|函|批复)$)"
)
ADDRESSEE = re.compile(r"^(?!为|根据|依据|按照|现就|现将|经)(?:(?!如下|以下|通知|根据)[^。；])*[：:]$")
_SENTENCE_END = re.compile(r"[。；;：:？！，,、]$")
_CHROME = re.compile(
    r"^(?:【.{1,12}】|:::|@tab|\[\[toc|-{3,}|原文链接|索\s*引\s*号|主题分类|发文机关|发布机构|成文日期|发布日期|发文日期|发文字号|文号|文\s*号|有效性|主题词|来源|时间|日期"
    r"|字号|信息来源|分类|关键词|标\s*题|名\s*称|公开方式|生成日期|效力状态|打印|分享|浏览次数|当前位置|首页|扫描|本文链接|作者)[：:\s【\]]"
    r"|^目录/提纲|^(?:来源|时间|日期|字号)[:：]?$"
)
_HEADER = re.compile(r"(?:文件|简报)$")
ORDER = re.compile(
    r"^(?!.*(?:关于|的[公通]告$))[\u3400-\u9fff\s、]{2,60}(?:令|公告|通告)\s*[（(〔\[]?\s*[\d第号年〔〕（）()\[\]\s零〇○一二三四五六七八九十百]*$|^[（(]?(?:(?:19|20)\d\d年)?第.{1,6}号[)）]?$|^(?:公告|令|通告)$"
)
_NOTE = re.compile(r"^[（(].{0,200}(?:年|通过|公布|发布|令第|修正|修订|批准).*[)）]$|^[（(](?:19|20)\d\d年")
AFTERWORD = re.compile(
    r"^[（(]?(?:此件|此文|本文有删减|印章|信息公开选项|主动公开|依申请公开|联系人|抄送|主题词|内部发送|附注|特此|校对|打字|共印|公开属性|联系电话|联系方式|印发)"
    r"|办公[室厅].{0,12}\d{4}年.{1,8}日印发$|^(?:解读|相关链接|政策解读|相关文章|相关阅读|扫描二维码|本文链接|本文关键词|Produced)"
)
CONTACT = re.compile(
    r"^(?:联\s*系\s*人|联系电话|联系方式|电\s*话|传\s*真|邮\s*箱|电子邮箱|邮\s*编|通讯地址|联系地址|邮寄地址|咨询电话|技术支持)"
    r"|(?:联系人|联系电话|技术支持.{0,8})[：:].{0,60}(?:\d{4,}|X{4,}|\*{3,})"
)
FORM = re.compile(
    r"(?:表|书|清单|目录|名单|回执|样式|格式|样本|模板|图|一览|统计|汇总|台账|凭证|申请|登记卡)(?:[（(].{1,30}[)）])?$"
)
_TITLE_BREAK = re.compile(r"^(?:目\s*录|附件|附表)")


@dataclass(frozen=True, slots=True)
class Title:
    """A title printed over lines `first` to `last` (inclusive)."""

    text: str
    first: int
    last: int


def find_title(lines: tuple[Line, ...], start: int, stop: int) -> Title | None:
    """The title within a range of lines before the running text begins, or None."""
    fallback = None
    for index in range(start, stop):
        line = lines[index]
        if skipped(line):
            continue
        if line.mark or ADDRESSEE.match(line.text) or len(_without_number(line.text)) > 120:
            break
        title = title_at(lines, index, stop)
        if title:
            return _fuller(lines, title)
        if (
            fallback is None
            and len(re.findall(r"[\u3400-\u9fff]", line.text)) >= 4
            and len(line.text) <= 60
            and not _SENTENCE_END.search(line.text)
        ):
            fallback = Title(line.text, index, index)
        elif _SENTENCE_END.search(line.text):
            break
    return fallback if fallback and not ORDER.search(fallback.text) and not is_organ(fallback.text) else None


def _fuller(lines: tuple[Line, ...], title: Title) -> Title:
    """A title a site shortened is printed in full, with its organs, in the next line."""
    after = title.last + 1
    if after < len(lines):
        full = plain(lines[after].text)
        if len(full) > len(plain(title.text)) and full.endswith(plain(title.text)) and len(full) < 160:
            return Title(lines[after].text, after, after)
    return title


def skipped(line: Line) -> bool:
    text = line.text
    return (
        bool(_CHROME.match(text))
        or line.kind in ("meta", "header", "footer")
        or only_day(text) is not None
        or _is_number_line(text)
        or bool(_NOTE.match(text))
        or (len(text) < 60 and text.endswith(("）", ")")) and not re.search(r"[（(]", text))
        or (len(text) < 40 and bool(_HEADER.search(text)))
    )


def _is_number_line(text: str) -> bool:
    bare = text.strip("（()） ")
    if len(bare) >= 60 or TITLE_END.search(bare):
        return False
    numbers = find(bare)
    if len(numbers) != 1:
        return False
    rest = bare[: numbers[0].start] + bare[numbers[0].end :]
    return len(rest) <= 8 or only_day(rest.strip()) is not None


def title_at(lines: tuple[Line, ...], index: int, stop: int) -> Title | None:
    """Join lines from `index` on until they read as a title."""
    text = ""
    for last in range(index, min(index + 6, stop)):
        line = lines[last]
        if (line.mark and last > index) or skipped(line) or _TITLE_BREAK.match(line.text) or _unfit(line.text):
            return None
        if (_SENTENCE_END.search(line.text) and not line.text.endswith(("、", "，"))) or "。" in line.text:
            return None
        text += line.text[_lead_number(line.text) if last == index else 0 :]
        if len(_without_number(text)) > 160:
            return None
        if TITLE_END.search(_without_number(text)) and _balanced(text) and _complete(_without_number(text)):
            return _with_tail(lines, Title(_without_number(text), index, last), stop)
    return None


def _unfit(text: str) -> bool:
    """Lines of a closing block that never belong to a title: signers, contacts, colophons."""
    return bool(AFTERWORD.search(text) or CONTACT.search(text) or re.search(r"[长席任]\s*[:：]|\d日印发", text))


def _lead_number(text: str) -> int:
    """Length of a document number that a site printed before the title in the same line."""
    found = find(text[:40])
    return found[0].end if found and found[0].start == 0 and found[0].prefix and len(text) > found[0].end + 6 else 0


def _without_number(text: str) -> str:
    """A title without the document number in brackets that some sites add to it."""
    tail = re.search(r"\s*[（(]([^（）()]{4,90})[)）]$", text)
    return text[: tail.start()] if tail and find(tail[1]) else text


def _complete(text: str) -> bool:
    """Whether a title that ends in a genre is whole: 关于…制度 goes on, 关于…的规定 and 关于…的通知 do not."""
    if ORDER.match(text) or _UNFINISHED.search(text):
        return False
    return "关于" not in text or bool(re.search(rf"{_ISSUED_AS}{_TAIL}$|的[^的]{{0,10}}{GENRE}{_TAIL}$", text))


def _balanced(text: str) -> bool:
    return text.count("《") == text.count("》") and text.count("（") == text.count("）")


def _with_tail(lines: tuple[Line, ...], title: Title, stop: int) -> Title:
    """Add a line that still belongs to the title: （试行）, 的通知, 有关问题的通知."""
    after = title.last + 1
    if (
        after < stop
        and not re.match(r"^目\s*[录次]$", lines[after].text)
        and re.match(rf"^(?:[（(][^（）()]{{1,20}}[)）](?:的?{GENRE})?|.{{0,6}}的?{GENRE}{_TAIL})$", lines[after].text)
    ):
        text = lines[after].text
        fresh = plain(text) not in plain(title.text)
        if fresh and not lines[after].mark and not skipped(lines[after]) and not re.search(r"年|通过|公布", text):
            return Title(title.text + text, title.first, after)
    return title


def annex_title(lines: tuple[Line, ...], index: int) -> Title | None:
    if index >= len(lines):
        return None
    title = title_at(lines, index, min(len(lines), index + 5)) or _form_title(lines, index)
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
        if FORM.search(text):
            return Title(text, index, last)
    return None


def plain(title: str) -> str:
    """A title without brackets, marks and spaces, for comparison."""
    return re.sub(r"[\s《》〈〉“”\"（）()、，,]", "", title)


_FILE_NOISE = re.compile(
    r"^(?:[（(【\[](?:失效|废止|现行有效|全文)[)）】\]]|[（(【\[]?已(?:废止|失效)[)）】\]]?)?"
    r"(?:[\dA-Za-z]{1,12}[_\-—.．、 ]+)*(?:附件\s*\d{0,2}\s*[：:_\-. 、]?)?"
    r"(?:已(?:废止|失效))?"
    r"|[\s_\-—]*(?:[（(]\d{1,2}[)）]|副本|定稿|终稿|送审稿|红头|盖章版?|扫描件|v\d(?:\.\d)*|_?\d{6,8})+$",
    re.IGNORECASE,
)


def of_file_name(name: str) -> str | None:
    """The title a file is named by, where the name reads as one (甲县人民政府关于…的通告.docx), else None."""
    stem = re.sub(r"(?:\.(?:orig|[A-Za-z]{2,5}))+$", "", name.rsplit("/", 1)[-1]).strip()
    title = _FILE_NOISE.sub("", stem).strip(" _-")
    if len(re.findall(r"[\u3400-\u9fff]", title)) < 8 or len(title) > 160 or re.search(r"[。；！？!?]", title):
        return None
    return title if TITLE_END.search(title) and not ORDER.search(title) else None
