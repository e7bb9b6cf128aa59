"""Submitting: files and packages in at the door, bytes kept, a version made, a review asked for. Nothing is read here.

Reading happens in the worker (a file may be poisonous): it fills in what the submitter left open and names missing
materials. Here a file is told by the role it was given, or by its name.
"""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import insert, select

from ...corpora.errors import BadArgument, FileTooLarge
from ...corpora.package import TEXT, default_profile
from ...corpora.readers import media
from ...corpora.readers.formats import accept
from ...corpora.readers.package import members
from ...corpora.text import Source
from .. import audit
from ..errors import Forbidden, StateConflict
from ..store import tables as t
from ..store.database import at_commit
from . import filings
from .desk import Desk
from .jobs import Asked, asked
from .permission import require, restricted
from .workflow import workflow

MAX_FILES = 200
ROLES = ("text", "report", "explanation", "basis", "review", "fairness", "other")
ROLE_NAMES = {
    "text": "正式文本",
    "report": "备案报告",
    "explanation": "说明",
    "basis": "制定依据",
    "review": "合法性审核意见",
    "fairness": "公平竞争审查意见",
    "other": "其他材料",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as sent; `role` is one of ROLES, empty to let it be recognised."""

    name: str
    data: bytes
    role: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """What the submitter states. `organ_id` may be left out by a submitting organ's own account."""

    kind: str = "normative"
    organ_id: int | None = None
    title: str = ""
    number: str = ""
    field: str = ""
    issued: date | None = None
    published: date | None = None
    effective: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReviewOptions:
    """How to review: the day whose law counts (None: the day of the review), and facts fixed by the asker."""

    as_of: date | None = None
    issuer: str = ""
    level: str = ""
    instrument: str = ""

    def plain(self) -> dict[str, object]:
        values: dict[str, object] = {"issuer": self.issuer, "level": self.level, "instrument": self.instrument}
        values["as_of"] = self.as_of.isoformat() if self.as_of else ""
        return {key: value for key, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class Submitted:
    """The filing and the job of its review (None for a kind that is not reviewed at once)."""

    filing: filings.Filed
    job: Asked | None


def submit(desk: Desk, submission: Submission, uploads: Sequence[Upload]) -> Submitted:
    """File a package. Raises Forbidden, BadArgument, and the errors of the readers' door for a file refused."""
    require(desk.actor, "filing.submit")
    kind = desk.profile.kind(submission.kind)
    organ = _organ(desk, submission.organ_id)
    sources = _sources(desk, uploads)
    filing = t.Filing(
        kind=kind.key, organ_id=organ.id, submitted_by=desk.actor.id,
        title=submission.title or _title(sources), number=submission.number, level=organ.level, instrument="",
        field=submission.field, issued=submission.issued, published=submission.published,
        effective=submission.effective, received=desk.now, state="received", missing=[], facts={"stated": {
            name: True for name in ("title", "number", "issued", "published", "effective") if getattr(submission, name)
        }}, current=1,
    )  # fmt: skip
    filings.start_clock(desk, filing, "check")
    desk.session.add(filing)
    desk.session.flush()
    _submitted(desk, filing, submission.note)
    version = _version(desk, filing, 1, submission.note, sources)
    made = Submitted(filings.shown(desk, filing), _review(desk, filing, version, sources))
    # Last, since the chain is locked from here to the commit.
    audit.record(desk, "filing.submit", f"filing:{filing.id}", kind=kind.key, files=len(sources))
    return made


def resubmit(
    desk: Desk, filing_id: int, uploads: Sequence[Upload], note: str = "", expected: int | None = None
) -> Submitted:
    """A new version of the document of a filing: after 退回补正 it is received again, in review the state stays."""
    require(desk.actor, "filing.resubmit")
    filing = filings.row(desk, filing_id, expected)
    if workflow().states[filing.state].end:
        raise StateConflict("该件已结束，不能再报送新版本", "请另行报送")
    sources = _sources(desk, uploads)
    filing.current += 1
    if filing.state == "returned":
        filings.take(desk, filing, workflow().steps["resubmit"], note)
    version = _version(desk, filing, filing.current, note, sources)
    desk.session.flush()
    made = Submitted(filings.shown(desk, filing), _review(desk, filing, version, sources))
    audit.record(desk, "filing.version", f"filing:{filing.id}", version=filing.current, files=len(sources))
    return made


def ask(desk: Desk, upload: Upload, options: ReviewOptions | None = None) -> Asked:
    """A review of one file without a filing. Raises the errors of the readers' door."""
    require(desk.actor, "review.run")
    source = accept(upload.name, upload.data, desk.limits)
    desk.blobs.put(source.data)
    job = _job(desk, source, options or ReviewOptions())
    values = {column.key: getattr(job, column.key) for column in t.Job.__table__.columns}
    at_commit(desk.session, lambda connection: connection.execute(insert(t.Job), values))
    audit.record(desk, "review.ask", f"job:{job.id}")
    return asked(job)


def _organ(desk: Desk, organ_id: int | None) -> t.Organ:
    if restricted(desk.actor):
        if organ_id not in (None, desk.actor.organ_id):
            raise Forbidden("只能报送本机关的文件", "请核对制定机关")
        organ_id = desk.actor.organ_id
    if organ_id is None:
        raise BadArgument("没有写明制定机关", "请选择制定机关")
    found = desk.session.get(t.Organ, organ_id)
    if found is None or not found.active:
        raise BadArgument(f"没有编号为 {organ_id} 的制定机关", "请先登记制定机关")
    return found


def _sources(desk: Desk, uploads: Sequence[Upload]) -> tuple[tuple[Source, str, str], ...]:
    """Every file let in, with role and reason; packages are opened. Bytes are kept before any row names them."""
    if not uploads:
        raise BadArgument("没有文件", "请至少提交一个文件")
    found: list[tuple[Source, str]] = []
    for upload in uploads:
        if upload.role and upload.role not in ROLES:
            raise BadArgument(f"没有材料种类“{upload.role}”", f"可用的种类：{'、'.join(ROLES)}")
        source = accept(upload.name, upload.data, desk.limits)
        inner = members(source, desk.limits) if source.media == media.ZIP else (source,)
        found += [(replace(part, name=part.name[-300:]), upload.role) for part in inner]
    if len(found) > MAX_FILES:
        raise FileTooLarge(f"一次报送共 {len(found)} 个文件，超过 {MAX_FILES} 个", "请分次报送")
    for source, _ in found:
        desk.blobs.put(source.data)
    return _roles(found)


def _roles(found: list[tuple[Source, str]]) -> tuple[tuple[Source, str, str], ...]:
    """Roles given, or told by the file's name; the one file left over is the text."""
    named = [(source, role, "报送时指定") if role else (source, *_by_name(source.name)) for source, role in found]
    if not any(role == TEXT for _, role, _ in named):
        left = [index for index, (_, role, _) in enumerate(named) if not role]
        if left:
            named[left[0]] = (named[left[0]][0], TEXT, "未指定，暂作正式文本")
    return tuple((source, role or "other", reason) for source, role, reason in named)


def _by_name(name: str) -> tuple[str, str]:
    stem = re.sub(r"\.[A-Za-z0-9]{2,5}$", "", name.rsplit("/", 1)[-1])
    for material in default_profile().materials:
        if material.title and re.search(material.title, stem):
            return material.key, f"文件名“{stem[:40]}”"
    return "", ""


def _title(sources: tuple[tuple[Source, str, str], ...]) -> str:
    """Until the worker has read the document it goes by the name of its file."""
    text = next((source for source, role, _ in sources if role == TEXT), sources[0][0])
    return re.sub(r"\.[A-Za-z0-9]{2,5}$", "", text.name.rsplit("/", 1)[-1])[:300] or "未命名"


def _submitted(desk: Desk, filing: t.Filing, note: str) -> None:
    desk.session.add(
        t.Transition(
            filing_id=filing.id, key="submit", before="", after="received", account_id=desk.actor.id,
            at=desk.now, reason=note, reverses=None, kept={},
        )
    )  # fmt: skip


def _version(
    desk: Desk, filing: t.Filing, number: int, note: str, sources: tuple[tuple[Source, str, str], ...]
) -> t.DocumentVersion:
    version = t.DocumentVersion(
        filing_id=filing.id, number=number, note=note, created=desk.now, created_by=desk.actor.id
    )
    desk.session.add(version)
    desk.session.flush()
    for source, role, reason in sources:
        desk.session.add(
            t.FiledFile(
                version_id=version.id, role=role, reason=reason, name=source.name, media=source.media,
                size=len(source.data), sha256=source.sha256,
            )
        )  # fmt: skip
    desk.session.flush()
    return version


def _review(
    desk: Desk, filing: t.Filing, version: t.DocumentVersion, sources: tuple[tuple[Source, str, str], ...]
) -> Asked | None:
    if not desk.profile.kind(filing.kind).review:
        return None
    source = next((source for source, role, _ in sources if role == TEXT), sources[0][0])
    organ = desk.session.get_one(t.Organ, filing.organ_id)
    job = _job(desk, source, ReviewOptions(issuer=organ.name, level=organ.level))
    job.filing_id, job.version_id, job.organ_id = filing.id, version.id, filing.organ_id
    desk.session.add(job)
    desk.session.flush()
    return asked(job)


def _job(desk: Desk, source: Source, options: ReviewOptions) -> t.Job:
    return t.Job(
        id=uuid.uuid4().hex, state="queued", account_id=desk.actor.id, attempts=0, code="", message="",
        # What a reviewer asks for is his own, whichever organ his account names.
        organ_id=desk.actor.organ_id if restricted(desk.actor) else None,
        name=source.name, media=source.media, sha256=source.sha256, options=options.plain(), created=desk.now,
    )  # fmt: skip


def text_file(desk: Desk, version_id: int) -> t.FiledFile | None:
    """The file of a version that is its text."""
    query = select(t.FiledFile).where(t.FiledFile.version_id == version_id, t.FiledFile.role == TEXT)
    return desk.session.scalars(query.order_by(t.FiledFile.id).limit(1)).one_or_none()
