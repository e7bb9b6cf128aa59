"""Facts of wording by parts: conditions bring nothing, actors and what they are told, stable order."""

import numpy as np
import pytest
from beishen.model.cues import NAMES as CUES
from beishen.model.cues import cues
from beishen.model.wording import NAMES, facts


def _told(text: str) -> dict[str, float]:
    return dict(zip(NAMES, facts(text), strict=True))


def test_a_condition_is_kept_apart_from_what_is_ordered() -> None:
    told = _told("逾期不缴纳保证金的，由市城管局责令改正。")
    assert told["condition: pay"] == 1 and told["main: pay"] == 0 and told["main: order"] == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("县民政局应当在十日内作出决定。", "first: organ 应当"),
        ("各乡镇必须于月底前报送名单。", "first: staff 应当"),
        ("摊主不得占用盲道。", "first: outside 不得"),
        ("摊位由街道办事处统一编号。", "first: lower 由"),
        ("门票半价。", "first: outside "),
    ],
)
def test_the_first_unit_says_who_is_told_what(text: str, name: str) -> None:
    told = _told(text)
    assert told[name] == 1 and told[name.replace("first", "any")] == 1


def test_later_units_count_as_any_only() -> None:
    told = _told("摊主可以自愿投保。市监局不得强制。")
    assert told["any: organ 不得"] == 1 and told["first: organ 不得"] == 0
    assert told["units"] == 0.5


def test_the_order_is_fixed_and_long_or_bare_text_is_fine() -> None:
    for text in ("，，；。", "一" * 5000, "《办法》。"):
        assert len(facts(text)) == len(NAMES)
        assert np.isfinite(cues(text)).all() and len(cues(text)) == len(CUES)
    assert len(set(NAMES)) == len(NAMES)
