"""What a page carries besides its document: page numbers, print lines, site chrome, watermarks of sharing sites."""

import re

_TIME = r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
_CLOCK = r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
_URL = r"(?:https?://|www\.)[\w.\-/%?=&#~:@+,;]+"

_PAGE = re.compile(
    r"[\s\-—－–_·.]*(?:第\s*[\d一二三四五六七八九十百]{1,5}\s*页(?:\s*[，,/(（]?\s*共\s*[\d一二三四五六七八九十百]{1,5}\s*页[)）]?)?"
    r"|共\s*\d{1,4}\s*页\s*[，,/]?\s*第\s*\d{1,4}\s*页|page\s*\d+(?:\s*(?:of|/)\s*\d+)?"
    r"|[-—－–]\s*\d{1,4}\s*[-—－–])[\s\-—－–_·.]*",
    re.IGNORECASE,
)
_PRINT = re.compile(
    rf"\s*(?:{_URL}|{_TIME}\s*{_CLOCK}\s*\S{{0,60}}\s*{_URL}|{_URL}\s*(?:\d+\s*/\s*\d+)?\s*{_TIME}.*)\s*(?:\d+\s*/\s*\d+)?\s*"
)
_DATELINE = re.compile(
    rf"\s*(?:(?:发布|发表|更新|公布|录入|上传)?(?:日期|时间)\s*[:：]\s*{_TIME}(?:\s*{_CLOCK})?|来源\s*[:：]\s*[^\s，。；,;]{{0,30}}|"
    rf"作者\s*[:：]\s*[^\s，。；,;]{{0,20}}|(?:责任)?编辑\s*[:：]\s*[^\s，。；,;]{{0,20}}|(?:浏览|点击|阅读|访问)(?:次数|量|数)?\s*[:：]\s*\d*\s*次?|"
    rf"(?:字号|字体)(?:大小)?\s*[:：]?\s*(?:[\[【(（]?\s*[大中小]\s*[\]】)）]?[\s|]*){{0,3}}|[\[【]?打印(?:本页)?[\]】]?|"
    rf"[\[【]?关闭(?:窗口|本页)?[\]】]?|分享(?:到|至)?\s*[:：]?|收藏|视力保护色[:：]?|\|)"
    rf"(?:\s*(?={_TIME}|来源|作者|编辑|责任|浏览|点击|阅读|访问|字|打印|\[|【|关闭|分享|收藏|视力|发布|\||$))",
)
_CHROME = re.compile(
    r"(?:您|你)?(?:当前|现在)?(?:的|所在)*位置(?:是)?\s*[:：].{0,120}"
    r"|(?:首\s*页|网站首页)\s*(?:[>＞»›/|]|-+>).{0,120}"
    r"|(?:上|下)一(?:篇|条|页)\s*[:：]?.{0,80}"
    r"|(?:收藏|下载)《[^《》]{1,80}》[)）]?"
    r"|(?:扫一扫|手机扫|微信扫).{0,40}"
    r"|.{0,60}(?:版权所有|ICP备\s*\d+|公网安备|网站标识码|Copyright\s*(?:©|\(c\))|All Rights Reserved"
    r"|技术支持[:：]|网站地图)"
    r".{0,160}"
    r"|(?:相关链接|相关附件下载|相关文章|相关新闻|热门推荐|猜你喜欢|推荐阅读|网友评论|查看更多|展开全文|阅读更多)\s*[:：]?"
    r"|(?:produced|powered)\s+by.{0,60}",
    re.IGNORECASE,
)
# Lines by which document-sharing sites speak of themselves, their members, uploads and downloads.
_SHARING_WORDS = (
    r"本站(?:不|仅|只|所有|内容|资源|文档|不保证|提供)|用户上传|上传(?:的)?(?:文档|资料)|会员(?:可|才|登录|专享|下载|免费)|"
    r"(?:下载|查看|阅读)(?:全文|本文档|此文档|完整版)|(?:免费|付费|点击|直接)下载|文档(?:介绍|简介|编号|分享|下载)|"
    r"(?:豆丁|道客巴巴|百度文库|原创力文档|人人文库|金锄头|文秘网|范文网|文库网|学习啦|第一文库)|省略\s*\d+\s*字|"
    r"全文共\s*\d+\s*字|仅显示\s*\d+\s*字|(?:您|你)可能(?:还)?(?:关注|喜欢|感兴趣)|内容来自|转载请(?:注明|保留)|资料来源(?:于)?网络|仅供(?:学习|参考)[，,]?(?:请|如有侵权)"
)
_SHARING = re.compile(_SHARING_WORDS)
_INLINE = (
    re.compile(
        rf"(?:…|\.\.\.){{0,3}}[(（【\[][^()（）【】\[\]]{{0,60}}(?:{_SHARING_WORDS})[^()（）【】\[\]]{{0,90}}[)）】\]](?:…|\.\.\.){{0,3}}"
    ),
    re.compile(rf"(?:…|\.\.\.){{0,3}}[(（【\[][^()（）【】\[\]]{{0,20}}(?:{_SHARING_WORDS})[^()（）【】\[\]]{{0,90}}$"),
    re.compile(r"\s*(?::mag:)?\s*[\[【]?(?:查看|阅读)原文[\]】]?\s*$"),
)


def line_reason(text: str) -> str:
    """Why a whole line is no part of the document: "page", "print", "site", "watermark", or "" where it is."""
    bare = text.strip()
    if not bare or len(bare) > 300:
        return ""
    if _PAGE.fullmatch(bare):
        return "page"
    if _PRINT.fullmatch(bare):
        return "print"
    if _is_dateline(bare) or (len(bare) <= 220 and _CHROME.fullmatch(bare)):
        return "site"
    if len(bare) <= 160 and _SHARING.search(bare) and not _is_clause(bare):
        return "watermark"
    return ""


def _is_dateline(text: str) -> bool:
    """A line made of web-page fields only, at least one of them with a colon or brackets."""
    rest, fields = text, 0
    while rest:
        found = _DATELINE.match(rest)
        if not found or not found.end():
            return False
        rest, fields = rest[found.end() :], fields + 1
    return fields > 0


def _is_clause(text: str) -> bool:
    """Provisions also speak of uploads and downloads; a numbered or normative sentence stays."""
    return bool(
        re.match(r"\s*(?:第[一二三四五六七八九十百千\d]+条|[（(]?[一二三四五六七八九十\d]+[)）、.．])", text)
        or re.search(r"应当|不得|可以|必须|予以|按照|根据|《", text)
    )


def inline_marks(text: str) -> list[tuple[int, int]]:
    """Spans of marks that sharing sites put into running text (omitted passages, addresses in brackets)."""
    spans = sorted(m.span() for pattern in _INLINE for m in pattern.finditer(text))
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept
