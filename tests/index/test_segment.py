"""Segmentation against jieba itself, and the dictionary that a build leaves."""

import io
import random
from collections.abc import Sequence

import jieba
import pytest
from beishen.corpora.laws.store import LawStore
from beishen.corpora.text import Article
from beishen.index import mass, tokens
from beishen.index.mass import Mass
from beishen.index.segment import Segmenter
from beishen.index.terms import Terms

TEXTS = (
    "县级以上地方人民政府市场监督管理部门负责本行政区域内的价格监督检查工作",
    "未取得许可证擅自从事餐饮服务的责令停止违法行为没收违法所得",
    "燧石村村民委员会主任鄢麒麟霈霈",
    "的",
    "甲乙丙丁戊己庚辛壬癸",
    "申请人对不予受理决定不服的可以自收到决定书之日起六十日内申请行政复议",
)


def cut_singly(cutter: tokens.Cutter, articles: Sequence[Article]) -> list[list[str]]:
    return [sorted(cutter.terms(tokens.lexical_text(article))) for article in articles]


def in_order(terms: Terms) -> list[list[str]]:
    return [sorted(each) for each in terms.lists()]


@pytest.fixture(scope="module")
def whole() -> tuple[jieba.Tokenizer, Segmenter]:
    with jieba.Tokenizer().get_dict_file() as file:
        data = file.read()
    theirs = jieba.Tokenizer()
    theirs.FREQ, theirs.total = theirs.gen_pfdict(io.BytesIO(data))
    theirs.initialized = True
    lines = (line.split(" ") for line in data.decode("utf-8").splitlines())
    return theirs, Segmenter({word: int(count) for word, count, *_ in lines})


@pytest.mark.parametrize("text", TEXTS)
def test_runs_are_cut_as_jieba_cuts_them(whole: tuple[jieba.Tokenizer, Segmenter], text: str) -> None:
    theirs, ours = whole
    assert list(ours.cut(text)) == list(theirs.cut_for_search(text))


def test_articles_are_cut_as_with_the_whole_dictionary(
    whole: tuple[jieba.Tokenizer, Segmenter], laws: LawStore
) -> None:
    articles = tuple(laws.articles())
    cutter, cut = tokens.prepare(articles)
    assert cut_singly(cutter, articles) == in_order(cut)
    words = {line.split(" ")[0] for line in cutter.dictionary.splitlines()}
    assert {"花灯", "罚款", "许可证"} <= words
    assert len(words) < 400
    assert whole[1].known("机动车")


def test_words_met_later_join_the_dictionary_and_change_no_older_cut(laws: LawStore) -> None:
    articles = tuple(laws.articles())
    first, rest = articles[:10], articles[10:]
    cutter, before = tokens.prepare(first)
    longer, cut = tokens.extend(cutter, rest)
    assert len(longer.dictionary) > len(cutter.dictionary)
    assert cut_singly(longer, first) == in_order(before)
    assert cut_singly(longer, rest) == in_order(cut)
    assert tokens.extend(longer, rest)[0] is longer


def test_many_runs_at_once_are_cut_as_one_by_one(
    whole: tuple[jieba.Tokenizer, Segmenter], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the runs are: of the dictionary's words, of loose characters, unknown ones, long and short."""
    monkeypatch.setattr(mass, "PART", 400)
    draw, ours = random.Random(5), whole[1]
    signs = [*sorted(set("".join(TEXTS))), "\u3400", "\u4dbf", "\u9ffe"]
    loose = ["".join(draw.choices(signs, k=draw.randint(1, 30))) for _ in range(150)]
    pieces = ["".join(text[at : at + draw.randint(1, 9)] for at in draw.choices(range(30), k=4)) for text in TEXTS[:3]]
    runs = [*TEXTS, *loose, *pieces, "罚款" * 200]
    met: set[str] = set()
    singly = [sorted(ours.cut(run, met)) for run in runs]
    cutting = Mass(ours)
    assert in_order(cutting.cut(runs)) == singly
    assert cutting.met == met
    assert cutting.cut(()).lists() == []


def test_a_large_build_cuts_as_a_small_one(laws: LawStore, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = tuple(laws.articles())
    small, cut = tokens.prepare(articles)
    monkeypatch.setattr(tokens, "MANY", 1)
    large, again = tokens.prepare(articles)
    assert in_order(again) == in_order(cut)
    assert large.dictionary == small.dictionary


def test_terms_are_put_together_and_left_out() -> None:
    terms = Terms.of([["灯", "船", "灯"], [], ["船"]]).beside(["gb"])
    assert terms.lists() == [["灯", "船", "灯"], [], ["船"], ["gb"]]
    assert terms.joined([3, 0, 0, 1], [2, 0, 2]).lists() == [["gb", "灯", "船", "灯"], [], ["灯", "船", "灯"]]
    assert terms.without(["灯"]).lists() == [["船"], [], ["船"], ["gb"]]
    assert Terms.of([]).joined([], []).lists() == []


def test_text_that_normal_leaves_alone_has_the_same_terms() -> None:
    text = "（一）罚款3.5万元；《花灯法》第二条，“展览”gb 2024。\u3000\n船、灯：5.12"
    assert tokens.PLAIN.fullmatch(text)
    assert tokens.WORD.findall(text) == tokens.WORD.findall(tokens.normal(text))
