"""How complete the store is for what a finding searched: laws per rank, local law of the document's region only."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..corpora.laws.record import Count
from ..corpora.text import Rank, Region
from .finding import Finding, Why


def held(counts: Iterable[Count], region: Region) -> dict[str, int]:
    """Laws in the store by rank, as far as they can govern a document of the region."""
    found: dict[str, int] = {rank.value: 0 for rank in Rank}
    for count in counts:
        if not count.region or (region.name and region.name.startswith(count.region)):
            found[count.rank.value] += count.laws
    return found


def completed(finding: Finding, laws: Mapping[str, int]) -> Finding:
    """The finding whose search for a basis says how many laws of each rank there were to search."""
    asked = finding.why.get("basis_searched")
    if not isinstance(asked, Mapping):
        return finding
    ranks = asked.get("ranks")
    names = [str(rank) for rank in ranks] if isinstance(ranks, list | tuple) else []
    known = {
        **asked,
        "not_in_store": [rank for rank in names if not laws.get(rank)],
        "held": [{"rank": rank, "laws": laws.get(rank, 0)} for rank in names],
    }
    return replace(finding, why=Why({**finding.why, "basis_searched": known}))
