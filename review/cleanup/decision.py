"""What people decided about proposals: confirmed, changed or put off; one JSON line each, chained by hash.

The file is the audit of a clean-up: lines are added, never changed, and each carries the hash of the line before, so
that a missing or altered line shows.
"""

import enum
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from ...corpora.errors import BadArgument
from .proposal import Action, Proposal

FINAL = (Action.KEEP, Action.AMEND, Action.REPEAL, Action.LAPSE)


class Verdict(enum.StrEnum):
    CONFIRM = "confirm"
    CHANGE = "change"
    DEFER = "defer"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A person's decision on one document. `action` is what holds now (None: put off); `at` is ISO time."""

    file: str
    verdict: Verdict
    action: Action | None
    by: str
    at: str
    note: str = ""
    proposed: str = ""
    previous: str = ""

    def line(self) -> str:
        """The ruling as one JSON line of the audit file."""
        return json.dumps(
            {
                "file": self.file, "verdict": self.verdict.value, "action": self.action.value if self.action else None,
                "by": self.by, "at": self.at, "note": self.note, "proposed": self.proposed, "previous": self.previous,
            },
            ensure_ascii=False,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settled:
    """A proposal with the last ruling on it, if any."""

    proposal: Proposal
    ruling: Ruling | None = None

    @property
    def action(self) -> Action:
        """What stands now: the person's action, else the proposal."""
        return self.ruling.action if self.ruling and self.ruling.action else self.proposal.action


def parse(lines: Iterable[str], by: str, at: datetime) -> tuple[Ruling, ...]:
    """Rulings of a decisions file, one {"file", "verdict", "to", "note"} a line. Raises BadArgument."""
    found = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            found.append(_ruling(number, line, by, at))
    return tuple(found)


def _ruling(number: int, line: str, by: str, at: datetime) -> Ruling:
    where = f"决定文件第 {number} 行"
    try:
        row = json.loads(line)
        verdict = Verdict(row["verdict"])
        action = Action(row["to"]) if row.get("to") else None
        file = str(row["file"])
    except (ValueError, KeyError, TypeError) as error:
        known = '{"file": …, "verdict": "confirm|change|defer", "to": "废止", "note": …}'
        raise BadArgument(f"{where}无法读取", f"每行写成 {known}") from error
    if verdict is Verdict.CHANGE and action not in FINAL:
        raise BadArgument(f"{where}：change 须写明 to", "可用的值：" + "、".join(FINAL))
    who = str(row.get("by") or by)
    if not who:
        raise BadArgument(f"{where}没有写明决定人", '请在行中写 "by"，或用 --by 指定')
    return Ruling(file, verdict, action, who, at.isoformat(timespec="seconds"), str(row.get("note") or ""))


def recorded(proposals: tuple[Proposal, ...], rulings: tuple[Ruling, ...], before: str) -> tuple[Ruling, ...]:
    """Rulings as they go into the audit: checked against the proposals and chained to the line `before`.

    Raises BadArgument for a document that is not in the list, and for confirming a proposal that asks for a person.
    """
    known = {proposal.card.file: proposal for proposal in proposals}
    made: list[Ruling] = []
    for ruling in rulings:
        proposal = known.get(ruling.file)
        if proposal is None:
            raise BadArgument(f"清单中没有文件“{ruling.file}”", "请使用清单“文件”一列中的名称")
        if ruling.verdict is Verdict.CONFIRM and proposal.action is Action.PERSON:
            raise BadArgument(f"“{ruling.file}”没有处理建议，不能 confirm", "请用 change 写明处理结果，或 defer")
        action = {Verdict.CONFIRM: proposal.action, Verdict.DEFER: None}.get(ruling.verdict, ruling.action)
        previous = hashlib.sha256((made[-1].line() if made else before).encode()).hexdigest()
        made.append(replace(ruling, action=action, proposed=proposal.action.value, previous=previous))
    return tuple(made)


def read(lines: Iterable[str]) -> tuple[Ruling, ...]:
    """The audit file; raises BadArgument where its chain is broken."""
    found: list[Ruling] = []
    last = ""
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip("\n")
        if not line:
            continue
        row = json.loads(line)
        if row["previous"] != hashlib.sha256(last.encode()).hexdigest():
            raise BadArgument(f"决定记录第 {number} 行与前一行不衔接，可能被改动或缺行", "请从备份恢复 decisions.jsonl")
        action = Action(row["action"]) if row["action"] else None
        found.append(Ruling(**{**row, "verdict": Verdict(row["verdict"]), "action": action}))
        last = line
    return tuple(found)


def settle(proposals: tuple[Proposal, ...], rulings: tuple[Ruling, ...]) -> tuple[Settled, ...]:
    """Every proposal with the last ruling on its document."""
    last = {ruling.file: ruling for ruling in rulings}
    return tuple(Settled(proposal, last.get(proposal.card.file)) for proposal in proposals)
