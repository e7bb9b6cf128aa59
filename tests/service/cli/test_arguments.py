"""Arguments: what is taken, and how the rest is refused."""

from datetime import date

import pytest
from beishen.corpora.errors import BadArgument
from beishen.corpora.laws.sources import KINDS
from beishen.corpora.text import Level
from beishen.service.cli import arguments, laws


def test_day() -> None:
    assert arguments.day("--as-of", "2024-02-29") == date(2024, 2, 29)
    assert arguments.day("--as-of", None, date(2025, 1, 1)) == date(2025, 1, 1)


@pytest.mark.parametrize(
    "value", ["2023-02-29", "2024-13-01", "2024-2-1", "20240201", "昨天", "", "1066-10-14", "２０２４-01-01"]
)
def test_impossible_days_are_refused_with_their_option(value: str) -> None:
    with pytest.raises(BadArgument, match="--as-of"):
        arguments.day("--as-of", value)


def test_choice_names_what_is_possible() -> None:
    assert arguments.choice("--level", "县级政府", Level) is Level.COUNTY_GOVERNMENT
    with pytest.raises(BadArgument) as caught:
        arguments.choice("--level", "县政府", Level)
    assert "县级政府" in caught.value.remedy


@pytest.mark.parametrize("value", ["0", "-3", "101", "三", "1.5", "", "²"])
def test_counts_out_of_range(value: str) -> None:
    with pytest.raises(BadArgument):
        arguments.count("--top", value, 100)


def test_kinds_in_help_are_the_kinds_there_are() -> None:
    assert set(laws.KINDS) == set(KINDS)
