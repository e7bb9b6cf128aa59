"""Norms held as data: every row of the tables tells its own pair apart; numbers, lists and levels at their edges."""

from datetime import date

import pytest
from beishen.corpora.quantities import quantities
from beishen.corpora.text import Span
from beishen.review import norms
from beishen.review.articles import GENERAL, rows
from beishen.review.compare import comparable, scaled
from beishen.review.engine import Engine
from beishen.review.norms import fixed, matters, numbers
from beishen.review.standard import load
from beishen.review.view import Sentence

DAY = date(2026, 11, 23)
RULE = load().rule("norm.number")


def written(kind: str) -> list[dict[str, str]]:
    return [row for _, row in (*rows(kind, (GENERAL[kind],)), *rows(kind))]


ROWS = written("number")


def sentence(text: str) -> Sentence:
    return Sentence(text, Span(0, len(text)))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["bad"])
def test_every_row_tells_its_pair_apart(row: dict[str, str]) -> None:
    broken = {ground for breach in numbers(RULE, sentence(row["bad"])) for ground in breach.grounds}
    assert row["ground"] in {ground.law + ground.article for ground in broken}
    assert not list(numbers(RULE, sentence(row["good"])))


def test_the_tables_are_read_once() -> None:
    assert fixed() is fixed()
    assert matters() is matters()


@pytest.mark.parametrize(
    ("clause", "broken"),
    [
        ("申领失业保险金的，累计缴费满一年不足五年的，最长不超过十二个月。", False),
        ("工作时间不超过四小时的非全日制用工，每日可以另行约定。", False),
        ("非全日制用工平均每日工作时间为五小时至七小时。", True),
    ],
)
def test_a_number_within_its_bounds_is_quiet(clause: str, broken: bool) -> None:
    assert bool(list(norms.numbers(RULE, sentence(clause)))) is broken


LEVELS = written("matter")


@pytest.mark.encoder
@pytest.mark.parametrize("row", LEVELS, ids=lambda row: row["name"])
def test_every_matter_tells_its_pair_apart(row: dict[str, str], look) -> None:  # type: ignore[no-untyped-def]
    def broken(text: str) -> set[str]:
        view = look(text, "怀川县管理办法", "怀川县人民政府")
        found = (breach for part in view.sentences for breach in norms.beneath(view, part))
        return {ground.law + ground.article for breach in found for ground in breach.grounds}

    assert row["ground"] in broken(row["bad"])
    assert not broken(row["good"])


def test_a_run_of_digits_without_end_hides_no_number() -> None:
    """A hash or a barcode in a sentence is passed over, and the number beside it is still compared."""
    bad = ROWS[0]["bad"]
    ground = {ground for breach in numbers(RULE, sentence(bad)) for ground in breach.grounds}
    beside = sentence("编号" + "7" * 9000 + "，" + bad)
    assert {ground for breach in numbers(RULE, beside) for ground in breach.grounds} == ground
    assert ground


@pytest.mark.encoder
def test_every_number_stands_in_the_article_it_rests_on(engine: Engine) -> None:
    """Every bound whose article the default store holds is written there (or said in words: 每年, 过半数)."""
    words = {"1年": "每年", "51%": "半数", "66%": "三分之二", "67%": "三分之二", "4天": "每周至少休息一日"}
    words |= {"100%": "不低于当地公务员"}
    checked = 0
    for row in fixed():
        article = engine.store.article(row.ground.law, row.ground.article, DAY)
        for bound in (row.limit.most, row.limit.least):
            if article is None or bound is None:
                continue
            stated = any(scaled(bound, q)[i] == scaled(bound, q)[2 + i] for q in quantities(article.text)
                         for i in (0, 1) if comparable(bound, q))  # fmt: skip
            assert stated or words.get(bound.words, "\0") in article.text, (row.ground, bound.words)
            checked += 1
    assert checked > 150
