"""Ledger, sheets, statistics, catalogue, retention: opened again and counted."""

import csv
import io
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from beishen.corpora.errors import BadArgument, FileDamaged, FileTooLarge
from beishen.corpora.text import Problem
from beishen.service import audit
from beishen.service.errors import BlobMissing, Forbidden
from beishen.service.office import (
    catalogue,
    files,
    filings,
    jobs,
    ledger,
    preferences,
    recording,
    retention,
    sheets,
    statistics,
    submission,
)
from beishen.service.office.desk import SYSTEM
from openpyxl import Workbook, load_workbook
from sqlalchemy.exc import NoResultFound


@pytest.fixture
def many(staff, submit) -> list[int]:
    """Seven filings of two organs, a day apart; titles that a spreadsheet would run."""
    made = []
    for number in range(7):
        role = "stranger" if number % 3 == 2 else "submitter"
        title = '=HYPERLINK("http://x","y")' if number == 1 else f"第{number}号办法"
        stated = {"title": title, "number": f"青政规〔2026〕{number}号", "field": "民政" if number % 2 else "教育"}
        made.append(submit({f"{number}.txt": "正文" * 9 + str(number)}, role, **stated).filing.id)
        staff.clock.later(days=1)
    return made


def test_pages_join_to_the_whole_without_gaps_or_doubles(staff, many) -> None:
    seen, cursor = [], ""
    with staff.office.look(staff["registrar"]) as desk:
        while True:
            page = ledger.page(desk, ledger.Filter(), cursor, limit=3)
            seen += [row.id for row in page.rows]
            cursor = page.next
            if not cursor:
                break
        assert ledger.count(desk, ledger.Filter()) == 7
    assert seen == sorted(many, reverse=True)


@pytest.mark.parametrize("cursor", ["x", "eA==", "MjAyNi0wMS0wMXwx", "OTk5OTk5fA==", "%00"])
def test_a_foreign_cursor_is_refused(staff, cursor: str) -> None:
    with staff.office.look(staff["registrar"]) as desk, pytest.raises(BadArgument):
        ledger.page(desk, ledger.Filter(), cursor)


def test_filters(staff, many) -> None:
    organ = staff.organs["石桥县人民政府"]
    with staff.office.desk(staff["registrar"]) as desk:
        filings.step(desk, many[0], "register")
        found = {
            "organ": ledger.count(desk, ledger.Filter(organ_id=organ)),
            "field": ledger.count(desk, ledger.Filter(field="民政")),
            "state": ledger.count(desk, ledger.Filter(state="registered")),
            "title": ledger.count(desk, ledger.Filter(q="3号办法")),
            "percent": ledger.count(desk, ledger.Filter(q="%")),
            "days": ledger.count(desk, ledger.Filter(since=date(2026, 11, 24), until=date(2026, 11, 25))),
            "registration": ledger.count(desk, ledger.Filter(q="备规〔2026〕1号")),
        }
    assert found == {"organ": 2, "field": 3, "state": 1, "title": 1, "percent": 0, "days": 2, "registration": 1}


def test_an_organ_sees_its_own_lines_only(staff, many) -> None:
    with staff.office.look(staff["stranger"]) as desk:
        assert {row.organ for row in ledger.page(desk, ledger.Filter()).rows} == {"石桥县人民政府"}
        assert ledger.count(desk, ledger.Filter(organ_id=staff.organs["青岭县人民政府"])) == 0
        assert len(list(ledger.rows(desk, ledger.Filter()))) == 2
    with staff.office.look(staff["stranger"]) as desk, pytest.raises(Forbidden):
        statistics.yearly(desk, 2026)
    assert len(many) == 7


def test_sheets_read_back_as_text(staff, many) -> None:
    with staff.office.look(staff["registrar"]) as desk:
        data = sheets.xlsx("台账", ledger.HEADER, ledger.rows(desk, ledger.Filter()))
        text = sheets.csv(ledger.HEADER, ledger.rows(desk, ledger.Filter()))
    rows = list(load_workbook(io.BytesIO(data)).active.iter_rows())
    assert tuple(cell.value for cell in rows[0]) == ledger.HEADER and len(rows) == 1 + len(many)
    armed = next(cell for row in rows for cell in row if str(cell.value).startswith("=HYPER"))
    assert armed.data_type == "s" and armed.quotePrefix
    table = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert tuple(table[0]) == ledger.HEADER
    assert any(cell.startswith("'=HYPERLINK") for row in table for cell in row)
    assert not any(cell.startswith(("=", "+", "@")) for row in table for cell in row)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_every_arm_is_disarmed(text: str) -> None:
    assert sheets.disarmed(text) == f"'{text}"
    assert sheets.disarmed("第1号") == "第1号"


def test_statistics_add_up(staff, many) -> None:
    with staff.office.desk(staff["registrar"]) as desk:
        filings.step(desk, many[0], "return", "缺材料")
        for ident in many[1:4]:
            filings.step(desk, ident, "register")
        filings.step(desk, many[1], "refuse", "内部管理")
        whole = statistics.total(desk, date(2026, 1, 1), date(2026, 12, 31))
        for by in ("organ", "level", "field", "kind", "month"):
            rows = statistics.tally(desk, by, date(2026, 1, 1), date(2026, 12, 31))
            assert tuple(map(sum, zip(*(row.numbers() for row in rows), strict=True))) == whole.numbers()
        sheet = statistics.yearly(desk, 2026)
        assert statistics.total(desk, date(2026, 11, 24), date(2026, 11, 24)).filed == 1
        with pytest.raises(BadArgument):
            statistics.tally(desk, "moon", date(2026, 1, 1), date(2026, 12, 31))
    assert (whole.filed, whole.registered, whole.returned, whole.not_normative) == (7, 3, 1, 1)
    assert sheet.rows[-1] == ("合计", "", *whole.numbers())


