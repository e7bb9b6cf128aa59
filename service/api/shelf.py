"""The engine of the API process: opened once, at the first question, and shared; reviews take turns."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..settings import Settings

if TYPE_CHECKING:
    from ...review.engine import Engine


@dataclass(slots=True)
class Shelf:
    """Law store, index and encoder for law search and for short reviews."""

    settings: Settings
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _engine: "Engine | None" = None

    @contextmanager
    def engine(self) -> "Iterator[Engine]":
        """The engine, for one caller at a time. Raises the EngineErrors of corpora.errors."""
        with self._lock:
            if self._engine is None:
                from ...review.engine import Engine, EngineSettings

                self._engine = Engine.open(
                    EngineSettings(self.settings.home, self.settings.threads, self.settings.model)
                )
            yield self._engine
