"""HTML: the main text of a government page and its metadata table; navigation and footers recorded as chrome."""

import re

from lxml import etree  # type: ignore[import-untyped]
from lxml import html as lxml_html

from ..errors import FileDamaged, NoText
from ..limits import Limits
from ..text import Block, Extract, Problem, Source
from .markup import Element
from .pagemeta import page_meta
from .plain import decoded

_CHARSET = re.compile(rb"(?i)<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)|<\?xml[^>]{0,100}encoding=[\"']([\w-]+)")
_ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "utf8": "utf-8", "unicode": "utf-16"}
_DROPPED = ("script", "style", "noscript", "template", "svg", "iframe", "object", "select", "button", "textarea")
# fmt: off
_BLOCK = frozenset((
    "p", "div", "br", "tr", "td", "th", "li", "ul", "ol", "dl", "dt", "dd", "table", "tbody", "thead", "tfoot",
    "h1", "h2", "h3", "h4", "h5", "h6", "center", "section", "article", "header", "footer", "nav", "aside",
    "form", "fieldset", "blockquote", "pre", "hr", "body", "html", "main", "figure", "figcaption", "caption",
    "address",
))
# fmt: on
# A cell longer than this holds a page, not a value: its row is layout. A row's only filled cell is one sooner.
_PAGE_CELL, _LONE_CELL = 2500, 250
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_BLANK = re.compile(r"[ \t\r\n\f\x0b]+")
_CHROME_TAGS = frozenset({"nav", "header", "footer", "aside", "form"})
_CHROME = re.compile(
    r"(?i)(?:^|[\s_-])(?:nav|navbar|menu|topbar|top|header|head|footer|foot|bottom|crumbs?|breadcrumb|bread|location|"
    r"position|share|bdsharebuttonbox|social|qrcode|ewm|sidebar|side|aside|related|xgwj|recommend|copyright|links?|"
    r"friendlink|search|login|banner|toolbar|tools?|print|fontsize|pagination|comment|ad|ads|float|dbanner)(?:$|[\s_\d-])"
)
_MAIN = re.compile(
    r"(?i)(?:^|[\s_-])(?:ucap-content|zoom|trs_editor|trs_editor_view|trs_ueditor|trs_word|pages_content|"
    r"article-?content|articlecontent|article_con|articlecon|news_?content|newscontent|content_?text|detail-?content|"
    r"zwnr|xxgk_content|b12c|view_content|con_text|contenttext|textcontent|vsb_content\w*|v_news_content|"
    r"article-body|rich_media_content|mainbody|ivs_content)(?:$|[\s\d_-])"
)


def read(source: Source, limits: Limits) -> Extract:
    """Blocks of the main text; rows of the page's own metadata table as `meta`; site chrome as header or footer."""
    text, problems = decode_markup(source.name, source.data)
    return read_markup(source.name, text, limits, problems)


def read_markup(name: str, text: str, limits: Limits, problems: tuple[Problem, ...] = ()) -> Extract:
    """The same for a page already decoded (MHT parts, converted files)."""
    root = _tree(name, text)
    del limits
    whole = "<body" in text[:200_000].lower() or "<html" in text[:2000].lower()
    main = _main(root, whole)
    meta, meta_nodes = page_meta(root, main)
    before, inside, after = _emit(root, main, meta_nodes)
    blocks = (
        *(Block(text=f"{key}: {value}", kind="meta") for key, value in meta),
        *(Block(text=line, kind="header") for line in before),
        *inside,
        *(Block(text=line, kind="footer") for line in after),
    )
    return Extract(blocks=blocks, meta=meta, problems=problems)


def decode_markup(name: str, data: bytes, charset: str = "") -> tuple[str, tuple[Problem, ...]]:
    """Text of a page: the given or declared encoding where the bytes keep to it, else the one found by content."""
    if not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        declared = _CHARSET.search(data[:4096])
        names = [charset, (declared[1] or declared[2]).decode("ascii", "replace") if declared else ""]
        for one in filter(None, (_ALIASES.get(n.lower(), n.lower()) for n in names)):
            try:
                return data.decode(one), ()
            except (UnicodeDecodeError, LookupError, ValueError):
                continue
    return decoded(name, data)


def _tree(name: str, text: str) -> Element:
    text = re.sub(r"(?s)\A\ufeff?\s*<\?xml.*?\?>", "", text).replace("\x00", "")
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        if not re.sub(r"<[^>]*>", "", text).strip():
            raise NoText(f"“{name}”中没有文字", "请确认文件内容") from error
        raise FileDamaged(f"“{name}”的网页代码损坏，无法解析", "请在浏览器中另存后重新提交") from error
    for node in root.xpath("|".join(f"//{tag}" for tag in (*_DROPPED, "head"))):
        if node.getparent() is not None:
            node.drop_tree()
    for node in root.xpath("//*[contains(translate(@style,' ',''),'display:none')]"):
        if node.getparent() is not None and node.tag not in {"body", "html"}:
            node.drop_tree()
    return root


def _size(node: Element) -> int:
    return len(re.sub(r"\s+", "", node.text_content()))


def _main(root: Element, whole: bool) -> Element:
    """The element that holds the document: a known container, else the densest one, else the whole body."""
    body = root.find("body") if root.tag != "body" else root
    body = root if body is None else body
    total = _size(body)
    known = [(n, _size(n)) for n in body.iter() if isinstance(n.tag, str) and _MAIN.search(_names(n))]
    known = [(n, size) for n, size in known if size * 10 >= total * 3 or size >= 600]
    if known:
        best = max(size for _, size in known)
        close = [n for n, size in known if size * 20 >= best * 19]
        return close[-1] if whole else body
    if not whole:
        return body
    return _densest(body, total)


