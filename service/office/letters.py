"""The opinion letter (审查意见书): drafted from accepted findings, edited in versions, issued once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ...corpora.errors import BadArgument
from ...corpora.numerals import int_to_chinese
from .. import audit
from ..errors import NotFound, Stale, StateConflict
from ..store import tables as t
from . import filings, findings
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


def draft(desk: Desk, filing_id: int) -> str:
    """A text drafted from the accepted findings of the current version; nothing is saved. StateConflict for none."""
    require(desk.actor, "letter.edit")
    filed = filings.get(desk, filing_id)
    accepted = [found for found in findings.of_version(desk, filing_id) if found.verdict == "accepted"]
    if not accepted:
        raise StateConflict("没有已采纳的发现，无从起草审查意见书", "请先处理发现")
    return "\n".join(_paragraphs(desk, filed, accepted))


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
    """The newest text, or that of a version. A submitting organ sees the letter once it is issued. NotFound."""
    require(desk.actor, "letter.read")
    filing = filings.row(desk, filing_id)
    letter = _letter(desk, filing.id)
    if letter is None or (restricted(desk.actor) and letter.issued is None):
        raise NotFound("该件还没有审查意见书", "请先起草")
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


def _paragraphs(desk: Desk, filed: filings.Filed, accepted: Sequence[findings.Judged]) -> Iterator[str]:
    number = f"（{filed.number}）" if filed.number else ""
    yield f"关于《{filed.title}》的审查意见"
    yield f"{filed.organ}："
    yield f"你单位报送备案的《{filed.title}》{number}收悉。经审查，提出以下意见："
    for index, found in enumerate(accepted, 1):
        yield f"{int_to_chinese(index)}、{_place(found)}"
        yield f"该处规定：“{found.quote.strip()}”" if found.quote.strip() else ""
        yield f"审查认为：{found.comment.strip() or found.message}"
        for law in found.citations:
            if law.get("quote"):
                yield f"《{law['law']}》{law['article']}规定：“{law['quote']}”"
        if found.advice:
            yield f"建议：{found.advice}"
    days = desk.profile.clock("reply").days
    yield f"请你单位对上述意见进行研究，并于收到本意见之日起{days}日内将处理情况书面反馈我单位。"
    yield desk.profile.office
    today = desk.today
    yield f"{today.year}年{today.month}月{today.day}日"


def _place(found: findings.Judged) -> str:
    return f"关于{found.place}" if found.place else "关于文件整体"
