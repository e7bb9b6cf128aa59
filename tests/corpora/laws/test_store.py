"""The store answers by date, name and key; imports are idempotent."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from beishen.corpora.errors import ArticleUnknown, BadArgument, LawSourceInvalid, StoreInvalid
from beishen.corpora.laws.default import open_default
from beishen.corpora.laws.loading import load
from beishen.corpora.laws.record import LawText, Refusal, TextKind
from beishen.corpora.laws.resolving import Reason, resolve
from beishen.corpora.laws.sources import import_source
from beishen.corpora.laws.store import LawStore, article_label
from beishen.corpora.text import LawMention, Rank, Span


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2001, 4, 30), None),
        (date(2001, 5, 1), "2001-03-01"),
        (date(2010, 8, 31), "2001-03-01"),
        (date(2010, 9, 1), "2010-06-10"),
        (date(2030, 1, 1), "2010-06-10"),
    ],
)
def test_version_follows_the_amending_decision_not_the_old_line(
    small: LawStore, day: date, version: str | None
) -> None:
    found = small.version_on("花园法", day)
    assert (found.version if found else None) == version


def test_start_says_how_it_was_found(small: LawStore) -> None:
    assert [v.start_reason for v in small.versions("花园法")] == ["clause", "decision"]
    assert [v.end_reason for v in small.versions("花园法")] == ["next", ""]


def test_repealed_only_when_the_code_is_in_force(small: LawStore) -> None:
    assert small.version_on("风筝法", date(2027, 2, 28)) is not None
    assert small.version_on("风筝法", date(2027, 3, 1)) is None
    record = small.law("风筝法")
    assert record is not None
    assert (record.repealed_by, record.repealed_from) == ("中华人民共和国户外活动法典", date(2027, 3, 1))


def test_repeal_of_a_law_the_store_lacks(small: LawStore) -> None:
    repeal = small.repeal("中华人民共和国陀螺法")
    assert repeal is not None
    assert (repeal.by, repeal.day, repeal.renamed) == ("中华人民共和国户外活动法典", date(2027, 3, 1), False)
    assert small.repeal("中华人民共和国毽子法") is None


def test_replaced_under_a_close_title_counts_as_renamed(small: LawStore) -> None:
    repeal = small.repeal("灯笼登记条例")
    assert repeal is not None
    assert repeal.renamed


@pytest.mark.parametrize(
    "name", ["花园法", "《花园法》", "中华人民共和国花园法", "中华人民共和国花园法（2010年修正）", "〈花园法〉"]
)
def test_names_meet(small: LawStore, name: str) -> None:
    record = small.law(name)
    assert record is not None
    assert record.name == "中华人民共和国花园法"
    assert record.rank is Rank.LAW


def test_trial_texts_and_interpretations_are_found_by_shorter_names(tmp_path: Path) -> None:
    rows = [
        {"name": name, "version": "2001-01-01", "rank": rank, "text": "第一条 甲。\n第二条 乙。"}
        for name, rank in (("灯会办法（试行）", "部门规章"), ("最高人民法院关于灯会的解释", "司法解释"))
    ]
    source = tmp_path / "a.jsonl"
    source.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    import_source(tmp_path / "laws.db", "jsonl", source)
    with LawStore.open(tmp_path / "laws.db") as store:
        for name, full in (("灯会办法", rows[0]["name"]), ("关于灯会的解释", rows[1]["name"])):
            record = store.law(name)
            assert record is not None
            assert record.name == full


def test_unknown_law(small: LawStore) -> None:
    assert small.law("月亮法") is None
    assert small.versions("月亮法") == ()
    assert small.article("月亮法", 1, date(2020, 1, 1)) is None


def test_article_by_number_and_label(small: LawStore) -> None:
    day = date(2020, 1, 1)
    for number in (3, "3", "第三条", "第3条"):
        article = small.article("花园法", number, day)
        assert article is not None
        assert "一百元" in article.text
        assert article.in_force(day)
    assert small.article("花园法", 99, day) is None


def test_article_label() -> None:
    assert article_label(1242) == "第一千二百四十二条"
    assert article_label("第120条之一") == "第一百二十条之一"
    assert article_label("附件1") == "附件1"


def test_get_returns_in_the_order_asked(small: LawStore) -> None:
    articles = tuple(small.articles())
    keys = [article.key for article in reversed(articles)]
    assert small.get(keys) == tuple(reversed(articles))
    with pytest.raises(ArticleUnknown):
        small.get(["0" * 32])


def test_amending_decisions_are_kept_apart(small: LawStore) -> None:
    plain = {article.law for article in small.articles()}
    full = {article.law for article in small.articles(amending=True)}
    decision = full - plain
    assert len(decision) == 1
    record = small.law(decision.pop())
    assert record is not None
    assert record.kind is TextKind.AMENDMENT


def test_articles_on_a_day_are_in_force(small: LawStore) -> None:
    day = date(2015, 1, 1)
    found = list(small.articles(day))
    assert found
    assert all(article.in_force(day) for article in found)
    assert len({article.version for article in found if article.law.endswith("花园法")}) == 1


def test_status_counts(small: LawStore) -> None:
    status = small.status()
    assert status.laws == sum(count.laws for count in status.counts) == 6
    assert status.provisions == len(list(small.articles(amending=True)))
    assert [source.kind for source in status.sources] == ["jsonl"]
    assert status.digest == small.digest != ""


def test_import_again_changes_nothing(small_file: Path, tmp_path: Path) -> None:
    source = small_file.parent / "texts.jsonl"
    store = tmp_path / "laws.db"
    first = import_source(store, "jsonl", source)
    with LawStore.open(store) as opened:
        before = opened.digest
    second = import_source(store, "jsonl", source)
    assert len(first.added) == 7
    assert (second.added, second.changed, second.unchanged) == ((), (), 7)
    with LawStore.open(store) as opened:
        assert opened.digest == before


def test_changed_text_is_replaced(small_file: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in (small_file.parent / "texts.jsonl").read_text("utf-8").splitlines()]
    source, store = tmp_path / "texts.jsonl", tmp_path / "laws.db"
    source.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    import_source(store, "jsonl", source)
    rows[3]["articles"][0]["text"] = "放风筝应当远离机场。"
    source.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    summary = import_source(store, "jsonl", source)
    assert (summary.added, summary.changed, summary.unchanged) == ((), ("中华人民共和国风筝法（2005-01-10）",), 6)
    with LawStore.open(store) as opened:
        article = opened.article("风筝法", 1, date(2020, 1, 1))
        assert article is not None
        assert article.text == "放风筝应当远离机场。"
        assert len(opened.versions("风筝法")) == 1


def test_same_version_of_two_sources_is_one(small_file: Path, tmp_path: Path) -> None:
    store = tmp_path / "laws.db"
    import_source(store, "jsonl", small_file.parent / "texts.jsonl")
    folder = tmp_path / "行政法规"
    folder.mkdir()
    head = "# 灯笼登记条例\n\n2000年2月1日 国务院发布\n\n<!-- INFO END -->\n\n"
    body = head + "第一条 灯笼要登记。\n\n第二条 本条例自2000年3月1日起施行。\n"
    (folder / "灯笼登记条例(2000-02-01).md").write_text(body, "utf-8")
    summary = import_source(store, "lawrefbook", folder)
    assert summary.unchanged == 1
    with LawStore.open(store) as opened:
        (version,) = opened.versions("灯笼登记条例")
        assert [source.partition(":")[0] for source in version.sources] == ["jsonl", "lawrefbook"]


def test_bad_lines_are_refused_with_a_reason(tmp_path: Path) -> None:
    source = tmp_path / "bad.jsonl"
    rows = ["{", "[]", '{"name": "甲法"}', '{"name": "乙法", "rank": "诏书", "text": "第一条 无。"}']
    rows.append('{"name": "丙法", "rank": "法律", "version": "2020-02-31", "text": "第一条 无。"}')
    source.write_text("\n".join(rows), "utf-8")
    summary = import_source(tmp_path / "laws.db", "jsonl", source)
    assert summary.added == ()
    assert [refusal.origin for refusal in summary.refused] == [f"bad.jsonl:{n}" for n in range(1, 6)]
    assert all(refusal.reason for refusal in summary.refused)


def test_coded_errors(tmp_path: Path) -> None:
    with pytest.raises(StoreInvalid):
        LawStore.open(tmp_path / "none.db")
    (tmp_path / "noise.db").write_bytes(b"noise" * 100)
    with pytest.raises(StoreInvalid):
        LawStore.open(tmp_path / "noise.db")
    with pytest.raises(BadArgument):
        import_source(tmp_path / "laws.db", "scroll", tmp_path)
    for kind in ("lawrefbook", "waystowork", "docx", "jsonl"):
        with pytest.raises(LawSourceInvalid):
            import_source(tmp_path / "laws.db", kind, tmp_path / "absent")


def test_open_default_builds_once(tmp_path: Path) -> None:
    with open_default(tmp_path) as store:
        built = (tmp_path / "laws.db").stat().st_mtime_ns
        assert store.article("行政许可法", 17, date(2026, 11, 23)) is not None
    with open_default(tmp_path) as store:
        assert (tmp_path / "laws.db").stat().st_mtime_ns == built
    assert [path.name for path in tmp_path.iterdir()] == ["laws.db"]


@pytest.mark.parametrize(
    ("name", "day", "version"),
    [
        ("安全生产法", date(2021, 8, 31), None),
        ("安全生产法", date(2021, 9, 1), "2021-06-10"),
        ("食品安全法", date(2025, 12, 1), "2025-09-12"),
        ("商标法", date(2026, 11, 23), "2019-04-23"),
        ("农业法", date(2027, 1, 1), "2026-08-28"),
        ("环境保护法", date(2026, 8, 14), "2014-04-24"),
        ("环境保护法", date(2026, 8, 15), None),
        ("农村土地承包法", date(2026, 11, 23), "2018-12-29"),
        ("道交法", date(2026, 11, 23), "2021-04-29"),
    ],
)
def test_version_traps_of_the_default_source(default: LawStore, name: str, day: date, version: str | None) -> None:
    found = default.version_on(name, day)
    assert (found.version if found else None) == version


def test_annex_is_cut_from_the_last_article(default: LawStore) -> None:
    day = date(2026, 11, 23)
    last = default.article("个人所得税法", 22, day)
    assert last is not None
    assert len(last.text) < 40
    assert default.article("个人所得税法", "附件1", day) is not None


def test_unchanged_articles_keep_their_first_day(small: LawStore) -> None:
    day = date(2020, 1, 1)
    first, second = small.article("花园法", 1, day), small.article("花园法", 2, day)
    assert first is not None and second is not None
    assert (first.start, small.since(first)) == (date(2010, 9, 1), date(2001, 5, 1))
    assert small.since(second) == date(2010, 9, 1)


def test_a_text_that_breaks_off_is_refused(tmp_path: Path) -> None:
    chapter = "第一章 总则"
    articles = [{"number": f"第{n}条", "chapter": chapter, "text": "灯要亮。"} for n in "一二"]
    row = {"name": "灯法", "version": "2001-01-01", "rank": "法律", "articles": articles}
    source = tmp_path / "a.jsonl"
    source.write_text(json.dumps(row), "utf-8")
    summary = import_source(tmp_path / "laws.db", "jsonl", source)
    assert summary.added == ()
    assert "不完整" in summary.refused[0].reason
    articles[1]["text"] = "本法自2001年3月1日起施行。"
    source.write_text(json.dumps(row), "utf-8")
    assert len(import_source(tmp_path / "laws.db", "jsonl", source).added) == 1


def test_an_interrupted_import_changes_nothing(small_file: Path, tmp_path: Path) -> None:
    store = tmp_path / "laws.db"
    import_source(store, "jsonl", small_file.parent / "texts.jsonl")
    before = store.read_bytes()

    def broken() -> Iterator[LawText | Refusal]:
        yield Refusal("a", "b")
        raise OSError("the disk went away")

    with pytest.raises(OSError, match="disk"):
        load(store, "jsonl", broken(), "texts", date(2026, 1, 1))
    assert store.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["laws.db"]


@pytest.mark.parametrize("order", [("jsonl", "lawrefbook"), ("lawrefbook", "jsonl")])
def test_the_better_source_dates_a_version_in_either_order(tmp_path: Path, order: tuple[str, str]) -> None:
    folder = tmp_path / "行政法规"
    folder.mkdir()
    wording = "第一条 灯笼要登记。\n第二条 本条例自2000年3月1日起施行。\n"
    (folder / "灯笼条例(2000-02-20).md").write_text(f"# 灯笼条例\n\n<!-- INFO END -->\n\n{wording}", "utf-8")
    row = {"name": "灯笼条例", "version": "2000-02-01", "rank": "行政法规", "text": wording}
    (tmp_path / "a.jsonl").write_text(json.dumps(row), "utf-8")
    for kind in order:
        import_source(tmp_path / "laws.db", kind, folder if kind == "lawrefbook" else tmp_path / "a.jsonl")
    with LawStore.open(tmp_path / "laws.db") as store:
        (version,) = store.versions("灯笼条例")
        assert (version.version, version.start, len(version.sources)) == ("2000-02-01", date(2000, 3, 1), 2)


def test_an_old_text_whose_successor_is_missing_is_no_law_in_force(add_law: Callable[..., Path]) -> None:
    """The curated table knows a newer text of 婚姻登记条例; with that text in the store the gap is closed."""
    texts = {
        "2003-08-08": {"第一条": "结婚要登记。", "第二条": "本条例自2003年10月1日起施行。"},
        "2025-04-06": {"第一条": "结婚应登记。", "第二条": "本条例自2025年5月10日起施行。"},
    }
    day = date(2026, 11, 23)
    path = add_law("婚姻登记条例", "2003-08-08", texts["2003-08-08"], "行政法规")
    with LawStore.open(path) as store:
        assert store.article("婚姻登记条例", "第一条", day) is None
        assert store.article("婚姻登记条例", "第一条", date(2024, 1, 1)) is not None
        record = store.law("婚姻登记条例")
        assert record is not None and record.newer == date(2025, 5, 10)
        answer = resolve(store, LawMention("婚姻登记条例", ("第一条",), Span(0, 6)), day)
        assert (answer.reason, answer.since) == (Reason.VERSION_NOT_HELD, date(2025, 5, 10))
    path = add_law("婚姻登记条例", "2025-04-06", texts["2025-04-06"], "行政法规")
    with LawStore.open(path) as store:
        found = store.article("婚姻登记条例", "第一条", day)
        assert found is not None and found.text == "结婚应登记。"
        record = store.law("婚姻登记条例")
        assert record is not None and record.newer is None


@pytest.mark.parametrize("name", ["流动人口计划生育工作条例", "社会抚养费征收管理办法", "卖淫嫖娼人员收容教育办法"])
def test_an_ended_regulation_is_out_of_force_once_imported(add_law: Callable[..., Path], name: str) -> None:
    articles = {"第一条": "为了管理，制定本办法。", "第二条": "本办法自2002年9月1日起施行。"}
    with LawStore.open(add_law(name, "2002-08-02", articles, "行政法规")) as store:
        assert store.article(name, "第一条", date(2026, 11, 23)) is None
        answer = resolve(store, LawMention(name, ("第一条",), Span(0, 6)), date(2026, 11, 23))
        assert answer.reason is Reason.REPEALED


def test_a_store_dated_by_an_earlier_program_is_dated_again(add_law: Callable[..., Path]) -> None:
    path = add_law("婚姻登记条例", "2003-08-08", {"第一条": "本条例自2003年10月1日起施行。"}, "行政法规")
    with LawStore.open(path) as store:
        digest = store.digest
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE version SET finish = '', end_reason = ''")
        connection.execute("UPDATE meta SET value = 'before' WHERE key IN ('dated', 'digest')")
    with LawStore.open(path) as store:
        assert not store.status().dated
        assert store.article("婚姻登记条例", "第一条", date(2026, 11, 23)) is not None
    with open_default(path.parent) as store:
        assert store.status().dated and store.digest == digest
        assert store.article("婚姻登记条例", "第一条", date(2026, 11, 23)) is None
    before = path.stat().st_mtime_ns
    open_default(path.parent).close()
    assert path.stat().st_mtime_ns == before
