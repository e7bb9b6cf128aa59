"""Citations of law that has gone, moved, or is not yet there, with the default law store."""

from datetime import date
from pathlib import Path

import pytest
from beishen.corpora.errors import RuleInvalid
from beishen.corpora.intake import read
from beishen.corpora.readers.formats import accept
from beishen.review.checks import liveness
from beishen.review.checks.ended import ended
from beishen.review.engine import Engine
from beishen.review.finding import Finding, FindingLevel
from beishen.review.pipeline import citations_of, setting_of

DAY = date(2026, 11, 23)
HEAD = "云溪县人民政府关于规范码头管理的通知\n云溪政发〔{year}〕3号\n\n各乡镇人民政府：\n现将有关事项通知如下：\n"
TAIL = "\n二、本通知自印发之日起施行。\n\n云溪县人民政府\n{year}年3月1日\n"


def stale(engine: Engine, clause: str, year: int = 2024, day: date = DAY) -> tuple[Finding, ...]:
    text = (HEAD + "一、" + clause + TAIL).format(year=year)
    setting = setting_of(read(accept("通知.txt", text.encode())), engine, day)
    return liveness.check(setting, citations_of(setting), engine.standard)


@pytest.mark.parametrize(
    ("law", "by", "day"),
    [
        ("中华人民共和国大气污染防治法", "生态环境法典", DAY),
        ("中华人民共和国环境保护法", "生态环境法典", DAY),
        ("固体废物污染环境防治法", "生态环境法典", DAY),
        ("中华人民共和国合同法", "民法典", DAY),
        ("物权法", "民法典", date(2021, 1, 1)),
    ],
)
def test_repealed_law_names_what_repealed_it_and_cites_its_article(
    engine: Engine, law: str, by: str, day: date
) -> None:
    (found,) = stale(engine, f"码头经营者违反规定的，依照《{law}》处理。", day=day)
    assert found.rule.startswith("stale.repealed@")
    assert by in found.message
    assert found.quote.strip("《》") == law
    assert found.level is FindingLevel.CONFLICT
    shown = [c for c in found.citations if c.role == "conflict"]
    assert by in shown[0].law
    assert "废止" in shown[0].text
    assert law.removeprefix("中华人民共和国") in shown[0].text


def test_the_same_law_the_day_before_its_repeal_is_quiet(engine: Engine) -> None:
    assert stale(engine, "依照《中华人民共和国合同法》处理。", 2019, date(2020, 12, 31)) == ()
    assert stale(engine, "依照《中华人民共和国合同法》处理。", 2019, date(2021, 1, 1)) != ()


def test_a_law_adopted_but_not_yet_in_force(engine: Engine) -> None:
    (found,) = stale(engine, "依照《中华人民共和国民法典》处理。", 2020, date(2020, 7, 1))
    assert found.rule.startswith("stale.future@")
    assert "2021年01月01日" in found.message
    assert found.level is FindingLevel.HINT


def test_a_renumbered_article_shows_where_its_matter_stands_now(engine: Engine) -> None:
    """仲裁法 of 2017, art. 9 on finality, stands in art. 10 of the text in force since 2026."""
    (found,) = stale(engine, "裁决的效力见《中华人民共和国仲裁法》第九条。", 2019)
    assert found.rule.startswith("stale.renumbered@")
    assert "第九条现为第十条" in found.message
    assert [c.article for c in found.citations] == ["第十条"]


def test_the_same_number_in_a_new_document_is_quiet(engine: Engine) -> None:
    assert stale(engine, "裁决的效力见《中华人民共和国仲裁法》第九条。", 2026) == ()


def test_an_article_that_is_not_there(engine: Engine) -> None:
    (found,) = stale(engine, "依照《中华人民共和国行政处罚法》第三百条处理。")
    assert found.rule.startswith("stale.article@")
    assert "第三百条" in found.message
    assert found.level is FindingLevel.DOUBT


@pytest.mark.parametrize(
    "clause",
    [
        "《云溪县合同管理办法》同时废止。",
        "依照《中华人民共和国行政处罚法》第十六条办理。",
        "依照《云溪县码头管理办法》第三条办理。",
        "码头经营者应当挂牌经营。",
        "《中华人民共和国物权法》施行前已经建成的码头，继续使用。",
        "配合做好修改《合同法》有关规定的调研。",
    ],
)
def test_quiet(engine: Engine, clause: str) -> None:
    assert stale(engine, clause) == ()


def test_one_finding_per_law_counts_its_places(engine: Engine) -> None:
    clause = "订立合同依照《合同法》办理，解除合同依照《合同法》办理，登记依照《物权法》办理。"
    found = stale(engine, clause)
    assert sorted((f.quote, f.why["places"]) for f in found) == [("《合同法》", 2), ("《物权法》", 1)]


