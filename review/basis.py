"""What a document rests on: the rank a citation carries, resolved in the store or read off its title."""

import re

from ..corpora.laws.names import rank_by_title
from ..corpora.laws.resolving import Resolution
from ..corpora.laws.store import LawStore
from ..corpora.text import Rank

_STATE_COUNCIL = re.compile(r"^国务院.*(?:决定|令)$")


def rank_of(store: LawStore, found: Resolution) -> Rank | None:
    """Rank of the cited act. An act the store lacks keeps what its title shows; 条例 counts as a regulation."""
    if found.law:
        record = store.law(found.law)
        if record is not None:
            return record.rank
    name = found.mention.name
    by_title = rank_by_title(name)
    if by_title is not None:
        return by_title
    if name.endswith("条例") or _STATE_COUNCIL.search(name):
        return Rank.LOCAL_REGULATION if re.search(r"[省市州县](?!场)", name) else Rank.ADMIN_REGULATION
    if re.search(r"(?:办法|规定|细则|规则)$", name):
        return Rank.LOCAL_RULE if re.search(r"[省市州县](?!场)", name) else Rank.DEPARTMENT_RULE
    return None


def carries(store: LawStore, found: Resolution, ranks: tuple[Rank, ...]) -> bool:
    """Does the citation name an act of one of the ranks? That it may have gone is a finding of its own."""
    return rank_of(store, found) in ranks
