"""The folder of the index: generations, the pointer to the one in use, and the manifest that says what it was made of.

`index/current` holds the name of a generation and is replaced by one rename: at every moment the folder has either
the old index or the new one. A generation without a manifest, or of other material, is no index.
"""

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from ..corpora.errors import IndexInvalid
from ..corpora.laws.store import LawStore
from . import citing, roles, tokens
from .encoding import PassageEncoder
from .passage import VERSION

try:
    import fcntl
except ImportError:  # no such locks on this system: age alone tells what a killed build left
    fcntl = None  # type: ignore[assignment]

SCHEMA = 2
# Seconds within which a folder is taken for that of a build which has not marked it yet, and for which one is kept
# where the system has no locks.
FRESH, LASTING = 60, 24 * 3600
MANIFEST, DICTIONARY, CURRENT = "manifest.json", "dictionary.txt", "current"
REMEDY = "请删除该文件夹后重试，程序会重新建立索引"
_WORDS = {
    "laws": "法规库", "encoder": "编码模型", "passage": "条文格式", "terms": "分词方式", "schema": "索引版本",
    "roles": "条文分类", "citing": "引用关系",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identity:
    """What an index depends on besides its own files."""

    laws: str
    encoder: str
    passage: int = VERSION
    terms: int = tokens.VERSION
    roles: int = roles.VERSION
    citing: int = citing.VERSION
    schema: int = SCHEMA

    @classmethod
    def of(cls, laws: LawStore, encoder: PassageEncoder) -> Self:
        return cls(laws.digest, encoder.passages)


def current(folder: Path) -> Path:
    """The generation in use; raises IndexInvalid where there is none."""
    try:
        name = (folder / CURRENT).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise IndexInvalid(f"检索索引不存在或不完整：{folder}", REMEDY) from error
    if not name or Path(name).name != name or not (folder / name).is_dir():
        raise IndexInvalid(f"检索索引不完整：{folder}", REMEDY)
    return folder / name


def check(folder: Path, expected: Identity, apart: tuple[str, ...] = ()) -> dict[str, Any]:
    """The manifest of the index at `folder`; raises IndexInvalid when it is absent, of other material or damaged.

    `apart` names parts of the identity that may differ.
    """
    place = current(folder)
    try:
        manifest: dict[str, Any] = json.loads((place / MANIFEST).read_text("utf-8"))
        found, files, dictionary = dict(manifest["identity"]), dict(manifest["files"]), str(manifest["dictionary"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexInvalid(f"检索索引不存在或不完整：{folder}", REMEDY) from error
    names = [name for name in asdict(expected) if name not in apart]
    wrong = [_WORDS[name] for name in names if found.get(name) != asdict(expected)[name]]
    if wrong:
        raise IndexInvalid(f"检索索引与当前{'、'.join(wrong)}不一致：{folder}", REMEDY)
    for name, size in files.items():
        path = place / name
        if not path.is_file() or path.stat().st_size != size:
            raise IndexInvalid(f"检索索引的文件缺失或已损坏：{path}", REMEDY)
    if hashlib.sha256((place / DICTIONARY).read_bytes()).hexdigest() != dictionary:
        raise IndexInvalid(f"检索词典已损坏：{place / DICTIONARY}", REMEDY)
    return manifest


def publish(folder: Path, identity: Identity, write: Callable[[Path], None]) -> Path:
    """A new generation, filled by `write`, takes the place of the old one, which is then removed.

    Whatever fails before the last rename leaves the index in use as it was; what killed builds left goes first.
    Raises IndexInvalid when the disk is full or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        aside = Path(tempfile.mkdtemp(prefix="new-", dir=folder))
    except OSError as error:
        raise unwritable(folder, error) from error
    try:
        with _owned(aside):
            write(aside)
            _seal(aside, identity)
            place = aside.with_name("g" + aside.name.removeprefix("new"))
            os.rename(aside, place)
        _point(folder, place.name)
    except OSError as error:
        raise unwritable(folder, error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    _tidy(folder, place.name)
    return place


@contextmanager
def _owned(folder: Path) -> Iterator[None]:
    """Hold a lock on the folder while its build lives; the system lets go of it when the process ends in any way."""
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _sweep(folder: Path) -> None:
    """Remove the unfinished folders of builds that live no more."""
    for path in folder.glob("new-*"):
        if not _alive(path):
            shutil.rmtree(path, ignore_errors=True)


def _alive(path: Path) -> bool:
    """Does a build own this folder? One too young to be marked counts as owned."""
    try:
        age = time.time() - path.stat().st_mtime
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        if fcntl is None or age < FRESH:
            return age < LASTING
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def unwritable(folder: Path, error: OSError) -> IndexInvalid:
    """The coded error of a failed write: disk full, file too large for the system, no right to write."""
    return IndexInvalid(
        f"检索索引无法写入：{folder}（{error.strerror or type(error).__name__}），原有索引未变",
        "请腾出磁盘空间或检查写入权限后重试",
    )


def _seal(folder: Path, identity: Identity) -> None:
    """The manifest is the last file written: a folder without it is no index."""
    files = {path.name: path.stat().st_size for path in sorted(folder.iterdir())}
    dictionary = hashlib.sha256((folder / DICTIONARY).read_bytes()).hexdigest()
    facts = {"identity": asdict(identity), "dictionary": dictionary, "files": files}
    (folder / MANIFEST).write_text(json.dumps(facts, indent=1), "utf-8")


def _point(folder: Path, name: str) -> None:
    """Point at a generation with one rename."""
    aside = folder / f".{CURRENT}-{name}"
    try:
        aside.write_text(name, "ascii")
        os.replace(aside, folder / CURRENT)
    except OSError:
        aside.unlink(missing_ok=True)
        shutil.rmtree(folder / name, ignore_errors=True)
        raise


def _tidy(folder: Path, kept: str) -> None:
    """Remove what belongs to no index in use; folders of other builds are left to `_sweep`."""
    for path in folder.iterdir():
        if path.name in (kept, CURRENT) or path.name.startswith("new-"):
            continue
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
