"""Rules whose ground has gone: the store has the law, but not that article in force on the day."""

from dataclasses import dataclass
from datetime import date

from ..corpora.laws.store import LawStore
from .standard import Ground, Rule, Standard


@dataclass(frozen=True, slots=True)
class Loose:
    """A ground of a rule that the store lacks (`why` = 未入库) or that is not in force on the day (`why` = 已失效)."""

    rule: Rule
    ground: Ground
    why: str


def loose(standard: Standard, store: LawStore, day: date) -> tuple[Loose, ...]:
    """Every ground that no article in force carries, in order of rule."""
    found = []
    for rule in standard.rules:
        for ground in rule.data.grounds:
            why = missing(store, ground, day)
            if why:
                found.append(Loose(rule, ground, why))
    return tuple(found)


def missing(store: LawStore, ground: Ground, day: date) -> str:
    """Why the ground does not stand: the store lacks the law, or has no such article in force; "" when it stands."""
    article = store.article(ground.law, ground.article, day)
    if article is not None and article.in_force(day):
        return ""
    return "已失效" if store.law(ground.law) is not None else "未入库"


def gone(store: LawStore, grounds: tuple[Ground, ...], day: date) -> bool:
    """Do all grounds that the store could carry fail? A law the store lacks is named only and speaks for nothing."""
    states = {missing(store, ground, day) for ground in grounds}
    return bool(states) and "" not in states and "已失效" in states
