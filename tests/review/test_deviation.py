"""A clause that repeats an article: what it adds to somebody's burden, and what is the article's or mild."""

import pytest
from beishen.corpora.text import Article, Rank
from beishen.review.deviation import added

FERRY = Article(
    "k1", "某法", "第八条",
    "申请渡口经营的，应当提交经营方案、船舶清单和船员名册。渡口经营者有下列情形之一的，由主管部门注销渡口经营登记："
    "（一）停止渡运满一年的；（二）渡船灭失的；（三）申请注销的。渡运所需救生设备的费用由经营者承担；乘客携带的随身物品免费渡运。",
    "", "2020-01-01", None, None, Rank.LAW,
)  # fmt: skip


def kinds(clause: str) -> list[tuple[str, str]]:
    return [(one.kind, clause[one.start : one.end].strip()) for one in added(clause, [FERRY])]


@pytest.mark.parametrize(
    ("clause", "kind", "words"),
    [
        ("申请渡口经营的，应当提交经营方案、船舶清单、船员名册和村委会推荐意见。", "paper", "船员名册和村委会推荐意见"),
        ("申请渡口经营的，应当提交经营方案、船舶清单、船员名册以及无投诉记录。", "paper", "船员名册以及无投诉记录"),
        (
            "渡口经营者有下列情形之一的，由主管部门注销渡口经营登记：（一）停止渡运满一年的；（二）渡船灭失的；"
            "（三）拒绝参加码头清扫活动的。", "ground", "（三）拒绝参加码头清扫活动的",
        ),
        ("乘客携带的随身物品免费渡运，每日不超过两次。", "cut", "每日不超过两次"),
        ("渡运所需救生设备的费用由经营者和乘客各半承担。", "cut", "渡运所需救生设备的费用由经营者和乘客各半承担"),
        ("申请渡口经营的，提交经营方案、船舶清单和船员名册，经各村同意后受理。", "condition", "经各村同意后受理"),
    ],
)  # fmt: skip
def test_an_added_burden_is_found(clause: str, kind: str, words: str) -> None:
    assert kinds(clause) == [(kind, words)]


@pytest.mark.parametrize(
    "clause",
    [
        "申请渡口经营的，应当提交经营方案、船舶清单和船员名册。",
        "申请渡口经营的，应当提交经营方案、船舶清单和船员名册，材料齐全的，当场受理。",
        "申请渡口经营的，应当提交经营方案、船舶清单和船员名册，不收取任何费用。",
        "乘客携带的随身物品免费渡运，经营者应当及时公示渡运时刻。",
        "渡口经营者停止渡运满一年的，由县交通运输局注销渡口经营登记。",
        "木料加工企业应当经街道办事处同意，费用自理。",
        "申请渡口经营的，提交经营方案、船舶清单和船员名册，村民委员会应当为渡口经营营造良好氛围。",
        "申请渡口经营的，提交经营方案、船舶清单和船员名册，依法应当经各村同意的除外。",
    ],
)
def test_words_of_the_article_mild_words_and_other_matters_stay_quiet(clause: str) -> None:
    assert kinds(clause) == []
