"""Numerals: round trip and the forms legal text uses."""

import pytest
from beishen.corpora.numerals import chinese_to_int, int_to_chinese
from hypothesis import given
from hypothesis import strategies as st


@given(st.integers(min_value=0, max_value=10**8 - 1))
def test_a_number_survives_the_round_trip(value: int) -> None:
    assert chinese_to_int(int_to_chinese(value)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("一百零五", 105),
        ("二〇一九", 2019),
        ("两", 2),
        ("廿五", 25),
        ("3万", 30000),
        ("一千二百四十二", 1242),
    ],
)
def test_written_forms(text: str, value: int) -> None:
    assert chinese_to_int(text) == value


@pytest.mark.parametrize("text", ["", "条", "十条"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="numeral"):
        chinese_to_int(text)


@pytest.mark.parametrize(("value", "text"), [(10, "十"), (12, "十二"), (110, "一百一十"), (10001, "一万零一")])
def test_numbers_as_statutes_print_them(value: int, text: str) -> None:
    assert int_to_chinese(value) == text
