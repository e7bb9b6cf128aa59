"""A small set of documents of an invented city, one file of each fate."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from beishen.service import cleanup_run
from beishen.service.settings import Settings

BODY = "第一条 为规范{what}，制定本办法。\n第二条 {what}应当公开、便民。\n第三条 本办法自{when}起施行{term}。\n"


def paper(what: str, number: str, day: str, term: str = "") -> str:
    head = f"青州市人民政府关于印发《青州市{what}办法》的通知\n{number}\n各镇人民政府：\n"
    return head + BODY.format(what=what, when=day, term=term) + f"青州市人民政府\n{day}\n"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kept, expired by its own words, repealed by a list in the set, undated, empty; and a file in a folder below."""
    place = tmp_path_factory.mktemp("cleanup") / "文件"
    (place / "下级").mkdir(parents=True)
    texts = {
        "a停车.txt": paper("停车管理", "青政发〔2025〕3号", "2025年3月1日"),
        "b夜市.txt": paper("夜市管理", "青政发〔2020〕4号", "2020年3月1日", "，有效期三年"),
        "c养犬.txt": paper("养犬管理", "青政发〔2024〕9号", "2024年6月1日"),
        "d清单.txt": (
            "青州市人民政府关于公布规范性文件清理结果的通知\n青政发〔2026〕1号\n经清理，公布如下。\n附件1\n"
            "废止的规范性文件目录\n1. 青州市人民政府关于印发《青州市养犬管理办法》的通知（青政发〔2024〕9号）\n"
            "青州市人民政府\n2026年1月5日\n"
        ),
        "下级/e公园.txt": "青州市公园管理办法\n第一条 公园应当免费开放。\n第二条 禁止攀折花木。\n",
    }
    for name, text in texts.items():
        (place / name).write_text(text, encoding="utf-8")
    (place / "f空.docx").write_bytes(b"")
    return place


@pytest.fixture(scope="session")
def made() -> Callable[[Path], dict[str, bytes]]:
    """Reads every result of a run by name; the journal is not one."""

    def read(out: Path) -> dict[str, bytes]:
        return {
            path.relative_to(out).as_posix(): path.read_bytes()
            for path in sorted(out.rglob("*"))
            if path.is_file() and "journal" not in path.name
        }

    return read


@pytest.fixture(scope="session")
def result(folder: Path, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clean-up of the folder on one worker, done once."""
    out = tmp_path_factory.mktemp("cleanup") / "结果"
    wanted = cleanup_run.request([str(folder)], out, date(2026, 11, 23))
    cleanup_run.run(wanted, Settings(home), 1, False, lambda _done, _total: None)
    return out


@pytest.fixture
def done(result: Path, tmp_path: Path) -> Path:
    """A copy of that result to work on."""
    return Path(shutil.copytree(result, tmp_path / "结果"))
