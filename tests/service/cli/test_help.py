"""Wrapping by columns, not by code points."""

import pytest
from beishen.service.cli.help import columns, wrapped
from hypothesis import given
from hypothesis import strategies as st


def test_wide_characters_take_two_columns() -> None:
    assert columns("审查 ok") == 7


@given(st.text(alphabet="审查文件，。 abc--", max_size=80), st.integers(12, 40))
def test_wrapping_keeps_the_words_and_the_width(text: str, width: int) -> None:
    lines = list(wrapped(text, width, "  "))
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        longest = max((columns(word) for word in line.split()), default=0)
        # Closing marks may hang over the edge; a single word is never cut.
        assert columns(line.rstrip("，。 ")) <= max(width, longest + 2)


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_gives_no_line(text: str) -> None:
    assert list(wrapped(text, 20, "")) == []
