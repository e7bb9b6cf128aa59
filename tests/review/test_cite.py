"""Citations come from the store: verbatim, with the words that matter, or named only."""

from datetime import date

import pytest
from beishen.review.cite import NOT_STORED, of_article, of_ground
from beishen.review.engine import Engine
from beishen.review.standard import Ground

DAY = date(2026, 11, 23)


def test_article_with_the_words_that_matter(engine: Engine) -> None:
    article = engine.store.article("行政许可法", "第四十二条", DAY)
    assert article is not None
    words = article.text[5:25]
    found = of_article(article, "conflict", DAY, words)
    assert (found.text, found.quote, found.in_force, found.stored) == (article.text, words, True, True)
    assert (found.law, found.article, found.version) == (article.law, "第四十二条", article.version)


@pytest.mark.parametrize("quote", ["", "这句话不在条文里"])
def test_other_words_fall_back_on_the_first_paragraph(engine: Engine, quote: str) -> None:
    article = engine.store.article("行政许可法", "第四十二条", DAY)
    assert article is not None
    assert "\n" in article.text
    assert of_article(article, "basis", DAY, quote).quote == article.text.split("\n")[0]


def test_force_is_computed_for_the_day_asked(engine: Engine) -> None:
    article = engine.store.article("民法典", "第五百零九条", DAY)
    assert article is not None
    assert of_article(article, "standard", DAY).in_force
    assert not of_article(article, "standard", date(2020, 12, 31)).in_force
    assert of_article(article, "standard", date(2021, 1, 1)).in_force


def test_ground_of_the_store(engine: Engine) -> None:
    found = of_ground(engine.store, Ground(law="中华人民共和国行政处罚法", article="第十六条", role="standard"), DAY)
    assert found.stored
    assert found.in_force
    assert found.role == "standard"


def test_ground_the_store_lacks_is_named_and_not_in_force(engine: Engine) -> None:
    found = of_ground(engine.store, Ground(law="某市港口巡航条例", article="第三条"), DAY)
    assert (found.law, found.article, found.text, found.quote) == ("某市港口巡航条例", "第三条", "", "")
    assert (found.stored, found.in_force, found.rank) == (False, False, NOT_STORED)


def test_every_ground_of_level_conflict_is_in_force_or_named_as_missing(engine: Engine) -> None:
    """A ground of the store must resolve today: a repealed one would turn its rule mute."""
    for rule in engine.standard.rules:
        for ground in rule.data.grounds:
            found = of_ground(engine.store, ground, DAY)
            assert found.in_force or engine.store.law(ground.law) is None, (rule.file, ground)
