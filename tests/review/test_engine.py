"""Opening the engine: on a store with a law of one's own, with progress shown, and on broken ground."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from beishen.corpora.errors import StoreInvalid
from beishen.corpora.intake import Overrides, read
from beishen.corpora.laws.sources import import_source
from beishen.corpora.limits import Limits
from beishen.eval.casedoc import document
from beishen.eval.rulecases import said
from beishen.review.engine import Engine, EngineSettings
from beishen.review.pipeline import judge

pytestmark = pytest.mark.encoder

DAY = date(2026, 11, 23)
CITY = "苏州市"
CONDUCT = "在灯塔围栏上晾晒渔网的"
LAW = {
    "name": "苏州市灯塔保护条例",
    "version": "2023-05-01",
    "effective": "2023-05-01",
    "rank": "地方性法规",
    "issuer": "苏州市人民代表大会常务委员会",
    "province": "江苏省",
    "city": CITY,
    "articles": [
        {"number": "第一条", "chapter": "", "text": "为了保护灯塔，制定本条例。"},
        {"number": "第二条", "chapter": "", "text": f"{CONDUCT}，由交通运输部门处二百元以上五百元以下罚款。"},
    ],
}


@pytest.fixture(scope="module")
def events() -> list[tuple[str, int, int]]:
    return []


@pytest.fixture(scope="module")
def local(
    engine: Engine, home: Path, tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, int, int]]
) -> Iterator[Engine]:
    """An engine on nothing but a local regulation of our own invention, with the encoder made before."""
    place = tmp_path_factory.mktemp("local")
    assert engine.encoder.id
    shutil.copytree(home / "cache" / "encoder", place / "cache" / "encoder")
    source = place / "own.jsonl"
    source.write_text(json.dumps(LAW, ensure_ascii=False) + "\n", encoding="utf-8")
    assert import_source(place / "laws.db", "jsonl", source).added
    with Engine.open(EngineSettings(place, 1, progress=lambda *event: events.append(event))) as opened:
        assert opened.index.id != engine.index.id
        yield opened


def rules(engine: Engine, clause: str) -> set[str]:
    issuer = f"{CITY}交通运输局"
    source = document(clause, issuer, f"{CITY}灯塔管理规定")
    findings, problems = judge(read(source, Limits(), Overrides(issuer)), engine, DAY)
    assert problems == ()
    return {one.rule for one in said(findings)}


def test_a_local_regulation_imported_carries_what_repeats_it(engine: Engine, local: Engine) -> None:
    lawful = f"{CONDUCT}，由市交通运输局处三百元罚款。"
    other = "在渡口摆卖水果的，由市交通运输局处三百元罚款。"
    assert "penalty.fine" in rules(engine, lawful)
    assert "penalty.fine" not in rules(local, lawful)
    assert "penalty.fine" in rules(local, other)


def test_a_store_without_the_grounds_cannot_say_conflict(local: Engine) -> None:
    """行政处罚法 is not in this store: the ground is named as missing, and the finding is a doubt."""
    issuer = "苏州市交通运输局"
    source = document("在渡口摆卖水果的，由市交通运输局处三百元罚款。", issuer, "苏州市灯塔管理规定")
    findings, _ = judge(read(source, Limits(), Overrides(issuer)), local, DAY)
    assert {f.level.value for f in findings} <= {"doubt", "hint", "form"}
    assert any(c.article == "第十六条" and not c.stored for f in findings for c in f.citations)


def test_what_must_be_encoded_is_shown(local: Engine, events: list[tuple[str, int, int]]) -> None:
    """The vectors of the default laws travel with the project; other articles are encoded on first use."""
    assert local.store.law(LAW["name"]) is not None  # type: ignore[arg-type]
    names, done, totals = zip(*events, strict=True)
    assert set(names) == {"编码法条"}
    assert set(totals) == {2}
    assert done[-1] == 2
    assert list(done) == sorted(done)


def test_the_second_opening_encodes_nothing(home: Path, engine: Engine) -> None:
    seen: list[tuple[str, int, int]] = []
    with Engine.open(EngineSettings(home, 1, progress=lambda *event: seen.append(event))) as again:
        assert again.index.id == engine.index.id
    assert seen == []


def test_a_store_that_is_no_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "laws.db").write_bytes(b"not a database")
    with pytest.raises(StoreInvalid, match=r"laws\.db"):
        Engine.open(EngineSettings(tmp_path, 1))
