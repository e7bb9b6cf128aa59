"""The door: what a file is, whether it is let in, and which reader takes it.

`accept` (or `accept_path`) gives a `Source` or a coded refusal; `extract` gives its blocks. Every reader module
has one function `read(source, limits) -> Extract`; a heavy parser is imported only when a file needs it.
A ZIP is a filing package: `package.members` gives its files as sources of their own.
"""

import hashlib
import importlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from ..errors import (
    FileDamaged,
    FileEmpty,
    FileEncrypted,
    FileMissing,
    FileTooLarge,
    FileUnsupported,
    InputError,
    NoText,
)
from ..limits import DEFAULT, Limits
from ..text import Extract, Source
from . import media as kinds
from .media import detect

__all__ = ["accept", "accept_path", "detect", "extract"]

_READERS: Mapping[str, str] = MappingProxyType(
    {
        kinds.DOCX: "docx",
        kinds.FLAT_OPC: "docx",
        kinds.PDF: "pdf",
        kinds.HTML: "html",
        kinds.MARKDOWN: "markdown",
        kinds.TEXT: "plain",
        kinds.OFD: "ofd",
        kinds.RTF: "rtf",
        kinds.MHT: "mht",
        kinds.DOC: "office",
        kinds.OLE: "office",
        kinds.ODT: "office",
        kinds.WORD_XML: "office",
        kinds.PNG: "image",
        kinds.JPEG: "image",
        kinds.TIFF: "image",
        kinds.BMP: "image",
    }
)
_READABLE = "请提供 DOCX、DOC、WPS、PDF、OFD、HTML、MHT、RTF、TXT、MD、图片或 ZIP 送审包"
_REFUSED: Mapping[str, str] = MappingProxyType(
    {
        kinds.XLS: "电子表格（XLS）",
        kinds.XLSX: "电子表格（XLSX）",
        kinds.PPT: "演示文稿（PPT）",
        kinds.PPTX: "演示文稿（PPTX）",
        "application/vnd.rar": "RAR 压缩包",
        "application/x-7z-compressed": "7z 压缩包",
        "application/gzip": "GZIP 压缩包",
        "application/x-executable": "可执行程序",
        "application/x-msdownload": "可执行程序",
        "image/gif": "GIF 图片",
    }
)


def accept(name: str, data: bytes, limits: Limits = DEFAULT) -> Source:
    """The file as a source, its type found by content.

    Raises FileEmpty, FileTooLarge, FileEncrypted, FileUnsupported, or NoText for an image where OCR is absent.
    """
    if len(data) > limits.max_bytes:
        raise _too_large(name, len(data), limits)
    media = detect(name, data)
    if media == kinds.TEXT and len(data) > limits.max_chars * 4:
        raise _too_large(name, len(data), limits)
    source = Source(name=name, media=media, sha256=hashlib.sha256(data).hexdigest(), data=data)
    if media != kinds.ZIP:
        _refuse(source)
    return source


def accept_path(path: Path | str, limits: Limits = DEFAULT) -> Source:
    """The file at `path` as a source; its size is asked before a byte is read.

    Raises FileMissing, FileUnsupported (a folder, a device), FileDamaged (unreadable), and what `accept` raises.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileMissing(f"找不到文件：{path}", "请核对路径和文件名") from error
    except (OSError, ValueError) as error:
        raise FileDamaged(f"无法打开文件：{path}（{_why(error)}）", "请检查路径和读取权限") from error
    if not path.is_file():
        raise FileUnsupported(f"不是文件：{path}", "这是文件夹或设备，请逐个给出文件")
    if size > limits.max_bytes:
        raise _too_large(str(path), size, limits)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileDamaged(f"无法读取文件：{path}（{_why(error)}）", "请检查读取权限") from error
    return accept(path.name, data, limits)


def extract(source: Source, limits: Limits = DEFAULT) -> Extract:
    """The blocks of a source. Raises only coded errors; a block count of zero is NoText."""
    _refuse(source)
    module = _READERS.get(source.media)
    if module is None:
        raise FileUnsupported(f"“{source.name}”是压缩包，不能作为一份文件读取", "请解包后逐份提交，或作为送审包提交")
    reader = importlib.import_module(f".{module}", __package__)
    try:
        found: Extract = reader.read(source, limits)
    except RecursionError as error:
        raise FileDamaged(f"“{source.name}”嵌套过深，无法读取", "请用办公软件另存后重新提交") from error
    size = sum(len(block.text) for block in found.blocks)
    if size > limits.max_chars:
        raise FileTooLarge(f"“{source.name}”文字超过 {limits.max_chars} 字（读出 {size} 字）", "请拆分后提交")
    if not any(block.text.strip() for block in found.blocks):
        raise NoText(
            f"“{source.name}”中没有读到文字", "请确认文件内容；扫描件请安装 OCR 组件：pip install beishen[ocr]"
        )
    return found


def _refuse(source: Source) -> None:
    media, name = source.media, source.name
    if media == kinds.EMPTY:
        raise FileEmpty(f"“{name}”是空文件", "请重新导出后提交")
    if media == kinds.ENCRYPTED:
        raise FileEncrypted(f"“{name}”设有打开密码，无法读取", "请取消密码后重新提交")
    if media in kinds.IMAGES and importlib.util.find_spec("rapidocr") is None:
        raise NoText(f"“{name}”是图片，未安装文字识别组件", "请安装：pip install beishen[ocr]，或提交可编辑文本")
    if media in _REFUSED:
        raise FileUnsupported(f"“{name}”是{_REFUSED[media]}，不是可审查的文本文件", _READABLE)
    if media != kinds.ZIP and media not in _READERS:
        raise FileUnsupported(f"“{name}”的内容无法识别为任何支持的格式", _READABLE)


def _too_large(name: str, size: int, limits: Limits) -> InputError:
    return FileTooLarge(
        f"“{name}”大小 {size / 2**20:.0f} MB，超过上限 {limits.max_bytes / 2**20:.0f} MB", "请拆分后提交"
    )


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
