"""Words that patterns need: read off the pattern, never losing a match; over all own clauses as without the sieve."""

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from beishen.review.articles import sieve, stated
from beishen.review.checks.triggered import sieves
from beishen.review.norms import fixed, matter_sieve, matters, number_sieve
from beishen.review.sieve import Sieve, needed, ways
from beishen.review.standard import Rule, load
from beishen.review.view import Sentence, sentences
from hypothesis import given
from hypothesis import strategies as st

CLAUSES = Path(__file__).parents[2] / "model" / "training" / "clauses"
OPEN_SETS = ("a", "b", "c", "d1", "d2")
# With 1 every row is held beside every sentence: a minute and a half.
TURN = 10
Matches = Callable[[Sentence], bool]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("图书馆|书店", {"图书馆", "书店"}),
        ("图书馆?", {"图书"}),
        ("(?:低|特)保", {"低保", "特保"}),
        ("[收缴]取.{0,9}费", {"收取", "缴取"}),
        ("押金(?!退还)|押(?:物|品)", {"押金", "押物", "押品"}),
        ("不得|.*", set()),
        ("(?:罚款)*", set()),
        ("(?:罚款){1,3}元?", {"罚款"}),
        ("(?i)GB", set()),
        ("[^。]+", set()),
        (r"费\d{1,3}元", {"费"}),
        ("[一-九]年|半年", {"年"}),
        ("(?<=超过)三年", {"三年"}),
        ("(?P<n>十日)(?:以?内)$", {"十日内", "十日以内"}),
    ],
)
def test_words_a_pattern_needs(pattern: str, words: set[str]) -> None:
    assert needed(re.compile(pattern)) == words


def test_ways_a_pattern_may_match() -> None:
    found = ways(re.compile("企业.{0,9}缴纳(?:基金|费用)?|罚款"))
    assert [set(way) for way in found] == [{frozenset(("企业",)), frozenset(("缴纳",))}, {frozenset(("罚款",))}]
    assert ways(re.compile("[^。]|罚款")) == ((), (frozenset(("罚款",)),))


SHAPES = (
    r"(?:收取|缴纳)(?:(?!不得)[^，。；]){0,3}?押(?:金|物)?",
    r"(?:[甲乙]丙?|丁{2,3}|(?P<n>\d+)戊)己",
    r"(?:甲|(?:乙丙)+|丁戊(?=己)己)?庚|辛{0,2}壬癸",
    r"(?<!未)经[^。]{1,3}(?:批准|同意|核?准)",
    r"(?:甲乙|乙甲){2}|丙(?:丁|戊(?:己|庚)){1,2}",
)


@given(st.data())
def test_a_text_that_matches_holds_a_word(data: st.DataObject) -> None:
    pattern = re.compile(data.draw(st.sampled_from(SHAPES)))
    text = data.draw(st.from_regex(pattern))
    assert pattern.search(text)
    assert any(word in text for word in needed(pattern))
    assert any(all(any(word in text for word in words) for words in way) for way in ways(pattern))


LETTERS = st.text("甲乙丙丁", max_size=8)


@given(st.lists(st.lists(st.frozensets(st.text("甲乙丙丁", min_size=1, max_size=3)), max_size=4), max_size=9), LETTERS)
def test_the_sieve_holds_back_no_item_whose_words_stand(items: list[list[frozenset[str]]], text: str) -> None:
    found = Sieve((at, [sets]) for at, sets in enumerate(items)).possible(text)
    standing = [
        at for at, sets in enumerate(items) if all(any(word in text for word in words) for words in sets if words)
    ]
    assert list(found) == sorted(found)
    assert set(standing) <= set(found)


def test_the_sieve_holds_back_what_has_no_word_in_the_text() -> None:
    one, two = frozenset(("押金",)), frozenset(("罚款", "警告"))
    sieve = Sieve(((1, [[one]]), (2, [[two]]), (3, [[]]), (4, []), (5, [[one, two], [two, one]])))
    assert sieve.possible("处以警告") == (2, 3)
    assert sieve.possible("金押") == (3,)
    assert sieve.possible("收取押金，处以警告") == (1, 2, 3, 5)


@pytest.fixture(scope="module")
def own() -> tuple[Sentence, ...]:
    """Every sentence of our own clauses, once."""
    lines = (line for name in OPEN_SETS for line in (CLAUSES / f"{name}.jsonl").read_text("utf-8").splitlines())
    every = {part.around: part for line in lines for part in sentences(json.loads(line)["text"], 0)}
    return tuple(every.values())


def rows(kind: str) -> tuple[Sieve[Any], list[tuple[Any, Matches]]]:
    """A sieve, and for each of its items whether its patterns match a sentence, as the checks ask it."""
    if kind == "number":
        return number_sieve(), [(row, partial(every, (*row.about, row.near))) for row in fixed()]
    if kind == "matter":
        return matter_sieve(), [(row, partial(every, (row.pattern,))) for row in matters()]
    if kind == "stated":
        return sieve(stated()), [(row, partial(every, row.about)) for row in stated()]
    rules = tuple(rule for rule in load().rules if rule.any and rule.data.when.unit == "sentence")
    return sieves(rules)["sentence"], [(at, partial(fires, rule)) for at, rule in enumerate(rules)]


def every(patterns: tuple[re.Pattern[str], ...], part: Sentence) -> bool:
    return all(pattern.search(part.around) for pattern in patterns)


def fires(rule: Rule, part: Sentence) -> bool:
    whole = (*rule.all, *((rule.lead,) if rule.lead else ()))
    return any(pattern.search(part.text) for pattern in rule.any) and every(whole, part)


@pytest.mark.parametrize("kind", ["number", "matter", "stated", "rule"])
def test_over_all_own_clauses_no_row_is_passed_over(kind: str, own: tuple[Sentence, ...]) -> None:
    """Every sentence beside a tenth of the rows, every row beside a tenth of the sentences."""
    chosen, matches = rows(kind)
    told = 0
    for at, part in enumerate(own):
        held = set(chosen.possible(part.around))
        speaking = {row for row, match in matches[at % TURN :: TURN] if match(part)}
        assert speaking <= held
        told += len(speaking)
    assert told > 10
