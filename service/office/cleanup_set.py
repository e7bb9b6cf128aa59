"""The set of a clean-up as it comes in: files, packages opened, the office's own list; bytes kept, nothing read.

What cannot be taken out of a package is no reason to refuse the rest: it is listed with its code.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path

from ...corpora.errors import BadArgument, BeishenError, FileDamaged, FileTooLarge, FileUnsafe
from ...corpora.limits import Limits
from ...corpora.readers import media
from ...corpora.readers.archive import Container, open_zip
from ...corpora.readers.formats import accept
from ...corpora.readers.package import is_noise, members
from ...corpora.text import Problem, Source
from ...review.cleanup import catalogue
from ..store.blobs import Blobs
from .catalogue import UNREADABLE, fits
from .desk import Actor, Office
from .permission import require
from .submission import Upload

MOST = 20_000
# An office's own list is a table of words; more than that is none.
MOST_LIST = 2**24
Part = tuple[str, bytes | Problem]


@dataclass(frozen=True, slots=True)
class Held:
    """A file whose bytes are kept: the name it has in the set, its hash and size; or why there are none."""

    name: str
    sha256: str
    size: int
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A set ready to be enlisted: its files by name, and the office's own list (XLSX) where one came along."""

    files: tuple[Held, ...]
    catalogue: Held | None = None


def prepare(office: Office, actor: Actor, uploads: Sequence[Upload]) -> Prepared:
    """Keep the bytes of a set; packages are opened. Raises Forbidden, BadArgument, and the errors of packages."""
    require(actor, "cleanup.run")
    if not uploads:
        raise BadArgument("没有文件", "请至少提交一个文件")
    lists = [upload for upload in uploads if media.detect(upload.name, upload.data) == media.XLSX]
    if len(lists) > 1:
        raise BadArgument("有不止一个 XLSX 目录", "一次清理只用一个目录")
    limits = replace(office.limits, max_members=MOST)
    taken = _taken(limits, [upload for upload in uploads if upload not in lists])
    if not taken:
        raise BadArgument("只有目录，没有要清理的文件", "请连同目录所列的文件一并提交，可打成 ZIP")
    if lists:
        rows(lists[0].name, lists[0].data)
    files = tuple(_held(office.blobs, name, taken[name]) for name in sorted(taken))
    return Prepared(files, _held(office.blobs, lists[0].name[-300:], lists[0].data) if lists else None)


def rows(name: str, data: bytes) -> tuple[catalogue.Row, ...]:
    """The rows of an office's own list. BadArgument, FileTooLarge, FileDamaged."""
    if len(data) > MOST_LIST:
        raise FileTooLarge(f"目录“{name}”超过 {MOST_LIST // 2**20} MB", "请只留文件清单一张表")
    with tempfile.TemporaryDirectory(prefix="catalogue-") as folder:
        path = Path(folder) / "目录.xlsx"
        path.write_bytes(data)
        try:
            fits(name, data)
            return catalogue.read(path)
        except UNREADABLE as error:
            raise FileDamaged(f"“{name}”不是可读的 XLSX 表格", "请用电子表格软件另存为 XLSX 后重试") from error


def _held(blobs: Blobs, name: str, data: bytes | Problem) -> Held:
    return Held(name, "", 0, data) if isinstance(data, Problem) else Held(name, blobs.put(data), len(data))


def _taken(limits: Limits, uploads: Iterable[Upload]) -> dict[str, bytes | Problem]:
    """Every file of the set once by name; a name that comes twice gets that of its package, or a number."""
    taken: dict[str, bytes | Problem] = {}
    for upload in uploads:
        if len(upload.data) > limits.max_bytes:
            raise FileTooLarge(f"“{upload.name}”超过 {limits.max_bytes // 2**20} MB", "请拆分后提交")
        for name, data in _parts(upload, limits):
            plain = name.replace("\x00", "").replace("\\", "/").lstrip("/")[-460:] or "未命名"
            package = f"{upload.name.rsplit('.', 1)[0]}/{plain}"[-480:]
            names = chain((plain, package), (f"{plain}（{number}）" for number in count(2)))
            taken[next(free for free in names if free not in taken)] = data
    if len(taken) > MOST:
        raise FileTooLarge(f"一次清理共 {len(taken)} 个文件，超过 {MOST} 个", "请分次清理")
    return taken


def _parts(upload: Upload, limits: Limits) -> Iterator[Part]:
    """A file, or those of a package. What no reader takes is let in: it is listed as unread with its reason."""
    if media.detect(upload.name, upload.data) != media.ZIP:
        yield upload.name or "未命名", upload.data
        return
    container = open_zip(upload.name, accept(upload.name, upload.data, limits).data, limits)
    for name in sorted(container.entries):
        if not is_noise(name):
            yield from _member(container, name, limits)


def _member(container: Container, name: str, limits: Limits) -> Iterator[Part]:
    """A member, or the files of a package within; the limits on the whole package hold, FileUnsafe."""
    try:
        data = container.read(name)
    except FileUnsafe:
        raise
    except BeishenError as error:
        yield name, Problem(error.code, error.message)
        return
    if media.detect(name, data) != media.ZIP:
        yield name, data
        return
    left = replace(
        limits, max_unpacked_bytes=limits.max_unpacked_bytes - container.spent, max_depth=limits.max_depth - 1
    )
    try:
        inner = members(Source(name, media.ZIP, "", data), left)
    except FileUnsafe:
        raise
    except BeishenError as error:
        yield name, Problem(error.code, error.message)
        return
    container.spent += sum(len(part.data) for part in inner)
    yield from ((f"{name}/{part.name}", part.data) for part in inner)