def test_a_catalogue_finds_what_was_not_filed(staff, many) -> None:
    rows = [
        ["2026年度规范性文件目录"],
        ["序号", "文件名称", "发文字号", "印发日期"],
        [1, "《第0号办法》", "青政规[2026]0号", "2026年3月1日"],
        [2, "第4号办法", "", "2026-3-2"],
        [3, "没有报备的办法", "青政规〔2026〕88号", "2026/5/6"],
        [None, None, None, None],
        [4, "", "", "2026-1-1"],
    ]
    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    text = "\r\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows)
    for name, data in (("目录.xlsx", stream.getvalue()), ("目录.csv", text.encode("gb18030"))):
        with staff.office.desk(staff["registrar"]) as desk:
            found = catalogue.check(desk, name, data)
        assert [match.by for match in found.matches] == ["number", "title", ""]
        assert [(match.listed.title, match.listed.issued) for match in found.missing] == [
            ("没有报备的办法", date(2026, 5, 6))
        ]
        assert len(found.skipped) == 1
    assert many


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"PK\x03\x04rubbish", "甲,乙\n1,2".encode()])
def test_a_file_that_is_no_catalogue_is_told(staff, data: bytes) -> None:
    with staff.office.desk(staff["registrar"]) as desk, pytest.raises(FileDamaged):
        catalogue.check(desk, "目录.csv", data)


@pytest.mark.parametrize(("part", "words"), [("[Content_Types].xml", b"<a>"), ("xl/bomb.xml", b" " * (65 * 2**20))])
def test_a_workbook_that_is_broken_or_a_bomb_is_refused(staff, part: str, words: bytes) -> None:
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as packed:
        packed.writestr(part, words)
    with staff.office.desk(staff["registrar"]) as desk, pytest.raises((FileDamaged, FileTooLarge)):
        catalogue.check(desk, "目录.xlsx", made.getvalue())


def test_retention_of_reviews_without_a_filing(staff) -> None:
    """Report, name and bytes go after their time; a running one, a younger one and one whose bytes are used stay."""

    def ask(text: str) -> str:
        with staff.office.desk(staff["first"]) as desk:
            return submission.ask(desk, submission.Upload("通知.txt", text.encode())).id

    def end(job_id: str) -> None:
        with staff.office.desk(SYSTEM) as desk:
            recording.fail(desk, job_id, Problem("file.unreadable", "《通知》无法读取"))

    first, twin, running = ask("关于甲的通知\n各单位：\n"), ask("关于甲的通知\n各单位：\n"), ask("关于乙的通知\n")
    end(first)
    staff.clock.later(days=31)
    end(twin)
    with staff.office.desk(staff["administrator"]) as desk:
        assert retention.due_reviews(desk) == ()
        preferences.put(desk, "retention", {"days": 30})
    with staff.office.desk(SYSTEM) as desk:
        assert retention.due_reviews(desk) == (first,)
        retention.purge_review(desk, first)
        assert (retention.due_reviews(desk), retention.remove_files(desk)) == ((), 0)
    staff.clock.later(days=31)
    with staff.office.desk(SYSTEM) as desk:
        assert retention.due_reviews(desk) == (twin,)
        retention.purge_review(desk, twin)
        assert (retention.remove_files(desk), retention.remove_files(desk)) == (1, 0)
        with pytest.raises(NoResultFound):
            retention.purge_review(desk, running)
    with staff.office.look(staff["first"]) as desk:
        seen = {row.id: (row.name, row.message) for row in jobs.recent(desk)}
    assert seen == {first: ("", ""), twin: ("", ""), running: ("通知.txt", "")}
    with staff.office.look(SYSTEM) as desk:
        assert [line.action for line in audit.lines(desk, action="retention.purge")] == ["retention.purge"] * 2


def test_retention_removes_bytes_and_keeps_the_ledger(staff, submit) -> None:
    first, second = (submit({f"{name}.txt": "同一份正文内容"}).filing.id for name in "甲乙")
    with staff.office.desk(staff["administrator"]) as desk:
        preferences.put(desk, "retention", {"days": 30})
        with pytest.raises(BadArgument):
            preferences.put(desk, "retention", {"days": -1})
    for ident in (first, second):
        with staff.office.desk(staff["registrar"]) as desk:
            filings.step(desk, ident, "refuse", "不属于备案范围")
        staff.clock.later(days=20)
    with staff.office.desk(SYSTEM) as desk:
        assert retention.due(desk) == (first,)
        # The other filing still needs the same bytes.
        retention.purge(desk, first)
        assert retention.remove_files(desk) == 0
    staff.clock.later(days=20)
    with staff.office.desk(SYSTEM) as desk:
        assert retention.due(desk) == (second,)
        retention.purge(desk, second)
        assert (retention.remove_files(desk), retention.remove_files(desk)) == (1, 0)
        file = files.versions(desk, second)[0].files[0]
        with pytest.raises(BlobMissing):
            files.content(desk, file.id)
        assert ledger.count(desk, ledger.Filter()) == 2
    with staff.office.look(SYSTEM) as desk:
        assert [row.action for row in audit.lines(desk)][:2] == ["retention.purge", "retention.purge"]
