"""Law mentions in running text, and what became of them on a day."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from beishen.corpora.article_labels import read_labels
from beishen.corpora.citation import Reason, mentions, resolve
from beishen.corpora.laws.default import build_default
from beishen.corpora.laws.store import LawStore
from beishen.corpora.text import LawMention, Span
from hypothesis import given
from hypothesis import strategies as st


def found(text: str) -> list[tuple[str, str]]:
    return [(m.name, "".join(m.numbers)) for m in mentions(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第十七条", ("第十七条",)),
        ("第十七条第二款第（三）项的规定", ("第十七条",)),
        ("第三条至第五条", ("第三条", "第四条", "第五条")),
        ("第三条、第五条第一款和第八条之一", ("第三条", "第五条", "第八条之一")),
        ("第三、四条", ("第三条", "第四条")),
        ("第三至五条", ("第三条", "第四条", "第五条")),
        ("第 12 条第1款", ("第十二条",)),
        ("第二条第一款、第三款，第九条", ("第二条", "第九条")),
        ("第五条至第三条", ("第五条", "第三条")),
        ("的第六条", ("第六条",)),
        ("第二章", ()),
        ("规定", ()),
    ],
)
def test_labels(text: str, expected: tuple[str, ...]) -> None:
    labels, end = read_labels(text, 0)
    assert labels == expected
    assert bool(end) == bool(expected)


@given(first=st.integers(1, 60), length=st.integers(0, 30))
def test_a_range_holds_every_article(first: int, length: int) -> None:
    labels, _ = read_labels(f"第{first}条至第{first + length}条", 0)
    assert len(labels) == length + 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("根据《中华人民共和国行政处罚法》第九条制定", [("中华人民共和国行政处罚法", "第九条")]),
        ("依照《甲法》和《乙条例》第二条处理", [("甲法", ""), ("乙条例", "第二条")]),
        ("违反行政许可法第十二条的", [("行政许可法", "第十二条")]),
        ("依照食品安全法的规定处罚", [("食品安全法", "")]),
        ("中华人民共和国土地管理法的规定", [("中华人民共和国土地管理法", "")]),
        ("按照招标投标法实施条例的规定", [("招标投标法实施条例", "")]),
        ("依照《某省实施〈中华人民共和国水法〉办法》第八条", [("某省实施《中华人民共和国水法》办法", "第八条")]),
        ("《某某管理规定》（财政部令第85号）第三条", [("某某管理规定", "第三条")]),
        ("《某某管理规定》（2019年修订）第三条", [("某某管理规定", "第三条")]),
    ],
)
def test_named(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "违反本办法第九条的，依照本条例第三条处理。",
        "贯彻《国务院关于做好某项工作的通知》（国发〔2014〕5号）。",
        "按照《某市灯具管理办法》（某政发〔2014〕5号）执行。",
        "现将《某市灯具管理办法》印发给你们，请遵照执行。",
        "某局关于印发《某市灯具管理办法》的通知",
        "采用综合评分法和收益法，方法合法，严格执法。",
        "规范性文件有本条例第二十一条所列情形之一的",
        "在中华人民共和国境内依法设立的机构",
        "遵守宪法和法律",
        "遵守食品安全法律、法规",
        "严格遵守《中国共产党纪律处分条例》",
        "公司法定代表人签字",
        "符合国家标准《花灯检验规程》的要求",
        "符合《花灯安全规则》（IMO code）和《国际花灯规则》",
    ],
)
def test_not_a_law_mention(text: str) -> None:
    assert found(text) == []


def test_title_of_the_document_itself() -> None:
    text = "某市花灯管理规定\n第一条 根据《甲条例》，制定本规定。\n第二条 《某市花灯管理规定》由市政府解释。"
    assert found(text) == [("甲条例", "")]


def test_older_text_of_the_same_title_is_repealed() -> None:
    text = "某市花灯管理规定\n第九条 本规定自发布之日起施行。市政府令第3号公布的《某市花灯管理规定》同时废止。"
    (mention,) = mentions(text)
    assert (mention.name, mention.role) == ("某市花灯管理规定", "repeal")


def test_printed_document_stays_outside_wherever_named() -> None:
    text = "现将《花灯管理细则》印发给你们。\n各单位按照《花灯管理细则》第三条办理。"
    assert found(text) == []


def test_short_names_of_the_document() -> None:
    text = "根据《某省灯会条例》（以下简称《条例》）制定。违反《条例》第三条的，依照《条例》处理。"
    assert found(text) == [("某省灯会条例", ""), ("某省灯会条例", "第三条"), ("某省灯会条例", "")]


def test_short_name_without_marks() -> None:
    text = "根据《中华人民共和国灯会秩序法》(以下简称灯会秩序法)第二条。灯会秩序法第五条规定。"
    name = "中华人民共和国灯会秩序法"
    assert found(text) == [(name, "第二条"), (name, "第五条")]


def test_short_name_behind_an_order_number() -> None:
    text = "《灯会账户办法》（财政部令〔2003〕第5号，以下简称《办法》）第十七条；《办法》第九条。"
    assert found(text) == [("灯会账户办法", "第十七条"), ("灯会账户办法", "第九条")]


def test_that_law() -> None:
    assert found("《甲法》有规定，该法第六条另有规定。") == [("甲法", ""), ("甲法", "第六条")]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("根据《甲法》，结合本市实际，制定本办法。", "basis"),
        ("由公安机关依照《甲法》予以处罚。", "apply"),
        ("《甲办法》同时废止。", "repeal"),
        ("市民学习《甲法》。", "mention"),
    ],
)
def test_roles(text: str, role: str) -> None:
    assert [m.role for m in mentions(text)] == [role]


@given(st.text(alphabet="《》〈〉（）第条一二法条例、的根据\n甲 ", max_size=60))
def test_spans_are_ordered_and_inside(text: str) -> None:
    spans = [m.span for m in mentions(text)]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert spans == sorted(spans)


@pytest.fixture(scope="module")
def laws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LawStore]:
    path = tmp_path_factory.mktemp("laws") / "laws.db"
    build_default(path)
    with LawStore.open(path) as store:
        yield store


DAY = date(2026, 11, 23)


def ask(laws: LawStore, name: str, *numbers: str, day: date = DAY):  # type: ignore[no-untyped-def]
    return resolve(laws, LawMention(name, numbers, Span(0, 1)), day)


def test_found(laws: LawStore) -> None:
    answer = ask(laws, "行政许可法", "第十七条", "第十八条")
    assert answer.reason is Reason.FOUND
    assert [article.number for article in answer.articles] == ["第十七条", "第十八条"]


def test_reasons(laws: LawStore) -> None:
    assert ask(laws, "行政许可法", "第三百条").missing == ("第三百条",)
    assert ask(laws, "行政许可法", "第三百条").reason is Reason.NO_SUCH_ARTICLE
    assert ask(laws, "某县灯会条例").reason is Reason.NOT_IN_STORE
    repealed = ask(laws, "环境保护法", "第一条")
    assert (repealed.reason, repealed.by) == (Reason.REPEALED, "中华人民共和国生态环境法典")
    assert ask(laws, "环境保护法", "第一条", day=date(2026, 8, 14)).reason is Reason.FOUND
    gone = ask(laws, "合同法", "第八条")
    assert (gone.reason, gone.since) == (Reason.REPEALED, date(2021, 1, 1))
    coming = ask(laws, "医疗保障法", "第一条")
    assert (coming.reason, coming.since) == (Reason.NOT_YET_IN_FORCE, date(2027, 1, 1))


def test_an_older_text_the_store_lacks_is_not_called_not_yet_in_force(laws: LawStore) -> None:
    assert ask(laws, "安全生产法", "第一条", day=date(2015, 1, 1)).reason is Reason.VERSION_NOT_HELD


def test_gold_of_real_documents(shared: Path) -> None:
    from beishen.eval.corpora_citations import score

    result = score(shared / "documents")
    assert result.gold >= 300
    assert result.precision is not None and result.precision >= 0.99
    assert result.recall is not None and result.recall >= 0.97
