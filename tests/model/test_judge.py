"""The judge: strings, facts, the file of weights, and a fit on clauses made up here."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from beishen.corpora.errors import ModelInvalid
from beishen.model import judge_file
from beishen.model.judge import NAMES, WEIGHTS, Judge, Matter, compared, shares, strings
from beishen.model.training.judge import Example, Plan, fitted, read

ARTICLE = "行政机关应当自受理申请之日起二十日内作出决定。"


def matters(days: tuple[str, ...]) -> list[Matter]:
    return [
        Matter(f"{name}应当自收到申请之日起{day}日内答复。", (), (ARTICLE,))
        for name in "甲乙丙丁戊己庚辛"
        for day in days
    ]


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    """Short terms are lawful, long ones faulty; eight fields with eight clauses each."""
    lawful, faulty = ("五", "七", "十", "十五"), ("四十", "五十", "六十", "九十")
    made = [Example(m, False, "", m.clause[0]) for m in matters(lawful)]
    return made + [Example(m, True, "deadline", m.clause[0]) for m in matters(faulty)]


def test_strings_count_every_piece_once() -> None:
    found = strings("甲乙甲")
    assert len(found.places) == len(set(found.places)) == 5  # 甲, 乙, 甲乙, 乙甲, 甲乙甲
    assert sorted(found.counts.round(3)) == [1.0, 1.0, 1.0, 1.0, pytest.approx(1 + np.log(2), abs=1e-3)]
    assert np.linalg.norm(shares(found, np.ones(1 << 17, np.float32))) == pytest.approx(1)


def test_facts_come_from_the_article_that_holds_most_of_the_clause() -> None:
    clause = "行政机关应当自受理申请之日起二十日内作出决定。"
    other = "从事养殖的单位应当建立养殖档案。"
    assert (compared(Matter(clause, (), (other, ARTICLE))) == compared(Matter(clause, (ARTICLE,)))).all()
    assert (compared(Matter(clause, (), (other,))) != compared(Matter(clause, (ARTICLE,)))).any()


def test_a_fit_tells_unseen_clauses_of_the_same_making(examples: list[Example]) -> None:
    plan = Plan(least=4, trees=20)
    judge, scores = fitted(read(examples, plan), plan)
    truth = np.array([example.faulty for example in examples])
    assert np.median(scores[truth]) > np.median(scores[~truth])
    short, long = (
        judge.verdict(Matter(f"壬应当自收到申请之日起{day}日内答复。", (), (ARTICLE,))) for day in ("五", "六十")
    )
    assert long.score > short.score and long.probability > short.probability
    assert long.kind == "deadline"
    again, _ = fitted(read(examples, plan), plan)
    assert again.verdict(examples[0].matter) == judge.verdict(examples[0].matter)


def test_what_is_left_out_changes_nothing(examples: list[Example]) -> None:
    plan = Plan(least=4, trees=20, left_out=NAMES[1:])
    judge, _ = fitted(read(examples, plan), plan)
    told = np.append(0.5, compared(examples[0].matter)).astype(np.float32)
    assert judge.score(told) == pytest.approx(judge.score(np.append(0.5, 7 * told[1:] + 3).astype(np.float32)))


def test_weights_survive_the_file(examples: list[Example], tmp_path: Path) -> None:
    plan = Plan(least=4, trees=20)
    judge, _ = fitted(read(examples, plan), plan)
    path = tmp_path / "judge.npz"
    judge_file.write(path, judge.weights, judge.facts)
    back = Judge.open(path)
    assert back.facts == judge.facts
    assert back.verdict(examples[0].matter).score == pytest.approx(judge.verdict(examples[0].matter).score, abs=0.02)


def test_missing_damaged_and_foreign_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelInvalid, match="缺少"):
        Judge.open(tmp_path / "none.npz")
    broken = tmp_path / "broken.npz"
    broken.write_bytes(WEIGHTS.read_bytes()[:5000])
    with pytest.raises(ModelInvalid, match="无法读取"):
        Judge.open(broken)
    shipped = Judge.open()
    judge_file.write(tmp_path / "other.npz", shipped.weights, replace(shipped.facts, names=("words",)))
    with pytest.raises(ModelInvalid, match="不符"):
        Judge.open(tmp_path / "other.npz")
