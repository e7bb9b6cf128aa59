"""Masking of citations, features kept in a file, and the measures of a list."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from beishen.corpora.citation import mentions
from beishen.corpora.laws.loading import load
from beishen.corpora.laws.record import LawText, Provision, TextKind
from beishen.corpora.laws.store import LawStore
from beishen.corpora.text import Rank
from beishen.eval import index_precedents
from beishen.eval.index_mined import MASK, _masked
from beishen.eval.index_ranker import Judged, measure, read, save
from beishen.eval.index_versions import changed


@pytest.mark.parametrize(
    "text",
    [
        "违反本办法的，依照《中华人民共和国花灯法》第三条的规定处罚。",
        "依照《花灯法》第三条、第五条和《渔船法》第二条办理。",
        "根据《花灯管理条例》，制定本办法。",
    ],
)
def test_no_name_or_number_of_a_law_is_left(text: str) -> None:
    masked = _masked(text, list(mentions(text)))
    assert MASK in masked
    assert "花灯法" not in masked
    assert "花灯管理条例" not in masked
    assert "第三条" not in masked


def judged(id_: str, right: list[int], fused: list[float], gold: int) -> Judged:
    features = np.arange(len(right) * 3, dtype=np.float32).reshape(-1, 3)
    return Judged(id_, "own", "g", "law", gold, 0.5, features, np.array(right, np.bool_), np.array(fused))


def test_features_come_back_as_they_were_kept(tmp_path: Path) -> None:
    made = [judged("a", [0, 1], [1.0, 2.0], 1), judged("b", [1, 0, 1], [3.0, 2.0, 1.0], 2)]
    save(tmp_path / "features.npz", made)
    for one, other in zip(made, read(tmp_path / "features.npz"), strict=True):
        assert (one.id, one.held, one.gold, one.weight) == (other.id, other.held, other.gold, other.weight)
        np.testing.assert_array_equal(one.features, other.features)
        np.testing.assert_array_equal(one.right, other.right)


def test_recall_counts_articles_that_no_candidate_is() -> None:
    line = measure([judged("a", [0, 1], [1.0, 2.0], 2), judged("b", [0, 1], [2.0, 1.0], 1)], lambda one: one.fused)
    assert "R@1 0.250" in line
    assert "R@5 0.750" in line
    assert "MRR@10 0.750" in line
    assert "candidates hold 0.750" in line


def test_every_row_with_a_ground_and_every_fired_case_gives_known_clauses(tmp_path: Path) -> None:
    table = tmp_path / "a.toml"
    row = '[[stated]]\nabout = ["花灯税"]\nbreach = ["按[月季]"]\nsays = "花灯税按年缴纳。"\ntypes = ["fee"]\n'
    row += 'ground = "花灯法第三条之一"\ngrounds = ["渔船法第九条"]\n'
    table.write_text(row + 'bad = ["花灯税按月缴纳。", "按季也可。"]\ngood = ["花灯税按年缴纳。"]\n', "utf-8")
    standard = tmp_path / "standard"
    standard.mkdir()
    grounds = '[{ law = "花灯法", article = "第二条" }, "渔船法第九条"]'
    rule = '[[rule]]\nid = "fire.x"\nname = "点灯"\ncheck = "principle"\nlevel = "doubt"\ntypes = ["duty"]\n'
    rule += f'grounds = {grounds}\nmessage = "不得禁止点灯。"\nadvice = "删去。"\n'
    (standard / "fire.toml").write_text(rule, "utf-8")
    head = 'rule = "fire.x"\ntitle = "花灯管理办法"\nissuer = "花灯县人民政府"\n'
    cases = f'[[case]]\n{head}fires = true\ntext = "第五条 禁止点灯。"\n'
    cases += f'[[case]]\n{head}fires = false\ntext = "可以点灯。"\n'
    cases += f'[[group]]\n{head}fires = ["点灯罚款。"]\nquiet = ["点灯。"]\n'
    (standard / "fire.cases.toml").write_text(cases, "utf-8")
    rows = list(index_precedents.tables((table,)))
    assert [one.text for one in rows] == ["花灯税按月缴纳。", "按季也可。"]
    assert {one.governing for one in rows} == {(("花灯法", "第三条之一"), ("渔船法", "第九条"))}
    fired = list(index_precedents.rules(standard))
    assert [one.text for one in fired] == ["禁止点灯。", "点灯罚款。"]
    assert {one.governing for one in fired} == {(("花灯法", "第二条"), ("渔船法", "第九条"))}


def test_the_blind_set_is_not_among_the_known_clauses() -> None:
    assert not any(one.id.startswith("e-") for one in index_precedents.own())
    assert {one.id.split("-")[0] for one in index_precedents.own()} == {"a", "b", "c", "d1", "d2"}


def test_a_changed_article_is_asked_for_with_the_one_in_its_place(tmp_path: Path) -> None:
    texts = (
        ("2010-01-01", "花灯展览应当提前十日向县级人民政府备案。"),
        ("2020-01-01", "花灯展览应当提前五日报告县级人民政府。"),
    )
    found = [
        LawText(
            "花灯法",
            day,
            Rank.LAW,
            TextKind.BODY,
            (Provision("第一条", "", text),),
            "test",
            stated=date.fromisoformat(day),
        )
        for day, text in texts
    ]
    load(tmp_path / "laws.db", "jsonl", found, "tests", date(2026, 1, 1))
    with LawStore.open(tmp_path / "laws.db") as laws:
        [asked] = changed(laws, 5)
        current = laws.article("花灯法", "第一条", date(2026, 1, 1))
    assert asked.query.text == texts[0][1]
    assert asked.gold == {current.key}
