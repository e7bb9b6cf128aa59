"""The survey finds unsound citations, never prints titles, and finds none in the reviews of real documents."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from beishen.corpora.laws.default import open_default
from beishen.corpora.laws.store import LawStore
from beishen.corpora.text import Problem
from beishen.eval.documents import Line, Survey, of_kinds, short, survey, table, unsound
from beishen.review.finding import Citation, Provenance, Status, failed

DAY = date(2026, 11, 23)
EVERY = 12
MADE = Provenance("", "", "", (), "", DAY)


@pytest.fixture(scope="module")
def store(home: Path) -> Iterator[LawStore]:
    with open_default(home) as opened:
        yield opened


@pytest.fixture
def sound(store: LawStore) -> Citation:
    article = store.article("行政许可法", "第十七条", DAY)
    assert article is not None
    return Citation(
        article.law, article.number, article.text, article.text[:10], article.version, True, article.rank, "conflict"
    )


def test_sound_citation_has_no_fault(store: LawStore, sound: Citation) -> None:
    assert list(unsound(sound, store, DAY)) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"version": "1999-01-01"}, "no version"),
        ({"article": "第十八条"}, "not the stored article"),
        ({"in_force": False}, "by its dates it is True"),
    ],
)
def test_each_fault_is_found(store: LawStore, sound: Citation, change: dict[str, object], fault: str) -> None:
    assert any(fault in found for found in unsound(replace(sound, **change), store, DAY))


def test_table_names_files_by_number_and_counts_problems() -> None:
    report = failed("/x/041_wx_某市关于某事的通知.orig.html", Problem("file.damaged", "…"), MADE)
    text = table(Survey((Line(report, 0.5),), (), 0, 0), "command")
    assert short(report.file) == "041_wx.orig.html"
    assert "某市" not in text
    assert "| status failed | 1 |" in text
    assert "| problem file.damaged | 1 |" in text
    assert "none" in text


@pytest.mark.encoder
@pytest.mark.shared
def test_every_citation_printed_for_real_documents_is_sound(
    shared: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fixed sample of the texts; `make eval` reviews every text and every original."""
    monkeypatch.setenv("BEISHEN_HOME", str(home))
    monkeypatch.setenv("BEISHEN_THREADS", "1")
    found = survey(sorted((shared / "documents").glob("*.txt"))[::EVERY])
    assert len(found.lines) > 10
    assert found.checked > 0
    assert found.faults == ()
    unforeseen = [p.message for line in found.lines for p in line.report.problems if p.code == "error.unknown"]
    assert unforeseen == []
    assert not [short(line.report.file) for line in found.lines if line.report.status is Status.FAILED]


def test_files_of_a_kind_are_those_of_the_list(tmp_path: Path) -> None:
    rows = ('{"file": "a.txt", "kind": "规章"}', '{"file": "b.txt", "kind": "新闻"}')
    (tmp_path / "index.jsonl").write_text("\n".join(rows), encoding="utf-8")
    assert of_kinds(tmp_path, frozenset(("规章", "通知"))) == {"a.txt"}
