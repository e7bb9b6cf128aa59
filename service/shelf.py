"""The law store and the engine of the service process, one for pages and API; opened again when laws were imported."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..corpora.laws.default import NAME, open_default
from ..corpora.laws.store import LawStore
from .settings import Settings

if TYPE_CHECKING:
    from ..review.engine import Engine

Stamp = tuple[int, int]


@dataclass(slots=True)
class Shelf:
    """Laws to look up (`store`: at once, for many) and to search and review by (`engine`: one caller at a time)."""

    settings: Settings
    _looking: threading.Lock = field(default_factory=threading.Lock)
    _working: threading.Lock = field(default_factory=threading.Lock)
    _store: tuple[Stamp, LawStore] | None = None
    _engine: "tuple[Stamp, Engine] | None" = None

    def store(self) -> LawStore:
        """The laws as they are on disk now; needs no index and no encoder. Raises StoreInvalid."""
        with self._looking:
            now = self._now()
            if self._store is None or self._store[0] != now:
                # An older store stays open for whoever is reading from it; the interpreter closes it.
                self._store = (now, open_default(self.settings.home))
            return self._store[1]

    @contextmanager
    def engine(self) -> "Iterator[Engine]":
        """The engine on the laws as they are on disk now. Raises the EngineErrors of corpora.errors."""
        with self._working:
            if self._engine is None or self._engine[0] != self._now():
                self._open()
            assert self._engine is not None
            yield self._engine[1]

    def _open(self) -> None:
        """Open the engine, the one before closed first: two indexes at once would need twice the memory."""
        from ..review.engine import Engine, EngineSettings

        if self._engine is not None:
            self._engine[1].close()
            self._engine = None
        self.store()
        now = self._now()
        engine = Engine.open(EngineSettings(self.settings.home, self.settings.threads, self.settings.model))
        self._engine = (now, engine)

    def _now(self) -> Stamp:
        """Size and time of the law store on disk, which an import changes."""
        path = self.settings.home / NAME
        found = path.stat() if path.is_file() else None
        return (found.st_mtime_ns, found.st_size) if found else (0, 0)
