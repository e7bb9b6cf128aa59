"""Tables of clean-ups: a run over a set of documents, its files, its documents with proposals, what people decided."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Json, Moment, Table


class Cleanup(Table):
    """A clean-up. States: examining, judging, ready, closed, stopped, failed; `round` counts judgements handed over.

    `catalogue` is the hash of the office's own list, empty without one; `apart` holds what list and files differ in;
    `made` is the identity of the engines that examined the files.
    """

    __tablename__ = "cleanup"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default="examining", index=True)
    name: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    day: Mapped[date] = mapped_column()
    profile: Mapped[str] = mapped_column(String(40), default="")
    theme: Mapped[str] = mapped_column(String(40), default="")
    law: Mapped[str] = mapped_column(String(200), default="")
    catalogue: Mapped[str] = mapped_column(String(64), default="")
    catalogue_name: Mapped[str] = mapped_column(String(300), default="")
    apart: Mapped[dict[str, object]] = mapped_column(Json)
    made: Mapped[list[dict[str, str]]] = mapped_column(Json)
    code: Mapped[str] = mapped_column(String(60), default="")
    message: Mapped[str] = mapped_column(Text, default="")
    round: Mapped[int] = mapped_column(default=1)
    created: Mapped[datetime] = mapped_column(Moment)
    dispatched: Mapped[datetime | None] = mapped_column(Moment)
    judged: Mapped[datetime | None] = mapped_column(Moment)
    finished: Mapped[datetime | None] = mapped_column(Moment)
    purged: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class CleanupFile(Table):
    """A file of a clean-up. Its id is the id of the durable workflow. States: queued, running, done, dropped."""

    __tablename__ = "cleanup_file"
    __table_args__ = (
        UniqueConstraint("cleanup_id", "seq"),
        UniqueConstraint("cleanup_id", "name"),
        Index("ix_cleanup_file_state_seq", "state", "seq"),
        Index("ix_cleanup_file_cleanup_id_state", "cleanup_id", "state"),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    cleanup_id: Mapped[int] = mapped_column(ForeignKey("cleanup.id"))
    seq: Mapped[int] = mapped_column()
    name: Mapped[str] = mapped_column(String(500))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(10), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime] = mapped_column(Moment)
    dispatched: Mapped[datetime | None] = mapped_column(Moment)
    started: Mapped[datetime | None] = mapped_column(Moment)
    finished: Mapped[datetime | None] = mapped_column(Moment)


class CleanupItem(Table):
    """A document of a clean-up: its card, then the proposal for it, then what holds after a person's decision.

    `reasons` and `groups` are codes and groups of the theme between bars (|term.over|); `settled` is the action that
    stands now. One that could not be read has `code` and `message` instead.
    """

    __tablename__ = "cleanup_item"
    __table_args__ = (
        UniqueConstraint("cleanup_id", "seq", "part"),
        Index("ix_cleanup_item_cleanup_id_settled", "cleanup_id", "settled"),
        Index("ix_cleanup_item_cleanup_id_action", "cleanup_id", "action"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    cleanup_id: Mapped[int] = mapped_column(ForeignKey("cleanup.id"))
    file_id: Mapped[str] = mapped_column(ForeignKey("cleanup_file.id"), index=True)
    seq: Mapped[int] = mapped_column()
    part: Mapped[int] = mapped_column()
    file: Mapped[str] = mapped_column(String(600))
    readable: Mapped[bool] = mapped_column()
    code: Mapped[str] = mapped_column(String(60), default="")
    message: Mapped[str] = mapped_column(Text, default="")
    card: Mapped[dict[str, object]] = mapped_column(Json)
    report: Mapped[str] = mapped_column(String(64), default="")
    listed: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(String(500), default="")
    number: Mapped[str] = mapped_column(String(200), default="")
    organ: Mapped[str] = mapped_column(String(200), default="")
    year: Mapped[int | None] = mapped_column()
    action: Mapped[str] = mapped_column(String(10), default="")
    leading: Mapped[str] = mapped_column(String(30), default="")
    reasons: Mapped[str] = mapped_column(String(500), default="")
    groups: Mapped[str] = mapped_column(String(500), default="")
    proposal: Mapped[dict[str, object]] = mapped_column(Json)
    settled: Mapped[str] = mapped_column(String(10), default="")
    verdict: Mapped[str] = mapped_column(String(10), default="")
    revision: Mapped[int] = mapped_column(default=0)


class CleanupRuling(Table):
    """What a person decided on a document of a clean-up: the newest counts, none is ever changed.

    `action` is what holds by it, empty where it was put off; `proposed` what the program had proposed.
    """

    __tablename__ = "cleanup_ruling"
    __table_args__ = (UniqueConstraint("item_id", "revision"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    cleanup_id: Mapped[int] = mapped_column(ForeignKey("cleanup.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("cleanup_item.id"))
    revision: Mapped[int] = mapped_column()
    verdict: Mapped[str] = mapped_column(String(10))
    action: Mapped[str] = mapped_column(String(10), default="")
    proposed: Mapped[str] = mapped_column(String(10), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)
