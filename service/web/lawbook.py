"""The law store as the pages read it: opened on first use, opened again when laws were imported."""

import threading
from dataclasses import dataclass, field

from ...corpora.laws.default import NAME, open_default
from ...corpora.laws.store import LawStore
from ..settings import Settings


@dataclass(slots=True)
class Lawbook:
    """Read access to laws for every request of a process; needs no index and no encoder."""

    settings: Settings
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stamp: tuple[int, int] = (0, 0)
    _store: LawStore | None = None

    def store(self) -> LawStore:
        """The store as it is on disk now. Raises StoreInvalid."""
        path = self.settings.home / NAME
        with self._lock:
            if self._store is None or self._stamp != self._now():
                # An older store stays open for whoever is reading from it; the interpreter closes it.
                self._store = open_default(path.parent)
                self._stamp = self._now()
            return self._store

    def _now(self) -> tuple[int, int]:
        path = self.settings.home / NAME
        return (path.stat().st_mtime_ns, path.stat().st_size) if path.is_file() else (0, 0)
