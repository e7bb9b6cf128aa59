"""Generic JSON Lines: one dated law text a line.

{"name": "…", "version": "2021-01-22", "rank": "法律", "issuer": "…", "province": "…", "city": "…",
 "effective": "2021-07-15", "articles": [{"number": "第一条", "chapter": "第一章 总则", "text": "…"}]}
`name`, `rank` and one of `articles` or `text` (the whole printed text) are required.
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import LawSourceInvalid
from ..text import Rank, Region
from .names import clean_title, kind_of
from .record import LawText, Provision, Refusal
from .splitting import clean_text, split_articles


def read(path: Path) -> Iterator[LawText | Refusal]:
    """Every line of the file; a line that does not hold a law text is refused with its number."""
    if not path.is_file():
        raise LawSourceInvalid(f"文件不存在：{path}", "给出 JSONL 文件的路径")
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _read_line(line, f"{path.name}:{number}")


def _read_line(line: str, origin: str) -> LawText | Refusal:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        return Refusal(origin, f"不是 JSON：{error.msg}")
    if not isinstance(row, dict):
        return Refusal(origin, "一行应是一个 JSON 对象")
    try:
        return _text(row, origin)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        return Refusal(origin, f"字段缺失或无效：{error}")


def _text(row: dict[str, Any], origin: str) -> LawText | Refusal:
    title = clean_title(row["name"])
    provisions = _provisions(row)
    if not title or not provisions:
        return Refusal(origin, "没有名称或条文")
    version = row.get("version") or ""
    return LawText(
        name=title,
        version=date.fromisoformat(version).isoformat() if version else "",
        rank=Rank(row["rank"]),
        kind=kind_of(title),
        provisions=provisions,
        origin=f"{title}@{version}",
        issuer=row.get("issuer", ""),
        region=Region(row.get("province", ""), row.get("city", "")),
        stated=date.fromisoformat(row["effective"]) if row.get("effective") else None,
    )


def _provisions(row: dict[str, Any]) -> tuple[Provision, ...]:
    if "articles" not in row:
        return split_articles(row["text"])
    return tuple(
        Provision(item["number"], item.get("chapter", ""), clean_text(item["text"]))
        for item in row["articles"]
        if item["text"].strip()
    )
