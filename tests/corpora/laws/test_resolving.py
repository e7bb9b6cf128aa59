"""Citations followed to where their matter stands."""

from datetime import date

from beishen.corpora.laws.resolving import Reason, resolve
from beishen.corpora.laws.store import LawStore
from beishen.corpora.text import LawMention, Span

DAY = date(2020, 1, 1)


def test_renumbered_by_the_date_of_the_document(small: LawStore) -> None:
    mention = LawMention("花园法", ("第二条",), Span(0, 1))
    assert resolve(small, mention, DAY).reason is Reason.FOUND
    answer = resolve(small, mention, DAY, written=date(2005, 1, 1))
    assert (answer.reason, answer.moved) == (Reason.RENUMBERED, (("第二条", "第三条"),))
    assert [article.number for article in answer.articles] == ["第三条"]


def test_a_document_of_the_current_version_is_not_moved(small: LawStore) -> None:
    mention = LawMention("花园法", ("第二条", "第九条"), Span(0, 1))
    answer = resolve(small, mention, DAY, written=date(2015, 1, 1))
    assert (answer.reason, answer.moved, answer.missing) == (Reason.NO_SUCH_ARTICLE, (), ("第九条",))


def test_renamed(small: LawStore) -> None:
    answer = resolve(small, LawMention("灯笼登记条例", ("第一条",), Span(0, 1)), DAY)
    assert (answer.reason, answer.by, answer.since) == (Reason.RENAMED, "灯笼登记审查条例", date(2019, 4, 1))
    assert [article.text for article in answer.articles] == ["灯笼要登记。"]


def test_before_a_law_began(small: LawStore) -> None:
    answer = resolve(small, LawMention("户外活动法典", (), Span(0, 1)), date(2026, 12, 1))
    assert (answer.reason, answer.since) == (Reason.NOT_YET_IN_FORCE, date(2027, 3, 1))
