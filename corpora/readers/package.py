"""A ZIP filing package (送审包): its files as sources of their own, nested archives opened to a bounded depth."""

import hashlib
import posixpath
from collections.abc import Iterator

from ..errors import FileEmpty, FileUnsafe, FileUnsupported
from ..limits import DEFAULT, Limits
from ..text import Source
from . import media
from .archive import Container, open_zip

_NOISE = ("__macosx/", "thumbs.db", ".ds_store", "desktop.ini", "~$")


def members(source: Source, limits: Limits = DEFAULT) -> tuple[Source, ...]:
    """The files of a package in the order of their names, each named by its path inside the package.

    A member that cannot be read (empty, a program, a picture without OCR) comes back with its media type, and
    `formats.extract` refuses it with its own code, so that one bad member never stops the rest. The package as
    a whole is refused: FileUnsafe (bomb, climbing path, nested too deep), FileEncrypted, FileDamaged, FileEmpty.
    """
    if source.media != media.ZIP:
        raise FileUnsupported(f"“{source.name}”不是 ZIP 送审包", "请提供 ZIP 文件，或直接提交该文件")
    budget = [limits.max_unpacked_bytes, limits.max_members]
    found = tuple(_walk(source, "", 1, limits, budget))
    if not found:
        raise FileEmpty(f"“{source.name}”中没有文件", "请重新打包后提交")
    return found


def _walk(source: Source, prefix: str, depth: int, limits: Limits, budget: list[int]) -> Iterator[Source]:
    if depth > limits.max_depth:
        raise FileUnsafe(f"“{source.name}”压缩包嵌套超过 {limits.max_depth} 层", "请解包后重新打包提交")
    container = open_zip(source.name, source.data, limits)
    for name in sorted(container.entries):
        if is_noise(name):
            continue
        data = _read(container, name, limits, budget)
        inner = Source(
            name=posixpath.join(prefix, name),
            media=media.detect(name, data),
            sha256=hashlib.sha256(data).hexdigest(),
            data=data,
        )
        if inner.media == media.ZIP:
            yield from _walk(inner, inner.name, depth + 1, limits, budget)
        else:
            yield inner


def _read(container: Container, name: str, limits: Limits, budget: list[int]) -> bytes:
    """One member, charged to the budget of bytes and members that all nested archives share."""
    before = container.spent
    data = container.read(name)
    budget[0] -= container.spent - before
    budget[1] -= 1
    if min(budget) < 0:
        raise FileUnsafe(f"“{container.name}”解压后超过上限（疑似压缩炸弹）", "请拆分后提交")
    if len(data) > limits.max_bytes:
        raise FileUnsafe(f"“{container.name}”中的 {name} 超过单个文件上限", "请拆分后提交")
    return data


def is_noise(name: str) -> bool:
    """Whether a member is what systems leave in archives, not a file of the sender."""
    lowered = name.lower()
    leaf = posixpath.basename(lowered)
    return lowered.startswith(_NOISE[0]) or any(leaf.startswith(noise) for noise in _NOISE[1:])
