"""ZIP containers opened safely: bounded members, sizes and ratios, no traversal; nothing is written to disk."""

import zipfile
import zlib
from dataclasses import dataclass, field
from io import BytesIO

from ..errors import FileDamaged, FileEncrypted, FileUnsafe
from ..limits import Limits

_CHUNK = 1 << 16
_REMEDY = "请用办公软件另存后重新提交"


@dataclass(slots=True)
class Container:
    """An open ZIP; `read` counts every unpacked byte against the limits of the whole file."""

    name: str
    zip: zipfile.ZipFile
    limits: Limits
    spent: int = 0
    entries: dict[str, zipfile.ZipInfo] = field(default_factory=dict)

    def read(self, entry: str) -> bytes:
        """Bytes of one member. Raises FileUnsafe (bomb), FileEncrypted, FileDamaged; KeyError for no member."""
        info = self.entries[entry]
        if info.flag_bits & 0x1:
            raise FileEncrypted(f"“{self.name}”中的 {entry} 设有密码", "请取消密码后重新提交")
        try:
            data = self._unpack(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError) as e:
            raise FileDamaged(f"“{self.name}”中的 {entry} 损坏，无法解压", _REMEDY) from e
        return data

    def _unpack(self, info: zipfile.ZipInfo) -> bytes:
        pieces: list[bytes] = []
        size = 0
        with self.zip.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                self.spent += len(chunk)
                if self.spent > self.limits.max_unpacked_bytes or (
                    size > 2**20 and size > self.limits.max_ratio * max(1, info.compress_size)
                ):
                    raise FileUnsafe(f"“{self.name}”解压后过大（疑似压缩炸弹）", _REMEDY)
                pieces.append(chunk)
        return b"".join(pieces)


def open_zip(name: str, data: bytes, limits: Limits) -> Container:
    """The container with its members by cleaned name (forward slashes, no leading slash).

    Raises FileDamaged where it is not a whole ZIP, FileUnsafe for too many members or a path that climbs.
    """
    try:
        opened = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise FileDamaged(f"“{name}”不完整或已损坏，无法打开", _REMEDY) from error
    infos = opened.infolist()
    if len(infos) > limits.max_members:
        raise FileUnsafe(f"“{name}”含有 {len(infos)} 个成员，超过上限 {limits.max_members}", "请拆分后提交")
    container = Container(name=name, zip=opened, limits=limits)
    for info in infos:
        if not info.filename:
            raise FileDamaged(f"“{name}”中有没有名字的成员，压缩目录已损坏", _REMEDY)
        clean = member_name(info)
        if ".." in clean.split("/"):
            raise FileUnsafe(f"“{name}”中有越出目录的路径：{clean}", "请重新打包后提交")
        if not info.is_dir():
            container.entries.setdefault(clean.lstrip("/"), info)
    return container


def member_name(info: zipfile.ZipInfo) -> str:
    """Member name; names without the UTF-8 flag are read as GB18030, which Chinese Windows writes."""
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            name = info.filename
    return name.replace("\\", "/")
