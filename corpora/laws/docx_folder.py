"""A folder of DOCX files as downloaded from the national law database (国家法律法规数据库).

The file name holds the title and often the date (中华人民共和国行政处罚法_20210122.docx); the first paragraphs
hold the title and the history in brackets.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import PackageNotFoundError

from ..errors import LawSourceInvalid
from .names import clean_title
from .printed import Printed, read_printed
from .record import LawText, Refusal

_DAY = re.compile(r"[_(（-]?((?:19|20)\d{2})-?(\d{2})-?(\d{2})[)）]?$")


def read(folder: Path) -> Iterator[LawText | Refusal]:
    """Every DOCX below `folder`, in the order of paths; files of other types are refused by name."""
    if not folder.is_dir():
        raise LawSourceInvalid(f"不是文件夹：{folder}", "给出存放 DOCX 的文件夹路径")
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(("~$", "."))):
        yield read_file(path, path.relative_to(folder).as_posix())


def read_file(path: Path, origin: str) -> LawText | Refusal:
    """One file."""
    if path.suffix.lower() != ".docx":
        return Refusal(origin, "不是 DOCX 文件")
    try:
        paragraphs = [paragraph.text for paragraph in Document(str(path)).paragraphs]
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        return Refusal(origin, f"DOCX 已损坏或加密：{error}")
    stem, day = _stem(path.stem)
    at, title = _title(paragraphs, stem)
    return read_printed(Printed(title, "\n".join(paragraphs[at:]), origin, day))


def _stem(stem: str) -> tuple[str, date | None]:
    """Title and date of a file name; an impossible date stays in the title."""
    found = _DAY.search(stem)
    if found is None:
        return clean_title(stem), None
    try:
        return clean_title(stem[: found.start()]), date(*(int(part) for part in found.groups()))
    except ValueError:
        return clean_title(stem), None


def _title(paragraphs: list[str], stem: str) -> tuple[int, str]:
    """Where the text below the title begins, and the title: printed on one or several lines, else the file name."""
    joined = ""
    for place, paragraph in enumerate(paragraphs[:8]):
        joined += re.sub(r"\s", "", paragraph)
        if joined and clean_title(joined) == stem:
            return place + 1, stem
    return 0, stem
