"""Numbers and prohibitions against an article: whose deadline, which bound, the same matter or another."""

import pytest
from beishen.corpora.quantities import quantities
from beishen.corpora.text import Article, Rank, Span
from beishen.review.compare import Difference, contradiction, differences, relate
from beishen.review.view import Sentence, sentences


def article(text: str, number: str = "第八条") -> Article:
    return Article(f"k{number}", "某法", number, text, "", "2020-01-01", None, None, Rank.LAW)


def compared(clause: str, *laws: str) -> tuple[Difference, ...]:
    articles = [article(text, f"第{place}条") for place, text in enumerate(laws, 1)]
    return tuple(d for one in sentences(clause, 0) for d in differences(one, articles, 0.5))


@pytest.mark.parametrize(
    ("mine", "theirs", "relation"),
    [
        # an organ's deadline may be shorter, not longer
        ("登记机关应当自受理之日起三十日内作出决定", "登记机关应当自受理之日起二十日内作出决定", "beyond"),
        ("登记机关应当自受理之日起十日内作出决定", "登记机关应当自受理之日起二十日内作出决定", None),
        # a party's may be longer, not shorter
        ("当事人可以在五日内申请听证", "当事人可以在十日内申请听证", "short"),
        ("当事人可以在十五日内申请听证", "当事人可以在十日内申请听证", None),
        # a floor of notice
        ("公示时间不少于三日", "公示时间不少于七日", "short"),
        ("公示时间不少于十日", "公示时间不少于七日", None),
        # a range of fines
        ("处五百元以上五千元以下罚款", "处五百元以上二千元以下罚款", "outside"),
        ("处一百元以上一千元以下罚款", "处五百元以上二千元以下罚款", "outside"),
        ("处六百元以上一千元以下罚款", "处五百元以上二千元以下罚款", None),
        ("处二千元以下罚款", "处一千元以下罚款", "beyond"),
        # units of time
        ("应当在二十个工作日内答复", "应当在三十日内答复", None),
        ("应当在四十个工作日内答复", "应当在三十日内答复", "beyond"),
        ("应当在七个工作日内答复", "应当在七日内答复", None),
        ("应当在三个月内答复", "应当在六十日内答复", "beyond"),
        ("应当在四十八小时内答复", "应当在二日内答复", None),
        # a condition may not be raised
        ("申请人从业满五年方可申请", "申请人从业满三年，方可申请", "beyond"),
        ("申请人从业满三年方可申请", "申请人从业满三年，方可申请", None),
        # an age is an age, higher or lower
        ("申请人应当年满二十五周岁方可申请", "申请人应当年满十八周岁，方可申请", "differs"),
        ("申请人应当年满十六周岁方可申请", "申请人应当年满十八周岁，方可申请", "differs"),
        ("保存期限为二年", "保存期限为三年", "differs"),
    ],
)
def test_relate(mine: str, theirs: str, relation: str | None) -> None:
    (one,), (other,) = quantities(mine), quantities(theirs)
    assert relate(one, other, mine, theirs) == relation


def test_the_difference_shows_both_numbers_and_their_place() -> None:
    clause = "第六条 船舶登记机关应当自受理登记申请之日起三十日内核发证书。"
    law = "船舶登记机关应当自受理登记申请之日起十五日内核发证书。\n遗失证书的应当补办。"
    (found,) = compared(clause, law)
    assert (found.mine.words, found.theirs.words, found.relation) == ("三十日", "十五日", "beyond")
    assert found.span.of(clause) == "三十日"
    assert found.quote == law.split("\n", 1)[0]
    assert found.similarity >= 0.5


@pytest.mark.parametrize(
    ("clause", "laws"),
    [
        pytest.param(
            "船舶登记机关应当自受理登记申请之日起三十日内核发证书。",
            ["渔业主管部门应当每三年组织一次渔具渔法普查，十五日内公布普查结果。"], id="another matter",
        ),
        pytest.param(
            "船舶登记机关应当自受理登记申请之日起三十日内核发证书。",
            ["船舶登记机关应当自受理登记申请之日起十五日内核发证书。",
             "船舶登记机关应当自受理登记申请之日起三十日内核发证书。"],
            id="another article states the number",
        ),
        pytest.param(
            "擅自拆除航标的，对个人处五百元罚款，对单位处二千元罚款。",
            ["擅自拆除航标的，对个人处五百元以下罚款，对单位处五百元以上五千元以下罚款。"], id="other party",
        ),
        pytest.param(
            "申请人应当在五日内提交补正材料，登记机关应当在十五日内核发证书。",
            ["登记机关应当在十五日内核发证书；申请人应当在五日内提交补正材料。"], id="two numbers in one sentence",
        ),
        pytest.param(
            "违法停泊三日以下的，处二百元罚款；三日以上的，处八百元罚款。",
            ["违法停泊的，处一百元以上一千元以下罚款。"], id="tiers within the range",
        ),
        pytest.param("船舶证书自核发之日起生效。", ["船舶证书自核发之日起十五日内生效。"], id="no number"),
        pytest.param(
            "登记机关应当在二日内一次告知申请人补正航行登记的全部材料。",
            ["登记机关应当在五日内一次告知申请人补正航行登记的全部材料。"], id="organ tells sooner",
        ),
        pytest.param(
            "海事机构收到航标损坏的举报，应当在十五日内核查。",
            ["海事机构收到航标损坏的举报，应当在七日内答复举报人。"], id="another step",
        ),
        pytest.param(
            "船舶所有人擅自拆除航标的，对单位处四万元罚款。",
            ["单位擅自拆除航标的，处五千元以上五万元以下罚款；船舶所有人个人擅自拆除航标的，处五百元以下罚款。"],
            id="a unit's fine",
        ),
        pytest.param(
            "采购人和中标人应当自中标通知书发出之日起二十日内订立航道养护合同。",
            ["采购人和中标人应当自中标通知书发出之日起三十日内订立航道养护合同。"], id="signed sooner",
        ),
        pytest.param(
            "航道占用催告书送达十五日后仍未清理的，申请强制执行。",
            ["航道占用催告书送达十日后仍未清理的，申请强制执行。"], id="a longer warning",
        ),
        pytest.param(
            "违反本条例第九条第二项规定的，由船舶登记机关处五十元罚款。",
            ["违反本法第六条规定的，由船舶登记机关处二百元以上五百元以下罚款。"], id="a breach told by its place",
        ),
    ],
)  # fmt: skip
def test_nothing_contradicts(clause: str, laws: list[str]) -> None:
    assert compared(clause, *laws) == ()


