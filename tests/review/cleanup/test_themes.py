"""Themes as data, profiles as data, names that mean the same."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from beishen.corpora.errors import BadArgument
from beishen.review.cleanup import decision, naming, profile, statistics, themes
from beishen.review.cleanup.card import NOWHERE, Card, Found, Law
from beishen.review.cleanup.propose import propose
from beishen.review.cleanup.sentences import Text
from beishen.review.cleanup.shelf import shelve

SENTENCES = {
    "coercion": "执法人员可以查封违法设施，逾期不改正的依法强制拆除。",
    "penalty": "违反本办法的，处五百元以上二千元以下罚款。",
    "permit": "经营者应当取得许可证后方可营业。",
    "fee": "申请人应当缴纳保证金，并出具居住证明。",
    "business": "办理时限由三十日压缩为十日，减少证明材料。",
    "competition": "采购应当优先选择本地企业。",
    "private": "金融机构应当扩大对小微企业的贷款。",
    "family": "违反计划生育规定的，征收社会抚养费；申请人应当提交计划生育证明。",
    "ecology": "排放污染物的单位应当办理环评和排污许可。",
}


@pytest.mark.parametrize("theme", themes.themes(), ids=lambda theme: theme.id)
def test_every_theme_knows_its_own_words_and_not_those_of_a_plain_text(
    text: Callable[..., Text], theme: themes.Theme
) -> None:
    made = text("青州市某某办法", "第一条 " + SENTENCES[theme.id])
    mine = [hit for hit in themes.hits(made) if hit.theme == theme.id]
    assert mine
    assert all(made.document.text[hit.at.start : hit.at.end] == hit.at.quote for hit in mine)
    plain = themes.hits(text("青州市某某办法", "第一条 图书馆每周开放六天，读者应当爱护图书。"))
    assert theme.id not in {hit.theme for hit in plain}


def test_touching_by_finding_and_by_law(card: Callable[..., Card]) -> None:
    finding = Found("fee.any@1", "doubt", ("fee",), "言", (), 0.5, NOWHERE)
    assert themes.touches(card(found=(finding,)), themes.named("收费和证明事项"))
    ecology = themes.named("ecology")
    assert themes.touches(card(laws=(Law("大气污染防治法", "basis", NOWHERE),)), ecology)
    assert not themes.touches(card(laws=(Law("中华人民共和国民法典", "basis", NOWHERE),)), ecology)


def test_a_law_and_the_rules_that_carry_it_out(card: Callable[..., Card]) -> None:
    mine = card(laws=(Law("中华人民共和国土地管理法实施条例", "apply", NOWHERE), Law("土地管理法", "basis", NOWHERE)))
    assert themes.relies_on(mine, "中华人民共和国土地管理法")
    assert themes.role_of(mine, "《土地管理法》") == "basis"
    assert not themes.relies_on(mine, "土地承包法")
    local = card(laws=(Law("青州省实施《中华人民共和国土地管理法》办法", "basis", NOWHERE),))
    assert themes.relies_on(local, "土地管理法")
    assert not themes.relies_on(local, "管理法")


@pytest.mark.parametrize("theme", themes.themes(), ids=lambda theme: theme.id)
def test_every_theme_has_its_table(card: Callable[..., Card], text: Callable[..., Text], theme: themes.Theme) -> None:
    hits = themes.hits(text("青州市某某办法", "第一条 " + SENTENCES[theme.id]))
    laws = tuple(Law(law, "basis", NOWHERE) for law in sorted(theme.laws)[:1])
    mine = card(file="mine.txt", hits=hits, laws=laws)
    plain = card(file="plain.txt", number="青政发〔2024〕6号", title="青州市图书馆开放办法")
    settled = decision.settle(propose(shelve([mine, plain]), date(2026, 11, 23)), ())
    table = statistics.of_theme(settled, theme)
    assert [name for name, _ in table.rows] == [*(name for name, _ in theme.groups), statistics.TOTAL]
    assert sum(table.total) == 1
    assert "审阅 2 件，涉及 1 件" in table.note


def test_what_touches_by_finding_only_has_a_row_of_its_own(card: Callable[..., Card]) -> None:
    mine = card(found=(Found("fee.any@1", "doubt", ("fee",), "言", (), 0.5, NOWHERE),))
    settled = decision.settle(propose(shelve([mine]), date(2026, 11, 23)), ())
    rows = dict(statistics.of_theme(settled, themes.named("fee")).rows)
    assert [name for name, counts in rows.items() if sum(counts)] == ["仅由审查意见或所引法律涉及", "合计"]


def test_the_table_of_a_law_goes_by_role(card: Callable[..., Card]) -> None:
    one = card(laws=(Law("土地管理法", "basis", NOWHERE),))
    other = card(file="b.txt", number="青政发〔2024〕6号", laws=(Law("土地管理法实施条例", "mention", NOWHERE),))
    settled = decision.settle(propose(shelve([one, other, card(file="c.txt")]), date(2026, 11, 23)), ())
    rows = {name: sum(counts) for name, counts in statistics.of_law(settled, "土地管理法").rows}
    assert rows == {"作为制定依据": 1, "引用其规定": 0, "提及": 1, "合计": 2}


@pytest.mark.parametrize("named", [themes.named, profile.named])
def test_an_unknown_name_is_told_what_there_is(named: Callable[[str], object]) -> None:
    with pytest.raises(BadArgument) as caught:
        named("没有")
    assert "可用的值" in caught.value.remedy


def test_every_profile_says_where_it_comes_from() -> None:
    assert all(found.source for found in profile.profiles())
    assert {found.id for found in profile.profiles()} >= {"common", "none", "shanghai", "shandong"}


def test_profiles_that_were_read_stand_in_the_texts(shared: Path) -> None:
    read = [found for found in profile.profiles() if found.seen]
    assert {found.id for found in read} == {"shandong", "hunan"}
    for found in read:
        title = found.source.partition("第")[0]
        held = [path.read_text("utf-8", errors="replace") for path in (shared / "corpora").rglob(f"{title}.md")]
        words = "".join(re.findall(r"规范性文件有效期[^\n]*", "".join(held)))
        assert f"{found.months // 12}年" in words, found.id
        assert f"{found.trial // 12}年" in words, found.id


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("青州市人民政府关于印发《青州市养犬管理办法（试行）》的通知", "青州市养犬管理办法", True),
        ("青州市人民政府办公室关于印发青州市防汛应急预案的通知", "青州市防汛应急预案（修订）", True),
        ("青州市养犬管理办法", "白水市养犬管理办法", False),
        ("关于废止《青州市养犬管理办法》的决定", "青州市养犬管理办法", False),
        ("青州市养犬管理办法", "青州市养犬管理办法实施细则", False),
    ],
)
def test_matter_keys(one: str, other: str, same: bool) -> None:
    assert (naming.matter_key(one) == naming.matter_key(other)) is same


@pytest.mark.parametrize(
    ("one", "other"),
    [("青政发[2024]05号", "青政发〔2024〕5号"), ("青政发（2024）第5号", "青政发〔2024〕5号"), ("", "无文号")],
)
def test_number_keys(one: str, other: str) -> None:
    assert naming.number_key(one) == naming.number_key(other)
