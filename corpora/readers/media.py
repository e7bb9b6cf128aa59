"""Media types: what a file is, found by its content; the extension only breaks ties among text formats."""

import re
import zipfile
from io import BytesIO
from pathlib import PurePath

from .encoding import looks_like_text

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
FLAT_OPC = "application/vnd.ms-word.flat-opc+xml"
WORD_XML = "application/vnd.ms-word.2003+xml"
OLE = "application/x-ole-storage"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
PPT = "application/vnd.ms-powerpoint"
ENCRYPTED = "application/x-ole-encrypted"
PDF = "application/pdf"
OFD = "application/ofd"
ZIP = "application/zip"
RTF = "application/rtf"
MHT = "multipart/related"
HTML = "text/html"
MARKDOWN = "text/markdown"
TEXT = "text/plain"
PNG, JPEG, TIFF, BMP = "image/png", "image/jpeg", "image/tiff", "image/bmp"
EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"
IMAGES = frozenset({PNG, JPEG, TIFF, BMP})

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"{\\rtf", RTF),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"GIF8", "image/gif"),
    (b"\x7fELF", "application/x-executable"),
    (b"MZ", "application/x-msdownload"),
)
_ZIP_MARKS = (
    ("word/document.xml", DOCX),
    ("xl/workbook.xml", XLSX),
    ("ppt/presentation.xml", PPTX),
)
# Directory entries of an OLE file are UTF-16 names; each kind of file has its own stream.
_OLE_MARKS = (
    ("EncryptedPackage", ENCRYPTED),
    ("WordDocument", DOC),
    ("Workbook", XLS),
    ("PowerPoint Document", PPT),
    ("Book", XLS),
)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|table|tr|td|span|br|h[1-6]|ul|ol|font|center|article|section)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_MARKDOWN_LINE = re.compile(r"(?m)^(?:#{1,6}\s+\S|[-*]\s+\S|>\s+\S|```|:::|---\s*$|\|(?:\s*:?-+:?\s*\|)+)")
_MHT = re.compile(rb"(?im)^content-type:\s*multipart/related")


def detect(name: str, data: bytes) -> str:
    """Media type of `data`; `UNKNOWN` where nothing fits, `EMPTY` for no bytes or only blanks."""
    head = data[:1024]
    if not head.strip(b"\x00\t\r\n \xef\xbb\xbf") and not data.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        return EMPTY
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole(data)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(data)
    if b"%PDF-" in head:
        return PDF
    for mark, media in _MAGIC:
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(mark) or head.startswith(mark):
            return media
    if head.startswith(b"BM") and int.from_bytes(head[2:6], "little") == len(data):
        return BMP
    return _textual(name, data)


def _ole(data: bytes) -> str:
    for stream, media in _OLE_MARKS:
        if stream.encode("utf-16-le") in data:
            return media
    return OLE


def _zip(data: bytes) -> str:
    try:
        names = {name.replace("\\", "/").lstrip("/") for name in zipfile.ZipFile(BytesIO(data)).namelist()}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        return _torn_zip(data)
    lowered = {name.lower() for name in names}
    for mark, media in _ZIP_MARKS:
        if mark in lowered:
            return media
    if "[content_types].xml" in lowered and any(n.startswith("word/document") and n.endswith(".xml") for n in lowered):
        return DOCX
    if "ofd.xml" in lowered:
        return OFD
    if "content.xml" in lowered and b"opendocument.text" in data[:200]:
        return ODT
    return ZIP


def _torn_zip(data: bytes) -> str:
    """A cut-off archive still shows member names in its local headers."""
    for mark, media in (*((m.encode(), t) for m, t in _ZIP_MARKS), (b"OFD.xml", OFD)):
        if mark in data:
            return media
    return ZIP


def _textual(name: str, data: bytes) -> str:
    if _MHT.search(data[:8192]) and re.search(rb"(?i)\bmime-version:|\bfrom:", data[:8192]):
        return MHT
    text = looks_like_text(data[: 256 * 1024])
    if text is None:
        return UNKNOWN
    sample = text.lstrip("\ufeff \t\r\n")[:65536]
    if sample.startswith("<?xml") or sample.startswith("<pkg:"):
        if "<pkg:package" in sample[:2000]:
            return FLAT_OPC
        if "schemas.microsoft.com/office/word/2003/wordml" in sample[:4000]:
            return WORD_XML
    suffix = PurePath(name).suffix.lower()
    return _text_kind(suffix, sample)


def _text_kind(suffix: str, sample: str) -> str:
    tags = len(_HTML.findall(sample))
    marks = len(_MARKDOWN_LINE.findall(sample))
    if suffix in {".md", ".markdown"}:
        return HTML if re.match(r"(?i)<(!doctype\s+html|html)", sample) else MARKDOWN
    if re.match(r"(?i)<(?:!doctype\s+html|html|\?xml)", sample) and tags:
        return HTML
    if sample.startswith("<") and tags >= 2:
        return HTML
    if suffix in {".htm", ".html", ".shtml", ".xhtml"} and tags:
        return HTML
    if tags >= 6 and tags * 200 > len(sample) and sample.count("</") >= 2:
        return HTML
    if suffix in {".txt", ".text"}:
        return TEXT
    return MARKDOWN if marks >= 3 else TEXT
