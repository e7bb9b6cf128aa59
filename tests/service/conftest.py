"""A command line in process; databases of both kinds; an office on each."""

import io
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from beishen.eval.postgres import Server, programs, running
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