def _names(node: Element) -> str:
    return f"{node.get('id', '')} {node.get('class', '')}"


def _densest(body: Element, total: int) -> Element:
    """Walk down while one child keeps nearly all prose that is not link text."""
    here, prose = body, _prose(body)
    if prose < 20 or total < 50:
        return body
    while True:
        children = [child for child in here if isinstance(child.tag, str) and child.tag in _BLOCK - {"tr", "p"}]
        scored = [(child, _prose(child)) for child in children if not _is_chrome(child)]
        best = max(scored, key=lambda pair: pair[1], default=None)
        if best is None or best[1] < 0.85 * prose:
            return here
        here = best[0]


def _prose(node: Element) -> int:
    """Characters of running text outside links and chrome."""
    links = sum(_size(a) for a in node.iter("a"))
    chrome = sum(_size(n) for n in node.iter() if n is not node and isinstance(n.tag, str) and _is_chrome(n, flat=True))
    return max(0, _size(node) - links - chrome)


def _is_chrome(node: Element, flat: bool = False) -> bool:
    if flat and any(_is_chrome(parent) for parent in node.iterancestors()):
        return False
    return node.tag in _CHROME_TAGS or bool(_CHROME.search(_names(node)))


def _emit(
    root: Element, main: Element, skipped: frozenset[Element]
) -> tuple[tuple[str, ...], tuple[Block, ...], tuple[str, ...]]:
    """Text before the main element, its blocks, and text after it; chrome inside it goes before or after."""
    before, inside, after = _Writer(), _Writer(), _Writer()
    aside = _asides(main)
    target = before
    for event, node in etree.iterwalk(root, events=("start", "end")):
        if event == "start" and node is main:
            target = inside
        elif event == "start" and node in aside:
            target = after if inside.started else before
        target.step(event, node, skip=node in skipped)
        if event == "end" and node is main:
            target = after
        elif event == "end" and node in aside:
            target = inside
    return tuple(block.text for block in before.done()), inside.done(), tuple(block.text for block in after.done())


def _asides(main: Element) -> frozenset[Element]:
    """Outermost chrome inside the main element; none where the main element is a known container."""
    if _MAIN.search(_names(main)):
        return frozenset()
    found: list[Element] = []
    for node in main.iterdescendants(*_BLOCK):
        if _is_aside(node) and not any(parent in found for parent in node.iterancestors()):
            found.append(node)
    return frozenset(found)


def _is_aside(node: Element) -> bool:
    if not _is_chrome(node) or node.find(".//h1") is not None:
        return False
    size = _size(node)
    return size < 160 or sum(_size(a) for a in node.iter("a")) * 2 >= size


class _Writer:
    """Collects walk events into blocks; table rows become one block."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._text: list[str] = []
        self._kind = "text"
        self._cells: list[list[str]] = []
        self._skip: Element | None = None

    @property
    def started(self) -> bool:
        """Whether any text has been written."""
        return bool(self._blocks) or any(text.strip() for text in self._text)

    def step(self, event: str, node: Element, skip: bool) -> None:
        if self._skip is not None:
            if event == "end" and node is self._skip:
                self._skip = None
                self._add(node.tail)
            return
        if not isinstance(node.tag, str):
            if event == "end":
                self._add(node.tail)
            return
        if event == "start" and skip:
            self._skip = node
            return
        if event == "start":
            self._start(node)
        else:
            self._end(node)

    def _start(self, node: Element) -> None:
        if node.tag == "tr" and self._is_data(node):
            self._flush()
            self._cells.append([])
        elif node.tag in _BLOCK:
            self._flush()
        if node.tag in _HEADINGS:
            self._kind = "heading"
        if node.tag in {"rt", "rp"}:
            return
        self._add(node.text)

    def _end(self, node: Element) -> None:
        if node.tag in {"td", "th"} and self._cells:
            self._cells[-1].append(self._take())
        elif node.tag == "tr" and self._is_data(node) and self._cells:
            self._row()
        elif node.tag in _BLOCK:
            self._flush()
        if node.tag in _HEADINGS:
            self._kind = "text"
        self._add(node.tail)

    @staticmethod
    def _is_data(row: Element) -> bool:
        """A row of a data table: several cells, none of which holds a table or a page of its own."""
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        if len(cells) < 2 or any(True for _ in row.iterdescendants("table")):
            return False
        sizes = [size for size in map(_size, cells) if size]
        return max(sizes, default=0) <= (_PAGE_CELL if len(sizes) > 1 else _LONE_CELL)

    def _row(self) -> None:
        cells = [cell.replace("|", "｜") for cell in self._cells.pop()]
        while cells and not cells[-1]:
            cells.pop()
        if any(cells):
            self._put(Block(text=" | ".join(cells), kind="row"))

    def _add(self, text: str | None) -> None:
        if text:
            self._text.append(text)

    def _take(self) -> str:
        text = _BLANK.sub(" ", "".join(self._text)).strip(" \u3000\xa0")
        self._text.clear()
        return text

    def _flush(self) -> None:
        if self._cells:
            if self._text:
                self._text.append(" ")
            return
        text = self._take()
        if text:
            self._put(Block(text=text, kind=self._kind))

    def _put(self, block: Block) -> None:
        self._blocks.append(block)

    def done(self) -> tuple[Block, ...]:
        while self._cells:
            self._row()
        self._flush()
        return tuple(self._blocks)
