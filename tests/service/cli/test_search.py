"""`beishen search`: what it refuses, before anything is loaded."""

import re

import pytest
from beishen.corpora.errors import BadArgument, BeishenError
from beishen.service.cli.search import LONGEST, _queries, _scope


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("   ", "空"),
        ("lantern permit 2024", "没有汉字"),
        ("罚" * 100_000, "超过"),
        (None, "取一"),
    ],
)
def test_texts_that_cannot_be_searched_are_refused(text: str | None, says: str) -> None:
    with pytest.raises(BadArgument, match=says) as refusal:
        _queries(text, None)
    assert refusal.value.remedy
    assert _queries("罚" * LONGEST, None)


@pytest.mark.parametrize(
    ("above", "region", "says"),
    [
        (None, "江苏省", "--above"),
        ("瞎写", None, "无效"),
        ("规范性文件", "火星市", "不能识别"),
        ("规范性文件", "江苏省某某", "不能识别"),
    ],
)
def test_a_scope_that_does_not_exist_is_refused(above: str | None, region: str | None, says: str) -> None:
    with pytest.raises(BeishenError, match=re.escape(says)):
        _scope(above, region)


def test_an_instrument_and_a_level_give_what_outranks_them() -> None:
    city = _scope("地方政府规章", "江苏省苏州市")
    assert city is not None
    assert {(rank.value, region.name) for rank, region in city.local} >= {
        ("地方性法规", "江苏省"),
        ("地方性法规", "江苏省苏州市"),
    }
    level = _scope("省级政府", "江苏省")
    assert level is not None
    assert "部门规章" in {rank.value for rank in level.national}
    assert _scope(None, None) is None
