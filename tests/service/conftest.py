"""A command line in process; databases of both kinds; an office on each."""

import io
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from beishen.service.auth.sessions import actor_of
from beishen.service.cli.main import run
from beishen.service.office import accounts, organs, profile
from beishen.service.office.desk import SYSTEM, Actor, Office
from beishen.service.store import schema
from beishen.service.store.blobs import DiskBlobs
from beishen.service.store.database import Database
from beishen.service.store.tables import Account

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self):  # type: ignore[no-untyped-def]
        return json.loads(self.out)

    @property
    def lines(self):  # type: ignore[no-untyped-def]
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def cli(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Outcome]]:
    """Runs one command; both streams are captured as a pipe would be."""
    monkeypatch.setenv("BEISHEN_HOME", str(home))
    monkeypatch.setenv("BEISHEN_THREADS", "1")

    def call(*args: object) -> Outcome:
        out, err = io.StringIO(), io.StringIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            code = run([str(arg) for arg in args])
        return Outcome(code, out.getvalue(), err.getvalue())

    yield call


@pytest.fixture
def examples() -> Path:
    return ROOT / "examples"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `database()` makes an empty database, or a copy of one, and gives its URL."""

    port: int
    programs: Path
    process: subprocess.Popen[bytes]

    def database(self, template: str = "template1") -> str:
        name = f"t{uuid.uuid4().hex[:12]}"
        with psycopg.connect(f"postgresql://beishen@127.0.0.1:{self.port}/postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return f"postgresql+psycopg://beishen@127.0.0.1:{self.port}/{name}"


def programs() -> Path | None:
    """The folder of initdb and postgres, None where PostgreSQL is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return known[-1].parent if known else None


@contextmanager
def running(bin_folder: Path) -> Iterator[Server]:
    """A server on a free port of the loopback, without fsync."""
    place = Path(tempfile.mkdtemp(prefix="beishen-pg-"))
    owner = _owner()
    if owner is not None:
        os.chown(place, owner.pw_uid, owner.pw_gid)
    switch = {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    port = _free_port()
    make = [bin_folder / "initdb", "-D", place / "data", "-U", "beishen", "--auth=trust", "-E", "UTF8", "-N"]
    try:
        subprocess.run([*make, "--locale=C"], check=True, capture_output=True, cwd=place, **switch)
        options = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": "",
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": "200",
        }
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        process = subprocess.Popen(
            [bin_folder / "postgres", "-D", place / "data", *words],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=place, **switch,
        )  # fmt: skip
        try:
            _wait(port)
            yield Server(port, bin_folder, process)
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _owner() -> pwd.struct_passwd | None:
    """Who runs the server: ourselves, or somebody without rights where we are root."""
    if os.geteuid():
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    for attempt in range(600):
        try:
            psycopg.connect(f"postgresql://beishen@127.0.0.1:{port}/postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            if attempt == 599:
                raise
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL of the session's own; skipped with a reason where none is installed."""
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL (initdb, postgres) is not installed")
    with running(found) as server:
        yield server


@pytest.fixture(scope="session")
def template(postgres: Server) -> str:
    """The name of a migrated database to copy."""
    url = postgres.database()
    database = Database.open(url)
    schema.upgrade(database)
    database.close()
    return url.rpartition("/")[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'office.sqlite'}"
    server: Server = request.getfixturevalue("postgres")
    return server.database()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database of each kind."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres")
        return server.database(request.getfixturevalue("template"))
    shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "office.sqlite")
    return f"sqlite:///{tmp_path / 'office.sqlite'}"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    database = Database.open(f"sqlite:///{path}")
    schema.upgrade(database)
    database.close()
    return path


@dataclass(slots=True)
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 23, 2, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass(frozen=True, slots=True)
class Staff:
    """An office with an account for each role (`submitter` and `stranger` belong to two organs), no passwords."""

    office: Office
    clock: Clock
    actors: dict[str, Actor]
    organs: dict[str, int]

    def __getitem__(self, role: str) -> Actor:
        return self.actors[role]


@pytest.fixture
def staff(database_url: str, tmp_path: Path) -> Iterator[Staff]:
    """The office on each kind of database."""
    clock = Clock()
    office = Office(Database.open(database_url), DiskBlobs(tmp_path / "files"), profile.load(), clock=clock)
    with office.desk(SYSTEM) as desk:
        bodies = {name: organs.add(desk, name).id for name in ("青岭县人民政府", "石桥县人民政府")}
        roles = {role: (role, None) for role in ("registrar", "first", "second", "final", "administrator")}
        roles |= {
            "submitter": ("submitter", bodies["青岭县人民政府"]),
            "stranger": ("submitter", bodies["石桥县人民政府"]),
        }
        for name, (role, organ) in roles.items():
            accounts.add(desk, accounts.NewAccount(name, (role,), organ_id=organ))
        found = {row.name: actor_of(row) for row in desk.session.query(Account)}
    yield Staff(office, clock, found, bodies)
    office.close()
