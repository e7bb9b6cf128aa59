"""Quantities: value, dimension and bound as legal text writes them."""

from itertools import pairwise

import pytest
from beishen.corpora.numerals import int_to_chinese
from beishen.corpora.quantities import quantities
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "dimension", "low", "high", "bound"),
    [
        ("公告时间不少于三十日", "day", 30, 30, "min"),
        ("自受理之日起二十个工作日内作出决定", "workday", 20, 20, "max"),
        ("处一万元以上五万元以下的罚款", "yuan", 1e4, 5e4, "range"),
        ("税率为百分之三至百分之五", "percent", 3, 5, "range"),
        ("连续居住满五年", "year", 5, 5, "min"),
        ("不满十四周岁的未成年人", "age", 14, 14, "max"),
        ("最长不得超过三十日", "day", 30, 30, "max"),
        ("居住半年以上", "month", 6, 6, "min"),
        ("三分之二以上", "percent", 200 / 3, 200 / 3, "min"),
        ("到会人员的过半数同意", "percent", 50, 50, "min"),
        ("罚款12,000元", "yuan", 12000, 12000, "exact"),
        ("不低于2.5万元", "yuan", 25000, 25000, "min"),
        ("按0.5‰加收", "percent", 0.05, 0.05, "exact"),
    ],
)
def test_one_quantity(text: str, dimension: str, low: float, high: float, bound: str) -> None:
    (found,) = quantities(text)
    assert (found.dimension, found.bound) == (dimension, bound)
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert found.span.of(text) == found.words


@pytest.mark.parametrize(
    "text", ["2024年5月1日起施行", "二〇一九年五月一日", "第十七条第二款", "每年", "9月份", "一次性告知"]
)
def test_dates_and_ordinals_are_no_quantities(text: str) -> None:
    assert quantities(text) == ()


@given(st.integers(min_value=1, max_value=9999), st.sampled_from(["日", "个工作日", "元", "人", "周岁"]))
def test_chinese_and_arabic_numerals_read_alike(value: int, unit: str) -> None:
    written, printed = quantities(f"限于{int_to_chinese(value)}{unit}"), quantities(f"限于{value}{unit}")
    assert [(q.dimension, q.low) for q in written] == [(q.dimension, q.low) for q in printed]


@given(st.text(max_size=60))
def test_spans_are_ordered_and_apart(text: str) -> None:
    found = quantities(text)
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))
