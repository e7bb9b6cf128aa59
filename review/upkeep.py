"""Rules whose ground has gone: the store has the law, but not that article in force on the day."""

from dataclasses import dataclass
from datetime import date

from ..corpora.laws.store import LawStore
from .articles import stated
from .norms import fixed, matters
from .standard import Ground, Rule, Standard

NUMBERS, LEVELS, STATED = "norm.number", "authority.level", "norm.stated"


@dataclass(frozen=True, slots=True)
class Loose:
    """A ground of a rule that the store lacks (`why` = 未入库) or that is not in force on the day (`why` = 已失效)."""

    rule: Rule
    ground: Ground
    why: str


def loose(standard: Standard, store: LawStore, day: date) -> tuple[Loose, ...]:
    """Every ground that no article in force carries: of the rules in their order, then of the tables they read."""
    held = [(rule, ground) for rule in standard.rules for ground in rule.data.grounds]
    held += [(standard.rule(NUMBERS), row.ground) for row in fixed()]
    held += [(standard.rule(LEVELS), row.ground) for row in matters()]
    held += [(standard.rule(STATED), ground) for row in stated() for ground in row.grounds]
    every = {(rule.data.id, ground.law, ground.article): (rule, ground) for rule, ground in held}
    told = ((rule, ground, missing(store, ground, day)) for rule, ground in every.values())
    return tuple(Loose(rule, ground, why) for rule, ground, why in told if why)


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
