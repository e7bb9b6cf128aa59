"""What a document rests on: the rank a citation carries, resolved in the store or read off its title."""

import re

from ..corpora.laws.names import rank_guess
from ..corpora.laws.resolving import Resolution
from ..corpora.laws.store import LawStore
from ..corpora.text import Rank

_STATE_COUNCIL = re.compile(r"^国务院.*(?:决定|令)$")


def rank_of(store: LawStore, found: Resolution) -> Rank | None:
    """Rank of the cited act. An act the store lacks has the rank its title leads a reader to expect."""
    if found.law:
        record = store.law(found.law)
        if record is not None:
            return record.rank
    name = found.mention.name
    return Rank.ADMIN_REGULATION if _STATE_COUNCIL.search(name) else rank_guess(name)


def carries(store: LawStore, found: Resolution, ranks: tuple[Rank, ...]) -> bool:
    """Does the citation name an act of one of the ranks? That it may have gone is a finding of its own."""
    return rank_of(store, found) in ranks
