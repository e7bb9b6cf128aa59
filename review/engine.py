"""The engine: law store, index, encoder and standard, opened once per process and passed in."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from .. import __version__
from ..corpora.laws.default import open_default
from ..corpora.laws.store import LawStore
from ..index.search import Index
from ..model.encoder import Encoder
from ..model.judge import Judge
from ..model.relation import Relation
from .norms import tables_ready
from .standard import Standard, load

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Where the data lives and what to run with. `model` is a Hugging Face model folder, None the embedded one.

    `trained` names the models that add doubts where no rule speaks (`relation`, `judge`); none by default: in real
    documents both are wrong more often than right (see their cards).
    """

    home: Path
    threads: int = 2
    model: Path | None = None
    progress: Progress | None = None
    trained: tuple[str, ...] = ()


class Engine:
    """Everything long-lived. Open with `Engine.open`; use with `with` or close it."""

    def __init__(
        self, store: LawStore, index: Index, encoder: Encoder, standard: Standard, trained: tuple[str, ...] = ()
    ) -> None:
        self.store = store
        self.index = index
        self.encoder = encoder
        self.standard = standard
        self.trained = trained
        self.code = __version__
        self.counts = store.status().counts
        self.covered = frozenset(count.rank for count in self.counts)

    @classmethod
    def open(cls, settings: EngineSettings) -> Self:
        """Open store, encoder, index and standard; raises the EngineErrors of corpora.errors."""
        standard = load()
        tables_ready()
        store = open_default(settings.home)
        encoder = Encoder.open(settings.home, settings.threads, settings.model)
        index = Index.open(settings.home, store, encoder, _passages(settings.progress))
        return cls(store, index, encoder, standard, settings.trained)

    @cached_property
    def judge(self) -> Judge:
        """The second opinion where no rule speaks, opened when the first clause is read; raises ModelInvalid."""
        return Judge.open()

    @cached_property
    def relation(self) -> Relation:
        """The relation model, opened when the first clause stands close to an article; raises ModelInvalid."""
        return Relation.open(self.store.path.parent, self.encoder.threads)

    def close(self) -> None:
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _passages(progress: Progress | None) -> Callable[[int, int], None] | None:
    """The index reports passages encoded; the user sees what is being done."""
    return None if progress is None else lambda done, total: progress("编码法条", done, total)
