"""The curated ends of acts: well formed, consistent among themselves, and never against the default store."""

import tomllib
from datetime import date
from importlib import resources
from itertools import pairwise

import pytest
from beishen.corpora.laws.dating import Succession, successions
from beishen.corpora.laws.names import clean_title, name_key
from beishen.corpora.laws.resolving import Reason, resolve
from beishen.corpora.laws.store import LawStore
from beishen.corpora.text import LawMention, Span

REVIEWED = date(2026, 11, 23)
FIRST = date(1949, 10, 1)


def _rows() -> list[Succession]:
    text = resources.files("beishen.corpora.laws").joinpath("succession.toml").read_text("utf-8")
    return [Succession(**row) for row in tomllib.loads(text)["succession"]]


def _mention(name: str) -> LawMention:
    return LawMention(name, (), Span(0, len(name)))


def test_every_row_counts_once() -> None:
    rows = _rows()
    keys = sorted(name_key(row.law) for row in rows)
    assert [key for key, following in pairwise(keys) if key == following] == []
    assert len(successions()) == len(rows)


def test_rows_are_dated_titles_ended_by_another_act() -> None:
    for row in _rows():
        assert clean_title(row.law) == row.law, row
        assert clean_title(row.by) == row.by, row
        assert name_key(row.law) != name_key(row.by), row
        assert FIRST < row.day <= REVIEWED, row
        assert isinstance(row.renamed, bool), row


def test_an_act_ends_others_only_while_it_is_in_force() -> None:
    ends = successions()
    for row in ends.values():
        later = ends.get(name_key(row.by))
        assert later is None or later.day > row.day, (row, later)


def test_no_row_names_an_act_the_default_store_has_in_force(default: LawStore) -> None:
    held = {row.law for row in _rows() if default.version_on(row.law, REVIEWED) is not None}
    assert held == set()


def test_the_store_answers_with_the_curated_end(default: LawStore) -> None:
    for row in _rows():
        found = default.repeal(row.law)
        assert found is not None, row
        assert (found.by, found.day, found.renamed) == (row.by, row.day, row.renamed), row


def test_the_curated_day_stands_over_the_day_of_an_amended_text(default: LawStore) -> None:
    ended = date(2018, 3, 20)
    before = resolve(default, _mention("中华人民共和国行政监察法"), ended.replace(day=19))
    after = resolve(default, _mention("中华人民共和国行政监察法"), ended)
    assert before.reason is Reason.NOT_IN_STORE
    assert (after.reason, after.by, after.since) == (Reason.REPEALED, "中华人民共和国监察法", ended)


@pytest.mark.parametrize(
    "name",
    [
        "殡葬管理条例",
        "中华人民共和国政府信息公开条例",
        "物业管理条例",
        "机动车驾驶员培训管理规定",
        "城市生活垃圾管理办法",
    ],
)
def test_acts_merely_amended_or_replaced_under_their_title_are_no_rows(name: str) -> None:
    assert name_key(name) not in successions()


@pytest.mark.parametrize(
    ("name", "reason", "by"),
    [
        ("公司登记管理条例", Reason.REPEALED, "中华人民共和国市场主体登记管理条例"),
        ("《环境行政处罚办法》", Reason.RENAMED, "生态环境行政处罚办法"),
        ("建设项目安全设施三同时监督管理暂行办法", Reason.RENAMED, "建设项目安全设施“三同时”监督管理办法"),
    ],
)
def test_citations_in_other_spellings_are_found(default: LawStore, name: str, reason: Reason, by: str) -> None:
    answer = resolve(default, _mention(name), REVIEWED)
    assert (answer.reason, answer.by) == (reason, by)


def test_a_trial_law_is_an_act_of_its_own(default: LawStore) -> None:
    """Not a spelling of the law that took its place: 企业破产法（试行） ended, 企业破产法 stands."""
    after = resolve(default, _mention("中华人民共和国企业破产法（试行）"), REVIEWED)
    assert (after.reason, after.since) == (Reason.RENAMED, date(2007, 6, 1))
    assert resolve(default, _mention("中华人民共和国企业破产法"), REVIEWED).reason is Reason.FOUND
