"""The law shelf of the pages: the store and its index, opened on first use, opened again when laws were imported."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from ...corpora.laws.default import NAME, open_default
from ...corpora.laws.store import LawStore
from ...corpora.text import Article
from ..settings import Settings

if TYPE_CHECKING:
    from ...index.search import Index
    from ...model.encoder import Encoder


@dataclass(slots=True)
class Shelf:
    """Read access to laws for every request of a process. A search by words is as good as the review's own."""

    settings: Settings
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stamp: tuple[int, int] = (0, 0)
    _store: LawStore | None = None
    _index: "tuple[Index, Encoder] | None" = None

    def store(self) -> LawStore:
        """The store as it is on disk now. Raises StoreInvalid."""
        with self._lock:
            return self._fresh()

    def search(self, text: str, day: date, top: int = 20) -> Sequence[Article]:
        """Articles in force on a day, best first. Raises the EngineErrors of the index and the encoder."""
        from ...index.search import Query

        with self._lock:
            index, encoder = self._opened()
            vectors = encoder.encode((text,), "query")
            return tuple(hit.article for hit in index.search(Query(text=text, day=day, top=top), vectors[0]))

    def _fresh(self) -> LawStore:
        path = self.settings.home / NAME
        stamp = (path.stat().st_mtime_ns, path.stat().st_size) if path.is_file() else (0, 0)
        if self._store is None or stamp != self._stamp:
            # An older store stays open for whoever is reading from it; the interpreter closes it.
            self._store, self._index = open_default(self.settings.home), None
            self._stamp = (path.stat().st_mtime_ns, path.stat().st_size)
        return self._store

    def _opened(self) -> "tuple[Index, Encoder]":
        from ...index.search import Index
        from ...model.encoder import Encoder

        store = self._fresh()
        if self._index is None:
            encoder = Encoder.open(self.settings.home, self.settings.threads, self.settings.model)
            self._index = (Index.open(self.settings.home, store, encoder), encoder)
        return self._index
