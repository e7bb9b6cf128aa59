"""Laws for pages and API: one store and one engine, both opened again after an import."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from beishen.index.search import Query
from beishen.review.engine import Engine
from beishen.service.settings import Settings
from beishen.service.shelf import Shelf

ASKED = Query(text="灯笼应当登记", day=date(2026, 11, 23), top=3)
TEXT = "第一条 灯笼应当登记。\n第二条 违反本条例的，处一百元罚款。\n第三条 本条例自2000年3月1日起施行。"


@pytest.fixture
def own(home: Path, engine: Engine, tmp_path: Path) -> Path:
    """A data folder of its own, copied from that of the session."""
    place = tmp_path / "home"
    place.mkdir()
    shutil.copy(engine.store.path, place / "laws.db")
    shutil.copytree(home / "cache", place / "cache")
    return place


def test_an_import_is_seen_by_lookup_and_search(cli, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    shelf = Shelf(Settings(home=own, threads=1))
    with shelf.engine() as first:
        assert "灯笼登记条例" not in {hit.article.law for hit in first.index.search(ASKED)}
    with shelf.engine() as again:
        assert again is first and shelf.store() is shelf.store()
    source = own / "a.jsonl"
    source.write_text(
        json.dumps({"name": "灯笼登记条例", "version": "2000-02-01", "rank": "行政法规", "text": TEXT}), "utf-8"
    )
    monkeypatch.setenv("BEISHEN_HOME", str(own))
    assert cli("laws", "import", "jsonl", source).code == 0
    assert shelf.store().law("灯笼登记条例") is not None
    with shelf.engine() as fresh:
        assert "灯笼登记条例" in {hit.article.law for hit in fresh.index.search(ASKED)}


def test_laws_are_looked_up_while_a_review_runs(own: Path) -> None:
    shelf = Shelf(Settings(home=own, threads=1))
    with shelf.engine():
        assert shelf.store().law("中华人民共和国行政处罚法") is not None