@pytest.mark.parametrize(
    ("clause", "law", "words"),
    [
        pytest.param(
            "擅自拆除航标的，对个人处三千元罚款，对单位处二千元罚款。",
            "擅自拆除航标的，对个人处五百元以下罚款，对单位处五百元以上五千元以下罚款。", "三千元", id="other party",
        ),
        pytest.param(
            "申请人应当在五日内提交补正材料，登记机关应当在二十五日内核发航行证书。",
            "登记机关应当在十五日内核发航行证书；申请人应当在五日内提交补正材料。", "二十五日",
            id="two numbers",
        ),
        pytest.param(
            "违法停泊船舶三日以下的，处二百元罚款；三日以上的，处八千元罚款。",
            "违法停泊船舶的，处一百元以上一千元以下罚款。", "八千元",
            id="a tier beyond the range",
        ),
        pytest.param(
            "航道养护方案公示时间不少于三日，公示期满后报批。",
            "航道养护方案公示时间不少于七日，公示期满后方可报批。", "三日", id="notice floor",
        ),
        pytest.param(
            "在禁航时段下网捕捞的，处三百元以上九千元以下罚款。",
            "船舶未安装声响信号装置的，处五千元以上九千元以下罚款。\n在禁航时段下网捕捞的，处三百元以上五千元以下罚款。",
            "三百元以上九千元以下",
            id="the paragraph on the same conduct",
        ),
        pytest.param(
            "违反本条例第九条规定，擅自拆除航标的，由船舶登记机关处五十元罚款。",
            "擅自拆除航标的，由船舶登记机关处二百元以上五百元以下罚款。", "五十元", id="a breach told in words",
        ),
    ],
)  # fmt: skip
def test_one_number_contradicts(clause: str, law: str, words: str) -> None:
    assert {found.mine.words for found in compared(clause, law)} == {words}


def test_the_best_aligned_comes_first_whatever_the_order_of_articles() -> None:
    clause = "船舶登记机关应当自受理登记申请之日起三十日内核发船舶国籍证书。"
    near = "船舶登记机关应当自受理登记申请之日起十五日内核发船舶国籍证书。"
    far = "登记机关应当自受理登记申请之日起二十日内核发居住证书。"
    one = Sentence(clause, Span(0, len(clause)))
    laws = [article(near, "甲"), article(far, "乙")]
    found = differences(one, laws, 0.4)
    assert found == differences(one, laws[::-1], 0.4)
    assert found[0].article.text == near


BAN = article("登记机关不得要求申请人重复提交已经核验的身份证明材料。")


@pytest.mark.parametrize(
    ("clause", "contradicts"),
    [
        ("登记机关应当要求申请人重复提交已经核验的身份证明材料。", True),
        ("登记机关不得要求申请人重复提交已经核验的身份证明材料。", False),
        ("申请人无需重复提交已经核验的身份证明材料。", False),
        ("申请人应当提交航行计划。", False),
    ],
)
def test_contradiction(clause: str, contradicts: bool) -> None:
    found = contradiction(Sentence(clause, Span(0, len(clause))), BAN, 0.7)
    assert (found is not None) is contradicts
    assert found is None or (found.quote in BAN.text and found.forbidden in found.quote)


def test_a_fine_is_held_against_the_paragraph_on_its_conduct() -> None:
    law = "船舶未安装声响信号装置的，处五千元以上九千元以下罚款。\n在禁航时段下网捕捞的，处三百元以上五千元以下罚款。"
    (found,) = compared("在禁航时段下网捕捞的，处三百元以上九千元以下罚款。", law)
    assert found.theirs.words == "三百元以上五千元以下"
    assert compared("在禁航时段下网捕捞的，处三百元以上五千元以下罚款。", law) == ()
