"""The opinion letter (审查意见书): edited in versions, issued once; `letter_sheet` drafts and sets it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ...corpora.errors import BadArgument
from .. import audit
from ..errors import NotFound, Stale, StateConflict
from ..store import tables as t
from . import filings
from .desk import Desk
from .permission import require, restricted

MAX_LETTER = 200_000


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as it stands: paragraphs separated by newlines. `version` is its ETag; `issued` None while a draft."""

    filing_id: int
    number: str | None
    version: int
    text: str
    author: str
    at: datetime
    issued: datetime | None
    addressee: str
    office: str


def save(desk: Desk, filing_id: int, text: str, expected: int | None = None) -> Written:
    """Save a text as the next version. Stale where `expected` is not the newest; StateConflict once issued."""
    require(desk.actor, "letter.edit")
    if not text.strip() or len(text) > MAX_LETTER:
        raise BadArgument("审查意见书为空或过长", f"请控制在 {MAX_LETTER} 字以内")
    filing = filings.row(desk, filing_id)
    letter = _letter(desk, filing.id)
    if letter is None:
        letter = t.Letter(filing_id=filing.id, current=0)
        desk.session.add(letter)
        desk.session.flush()
    if letter.issued is not None:
        raise StateConflict("审查意见书已出具，不能再修改", "如确需修改，请先撤回“出具意见”")
    if expected is not None and letter.current != expected:
        raise Stale("审查意见书已被他人修改", "请刷新后重新编辑")
    letter.current += 1
    desk.session.add(
        t.LetterVersion(letter_id=letter.id, number=letter.current, text=text, account_id=desk.actor.id, at=desk.now)
    )
    desk.session.flush()
    audit.record(desk, "letter.save", f"filing:{filing.id}", version=letter.current, characters=len(text))
    return get(desk, filing_id)


def get(desk: Desk, filing_id: int, version: int | None = None) -> Written:
    """The newest text, or that of a version. A submitting organ sees what was issued, no draft. NotFound."""
    require(desk.actor, "letter.read")
    filing = filings.row(desk, filing_id)
    letter = _letter(desk, filing.id)
    if letter is None or (restricted(desk.actor) and letter.issued is None):
        raise NotFound("该件还没有审查意见书", "请先起草")
    if restricted(desk.actor) and version not in (None, letter.current):
        raise NotFound(f"审查意见书没有第 {version} 版", "请核对版本")
    query = (
        select(t.LetterVersion, t.Account.display, t.Account.name)
        .join(t.Account, t.Account.id == t.LetterVersion.account_id)
        .where(t.LetterVersion.letter_id == letter.id, t.LetterVersion.number == (version or letter.current))
    )
    found = desk.session.execute(query).one_or_none()
    if found is None:
        raise NotFound(f"审查意见书没有第 {version} 版", "请核对版本")
    text, display, name = found
    organ = desk.session.get_one(t.Organ, filing.organ_id)
    return Written(
        filing.id, letter.number, text.number, text.text, display or name, text.at, letter.issued, organ.name,
        desk.profile.office,
    )  # fmt: skip


def history(desk: Desk, filing_id: int) -> tuple[Written, ...]:
    """Every saved version, oldest first."""
    newest = get(desk, filing_id)
    if restricted(desk.actor):
        return (newest,)
    return tuple(get(desk, filing_id, number) for number in range(1, newest.version + 1))


def issue(desk: Desk, filing_id: int, expected: int | None = None) -> Written:
    """Issue the letter: the step “issue” of the filing (`expected` is the filing's version)."""
    filings.step(desk, filing_id, "issue", expected=expected)
    return get(desk, filing_id)


def _letter(desk: Desk, filing_id: int) -> t.Letter | None:
    query = select(t.Letter).where(t.Letter.filing_id == filing_id)
    return desk.session.scalars(query if desk.reading else query.with_for_update()).one_or_none()
