"""General force or not: genres and weights are data, and a profile may replace them."""

from dataclasses import replace
from pathlib import Path

import pytest
from beishen.corpora.errors import RuleInvalid
from beishen.corpora.kind import Traits, default_profile, read_profile, score
from beishen.corpora.text import Clause, DocumentKind, Instrument, Span


def traits(*titles: str, text: str = "", articles: int = 0) -> Traits:
    clauses = tuple(Clause(str(n), (f"第{n}条",), Span(n, n + 1)) for n in range(articles))
    return Traits(text, titles, clauses, Instrument.NORMATIVE, numbered=True, signed=True, dated=False)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("青禾县采砂管理办法（试行）", DocumentKind.NORMATIVE),
        ("关于印发《青禾县采砂管理办法（试行）》的通知", DocumentKind.NORMATIVE),
        ("青禾县人民政府关于禁止采砂的通告", DocumentKind.NORMATIVE),
        ("青禾县水利局行政处罚裁量基准", DocumentKind.NORMATIVE),
        ("青禾县人民政府关于支持民营企业的若干意见", DocumentKind.NORMATIVE),
        ("青禾县人民政府工作规则", DocumentKind.INTERNAL),
        ("关于印发2022年全县水利工作要点的通知", DocumentKind.INTERNAL),
        ("青禾县乡镇绩效考核办法", DocumentKind.INTERNAL),
        ("青禾县防汛应急预案", DocumentKind.INTERNAL),
        ("县长办公会议纪要", DocumentKind.INTERNAL),
        ("青禾县政府工作报告", DocumentKind.OTHER),
        ("青禾县“十四五”水利发展规划", DocumentKind.OTHER),
        ("关于张某某等同志任职的通知", DocumentKind.OTHER),
        ("关于表彰先进集体的决定", DocumentKind.OTHER),
        ("关于同意设立柳溪码头的批复", DocumentKind.OTHER),
        ("青禾县2022年财政预算公告", DocumentKind.OTHER),
    ],
)
def test_genres(title: str, kind: DocumentKind) -> None:
    found = score(traits(title))
    assert found.value is kind, found.reasons
    assert 1 / 3 < found.score <= 1 and found.reasons


def test_articles_and_outward_duties_raise_the_score() -> None:
    plain = score(traits("青禾县采砂办法"))
    full = score(traits("青禾县采砂办法", text="企业和个人应当申请，不得违反，可以处以罚款。" * 9, articles=5))
    assert full.score > plain.score
    assert set(plain.reasons) < set(full.reasons)


def test_a_profile_decides(tmp_path: Path) -> None:
    place = tmp_path / "kinds.toml"
    place.write_text(
        "[[genre]]\nname = '通知'\npattern = '通知$'\nother = 5.0\n"
        "[features]\nuntitled = { kind = 'other', weight = 1.0, name = '无题' }\n",
        "utf-8",
    )
    assert score(traits("关于采砂的通知"), read_profile(place)).value is DocumentKind.OTHER
    assert score(traits("关于采砂的通知"), default_profile()).value is DocumentKind.NORMATIVE


@pytest.mark.parametrize("text", ["genre = 3 =", "[features]\n"])
def test_a_broken_profile_is_refused(tmp_path: Path, text: str) -> None:
    place = tmp_path / "kinds.toml"
    place.write_text(text, "utf-8")
    with pytest.raises(RuleInvalid):
        read_profile(place)


def test_a_genre_of_carrier_and_body_counts_once() -> None:
    found = score(traits("关于印发《青禾县采砂管理办法》的通知", "青禾县采砂管理办法"))
    assert len(set(found.reasons)) == len(found.reasons)
    assert found.score == score(traits("青禾县采砂管理办法")).score


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("青禾县干部任免权限规定", "", DocumentKind.INTERNAL),
        ("青禾县2021年乡镇工作评价办法", "", DocumentKind.INTERNAL),
        ("青禾县关于调整乡镇财政管理体制的意见", "乡镇财政收支由县财政核定。", DocumentKind.NORMATIVE),
        ("关于改革乡镇财政管理体制的意见", "乡镇财政收支由县财政核定。", DocumentKind.INTERNAL),
        ("老旧小区改造实施方案", "业主申请改造，居民按面积分摊，企业可以投资。" * 20, DocumentKind.NORMATIVE),
        ("河长制实施方案", "县水利局牵头，推进治理，加强巡查，完善台账。" * 20, DocumentKind.INTERNAL),
        ("关于延长采矿信息填报期限的函", "", DocumentKind.NORMATIVE),
        ("关于培育龙头企业的通知", "申报单位填写申报书，截止日期另行通知，推荐单位盖章。" * 5, DocumentKind.OTHER),
    ],
)
def test_contents_tell_what_a_title_leaves_open(title: str, text: str, kind: DocumentKind) -> None:
    found = score(traits(title, text=text))
    assert found.value is kind, found


BAN = "一、外地砂石企业必须到县水利局登记后方可进场销售。"


@pytest.mark.parametrize(
    "title",
    [
        "",
        "青禾县农村饮水工程招标须知",
        "关于做好2026年河道采砂从业人员考试报名工作的通知",
        "青禾县节水倡议书",
        "关于采砂管理的批复",
        "青禾县采砂发展规划",
        "关于采砂整治情况的通报",
    ],
)
def test_duties_on_outsiders_bind_under_any_title(title: str) -> None:
    assert score(traits(title, text=BAN)).binding
    assert not score(traits("关于张某某等同志任职的通知", text="经研究，决定张某某任县水利局局长。")).binding


@pytest.mark.parametrize(
    ("title", "opening"),
    [
        ("青禾县政府工作报告", ""),
        ("《青禾县采砂管理办法》解读", ""),
        ("青禾县人民法院行政判决书", ""),
        ("采砂许可申请表", ""),
        ("水利局关于采砂的通报", "本报讯 记者从县水利局获悉："),
    ],
)
def test_a_foreign_genre_binds_nobody(title: str, opening: str) -> None:
    assert not score(traits(title, text=opening + BAN)).binding


def test_a_text_without_a_title_is_certain_only_when_long() -> None:
    assert score(traits("", text="具有本县户籍方可参加。")).binding
    assert not score(traits("", text="今年雨水充足，河道清澈。" * 60)).binding


def test_who_registers_is_no_reporter() -> None:
    notice = "关于三轮车登记的公告"
    assert score(traits(notice, text="登记者每车交费。")).value is DocumentKind.NORMATIVE
    assert score(traits(notice, text="本台记者昨日获悉。")).value is DocumentKind.OTHER


def test_a_policy_on_rewards_is_no_award() -> None:
    assert score(traits("关于调整上市奖励政策的通知")).value is DocumentKind.NORMATIVE
    assert score(traits("关于奖励2025年度先进企业的决定")).value is DocumentKind.OTHER


def test_a_contract_binds_only_where_an_organ_stands_behind_it() -> None:
    signed = traits("共享单车运营合同", text=BAN)
    assert score(signed).binding
    assert not score(replace(signed, numbered=False, signed=False)).binding
