"""The API on a real database and blobs of its own; reviews are examined as a worker does, without waiting for one."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from beishen.review.engine import Engine
from beishen.service.app import create_app
from beishen.service.auth import keys
from beishen.service.jobs import examining
from beishen.service.office import accounts, organs
from beishen.service.office.desk import SYSTEM, Actor, Office
from beishen.service.office.permission import permissions
from beishen.service.settings import Settings
from beishen.service.store.schema import upgrade
from fastapi import FastAPI
from fastapi.testclient import TestClient

TEXT = """双塔县人民政府关于印发双塔县夜市管理办法的通知
双塔政发〔2026〕9号
各乡镇人民政府：
现将《双塔县夜市管理办法》印发给你们，请遵照执行。
双塔县人民政府
2026年10月8日
双塔县夜市管理办法
第一条 为了规范夜市管理，制定本办法。
第二条 在夜市经营的，应当向县城市管理局申领夜市经营许可证；未取得许可证的，处五千元罚款。
第三条 本办法自2026年11月10日起施行。
"""
ROLES = ("registrar", "first", "second", "final", "administrator")


@dataclass(frozen=True, slots=True)
class Place:
    """The office with a key for every role: those of the reviewing office, `submitter` and `other` of two organs."""

    office: Office
    app: FastAPI
    tokens: dict[str, str]
    organs: dict[str, int]
    bench: examining.Bench
    text: str = TEXT

    def client(self, role: str = "registrar") -> TestClient:
        headers = {"Authorization": f"Bearer {self.tokens[role]}"} if role else {}
        return TestClient(self.app, headers=headers, raise_server_exceptions=False)

    def examine(self, job_id: str) -> None:
        """What a worker's two steps do."""
        examining.keep(self.bench, job_id, examining.examine(self.bench, job_id))


@pytest.fixture
def desk(tmp_path: Path, home: Path, engine: Engine) -> Iterator[Place]:
    """An office with one account a role, each with a key of all scopes, and two submitting organs."""
    settings = Settings(home=home, database=f"sqlite:///{tmp_path / 'office.sqlite'}", blobs=str(tmp_path / "files"))
    app = create_app(settings)
    office: Office = app.state.office
    upgrade(office.database)
    with office.desk(SYSTEM) as opened:
        places = {name: organs.add(opened, name).id for name in ("双塔县人民政府", "青禾县人民政府")}
    tokens = {role: _token(office, role, role, None) for role in ROLES}
    tokens["submitter"] = _token(office, "submitter", "submitter", places["双塔县人民政府"])
    tokens["other"] = _token(office, "other", "submitter", places["青禾县人民政府"])
    bench = examining.Bench(office, engine, 600, ThreadPoolExecutor(1))
    yield Place(office, app, tokens, places, bench)
    bench.thread.shutdown()
    office.close()


def _token(office: Office, name: str, role: str, organ: int | None) -> str:
    with office.desk(SYSTEM) as opened:
        person = accounts.add(opened, accounts.NewAccount(name, (role,), organ_id=organ))
    with office.desk(Actor(person.id, person.name, person.display, person.roles, organ)) as opened:
        return keys.create(opened, "测试", tuple(permissions().scopes)).token


@pytest.fixture
def filed(desk: Place) -> Callable[..., dict[str, Any]]:
    """Files the text for an organ and examines it; the receipt."""

    def file(role: str = "submitter", text: str = TEXT) -> dict[str, Any]:
        answer = desk.client(role).post("/v1/filings", files={"files": ("办法.txt", text.encode())})
        assert answer.status_code == 202, answer.text
        desk.examine(answer.json()["job"]["id"])
        return dict(answer.json())

    return file
