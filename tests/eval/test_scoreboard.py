"""The board: what is worse than expected ends badly, an interrupted run goes on, baselines say what they are."""

import json
from pathlib import Path

import pytest
from beishen.eval.baselines import Said, _separating, trigger_words
from beishen.eval.cases import Case
from beishen.eval.corpora_all import Measured
from beishen.eval.score_review import rate
from beishen.eval.scoreboard import ROOMS, expected, keep, page, stored, worse

WANTED = {
    "a.more": {"id": "a.more", "room": "review", "value": 0.8, "tolerance": 0.05, "better": "more", "asked": "≥ 0.85"},
    "a.less": {"id": "a.less", "room": "review", "value": 0.1, "tolerance": 0.05, "better": "less", "asked": "≤ 0.15"},
}


def board(**values: float | None) -> dict[str, object]:
    rows = [{"id": name.replace("_", "."), "value": value, "over": "1/2"} for name, value in values.items()]
    return {"review": {"day": "2026-11-23", "seconds": 1.0, "measures": rows}}


def case(text: str, *laws: tuple[str, str]) -> Case:
    return Case("c-1", text, "云溪县人民政府", "县级政府", "办法", "市容", True, ("fee",), laws)


@pytest.mark.parametrize(
    ("values", "short"),
    [
        ({"a_more": 0.76, "a_less": 0.14}, []),
        ({"a_more": 0.74, "a_less": 0.14}, ["a.more"]),
        ({"a_more": 0.9, "a_less": 0.16}, ["a.less"]),
        ({"a_more": None, "a_less": 0.1}, ["a.more"]),
        ({"a_more": 0.8}, ["a.less"]),
    ],
)
def test_worse_than_expected_and_unmeasured_are_named(values: dict[str, float | None], short: list[str]) -> None:
    assert worse(board(**values), WANTED, ["review"]) == short
    assert worse(board(**values), WANTED, ["index"]) == []


def test_page_shows_denominators_what_is_asked_and_what_is_worse() -> None:
    text = page(board(a_more=0.5, b_other=None), WANTED)
    assert "| a.more | 0.5 | 0.8 ± 0.05 | ≥ 0.85 | 1/2 | **worse** |" in text
    assert "| b.other | – |" in text


def test_a_run_keeps_the_other_rooms(tmp_path: Path) -> None:
    keep(tmp_path, "review", [Measured("x", 0.5, "1/2")], 1.0)
    keep(tmp_path, "speed", [Measured("y", 2.0, "runs")], 1.0)
    keep(tmp_path, "review", [Measured("x", 0.75, "3/4")], 1.0)
    assert stored(tmp_path)["review"]["measures"] == [{"id": "x", "value": 0.75, "over": "3/4"}]
    assert "| y | 2 |" in (tmp_path / "scoreboard.md").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "scoreboard.json").read_text(encoding="utf-8")).keys() == {"review", "speed"}


def test_expected_rows_are_whole() -> None:
    for ident, row in expected().items():
        assert row["better"] in ("more", "less"), ident
        assert row["tolerance"] >= 0 and "value" in row and row["command"].startswith("python -m beishen.eval."), ident
        assert row.get("room", "corpora") in ROOMS, ident


def test_nothing_counted_is_no_number() -> None:
    assert rate("x", 0, 0).value is None
    assert rate("x", 1, 4).value == 0.25


def test_trigger_words_flag_words_only() -> None:
    assert trigger_words(case("逾期处五百元罚款。")).flagged
    assert not trigger_words(case("各村做好宣传引导。")).flagged


def test_threshold_separates_best() -> None:
    assert _separating([(0.9, True), (0.8, True), (0.7, False), (0.6, False)]) == 0.8
    assert _separating([(0.9, True), (0.7, False), (0.65, True), (0.2, False)]) in (0.9, 0.65)


def test_citations_count_by_law_and_by_article() -> None:
    said = Said(case("甲", ("中华人民共和国某法", "第三条")), False, (("某法", "第一条"), ("某法", "第三条")))
    assert said.governing(False, 1)
    assert not said.governing(True, 1)
    assert said.governing(True, 2)
