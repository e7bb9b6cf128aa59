"""The profile of an office: clocks, kinds of filing, fields. Data in profile.toml, or a file of the office's own."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from ...corpora.errors import BadArgument, RuleInvalid


@dataclass(frozen=True, slots=True)
class Clock:
    """A period in days from the step that starts it; `working` counts Monday to Friday less the holidays stated."""

    key: str
    name: str
    days: int
    working: bool = False
    holidays: frozenset[date] = frozenset()

    def due(self, start: date) -> date:
        """The last day of the period; the first day does not count (民法典 art. 201)."""
        if not self.working:
            return start + timedelta(days=self.days)
        day, left = start, self.days
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5 and day not in self.holidays
        return day


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of filing: its registration number pattern, the materials asked for, whether it is reviewed at once."""

    key: str
    name: str
    registration: str
    materials: tuple[str, ...]
    review: bool


@dataclass(frozen=True, slots=True)
class Profile:
    office: str
    clocks: tuple[Clock, ...]
    kinds: tuple[Kind, ...]
    fields: tuple[str, ...]

    def clock(self, key: str) -> Clock:
        return next(clock for clock in self.clocks if clock.key == key)

    def kind(self, key: str) -> Kind:
        """Raises BadArgument for a kind the office does not keep."""
        found = next((kind for kind in self.kinds if kind.key == key), None)
        if found is None:
            known = "、".join(f"{kind.key}（{kind.name}）" for kind in self.kinds)
            raise BadArgument(f"没有备案种类“{key}”", f"可用的种类：{known}")
        return found


CLOCKS = ("filing", "check", "supplement", "review", "reply")


def load(path: Path | None = None) -> Profile:
    """The profile at `path`, or the one that travels with the program. Raises RuleInvalid where it is malformed."""
    where = str(path or "profile.toml")
    try:
        text = path.read_text("utf-8") if path else files(__package__).joinpath("profile.toml").read_text("utf-8")
        return _profile(tomllib.loads(text))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise RuleInvalid(f"备案配置 {where} 有误：{error}", "请按程序自带的 profile.toml 的写法改正") from error


def _profile(raw: dict[str, Any]) -> Profile:
    off = frozenset(date.fromisoformat(str(day)) for day in raw.get("holidays", ()))
    clocks = tuple(_clock(key, raw["clocks"][key], off) for key in CLOCKS)
    kinds = tuple(
        Kind(row["key"], row["name"], row["registration"], tuple(row["materials"]), bool(row["review"]))
        for row in raw["kind"]
    )
    for kind in kinds:
        kind.registration.format(year=2000, serial=1)
    return Profile(str(raw["office"]), clocks, kinds, tuple(raw["fields"]["names"]))


def _clock(key: str, row: dict[str, Any], off: frozenset[date]) -> Clock:
    days = int(row["days"])
    if not 1 <= days <= 3660:
        raise ValueError(f"clocks.{key}.days")
    return Clock(key, row["name"], days, bool(row.get("working", False)), off)
