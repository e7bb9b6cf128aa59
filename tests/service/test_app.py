"""The application: health, readiness, metrics; what is told when database or disk is away."""

from pathlib import Path

import pytest
from beishen.service.app import create_app
from beishen.service.errors import DatabaseGone
from beishen.service.office.desk import SYSTEM
from beishen.service.settings import Settings
from beishen.service.store.schema import upgrade
from fastapi.testclient import TestClient
from sqlalchemy import select


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", database=database_url, blobs=str(tmp_path / "files"))


def test_ready_with_a_database_and_files(settings: Settings) -> None:
    with TestClient(create_app(settings)) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        answer = client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json() == {"database": "ok", "files": "ok", "workers": 0, "status": "ok"}
        text = client.get("/metrics").text
    assert 'beishen_jobs{state="queued"} 0.0' in text and "beishen_workers 0.0" in text
    assert 'beishen_cleanup_files{state="queued"} 0.0' in text
    assert 'beishen_http_requests_total{method="GET",route="/readyz",status="200"} 1.0' in text


def test_methods_that_callers_make_up_are_counted_as_one(settings: Settings) -> None:
    with TestClient(create_app(settings)) as client:
        for number in range(3):
            client.request(f"MADEUP{number}", "/healthz")
        text = client.get("/metrics").text
    assert "MADEUP" not in text and 'method="(other)"' in text


def test_not_ready_on_an_empty_database_until_it_is_migrated(empty_url: str, tmp_path: Path) -> None:
    app = create_app(Settings(home=tmp_path, database=empty_url))
    with TestClient(app) as client:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["database"]) == (503, "store.invalid")
        upgrade(app.state.office.database)
        assert client.get("/readyz").status_code == 200


def test_files_that_cannot_be_written_are_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file in place of the folder", "utf-8")
    with TestClient(create_app(settings)) as client:
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["files"]) == (503, "storage.full")


def test_a_database_that_is_away_is_told_and_found_again(postgres, template: str, tmp_path: Path) -> None:
    import psycopg

    url = postgres.database(template)
    name = url.rpartition("/")[2]
    app = create_app(Settings(home=tmp_path, database=url))
    admin = f"postgresql://beishen@127.0.0.1:{postgres.port}/postgres"
    with TestClient(app) as client, psycopg.connect(admin, autocommit=True) as connection:
        assert client.get("/readyz").status_code == 200
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["database"]) == (503, "database.gone")
        with pytest.raises(DatabaseGone), app.state.office.desk(SYSTEM) as desk:
            desk.session.execute(select(1))
        assert client.get("/metrics").status_code == 503
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        assert client.get("/readyz").status_code == 200