def test_a_law_that_is_basis_and_applied_by_name_is_two_places_to_correct(engine: Engine) -> None:
    basis = "根据《中华人民共和国合同法》等规定，现就合同管理有关事项通知如下。"
    assert len(stale(engine, basis + "\n二、解除合同依照《中华人民共和国合同法》办理。")) == 2
    short = basis.replace("》等", "》（以下简称《约定法》）等")
    assert len(stale(engine, short + "\n二、解除合同依照《约定法》办理。")) == 1


MOVED = [
    (
        "执法人员在调查或者进行检查时，应当主动向当事人出示执法证件，这是《行政处罚法》第三十七条的要求。",
        2026,
        "第五十五条",
    ),
    ("当事人可以自知道行政行为之日起六十日内申请复议，依据是《行政复议法》第九条。", 2026, "第二十条"),
    ("限制人身自由的行政处罚权只能由公安机关和法律规定的其他机关行使，见《行政处罚法》第十六条。", 2006, "第十八条"),
]
STAYS = [
    "当事人可以自知道行政行为之日起六十日内申请复议，依据是《行政复议法》第二十条。",
    "违反《行政处罚法》第三十七条，执法人员在调查或者进行检查时未主动向当事人出示执法证件的，给予批评教育。",
    "除《行政处罚法》第五十一条规定的可以当场作出的行政处罚外，发现有依法应当给予行政处罚的行为的，必须全面、客观、公正地调查，收集有关证据。",
    "执法人员在调查或者进行检查时未主动向当事人出示执法证件的，依照《行政处罚法》第七十六条给予处分。",
    "执法人员在调查或者进行检查时，应当主动向当事人出示执法证件，依据《行政处罚法》第三十七条、第五十五条。",
    "执法人员在调查或者进行检查时，应当主动向当事人出示执法证件，依据《行政处罚法》第三十七条和《行政强制法》第十八条。",
    "行政机关根据听证笔录，依照《行政处罚法》第五十七条的规定作出决定，听证结束后进行。",
    "办理本事项依据《行政处罚法》第三十七条。",
    "《监察法》第十五条第六项规定的人员有违法行为的，监察机关可以予以警告、记过、记大过、降级、撤职、开除。",
]


@pytest.mark.parametrize(("clause", "year", "now"), MOVED)
def test_a_number_that_has_moved_is_told_by_the_words(engine: Engine, clause: str, year: int, now: str) -> None:
    (found,) = stale(engine, clause, year)
    assert found.rule.startswith("stale.moved@")
    assert found.level is FindingLevel.DOUBT
    assert f"见{now}" in found.message
    assert [c.article for c in found.citations if c.role == "standard"] == [now]
    assert all(c.in_force for c in found.citations)


@pytest.mark.parametrize("clause", STAYS)
def test_a_number_cited_otherwise_is_left_alone(engine: Engine, clause: str) -> None:
    assert stale(engine, clause) == ()


ENDED = [
    ("税前扣除按照《企业所得税税前扣除办法》(国税发[2000]84号)执行。", "国税发[2000]84号"),
    ("码头企业可以按国税发〔2000〕38号文件核定征收。", "国税发〔2000〕38号"),
    ("代理服务费参照计价格〔2002〕1980号规定的标准收取。", "计价格〔2002〕1980号"),
]
LIVES = [
    "房地产企业按照国税发〔2009〕31号文件申报。",
    "税前扣除按照鲁国税发〔2000〕84号文件执行。",
    "《企业所得税税前扣除办法》(国税发〔2000〕84号)废止后，按照企业所得税法执行。",
    "代理服务费由双方约定，不再执行计价格〔2002〕1980号规定的标准。",
]


@pytest.mark.parametrize(("clause", "words"), ENDED)
def test_a_document_that_has_ended_is_found_by_its_number(engine: Engine, clause: str, words: str) -> None:
    (found,) = stale(engine, clause)
    assert found.rule.startswith("stale.document@")
    assert (found.quote, found.level, found.citations) == (words, FindingLevel.DOUBT, ())


@pytest.mark.parametrize("clause", LIVES)
def test_other_documents_and_the_end_itself_are_quiet(engine: Engine, clause: str) -> None:
    assert stale(engine, clause) == ()


def test_a_document_has_not_ended_before_its_day(engine: Engine) -> None:
    clause = "码头企业可以按国税发〔2000〕38号文件核定征收。"
    assert stale(engine, clause, 2006, date(2007, 12, 31)) == ()
    assert len(stale(engine, clause, 2006, date(2008, 1, 1))) == 1


def test_every_ended_document_is_a_row_once() -> None:
    rows = [row for same in ended().values() for row in same]
    assert len({row.number for row in rows}) == len(rows)
    for row in rows:
        assert date(1990, 1, 1) < row.day <= DAY, row
        assert row.number not in row.by, row


def test_a_table_of_documents_with_a_mistake_names_the_file(tmp_path: Path) -> None:
    table = tmp_path / "ended.toml"
    table.write_text('ended = [{ number = "国税发84号", title = "甲", by = "乙", day = 2008-01-01 }]')
    with pytest.raises(RuleInvalid, match=r"ended\.toml"):
        ended(table)
