"""Folders of waystowork: markdown by field, amendment history in the first lines, no status, no dates in names.

Files in the LawRefBook layout occur among them and are read as such.
"""

from collections.abc import Iterator
from pathlib import Path

from ..errors import LawSourceInvalid
from . import lawrefbook
from .names import clean_title
from .printed import Printed, read_printed
from .record import LawText, Refusal


def read(folder: Path) -> Iterator[LawText | Refusal]:
    """Every text below `folder`, in the order of paths; files that are no law, regulation or rule are refused."""
    if not folder.is_dir():
        raise LawSourceInvalid(f"不是文件夹：{folder}", "给出 waystowork 文件夹的路径")
    books: dict[str, list[LawText]] = {}
    for path in sorted(folder.rglob("*.md")):
        text = read_file(path, folder)
        if isinstance(text, LawText) and lawrefbook.is_book(path):
            books.setdefault(text.name, []).append(text)
        else:
            yield text
    for texts in books.values():
        yield lawrefbook.bind(texts)


def read_file(path: Path, folder: Path) -> LawText | Refusal:
    """One file."""
    origin = path.relative_to(folder).as_posix()
    raw = path.read_text("utf-8", errors="replace")
    if lawrefbook.END in raw:
        return lawrefbook.read_file(path, origin, lawrefbook.rank_of_folder(path, folder))
    first, _, body = raw.lstrip("\ufeff\n ").partition("\n")
    return read_printed(Printed(_title(first.lstrip("# "), path), body, origin))


def _title(first: str, path: Path) -> str:
    """The name of the file, for titles inside are now and then those of another law."""
    stem, title = clean_title(path.stem), clean_title(first)
    return title if title.endswith(stem) else stem
