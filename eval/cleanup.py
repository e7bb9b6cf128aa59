"""Proposals of the clean-up on documents whose status a catalogue states.

    python -m beishen.eval.cleanup [--profile P] [--cards FILE] [--workers N]

The documents of `documents/index.jsonl` are cleaned up as one set, each as of the day its catalogue was taken: a
document that was in force then may have expired since, and the catalogue could not know. The day is the last
publication in the same source, plus a week. Nothing of the catalogue is shown to the program: neither status nor dates.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ..corpora.dates import days
from ..review.cleanup import profile, propose, shelf
from ..review.cleanup.card import Card, card, plain
from ..review.cleanup.proposal import ENDING, Action, Proposal
from ..service.cleanup_journal import Task
from ..service.cleanup_work import Bench, open_engine, work
from ..service.cli.terminal import write
from ..service.settings import load
from .cases import shared_folder

ENDED, LIVE = ("失效",), ("现行有效", "有效")
LEAST, MOST = 0.85, 0.05


@dataclass(frozen=True, slots=True)
class Row:
    """A document of the catalogue: file, status, source, and the ground the catalogue gives for its end."""

    file: str
    status: str
    source: str
    ground: str
    published: date | None

    @property
    def reasoned(self) -> bool:
        """Whether the catalogue, or the name of the file, gives a reason for the end."""
        return bool(self.ground) or "废止" in self.file


def rows(folder: Path) -> tuple[Row, ...]:
    """The catalogue."""
    found = []
    for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        stated = str(row.get("publish_date") or "").replace(".", "-")
        known = days(stated)
        day = known[0].value if known else None
        ground = row.get("repeal_basis") or ""
        found.append(Row(row["file"], row.get("status") or "", row["source_repo"], ground, day))
    return tuple(found)


def taken(catalogue: tuple[Row, ...]) -> dict[str, date]:
    """The day each source was taken: a week after the last publication it knows."""
    last: dict[str, date] = {}
    for row in catalogue:
        if row.published:
            last[row.source] = max(last.get(row.source, date.min), row.published)
    return {source: day + timedelta(days=7) for source, day in last.items()}


def cards(folder: Path, names: tuple[str, ...], day: date) -> Iterator[Card]:
    """Every document read and reviewed on a day."""
    settings = load()
    with open_engine(settings) as engine:
        for seq, name in enumerate(names):
            yield from work(Task(seq, name, str(folder / name)), engine, Bench(settings, day, None))


def proposals(found: tuple[Card, ...], day: date, chosen: str) -> dict[str, Proposal]:
    """Proposals for the whole set by file."""
    whole = shelf.shelve(found)
    used = profile.named(chosen) if chosen else None
    return {proposal.card.file: proposal for proposal in propose.propose(whole, day, used)}


def main() -> int:
    """Print both measures with every document that fails them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", default="")
    parser.add_argument("--cards", type=Path, help="keep the cards here and use them again")
    given = parser.parse_args()
    folder = shared_folder() / "documents"
    catalogue = rows(folder)
    held = _cards(folder, catalogue, given.cards)
    ended = live = good = bad = person = 0
    leading: Counter[str] = Counter()
    for source, day in sorted(taken(catalogue).items()):
        made = proposals(held, day, given.profile)
        for row in catalogue:
            proposal = made.get(row.file)
            if row.source != source or proposal is None:
                continue
            if row.status in ENDED and row.reasoned:
                ended += 1
                good += proposal.action not in (Action.KEEP, Action.PERSON)
                person += proposal.action is Action.PERSON
                leading[proposal.leading.code if proposal.leading else proposal.action.value] += 1
                _told(row, proposal, proposal.action in (Action.KEEP, Action.PERSON))
            elif row.status in LIVE:
                live += 1
                bad += proposal.action in ENDING
                _told(row, proposal, proposal.action in ENDING)
    write(f"失效 with a reason: proposed other than 继续有效 {good}/{ended} (left to a person {person}; gate {LEAST})")
    write("  leading: " + ", ".join(f"{code} {count}" for code, count in leading.most_common()))
    write(f"现行有效: proposed 废止 or 宣布失效 {bad}/{live} (gate {MOST})")
    write("days: " + ", ".join(f"{source} {day}" for source, day in sorted(taken(catalogue).items())))
    return 0 if ended and live and good / ended >= LEAST and bad / live <= MOST else 1


def _cards(folder: Path, catalogue: tuple[Row, ...], kept: Path | None) -> tuple[Card, ...]:
    """The cards of the set: one review each on the day of its source, from the file where kept."""
    if kept is not None and kept.is_file():
        return tuple(card(json.loads(line)) for line in kept.read_text(encoding="utf-8").splitlines())
    when = taken(catalogue)
    latest = max(when.values())
    groups: dict[date, list[str]] = {}
    for row in catalogue:
        groups.setdefault(when.get(row.source, latest), []).append(row.file)
    found = tuple(made for day, names in sorted(groups.items()) for made in cards(folder, tuple(names), day))
    if kept is not None:
        kept.write_text("".join(json.dumps(plain(made), ensure_ascii=False) + "\n" for made in found), "utf-8")
    return found


def _told(row: Row, proposal: Proposal, wrong: bool) -> None:
    if wrong:
        codes = ", ".join(reason.code for reason in proposal.reasons)
        write(f"  {row.status} {row.file[:24]} proposed {proposal.action.value} {codes}")


if __name__ == "__main__":
    sys.exit(main())
