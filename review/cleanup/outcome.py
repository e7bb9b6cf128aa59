"""Everything a clean-up says, ready to be written: proposals, decisions, unread files, mismatches, tables."""

from dataclasses import dataclass
from datetime import date

from .card import Card
from .catalogue import Row
from .decision import Settled
from .statistics import Table


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one clean-up.

    `touched` names the documents the list is about (all of them without a theme); `focus` says what about; `twins` are
    files with one number or one content; `made` is what the run was made with.
    """

    day: date
    settled: tuple[Settled, ...]
    touched: frozenset[str]
    focus: str
    unread: tuple[Card, ...]
    without_file: tuple[Row, ...]
    without_row: tuple[str, ...]
    twins: tuple[tuple[Card, ...], ...]
    tables: tuple[Table, ...]
    made: tuple[tuple[str, str], ...] = ()

    @property
    def listed(self) -> tuple[Settled, ...]:
        """The documents of the list, in the order of the set."""
        return tuple(item for item in self.settled if item.proposal.card.file in self.touched)

    @property
    def aside(self) -> tuple[Settled, ...]:
        """Documents that were read and that the theme does not touch."""
        return tuple(item for item in self.settled if item.proposal.card.file not in self.touched)
