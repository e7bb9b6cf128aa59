"""Beside an article: whose decision it is, and what comes before the penalty."""

import pytest
from beishen.corpora.text import Article, Rank
from beishen.review.steps import lowered, uncorrected

pytestmark = pytest.mark.encoder


def article(text: str) -> Article:
    return Article("k1", "某法", "第八条", text, "", "2020-01-01", None, None, Rank.LAW)


BRIDGE = article("廊桥保护名录由省、自治区、直辖市人民政府批准公布。在廊桥保护范围内施工的，由县级人民政府审批。")
STALL = article("在廊桥桥面堆放木料的，由主管部门责令限期改正；逾期不改正的，处二百元以上一千元以下罚款。")


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("廊桥保护名录由县人民政府批准公布。", "由县人民政府批准"),
        ("廊桥保护名录，由市文物局批准公布。", "由市文物局批准"),
        ("廊桥保护名录由省人民政府批准公布。", None),
        ("在廊桥保护范围内施工的，由县人民政府审批。", None),
        ("县级廊桥名录由县人民政府批准公布。", None),
    ],
)
def test_a_lower_organ_is_seen(look, clause: str, words: str | None) -> None:  # type: ignore[no-untyped-def]
    view = look(clause)
    (sentence,) = view.sentences
    found = next(lowered(view, sentence, [BRIDGE]), None)
    assert (found.words.strip("，") if found else None) == words


@pytest.mark.parametrize(
    ("clause", "skipped"),
    [
        ("在廊桥桥面堆放木料的，处二百元以上一千元以下罚款。", True),
        ("在廊桥桥面堆放木料的，并处一千元罚款。", True),
        ("在廊桥桥面堆放木料的，责令改正；拒不改正的，处二百元以上一千元以下罚款。", False),
        ("在廊桥桥面堆放木料的，由主管部门劝阻。", False),
        ("在集贸市场销售腐坏水产的，处二百元以上一千元以下罚款。", False),
    ],
)
def test_a_penalty_without_its_correction(look, clause: str, skipped: bool) -> None:  # type: ignore[no-untyped-def]
    view = look(clause)
    found = [uncorrected(sentence, view.text, [STALL]) for sentence in view.sentences]
    assert any(found) is skipped
