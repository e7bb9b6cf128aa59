"""What a clean-up hands over: figures with the decisions in them, and the files of the list, built when asked for."""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVarTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ...corpora.errors import BadArgument
from ...review.cleanup import catalogue, decision, themes
from ...review.cleanup.card import Card, card, remade
from ...review.cleanup.outcome import Outcome
from ...review.cleanup.proposal import Action, kinds
from ...review.render import cleanup_docx, cleanup_files, cleanup_html, cleanup_json, cleanup_xlsx
from ..cleanup_run import MADE, tables
from ..errors import NotFound, StateConflict
from ..store import tables as t
from . import cleanups
from .cleanup_items import proposal_of
from .cleanup_record import NO_PROPOSAL
from .desk import Desk, local_day
from .permission import require
from .sheets import XLSX

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HTML, LINES, ZIP = "text/html; charset=utf-8", "application/x-ndjson; charset=utf-8", "application/zip"
ACTIONS = tuple(action.value for action in Action)
NO_ORGAN, NO_YEAR, NO_REASON = "未识别", "年份不明", "未见应当清理的情形"
Link = Callable[[int], str]
Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True)
class Made:
    """A file to hand over."""

    name: str
    media: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Tally:
    """Documents of one row of a table, by what holds now, in the order of ACTIONS."""

    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the statistics; `note` says what it counts."""

    key: str
    title: str
    rows: tuple[Tally, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Apart:
    """In what the office's list and the files differ, and files of one number or one content."""

    without_file: tuple[catalogue.Row, ...]
    without_row: tuple[str, ...]
    twins: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file to hand over: its name, media type, and how it is built."""

    name: str
    media: str
    build: Callable[[Outcome], bytes]


def _lines(outcome: Outcome) -> bytes:
    return "".join(f"{line}\n" for line in cleanup_json.lines(outcome)).encode()


FORMS: Mapping[str, Form] = {
    "xlsx": Form(cleanup_files.LIST, XLSX, cleanup_xlsx.workbook),
    "html": Form(cleanup_files.OVERVIEW, HTML, lambda outcome: cleanup_html.render(outcome).encode()),
    "jsonl": Form(cleanup_files.LINES, LINES, _lines),
    "ended": Form(cleanup_files.ENDED, DOCX, cleanup_docx.ended),
    "amended": Form(cleanup_files.AMENDED, DOCX, cleanup_docx.amended),
    "kept": Form(cleanup_files.KEPT, DOCX, cleanup_docx.kept),
}


def statistics(desk: Desk, cleanup_id: int) -> tuple[Table, ...]:
    """By organ, year, leading reason, and by group of the theme or law, decisions counted in. NotFound."""
    require(desk.actor, "cleanup.read")
    found = cleanups.row(desk, cleanup_id)
    item = t.CleanupItem
    names = {code: kind.name for code, kind in kinds().items()} | {"": NO_REASON, NO_PROPOSAL: Action.PERSON.value}
    made = [
        Table("organ", "按制定机关", _counted(desk, found.id, item.organ, lambda organ: organ or NO_ORGAN)),
        Table("year", "按公布年份", _counted(desk, found.id, item.year, lambda year: str(year or NO_YEAR), True)),
        Table("reason", "按主要理由", _counted(desk, found.id, item.leading, lambda code: names.get(code, code))),
    ]
    if found.theme or found.law:
        made.append(_special(desk, found))
    return tuple(made)


def overall(desk: Desk, cleanup_id: int) -> Tally:
    """All documents of the list by what holds now."""
    require(desk.actor, "cleanup.read")
    return _tally("合计", _where(select(t.CleanupItem.settled, func.count()), cleanup_id), desk.session)


def apart(desk: Desk, cleanup_id: int) -> Apart:
    """What does not match. NotFound."""
    require(desk.actor, "cleanup.read")
    held: dict[str, Any] = dict(cleanups.row(desk, cleanup_id).apart)
    return Apart(
        tuple(remade(catalogue.Row, row) for row in held.get("without_file", ())),
        tuple(held.get("without_row", ())),
        tuple(tuple(group) for group in held.get("twins", ())),
    )


def handed(desk: Desk, cleanup_id: int, form: str, link: Link) -> Made:
    """One file of the list from proposals and decisions; `link` gives the address of an item's report.

    StateConflict before the set was judged.
    """
    if form not in FORMS:
        raise BadArgument(f"没有“{form[:20]}”这种输出", f"可用的输出：{'、'.join(FORMS)}")
    outcome = _outcome(desk, cleanup_id, link)
    chosen = FORMS[form]
    return Made(chosen.name, chosen.media, chosen.build(outcome))


def package(desk: Desk, cleanup_id: int) -> Made:
    """Every file and every report in one ZIP, laid out as the command line does: links between them hold."""
    outcome = _outcome(desk, cleanup_id, None)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for form in FORMS.values():
            packed.writestr(form.name, form.build(outcome))
        item = t.CleanupItem
        query = select(item.card, item.report).where(item.cleanup_id == cleanup_id, item.report != "")
        for held, report in desk.session.execute(query.order_by(item.seq, item.part)):
            packed.writestr(str(held["report"]), desk.blobs.get(report))
    return Made(f"清理结果-{cleanup_id}.zip", ZIP, stream.getvalue())


def _outcome(desk: Desk, cleanup_id: int, link: Link | None) -> Outcome:
    """The outcome as the renderers want it. With `link` the reports are named by address, else as the files lie."""
    require(desk.actor, "cleanup.read")
    found = cleanups.row(desk, cleanup_id)
    if found.state not in ("ready", "closed"):
        raise StateConflict(f"该次清理现在是“{cleanups.STATES[found.state]}”，还没有清单", "请等待汇总完成")
    if found.purged is not None:
        raise NotFound("该次清理的文件已按保存期限清除", "清单和处理记录仍可在页面查阅")
    rulings = _rulings(desk, cleanup_id)
    rows = tuple(_rows(desk, cleanup_id))
    settled = tuple(_settled(row, rulings.get(row.id), link) for row in rows if row.readable)
    touched = frozenset(row.file for row in rows if row.listed)
    cards = {row.file: card(dict(row.card)) for row in rows}
    other = apart(desk, cleanup_id)
    theme = themes.named(found.theme) if found.theme else None
    return Outcome(
        day=found.day,
        settled=settled,
        touched=touched,
        focus=cleanups.focus(found.theme, found.law),
        unread=tuple(cards[row.file] for row in rows if not row.readable),
        without_file=other.without_file,
        without_row=other.without_row,
        twins=tuple(_group(cards, group) for group in other.twins),
        tables=tables(settled, theme, found.law, touched),
        made=tuple((key, found.made[-1][key]) for key in MADE if found.made and key in found.made[-1]),
    )


def _group(cards: Mapping[str, Card], names: tuple[str, ...]) -> tuple[Card, ...]:
    return tuple(cards[name] for name in names if name in cards)


def _rows(desk: Desk, cleanup_id: int) -> Iterator[t.CleanupItem]:
    item = t.CleanupItem
    query = select(item).where(item.cleanup_id == cleanup_id).order_by(item.seq, item.part)
    yield from desk.session.scalars(query.execution_options(yield_per=500))


def _settled(row: t.CleanupItem, ruling: decision.Ruling | None, link: Link | None) -> decision.Settled:
    proposal = proposal_of(row)
    if link is not None:
        proposal = replace(proposal, card=replace(proposal.card, report=link(row.id) if row.report else ""))
    return decision.Settled(proposal, ruling)


def _rulings(desk: Desk, cleanup_id: int) -> dict[int, decision.Ruling]:
    """The newest ruling on each document, in the words of the list."""
    made = t.CleanupRuling
    query = (
        select(made, t.CleanupItem.file, t.Account.display, t.Account.name)
        .join(t.CleanupItem, t.CleanupItem.id == made.item_id)
        .join(t.Account, t.Account.id == made.account_id)
        .where(made.cleanup_id == cleanup_id)
        .order_by(made.item_id, made.revision)
    )
    return {
        row.item_id: decision.Ruling(
            file=file, verdict=decision.Verdict(row.verdict), action=Action(row.action) if row.action else None,
            by=display or name, at=local_day(row.at).isoformat(), note=row.note, proposed=row.proposed,
        )
        for row, file, display, name in desk.session.execute(query)
    }  # fmt: skip


def _counted(
    desk: Desk, cleanup_id: int, column: Any, words: Callable[[Any], str], by_name: bool = False
) -> tuple[Tally, ...]:
    """Rows of one table, those with most documents first, or by name."""
    query = _where(select(column, t.CleanupItem.settled, func.count()), cleanup_id)
    found: dict[str, dict[str, int]] = {}
    for key, settled, number in desk.session.execute(query.group_by(column)):
        row = found.setdefault(words(key), {})
        row[settled] = row.get(settled, 0) + int(number)
    made = [Tally(name, tuple(counts.get(action, 0) for action in ACTIONS)) for name, counts in found.items()]
    return tuple(sorted(made, key=lambda row: row.name if by_name else (-row.total, row.name)))


def _special(desk: Desk, found: t.Cleanup) -> Table:
    """The table of the theme or law: documents per group; one document may stand in several."""
    if found.theme:
        groups = {name: name for name, _ in themes.named(found.theme).groups}
    else:
        groups = {"basis": "作为制定依据", "apply": "引用其规定", "mention": "提及"}
    item = t.CleanupItem
    made = []
    for key, name in groups.items():
        query = _where(select(item.settled, func.count()), found.id)
        query = query.where(item.groups.contains(f"|{key}|", autoescape=True))
        made.append(_tally(name, query, desk.session))
    reviewed = desk.session.scalar(select(func.count()).where(item.cleanup_id == found.id, item.readable))
    note = f"审阅 {reviewed or 0} 件；一件文件可涉及多类"
    return Table("special", f"专题：{cleanups.focus(found.theme, found.law)}", tuple(made), note)


def _where(query: Select[*Columns], cleanup_id: int) -> Select[*Columns]:
    return query.where(t.CleanupItem.cleanup_id == cleanup_id, t.CleanupItem.listed).group_by(t.CleanupItem.settled)


def _tally(name: str, query: Select[str, int], session: Session) -> Tally:
    counts = {row[0]: int(row[1]) for row in session.execute(query)}
    return Tally(name, tuple(counts.get(action, 0) for action in ACTIONS))
