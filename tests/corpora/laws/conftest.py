"""Law texts of our own writing, and a store made from them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from beishen.corpora.laws.default import build_default
from beishen.corpora.laws.sources import import_source
from beishen.corpora.laws.store import LawStore


def law(name: str, version: str, articles: dict[str, str], rank: str = "法律", **more: Any) -> dict[str, Any]:
    """One line of the JSONL source."""
    rows = [{"number": number, "text": text} for number, text in articles.items()]
    return {"name": name, "version": version, "rank": rank, "articles": rows, **more}


GARDEN = {
    "第一条": "为了保护花园，制定本法。",
    "第二条": "任何人不得折断花园里的树枝，违者处五十元罚款。",
    "第三条": "花园每日早上六点开放，晚上九点关闭，管理人应当在门口公示时间。",
}
TEXTS = (
    law("中华人民共和国花园法", "2001-03-01", GARDEN | {"第四条": "本法自2001年5月1日起施行。"}),
    law(
        "中华人民共和国花园法",
        "2010-06-10",
        {
            "第一条": "为了保护花园，制定本法。",
            "第二条": "花园实行分级管理，分为市级花园、区级花园和街道花园三类。",
            "第三条": "任何人不得折断花园里的树枝，违者处一百元罚款。",
            "第四条": "花园每日早上六点开放，晚上九点关闭，管理人应当在门口公示时间。",
            "第五条": "本法自2001年5月1日起施行。",
        },
    ),
    law(
        "全国人民代表大会常务委员会关于修改《中华人民共和国花园法》的决定",
        "2010-06-10",
        {"条目一": "增加一条，作为第二条。", "条目二": "本决定自2010年9月1日起施行。"},
    ),
    law("中华人民共和国风筝法", "2005-01-10", {"第一条": "放风筝应当远离电线。", "第二条": "本法自公布之日起施行。"}),
    law(
        "中华人民共和国户外活动法典",
        "2026-01-20",
        {
            "第一条": "本法规定户外活动。",
            "第二条": "本法自2027年3月1日起施行。《中华人民共和国风筝法》、《中华人民共和国陀螺法》同时废止。",
        },
    ),
    law(
        "灯笼登记审查条例",
        "2019-02-01",
        {"第一条": "灯笼应当登记。", "第二条": "本条例自2019年4月1日起施行。《灯笼登记条例》同时废止。"},
        "行政法规",
    ),
    law("灯笼登记条例", "2000-02-01", {"第一条": "灯笼要登记。", "第二条": "本条例自2000年3月1日起施行。"}, "行政法规"),
)


@pytest.fixture(scope="session")
def lines() -> tuple[dict[str, Any], ...]:
    return TEXTS


def write_lines(path: Path, rows: tuple[dict[str, Any], ...]) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


@pytest.fixture
def add_law(tmp_path: Path) -> Callable[..., Path]:
    """Imports one text, told as `law` tells it, into the store `tmp_path / "laws.db"`; the store's path."""

    def add(name: str, version: str, articles: dict[str, str], rank: str = "法律") -> Path:
        source = write_lines(tmp_path / f"{version}.jsonl", (law(name, version, articles, rank),))
        import_source(tmp_path / "laws.db", "jsonl", source)
        return tmp_path / "laws.db"

    return add


@pytest.fixture(scope="session")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store file with the texts above."""
    folder = tmp_path_factory.mktemp("laws")
    source = write_lines(folder / "texts.jsonl", TEXTS)
    import_source(folder / "laws.db", "jsonl", source)
    return folder / "laws.db"


@pytest.fixture
def small(small_file: Path) -> Iterator[LawStore]:
    with LawStore.open(small_file) as store:
        yield store


@pytest.fixture(scope="session")
def default_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("default") / "laws.db"
    build_default(path)
    return path


@pytest.fixture
def default(default_file: Path) -> Iterator[LawStore]:
    with LawStore.open(default_file) as store:
        yield store
