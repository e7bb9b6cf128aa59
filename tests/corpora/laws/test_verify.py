"""Faults the store can have, and an article found again in another version."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from beishen.corpora.laws.renumber import renumbered
from beishen.corpora.laws.sources import import_source
from beishen.corpora.laws.store import LawStore
from beishen.corpora.laws.verify import verify


def text_of(name: str, version: str, *articles: tuple[str, str]) -> dict[str, Any]:
    rows = [{"number": number, "text": text} for number, text in articles]
    return {"name": name, "version": version, "rank": "法律", "articles": rows}


def test_gap_doubled_undated(tmp_path: Path) -> None:
    rows = (
        text_of("甲法", "2001-01-01", ("第一条", "一。"), ("第三条", "三。")),
        text_of("乙法", "", ("第一条", "一。")),
        text_of("丙法", "2002-01-01", ("第一条", "一。"), ("第一条", "又一。")),
    )
    source = tmp_path / "a.jsonl"
    source.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    import_source(tmp_path / "laws.db", "jsonl", source)
    with LawStore.open(tmp_path / "laws.db") as store:
        found = {(issue.kind, issue.law) for issue in verify(store).issues if issue.kind != "assumed"}
    assert found == {("gap", "甲法"), ("undated", "乙法"), ("doubled", "丙法")}


def test_clean_texts_have_no_faults(small: LawStore) -> None:
    verification = verify(small)
    assert [issue for issue in verification.issues if issue.kind in ("gap", "doubled", "overlap", "dates")] == []
    assert verification.status.laws == 6


def test_coverage_counts_what_texts_name(small: LawStore) -> None:
    coverage = {str(row.rank): row for row in verify(small).coverage}
    assert coverage["法律"].named == coverage["法律"].held == 2
    assert coverage["行政法规"].held == 1


def test_renumbered_follows_the_wording(small: LawStore) -> None:
    old = small.article("花园法", 2, date(2005, 1, 1))
    assert old is not None
    now = renumbered(old, small.articles_of(small.versions("花园法")[-1]))
    assert now is not None
    assert now.number == "第三条"


def test_matter_that_is_gone_is_not_found(small: LawStore) -> None:
    kite = small.article("风筝法", 1, date(2020, 1, 1))
    assert kite is not None
    assert renumbered(kite, small.articles_of(small.versions("花园法")[-1])) is None
