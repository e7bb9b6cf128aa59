"""A proposal of the clean-up: one of four, with reasons, evidence and confidence; or a person is asked, and told why.

Never a decision: `decision.py` holds what people decided.
"""

import enum
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from ...corpora.errors import RuleInvalid
from .card import NOWHERE, Card, Evidence


class Action(enum.StrEnum):
    KEEP = "继续有效"
    AMEND = "修改"
    REPEAL = "废止"
    LAPSE = "宣布失效"
    PERSON = "需人工判断"


ENDING = (Action.REPEAL, Action.LAPSE)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of reason as `reasons.toml` has it."""

    code: str
    name: str
    action: Action
    order: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its code and name, what it speaks for, the words for this document, and what shows it.

    `basis` names laws, rules or documents behind it; `file` is the document of the set the evidence stands in (empty:
    the document itself); `day` is when the reason arose.
    """

    code: str
    name: str
    action: Action
    words: str
    confidence: float
    basis: tuple[str, ...] = ()
    at: Evidence = NOWHERE
    file: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for one document. `expires` is the last day of validity; `stated` says it is its own."""

    card: Card
    action: Action
    confidence: float
    reasons: tuple[Reason, ...]
    expires: date | None = None
    stated: bool = False
    notes: tuple[str, ...] = ()

    @property
    def leading(self) -> Reason | None:
        """The reason that carries the proposal."""
        return next((reason for reason in self.reasons if reason.action is self.action), None)


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of reason by code. Raises RuleInvalid where the table is damaged."""
    rows = tomllib.loads(files(__package__).joinpath("reasons.toml").read_text("utf-8")).get("reason", [])
    try:
        return {row["code"]: Kind(**{**row, "action": Action(row["action"])}) for row in rows}
    except (KeyError, TypeError, ValueError) as error:
        raise RuleInvalid(f"清理理由 reasons.toml 有误：{error}", "请按文件中的写法改正") from error


def because(code: str, words: str, weight: float = 1.0, **shown: object) -> Reason:
    """A reason of a kind; `weight` lowers its confidence, `shown` are fields of Reason."""
    kind = kinds()[code]
    return Reason(kind.code, kind.name, kind.action, words, round(kind.confidence * weight, 2), **shown)  # type: ignore[arg-type]


def order(reason: Reason) -> tuple[int, float, str, int, str]:
    """Leading reasons first; ties by confidence, then by place."""
    return (kinds()[reason.code].order, -reason.confidence, reason.file, reason.at.start, reason.words)
