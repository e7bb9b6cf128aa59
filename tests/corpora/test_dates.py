"""Dates in running text; masked and impossible ones stay absent."""

from datetime import date

import pytest
from beishen.corpora.dates import days, only_day
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2019年5月1日", date(2019, 5, 1)),
        ("2019 年 05 月 01 日", date(2019, 5, 1)),
        ("二〇一九年五月一日", date(2019, 5, 1)),
        ("二○○五年十一月二十一日", date(2005, 11, 21)),
        ("二ОО二年五月二十九日", date(2002, 5, 29)),
        ("二00二年八月三十日", date(2002, 8, 30)),
        ("一九九八年元月十日", date(1998, 1, 10)),
        ("2024.11.02", date(2024, 11, 2)),
        ("2024-11-2", date(2024, 11, 2)),
        ("2024/11/02", date(2024, 11, 2)),
    ],
)
def test_spellings(text: str, day: date) -> None:
    found = days(text)
    assert [item.value for item in found] == [day]
    assert text[found[0].start : found[0].end] == text


@pytest.mark.parametrize(
    "text", ["20*年5月1日", "2019年2月30日", "2019年13月1日", "2019年5月", "1.2.3", "2019-05-01-07"]
)
def test_masked_and_impossible_dates_are_absent(text: str) -> None:
    assert days(text) == ()


def test_a_line_that_is_only_a_date() -> None:
    assert only_day("（2019年5月1日）") is not None
    assert only_day("自2019年5月1日起施行") is None


@given(st.dates(date(1949, 10, 1), date(2099, 12, 31)))
def test_every_date_is_read_back(day: date) -> None:
    assert [d.value for d in days(f"于{day.year}年{day.month}月{day.day}日")] == [day]
    assert [d.value for d in days(day.isoformat())] == [day]
