"""The document as a whole: definitions carried, clauses against one another, superior text copied."""

import pytest
from beishen.corpora.intake import read
from beishen.corpora.readers.formats import accept
from beishen.corpora.text import Document
from beishen.eval.cases import DAY
from beishen.review.definitions import terms_of
from beishen.review.engine import Engine
from beishen.review.finding import Finding, FindingLevel
from beishen.review.pipeline import Examined, examine

CLOSING = "本办法自公布之日起施行。"


def draft(*clauses: str, title: str = "云溪镇集市摊位管理办法") -> Document:
    numbers = "一二三四五六七八九"
    lines = [f"第{numbers[i]}条　{words}" for i, words in enumerate((*clauses, CLOSING))]
    return read(accept("办法.txt", "\n".join((title, *lines, "云溪镇人民政府", "2026年3月5日")).encode()))


def internal(found: Examined) -> list[Finding]:
    return [finding for finding in found.findings if finding.rule.startswith("internal.")]


def test_definitions_and_scope_are_read() -> None:
    document = draft(
        "本办法适用于本镇集市内的摊位经营活动。",
        "本办法所称临时摊位，是指经营时间不足三个月的摊位。本办法所称市场开办者（以下简称开办者），指设立集市的组织。",
        "临时摊位应当整洁。",
    )
    terms = terms_of(document)
    assert {(d.term, d.clause) for d in terms.definitions} == {
        ("临时摊位", "2"), ("市场开办者", "2"), ("开办者", "2"),
    }  # fmt: skip
    assert terms.scope_clause == "1"
    assert [d.term for d in terms.used("临时摊位应当整洁。")] == ["临时摊位"]


@pytest.mark.parametrize(
    "words", ["以人民至上的理念为指导，推进集市建设。", "在镇政府的指导下开展工作，加强监督指导。"]
)
def test_guidance_is_no_definition(words: str) -> None:
    assert terms_of(draft(words)).definitions == ()


@pytest.mark.encoder
def test_a_finding_shows_the_definition_its_clause_relies_on(engine: Engine) -> None:
    document = draft("本办法所称流动摊位，是指没有固定经营场所的摊位。", "流动摊位逾期不清理垃圾的，处五百元罚款。")
    found = next(f for f in examine(document, engine, DAY).findings if f.clause == "2")
    assert found.why["terms"][0]["term"] == "流动摊位"  # type: ignore[index]
    assert "没有固定经营场所" in found.why["terms"][0]["meaning"]  # type: ignore[index]


@pytest.mark.encoder
@pytest.mark.parametrize(
    ("first", "second", "fires"),
    [
        ("镇政府应当自收到摊位申请之日起十日内作出答复。", "镇政府应当自收到摊位申请之日起二十日内作出答复。", True),
        ("镇政府应当自收到摊位申请之日起十日内作出答复。", "镇政府应当自收到摊位申请之日起10日内作出答复。", False),
        (
            "镇政府应当自收到摊位申请之日起十日内作出答复。",
            "镇政府应当自收到续租申请之日起二十日内书面通知经营户。",
            False,
        ),
        ("一级摊位的保证金标准为每个摊位五百元。", "二级摊位的保证金标准为每个摊位三百元。", False),
        (
            "违反本办法第三条规定的，由镇政府责令停止违法行为、恢复原状，处五百元罚款。",
            "违反本办法第四条规定的，由镇政府责令停止违法行为、恢复原状，处三千元罚款。",
            False,
        ),
    ],
)
def test_clauses_against_one_another(engine: Engine, first: str, second: str, fires: bool) -> None:
    found = internal(examine(draft(first, "集市应当保持整洁。", second), engine, DAY))
    assert bool(found) == fires
    for finding in found:
        assert finding.clause == "3"
        assert "第一条" in finding.message
        assert finding.level in (FindingLevel.DOUBT, FindingLevel.HINT)


@pytest.mark.encoder
@pytest.mark.parametrize(
    ("events", "level"),
    [
        (("摊位发生火灾的，摊主应当立即报警。", "外来客商租用仓库的，应当登记。"), FindingLevel.HINT),
        (("摊位发生火灾的，摊主应当立即报警。", "摊位发生火灾的，摊主应当立即报警。"), FindingLevel.DOUBT),
    ],
)
def test_what_stands_before_tells_the_matter(engine: Engine, events: tuple[str, str], level: FindingLevel) -> None:
    report = "集市管理所应当在{}内上报镇人民政府和县商务主管部门。"
    first, second = (event + report.format(days) for event, days in zip(events, ("三日", "五日"), strict=True))
    found = internal(examine(draft(first, "集市应当保持整洁。", second), engine, DAY))
    assert [finding.level for finding in found] == [level]


@pytest.mark.encoder
def test_copied_text_is_counted_with_its_source(engine: Engine) -> None:
    article = engine.store.article("中华人民共和国行政许可法", "第三十二条", DAY)
    assert article is not None
    repeated = "".join(article.text.split("\n"))
    found = examine(draft(repeated, "摊主应当每天早晨清扫摊位门前的落叶和积水。"), engine, DAY).copied
    assert found is not None
    assert [(c.clause.partition(".")[0], c.law, c.article) for c in found.clauses[:1]] == [
        ("1", "中华人民共和国行政许可法", "第三十二条")
    ]
    assert 0.5 < found.share < 1.0
    own = examine(draft("摊主应当每天早晨清扫摊位门前的落叶和积水。"), engine, DAY).copied
    assert own is not None and own.share == 0.0
