"""Backup and restore: every table as JSON lines and every uploaded file by its hash, the same for both databases.

No program of the database is needed, and what was kept in SQLite can be restored into PostgreSQL. A backup is one
consistent look at the database; it is whole when its manifest is there, which is written last. Sessions, workers and
the state of the job engine stay behind: reviews not finished are handed over again after a restore.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, DateTime, MetaData, Select, Table, func, insert, select, text, update

from ...corpora.errors import FileDamaged, FileMissing
from ..errors import StateConflict
from . import schema
from .blobs import Blobs, DiskBlobs
from .database import Database

FORMAT = 1
MANIFEST = "manifest.json"
LEFT_OUT = frozenset({"alembic_version", "auth_session", "login_failure", "worker"})
BATCH = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup holds: rows by table, and files."""

    revision: str
    rows: dict[str, int]
    files: int


def backup(database: Database, blobs: Blobs, folder: Path) -> Kept:
    """Write a backup into a folder; files already there are kept, so that a daily one copies only what is new.

    Raises BlobMissing for a file that is gone though not purged, FileDamaged where the folder cannot be written.
    """
    try:
        (folder / "tables").mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        revision = str(schema.current(database))
        with database.connection() as connection:
            tables = _tables(connection)
            rows = {table.name: _write(connection, table, folder / "tables") for table in tables}
            names = _names(connection, tables)
        target = DiskBlobs(folder / "files")
        for sha256 in names:
            if not target.has(sha256):
                target.put(blobs.get(sha256))
        kept = Kept(revision, rows, len(names))
        manifest = {"format": FORMAT, "revision": revision, "rows": rows, "files": sorted(names)}
        manifest["tables"] = {name: _digest(folder / "tables" / f"{name}.jsonl") for name in rows}
        (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")
    except OSError as error:
        raise FileDamaged(f"备份文件夹 {folder} 无法写入（{error.strerror}）", "请检查空间和权限后重新备份") from error
    return kept


def restore(database: Database, blobs: Blobs, folder: Path) -> Kept:
    """Restore a backup into an empty office. FileMissing, FileDamaged, StateConflict where one exists already."""
    manifest = _manifest(folder)
    revision: str = manifest["revision"]
    _refuse_occupied(database)
    schema.upgrade(database, revision)
    source = DiskBlobs(folder / "files")
    for sha256 in manifest["files"]:
        blobs.put(source.get(sha256))
    with database.engine.begin() as connection:
        tables = _tables(connection)
        for table in tables:
            _read(connection, table, folder / "tables" / f"{table.name}.jsonl")
        _start_again(connection, {table.name: table for table in tables})
    schema.upgrade(database)
    return Kept(revision, manifest["rows"], len(manifest["files"]))


def _tables(connection: Connection) -> list[Table]:
    """The tables as the database has them, those referred to first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name not in LEFT_OUT]


def _write(connection: Connection, table: Table, folder: Path) -> int:
    """One table as JSON lines in the order of its key; how many rows."""
    count = 0
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    with (folder / f"{table.name}.jsonl").open("w", encoding="utf-8") as file:
        for row in connection.execute(query):
            file.write(json.dumps(dict(row._mapping), ensure_ascii=False, default=_iso) + "\n")
            count += 1
    return count


def _read(connection: Connection, table: Table, path: Path) -> None:
    batch: list[dict[str, Any]] = []
    for row in _lines(table, path):
        batch.append(row)
        if len(batch) == BATCH:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)
    if connection.dialect.name == "postgresql":
        _set_sequence(connection, table)


def _lines(table: Table, path: Path) -> Iterator[dict[str, Any]]:
    moments = {column.name for column in table.columns if isinstance(column.type, DateTime)}
    days = {column.name for column in table.columns if isinstance(column.type, Date)}
    with path.open(encoding="utf-8") as file:
        for line in file:
            row: dict[str, Any] = json.loads(line)
            for name in moments & row.keys():
                row[name] = datetime.fromisoformat(row[name]) if row[name] else None
            for name in days & row.keys():
                row[name] = date.fromisoformat(row[name]) if row[name] else None
            yield row


def _names(connection: Connection, tables: list[Table]) -> set[str]:
    """The hashes of files that filings and clean-ups not purged, and reviews without a filing, still need."""
    by_name = {table.name: table for table in tables}
    filing, version, file, job = (by_name[name] for name in ("filing", "document_version", "filed_file", "job"))
    filed = select(file.c.sha256).join(version, version.c.id == file.c.version_id)
    filed = filed.join(filing, filing.c.id == version.c.filing_id).where(filing.c.purged.is_(None))
    asked = select(job.c.sha256).where(job.c.filing_id.is_(None))
    lists = [select(by_name["power_list"].c.sha256)] if "power_list" in by_name else []
    queries = [filed, asked, *_of_cleanups(by_name), *lists]
    return {name for query in queries for name in connection.scalars(query) if name}


def _of_cleanups(tables: dict[str, Table]) -> Iterator[Select[str]]:
    """Queries of the hashes that clean-ups not purged name: files, lists, reports. None before there were any."""
    if "cleanup" not in tables:
        return
    cleanup, file, item = (tables[name] for name in ("cleanup", "cleanup_file", "cleanup_item"))
    kept = cleanup.c.purged.is_(None)
    yield select(cleanup.c.catalogue).where(kept)
    for table, column in ((file, file.c.sha256), (item, item.c.report)):
        yield select(column).join(cleanup, cleanup.c.id == table.c.cleanup_id).where(kept)


def _start_again(connection: Connection, tables: dict[str, Table]) -> None:
    """Reviews, deliveries and clean-ups not finished wait for a worker again. Backups of before have no clean-ups."""
    job, delivery = tables["job"], tables["delivery"]
    unfinished = job.c.state.in_(("queued", "running"))
    connection.execute(update(job).where(unfinished).values(state="queued", dispatched=None, attempts=0))
    connection.execute(update(delivery).where(delivery.c.state == "queued").values(dispatched=None))
    if "cleanup" not in tables:
        return
    cleanup, file = tables["cleanup"], tables["cleanup_file"]
    open_ = cleanup.c.state.in_(("examining", "judging"))
    connection.execute(update(cleanup).where(open_).values(state="examining", dispatched=None))
    unfinished = file.c.state.in_(("queued", "running"))
    connection.execute(update(file).where(unfinished).values(state="queued", dispatched=None, attempts=0))


def _set_sequence(connection: Connection, table: Table) -> None:
    """The next id of PostgreSQL follows the last one restored."""
    column = next(iter(table.primary_key.columns))
    named = {"table": f'"{table.name}"', "column": column.name}
    sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), named)
    last = connection.scalar(select(func.max(column)))
    if sequence is not None and last is not None:
        connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})


def _refuse_occupied(database: Database) -> None:
    if schema.current(database) is None:
        return
    with database.connection() as connection:
        for name in ("account", "filing"):
            if connection.scalar(text(f"SELECT count(*) FROM {name}")):
                raise StateConflict("目标数据库中已有账号或备案件，不能恢复", "请指向空的数据库和数据文件夹")


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest, with every table compared with its hash."""
    path = folder / MANIFEST
    if not path.is_file():
        raise FileMissing(f"“{folder}”不是完整的备份（没有 {MANIFEST}）", "请核对路径，或改用另一份备份")
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        tables = {name: folder / "tables" / f"{name}.jsonl" for name in found["tables"]}
        wrong = [name for name, path in tables.items() if _digest(path) != found["tables"][name]]
    except (ValueError, KeyError, OSError) as error:
        raise FileDamaged(f"备份“{folder}”已损坏", "请改用另一份备份") from error
    if wrong or found["format"] != FORMAT:
        raise FileDamaged(f"备份“{folder}”已损坏或格式不同：{'、'.join(wrong)}", "请改用另一份备份")
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
