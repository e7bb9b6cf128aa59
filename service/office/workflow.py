"""The states of a filing and the steps between them, read from workflow.toml and checked against each other."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ...corpora.errors import RuleInvalid
from .permission import permissions
from .profile import CLOCKS

NEEDS = frozenset({"reason", "opinion.first", "opinion.second", "opinion.final", "letter"})


@dataclass(frozen=True, slots=True)
class State:
    key: str
    name: str
    end: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A step from some states to one: the action it needs, what must exist first, the clock it starts.

    `told`: its reason is meant for the submitting organ too.
    """

    key: str
    name: str
    sources: tuple[str, ...]
    to: str
    action: str
    needs: tuple[str, ...] = ()
    starts: str = ""
    outcome: str = ""
    told: bool = False


@dataclass(frozen=True, slots=True)
class Workflow:
    states: dict[str, State]
    steps: dict[str, Step]

    def name(self, state: str) -> str:
        return self.states[state].name

    def after(self, state: str) -> tuple[Step, ...]:
        """The steps that leave a state, in the order of the table."""
        return tuple(step for step in self.steps.values() if state in step.sources)


@cache
def workflow() -> Workflow:
    """The table that travels with the program. Raises RuleInvalid where it contradicts itself."""
    raw: dict[str, Any] = tomllib.loads(files(__package__).joinpath("workflow.toml").read_text("utf-8"))
    states = {row["key"]: State(row["key"], row["name"], bool(row.get("end", False))) for row in raw["state"]}
    steps = {row["key"]: _step(row) for row in raw["step"]}
    for step in steps.values():
        _check(step, states)
    return Workflow(states, steps)


def _step(row: dict[str, Any]) -> Step:
    return Step(
        key=row["key"],
        name=row["name"],
        sources=tuple(row["from"]),
        to=row["to"],
        action=row["action"],
        needs=tuple(row.get("needs", ())),
        starts=row.get("starts", ""),
        outcome=row.get("outcome", ""),
        told=bool(row.get("told", False)),
    )


def _check(step: Step, states: dict[str, State]) -> None:
    unknown = [state for state in (*step.sources, step.to) if state not in states]
    unknown += [need for need in step.needs if need not in NEEDS]
    unknown += [step.action] if step.action not in permissions().actions else []
    unknown += [step.starts] if step.starts not in ("", "stop", *CLOCKS) else []
    if unknown:
        raise RuleInvalid(f"workflow.toml 的步骤 {step.key} 写有未知的名称：{'、'.join(unknown)}", "请改正后重启")
