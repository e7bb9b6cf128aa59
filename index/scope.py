"""Which provisions outrank a document: 立法法 (2023) arts. 98-102 and 106 as filters over rank and region."""

from dataclasses import dataclass

from ..corpora.text import Instrument, Level, Rank, Region

_TOP = frozenset({Rank.CONSTITUTION})
_LAWS = _TOP | {Rank.LAW}
_STATE = _LAWS | {Rank.ADMIN_REGULATION}
_NATIONAL = _STATE | {Rank.DEPARTMENT_RULE, Rank.JUDICIAL}
_PROVINCE = frozenset({Level.PROVINCE_CONGRESS, Level.PROVINCE_GOVERNMENT, Level.PROVINCE_DEPARTMENT})
_STATE_LEVEL = frozenset({Level.STATE_COUNCIL, Level.STATE_DEPARTMENT})
_STATE_INSTRUMENT = frozenset({Instrument.LAW, Instrument.ADMIN_REGULATION, Instrument.DEPARTMENT_RULE})
_CENTRAL = {
    Instrument.LAW: _TOP,
    Instrument.ADMIN_REGULATION: _LAWS,
    Instrument.DEPARTMENT_RULE: _STATE,
    Instrument.LOCAL_RULE: _STATE,
    Instrument.LOCAL_REGULATION: _STATE,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Ranks of national provisions, and ranks of local ones with the exact region that made them.

    `instrument` is the asker's own: it filters nothing, but articles that bind this instrument by name rank higher.
    """

    national: frozenset[Rank]
    local: frozenset[tuple[Rank, Region]] = frozenset()
    instrument: Instrument | None = None

    def holds(self, rank: Rank, region: Region) -> bool:
        """Does a provision of this rank and region outrank the document?"""
        return rank in self.national if region == Region() else (rank, region) in self.local


def scope(instrument: Instrument, level: Level, region: Region) -> Scope:
    """What outranks a document of this instrument, level and region.

    A provincial regulation or rule is given by its province alone, a city's by province and city. A city's rule
    stands below its province's rule (立法法 art. 100). Of the State Council's own documents only the laws and its
    regulations stand above.
    """
    if instrument in (Instrument.NORMATIVE, Instrument.OTHER) and level is Level.STATE_COUNCIL:
        return Scope(_STATE, instrument=instrument)
    national = _CENTRAL.get(instrument, _NATIONAL)
    return Scope(national, _local(instrument, level, region), instrument)


def _local(instrument: Instrument, level: Level, region: Region) -> frozenset[tuple[Rank, Region]]:
    if not region.province or level in _STATE_LEVEL or instrument in _STATE_INSTRUMENT:
        return frozenset()
    province = Region(region.province)
    city = Region(region.province, region.city) if region.city and level not in _PROVINCE else None
    regulation, rule = Rank.LOCAL_REGULATION, Rank.LOCAL_RULE
    if instrument is Instrument.LOCAL_REGULATION:
        return frozenset({(regulation, province)} if city else ())
    found = {(regulation, province)} | ({(regulation, city)} if city else set())
    if instrument is Instrument.LOCAL_RULE:
        return frozenset(found | ({(rule, province)} if city else set()))
    return frozenset(found | {(rule, province)} | ({(rule, city)} if city else set()))
