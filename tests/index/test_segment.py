"""Segmentation against jieba itself, and the dictionary that a build leaves."""

import io

import jieba
import pytest
from beishen.corpora.laws.store import LawStore
from beishen.index import tokens
from beishen.index.segment import Segmenter

TEXTS = (
    "县级以上地方人民政府市场监督管理部门负责本行政区域内的价格监督检查工作",
    "未取得许可证擅自从事餐饮服务的责令停止违法行为没收违法所得",
    "燧石村村民委员会主任鄢麒麟霈霈",
    "的",
    "甲乙丙丁戊己庚辛壬癸",
    "申请人对不予受理决定不服的可以自收到决定书之日起六十日内申请行政复议",
)


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
    assert [cutter.terms(tokens.lexical_text(article)) for article in articles] == cut
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
    assert [longer.terms(tokens.lexical_text(article)) for article in first] == before
    assert [longer.terms(tokens.lexical_text(article)) for article in rest] == cut
    assert tokens.extend(longer, rest)[0] is longer
