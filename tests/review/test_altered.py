"""A clause that follows an article letter by letter but for one place: what was changed, and what may be changed."""

import pytest
from beishen.corpora.text import Article, Rank
from beishen.review.alignment import bare, edits
from beishen.review.altered import altered

pytestmark = pytest.mark.encoder


def article(text: str) -> Article:
    return Article("k1", "某法", "第八条", text, "", "2020-01-01", None, None, Rank.LAW)


KILN = article(
    "柴窑经营者应当自点火之日起十五日内向所在地县级人民政府文化主管部门报告。\n"
    "开办柴窑，应当具备下列条件：\n（一）有三名以上窑工；\n（二）窑工从业满二年；\n（三）有防火设施。\n"
    "柴窑旧址的位置应当向社会公布，不得在每日二十二时至次日六时装窑。\n"
    "烧制自用陶器的，不需要取得柴窑登记证。窑工会议所作决定应当经到会窑工的过半数同意。违反规定排放烟尘的，责令改正，处五百元以上二千元以下罚款；拒不改正的，处一万元以下罚款。"
)


def changes(look, clause: str) -> list[tuple[str, str, str]]:  # type: ignore[no-untyped-def]
    return [(one.kind, one.mine, one.theirs) for one in altered(look(clause), [KILN])]


@pytest.mark.parametrize(
    ("clause", "change"),
    [
        (
            "违反规定排放烟尘的，责令改正，处五百元以上五千元以下罚款；拒不改正的，处一万元以下罚款。",
            ("number", "五百元以上五千元以下", "五百元以上二千元以下"),
        ),
        (
            "违反规定排放烟尘的，责令改正，处三千元以上六千元以下罚款；拒不改正的，处一万元以下罚款。",
            ("number", "三千元以上六千元以下", "五百元以上二千元以下"),
        ),
        (
            "违反规定排放烟尘的，责令改正，处五百元以上二千元以下罚款；拒不改正的，处三万元以下罚款。",
            ("number", "三万元", "一万元"),
        ),
        (
            "开办柴窑，应当具备下列条件：有三名以上窑工；窑工从业满五年；有防火设施。",
            ("number", "五年", "二年"),
        ),
        (
            "柴窑旧址的位置应当向社会公布，不得在每日二十一时至次日六时装窑。",
            ("number", "二十一时", "二十二时"),
        ),
        ("窑工会议所作决定应当经到会窑工的三分之一以上同意。", ("number", "三分之一", "半数")),
        ("柴窑旧址的位置不向社会公布，不得在每日二十二时至次日六时装窑。", ("modal", "不", "应当")),
        ("烧制自用陶器的，应当申请并取得柴窑登记证。", ("modal", "应当申请并", "不需要")),
        (
            "柴窑经营者应当自点火之日起十五日内向所在地镇人民政府报告。",
            ("organ", "镇人民政府", "县级人民政府"),
        ),
    ],
)  # fmt: skip
def test_a_changed_place_is_seen(look, clause: str, change: tuple[str, str, str]) -> None:  # type: ignore[no-untyped-def]
    assert changes(look, clause) == [change]


@pytest.mark.parametrize(
    "clause",
    [
        "违反规定排放烟尘的，责令改正，处五百元以上二千元以下罚款；拒不改正的，处一万元以下罚款。",
        "违反规定排放烟尘的，责令改正，处500元以上2000元以下罚款；拒不改正的，处1万元以下罚款。",
        "违反规定排放烟尘的，责令改正，处八百元以上二千元以下罚款；拒不改正的，处五千元以下罚款。",
        "开办柴窑，应当具备下列条件：（一）有三名以上窑工；（二）窑工从业满二年；（三）有防火设施。",
        "柴窑旧址的位置应当及时向社会公布，不得在每日二十二时至次日六时装窑。",
        "烧制自用陶器的，无须取得柴窑登记证。",
        "窑工会议所作决定应当经到会窑工的三分之二以上同意。",
        "柴窑经营者应当自点火之日起十五日内向所在地县文化主管部门报告。",
        "竹器作坊应当自开工之日起三十日内向所在地镇人民政府报告。",
        "| 违反规定排放烟尘的 | 责令改正，处五百元以上五千元以下罚款 | 拒不改正的，处三万元以下罚款。",
    ],
)  # fmt: skip
def test_a_faithful_clause_and_another_matter_stay_quiet(look, clause: str) -> None:  # type: ignore[no-untyped-def]
    assert changes(look, clause) == []


def test_what_the_law_leaves_to_the_locality_may_differ(look) -> None:  # type: ignore[no-untyped-def]
    law = article("柴窑不得在每日二十二时至次日六时装窑，设区的市人民政府可以规定本行政区域的起止时间。")
    strict = article("柴窑不得在每日二十二时至次日六时装窑，窑工应当轮班休息。")
    clause = "柴窑不得在每日二十三时至次日六时装窑，窑工应当轮班休息。"
    assert not list(altered(look(clause), [law]))
    assert [one.theirs for one in altered(look(clause), [strict])] == ["二十二时"]


def test_places_are_those_of_the_texts_as_written() -> None:
    """Blanks and item numbers are skipped for the comparison, not in the places."""
    law = KILN.text
    clause = "开办柴窑，应当具备下列条件：\n　（一）有三名以上窑工；\n　（二）窑工从业满 五年；\n　（三）有防火设施。"
    (edit,) = edits(clause, [KILN])
    assert (clause[edit.start : edit.end], law[edit.first : edit.last]) == ("五", "二")
    assert bare(clause).text == "开办柴窑，应当具备下列条件：有三名以上窑工；窑工从业满五年；有防火设施。"


def test_the_end_of_a_text_has_a_place() -> None:
    assert bare("柴窑 ").span(2, 2) == (2, 2)
