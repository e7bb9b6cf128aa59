"""The table of articles: every row tells its examples apart, is silent in current law, and mistakes name the file."""

from pathlib import Path

import pytest
from beishen.corpora.errors import RuleInvalid
from beishen.eval.articles import hits, own
from beishen.eval.cases import DAY
from beishen.review import articles
from beishen.review.articles import Stated, possible, stated
from beishen.review.engine import Engine
from beishen.review.norms import fixed, matters

ROW = """
[[stated]]
about = ['图书馆', '押金|借阅']
breach = ['(?:收取|缴纳)…押金']
unless = '自愿'
ground = "中华人民共和国公共图书馆法第三十三条"
says = "免费开放"
types = ["fee"]
bad = ["读者借阅图书馆图书，应当缴纳一百元押金。"]
good = ["读者借阅图书馆图书，不得收取押金。"]
"""


def table(folder: Path, text: str = ROW) -> tuple[Stated, ...]:
    path = folder / "library.toml"
    path.write_text(text, encoding="utf-8")
    return stated((path,))


def test_a_row_fires_on_its_breach_and_not_behind_a_ban(tmp_path: Path) -> None:
    rows = table(tmp_path)
    (hit,) = hits(rows, "图书馆对借阅者收取押金二百元。")
    assert hit.words == "收取押金"
    assert not list(hits(rows, "图书馆不得向借阅者收取押金。"))
    assert not list(hits(rows, "图书馆向借阅者收取押金的，由读者自愿选择。"))
    assert not list(hits(rows, "体育馆对租用者收取押金二百元。"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["fee"]', '["sin"]', "sin"),
        ("'(?:收取|缴纳)…押金'", "'('", "正则"),
        ('says = "免费开放"\n', "", "says"),
        ("[[stated]]", "[[stated", "TOML"),
        ("第三十三条", "", "第…条"),
    ],
)
def test_a_mistake_names_the_file_and_the_reason(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in ROW
    with pytest.raises(RuleInvalid, match=said) as caught:
        table(tmp_path, ROW.replace(old, new, 1))
    assert "library.toml" in str(caught.value)


def test_no_row_is_passed_over() -> None:
    """Choosing rows by the words they need finds every row that fires on its own example."""
    for row in stated():
        assert all(row in possible(text) for text in row.data.bad)


def test_possible_rows_come_in_the_order_of_the_table() -> None:
    text = "".join(row.data.bad[0] for row in stated())
    assert possible(text) == stated()


@pytest.mark.encoder
def test_every_row_tells_its_examples_apart_and_rests_on_an_article_in_force(engine: Engine) -> None:
    assert own(stated(), engine.store) == ()


@pytest.mark.encoder
def test_current_law_breaks_no_row(engine: Engine) -> None:
    found = [
        (hit.row.file, hit.row.data.says, hit.words, article.law, article.number)
        for article in engine.store.articles(DAY)
        for hit in hits(stated(), article.text, article.law)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("kind", "row", "said"),
    [
        ("number", 'about = ["残疾人"]\nmax = "三十日"', "ground"),
        ("number", 'about = ["残疾人"]\nmaximum = "三十日"\nground = "中华人民共和国残疾人保障法第五条"', "maximum"),
        ("number", 'about = ["("]\nmax = "30日"\nground = "中华人民共和国残疾人保障法第五条"', "残疾人保障法"),
        ("matter", 'name = "甲"\npattern = "乙"\nleast = "村级"\nground = "中华人民共和国残疾人保障法第五条"', "村级"),
    ],
)
def test_a_mistake_in_a_number_or_matter_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, row: str, said: str
) -> None:
    (tmp_path / "library.toml").write_text(f"[[{kind}]]\n{row}\n", encoding="utf-8")
    monkeypatch.setattr(articles, "FOLDER", tmp_path)
    with pytest.raises(RuleInvalid, match=said) as caught:
        list((fixed if kind == "number" else matters).__wrapped__())
    assert "library.toml" in str(caught.value)


def test_a_gap_does_not_run_over_a_ban(tmp_path: Path) -> None:
    loose = ROW.replace("'(?:收取|缴纳)…押金'", "'图书馆[^。；]{0,30}押金'")
    rows = table(tmp_path, loose)
    assert list(hits(rows, "图书馆借阅图书时收取一百元押金。"))
    assert not list(hits(rows, "图书馆在借阅时严禁以任何名义收押金。"))
