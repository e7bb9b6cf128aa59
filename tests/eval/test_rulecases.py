"""Cases keep apart in a common document, and a case that fails is seen to fail."""

from dataclasses import replace

import pytest
from beishen.eval.casedoc import FIRST
from beishen.eval.rulecases import TOGETHER, Case, documents, load, reviewed, written
from beishen.review.engine import Engine

CASE = Case(
    "fee",
    1,
    "fee.charge",
    True,
    "摊主应当向镇政府缴纳卫生管理费三百元。",
    "关于加强集市管理的通知",
    "双塔镇人民政府",
    "",
    "",
)


@pytest.mark.parametrize("title", ["双塔镇集市管理办法", "关于加强集市管理的通知", "双塔镇人民政府关于禁止占道的通告"])
@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("第九条 摊主应当挂牌。", "摊主应当挂牌。"),
        ("三、摊主应当挂牌。", "摊主应当挂牌。"),
        ("（二）摊主应当挂牌。", "摊主应当挂牌。"),
        ("2. 摊主应当挂牌。", "摊主应当挂牌。"),
        ("2022年已发的牌照继续有效。", "2022年已发的牌照继续有效。"),
        ("3.5米以上的摊位应当报备。", "3.5米以上的摊位应当报备。"),
        ("摊主应当挂牌：\n（一）姓名；\n（二）摊位号。", "（二）摊位号。"),
    ],
)
def test_every_case_is_a_clause_of_its_own(title: str, text: str, stands: str) -> None:
    document = written(tuple(replace(CASE, place=n, text=text, title=title) for n in range(TOGETHER)))
    assert document.title is not None
    assert document.title.value == title
    clauses: dict[str, str] = {}
    for clause in document.clauses:
        number = clause.id.split(".")[0]
        clauses[number] = clauses.get(number, "") + clause.span.of(document.text)
    for number in range(FIRST, FIRST + TOGETHER):
        assert stands in clauses[str(number)]
        assert text.count("（一）") == clauses[str(number)].count("（一）")


def test_no_case_is_lost_and_no_document_mixes_heads() -> None:
    cases = load()
    groups = list(documents(cases))
    assert sorted(case.id for group in groups for case in group) == sorted(case.id for case in cases)
    assert len({case.id for case in cases}) == len(cases)
    assert all(len({case.head for case in group}) == 1 for group in groups)
    assert max(map(len, groups)) <= TOGETHER


@pytest.mark.encoder
def test_a_case_that_fails_is_seen(engine: Engine) -> None:
    wrong = replace(CASE, place=2, fires=False)
    silent = replace(CASE, place=3, text="摊主可以自愿参加评比。")
    heard = reviewed((CASE, wrong, silent), engine)
    assert [case.kept(heard[case.id]) for case in (CASE, wrong, silent)] == [True, False, False]
    assert replace(silent, fires=False).kept(heard[silent.id])
