"""Local profiles: how long a document stands that does not say so itself (`profiles.toml`)."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from ...corpora.errors import BadArgument, RuleInvalid
from ...corpora.text import Instrument, Level, add_months
from .card import Card

_CENTRAL = (Level.STATE_COUNCIL.value, Level.STATE_DEPARTMENT.value)


@dataclass(frozen=True, slots=True)
class Profile:
    """Default periods in months (0: none), with the rule they come from and how far it may be relied on."""

    id: str
    name: str
    place: str
    months: int
    trial: int
    announcement: int
    source: str
    seen: bool
    confidence: float
    phased: int = 0


@cache
def profiles() -> tuple[Profile, ...]:
    """Every profile. Raises RuleInvalid where the table is damaged."""
    rows = tomllib.loads(files(__package__).joinpath("profiles.toml").read_text("utf-8")).get("profile", [])
    try:
        return tuple(Profile(**row) for row in rows)
    except TypeError as error:
        raise RuleInvalid(f"有效期口径 profiles.toml 字段有误：{error}", "请按文件中的写法改正") from error


def named(wanted: str) -> Profile:
    """The profile of this id or name; raises BadArgument."""
    for profile in profiles():
        if wanted.strip() in (profile.id, profile.name):
            return profile
    known = "、".join(f"{profile.id}（{profile.name}）" for profile in profiles())
    raise BadArgument(f"选项 --profile 的值“{wanted}”无效", f"可用的值：{known}")


def of_card(card: Card, chosen: Profile | None) -> Profile:
    """The profile for a document: the chosen one, that of its province, or the common one; none for the centre."""
    if card.level in _CENTRAL:
        return named("none")
    if chosen is not None:
        return chosen
    return next((p for p in profiles() if p.place and p.place == card.province), named("common"))


@dataclass(frozen=True, slots=True)
class Default:
    """The last day by the profile; `sure` is false where only the year of the number gives the start."""

    until: date
    months: int
    kind: str
    profile: Profile
    sure: bool


def default_end(card: Card, profile: Profile) -> Default | None:
    """The last day of a document that states no period; None for regulations, rules, or without any day."""
    if card.instrument != Instrument.NORMATIVE.value or not profile.months:
        return None
    months, kind = _months(card, profile)
    start = card.effective or card.published or card.issued
    if start is not None:
        return Default(add_months(start, months), months, kind, profile, True)
    year = year_of(card.number)
    return Default(add_months(date(year, 12, 31), months), months, kind, profile, False) if year else None


def _months(card: Card, profile: Profile) -> tuple[int, str]:
    if card.term is not None and card.term.trial:
        return profile.trial, "暂行、试行"
    if card.title.endswith("通告"):
        return profile.announcement, "通告"
    if profile.phased and "专项行动" in card.title:
        return profile.phased, "部署阶段性工作"
    return profile.months, "未注明有效期"


def year_of(number: str) -> int | None:
    """The year of a document number (渝府发〔2015〕3号), or None."""
    for mark in ("〔", "公告", "令"):
        _, found, tail = number.partition(mark)
        if found and tail[:4].isdecimal() and tail[:2] in ("19", "20"):
            return int(tail[:4])
    return None
