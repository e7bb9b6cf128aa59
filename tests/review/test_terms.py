"""What a term of time is for."""

import pytest
from beishen.corpora.quantities import quantities
from beishen.review.terms import other_step, waits


@pytest.mark.parametrize(
    ("mine", "theirs", "other"),
    [
        ("航标丢失的报告，应当在十五日内核查。", "收到报告的部门应当在七日内答复报告人。", True),
        ("航标丢失的报告，应当在十五日内处理并答复。", "收到报告的部门应当在七日内予以处理，告知报告人。", False),
        ("登记机关应当在十五日内审查。", "登记机关应当在七日内作出决定。", False),
        ("登记机关应当在十五日内完成。", "登记机关应当在七日内作出决定。", False),
    ],
)
def test_other_step(mine: str, theirs: str, other: bool) -> None:
    (a,), (b,) = quantities(mine), quantities(theirs)
    assert other_step(mine, a, theirs, b) is other


@pytest.mark.parametrize(
    ("text", "waiting"),
    [
        ("催告书送达十日后仍未履行的，申请强制执行。", True),
        ("催告书送达后十日内履行。", False),
        ("取得船员证书五年后可以申请。", False),
    ],
)
def test_waits(text: str, waiting: bool) -> None:
    assert waits(text, quantities(text)[0]) is waiting
