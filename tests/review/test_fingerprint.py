"""The same finding of the next version keeps its fingerprint; another clause, rule or sum has another."""

import pytest
from beishen.corpora.intake import read
from beishen.corpora.readers.formats import accept
from beishen.corpora.text import Document, Span
from beishen.review.finding import Finding, FindingLevel
from beishen.review.fingerprint import fingerprint, plain_words

WORDS = "逾期未清理的，处五百元罚款"


def draft(*clauses: str) -> Document:
    numbers = "一二三四五六七八九"
    lines = [f"第{numbers[i]}条　{words}" for i, words in enumerate(clauses)]
    text = "\n".join(("云溪镇河道管理办法", *lines, "云溪镇人民政府", "2026年3月5日"))
    return read(accept("办法.txt", text.encode()))


def on(document: Document, words: str, rule: str = "penalty.set@1") -> str:
    start = document.text.index(words)
    clause = next(c.id for c in document.clauses if c.span.start <= start < c.span.end)
    finding = Finding(
        "f1", rule, FindingLevel.DOUBT, ("penalty",), clause, Span(start, start + len(words)), words, "请核对。"
    )
    return fingerprint(finding, document)


FIRST = draft("为了保护河道，制定本办法。", f"沿岸居民应当清理门前垃圾；违反第一条，{WORDS}。", "自公布之日起施行。")


def test_a_moved_and_renumbered_clause_is_the_same() -> None:
    moved = draft(
        "为了保护河道，制定本办法。",
        "本办法适用于本镇。",
        "镇政府负责巡查。",
        f"沿岸居民应当清理门前垃圾； 违反本办法第二条， {WORDS}。",
    )
    assert on(FIRST, WORDS) == on(moved, WORDS)


@pytest.mark.parametrize(
    "other",
    [
        "沿岸居民应当清理门前垃圾；违反第一条，逾期未清理的，处八百元罚款。",
        f"沿岸商户应当清理门前垃圾；违反第一条，{WORDS}。",
    ],
)
def test_other_words_are_another_finding(other: str) -> None:
    changed = draft("为了保护河道，制定本办法。", other)
    quote = other.partition("第一条，")[2].rstrip("。")
    assert on(FIRST, WORDS) != on(changed, quote)


def test_rule_decides_and_its_version_does_not() -> None:
    assert on(FIRST, WORDS) == on(FIRST, WORDS, "penalty.set@2")
    assert on(FIRST, WORDS) != on(FIRST, WORDS, "fee.set@1")


def test_two_places_of_one_clause_are_two_findings() -> None:
    assert on(FIRST, WORDS) != on(FIRST, "沿岸居民应当清理门前垃圾")


def test_articles_of_laws_stay_words() -> None:
    assert plain_words("依照《水法》第六十五条处理") != plain_words("依照《水法》第六十六条处理")
    assert plain_words("依照水法第六十五条处理") != plain_words("依照水法第六十六条处理")
    assert plain_words("依照第五条处理") == plain_words("依照本办法第七条处理")
    assert plain_words("（一）罚款 500元；（二）警告") == plain_words("(二)罚款500元；(三)警告")
