"""Sentences of a clause: they tile its text, and items keep the lead-in they hang on."""

from itertools import pairwise

import pytest
from beishen.corpora.text import Span
from beishen.review.view import Sentence, sentences
from hypothesis import given
from hypothesis import strategies as st


def test_items_hang_on_their_lead_in() -> None:
    text = "第六条 有下列情形之一的，不予登记：\n（一）没有住所；\n（二）没有章程。\n登记机关应当说明理由。"
    found = sentences(text, 100)
    assert [s.lead.strip()[-5:] for s in found] == ["", "不予登记：", "不予登记：", ""]
    assert [s.text.strip() for s in found] == text.split("\n")
    assert all(s.span == Span(100 + text.index(s.text), 100 + text.index(s.text) + len(s.text)) for s in found)


def test_before_reaches_back_to_the_last_full_stop() -> None:
    found = sentences("未领证的，责令改正；情节严重的，处罚款；构成犯罪的，移送司法机关。另行公布名单。", 0)
    assert [len(s.before) for s in found] == [0, 10, 20, 0]
    assert found[2].before == found[0].text + found[1].text


def test_words_after_a_colon_in_one_sentence_are_no_item() -> None:
    lead, second = sentences("申请时提交：身份证、户口簿。窗口当日办结。", 0)
    assert lead.lead == ""
    assert second.lead == ""


@given(st.text(alphabet="条款处罚。；：\n（一）1. ，”", max_size=60), st.integers(0, 9))
def test_sentences_are_places_in_the_text(text: str, start: int) -> None:
    found = sentences(text, start)
    whole = "\0" * start + text
    for sentence in found:
        assert sentence.span.of(whole) == sentence.text
        assert sentence.place.of(whole) == sentence.text.strip()
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))
    assert "".join("".join(s.text for s in found).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "word", "segment"),
    [
        ("经营户不缴费的，处以罚款。", "罚款", "处以"),
        ("对下列人员：罚款。", "罚款", ""),
        ("不得罚款", "罚款", "不得"),
    ],
)
def test_segment_before(text: str, word: str, segment: str) -> None:
    assert Sentence(text, Span(0, len(text))).segment_before(text.index(word)) == segment
