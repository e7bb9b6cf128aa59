"""Tables written by hand: a mistake is told with its place, and every mistake of a row at once."""

from pathlib import Path
from typing import Literal

import pytest
from beishen.corpora.errors import RuleInvalid
from beishen.review.written import Pattern, Strict, compiled, parsed, validated


class Shelf(Strict):
    least: Literal["县级", "省级"]
    on: Pattern
    many: tuple[int, ...] = ()


def test_a_file_that_is_no_toml_is_named_with_its_kind(tmp_path: Path) -> None:
    path = tmp_path / "shelf.toml"
    path.write_text("least = 县级", encoding="utf-8")
    with pytest.raises(RuleInvalid, match=r"书架表 shelf\.toml 不是有效的 TOML"):
        parsed(path, "书架表")


def test_every_mistake_of_a_row_is_told_with_what_is_written() -> None:
    with pytest.raises(RuleInvalid) as caught:
        validated(Shelf, {"least": "村级", "most": "省级", "many": [1, "两"]}, "书架表第 3 行")
    told = str(caught.value)
    assert "书架表第 3 行：" in told
    for part in ("least", "（写的是 村级）", "on Field required", "most", "many.1", "（写的是 两）"):
        assert part in told
    assert validated(Shelf, {"least": "县级", "on": "书"}, "").many == ()


def test_a_pattern_is_told_as_it_is_written() -> None:
    assert compiled("甲(?:乙)?", "书架表").search("甲")
    with pytest.raises(RuleInvalid, match=r"书架表：正则表达式有误 '甲…\('"):
        compiled("甲[^。]{0,9}(", "书架表", "甲…(")
