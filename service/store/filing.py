"""Tables of what was filed: filings, versions of their document, files, transitions, opinions, letters."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Json, Moment, Table


class Filing(Table):
    """A filing (备案). `state` is a key of office/workflow.toml; `version` counts changes (ETag)."""

    __tablename__ = "filing"
    __table_args__ = (
        Index("ix_filing_received_id", "received", "id"),
        Index("ix_filing_organ_received", "organ_id", "received"),
        Index("ix_filing_state_received", "state", "received"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    registration: Mapped[str | None] = mapped_column(String(80), unique=True)
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    submitted_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    title: Mapped[str] = mapped_column(String(300))
    number: Mapped[str] = mapped_column(String(120), default="", index=True)
    level: Mapped[str] = mapped_column(String(20), default="")
    instrument: Mapped[str] = mapped_column(String(30), default="")
    field: Mapped[str] = mapped_column(String(60), default="")
    issued: Mapped[date | None] = mapped_column()
    published: Mapped[date | None] = mapped_column()
    effective: Mapped[date | None] = mapped_column()
    expires: Mapped[date | None] = mapped_column()
    received: Mapped[datetime] = mapped_column(Moment)
    registered: Mapped[datetime | None] = mapped_column(Moment)
    finished: Mapped[datetime | None] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(30))
    outcome: Mapped[str] = mapped_column(String(30), default="")
    clock: Mapped[str] = mapped_column(String(20), default="")
    due: Mapped[date | None] = mapped_column(index=True)
    late: Mapped[bool | None] = mapped_column()
    missing: Mapped[list[str]] = mapped_column(Json)
    facts: Mapped[dict[str, object]] = mapped_column(Json)
    current: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    purged: Mapped[datetime | None] = mapped_column(Moment)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class DocumentVersion(Table):
    """A version of the filed document: number 1 is what was submitted first, each resubmission adds one."""

    __tablename__ = "document_version"
    __table_args__ = (UniqueConstraint("filing_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"))
    number: Mapped[int] = mapped_column()
    note: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[int] = mapped_column(ForeignKey("account.id"))


class FiledFile(Table):
    """A file of one version: `role` is a key of corpora/filing.toml (text, report, explanation, ...) or `other`."""

    __tablename__ = "filed_file"
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("document_version.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(200), default="")
    name: Mapped[str] = mapped_column(String(300))
    media: Mapped[str] = mapped_column(String(120))
    size: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column(String(64), index=True)


class Transition(Table):
    """A step of a filing: who moved it, when, why; `reverses` names the step it took back."""

    __tablename__ = "transition"
    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"), index=True)
    key: Mapped[str] = mapped_column(String(30))
    before: Mapped[str] = mapped_column(String(30))
    after: Mapped[str] = mapped_column(String(30), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text, default="")
    reverses: Mapped[int | None] = mapped_column(ForeignKey("transition.id"), unique=True)
    kept: Mapped[dict[str, object]] = mapped_column(Json)


class Opinion(Table):
    """What a reviewer of one stage (first, second, final) concluded; a later one of the stage replaces it."""

    __tablename__ = "opinion"
    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"), index=True)
    stage: Mapped[str] = mapped_column(String(10))
    conclusion: Mapped[str] = mapped_column(String(30))
    text: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)


class Letter(Table):
    """An opinion letter (审查意见书) of a filing; its text lives in LetterVersion, the newest counts."""

    __tablename__ = "letter"
    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"), unique=True)
    number: Mapped[str | None] = mapped_column(String(80), unique=True)
    issued: Mapped[datetime | None] = mapped_column(Moment)
    current: Mapped[int] = mapped_column(default=1)


class LetterVersion(Table):
    """One saved text of a letter: paragraphs separated by newlines."""

    __tablename__ = "letter_version"
    __table_args__ = (UniqueConstraint("letter_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    number: Mapped[int] = mapped_column()
    text: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)
