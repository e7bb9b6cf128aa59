"""Power lists of organs: imported, looked through, used in the reviews of that organ only, kept in a backup."""

import io

import pytest
from beishen.corpora.errors import BadArgument, FileDamaged
from beishen.service.errors import Forbidden, NotFound
from beishen.service.jobs import examining
from beishen.service.office import findings, organs, powers, submission
from beishen.service.store import archive
from openpyxl import Workbook

HEAD = ("序号", "事项名称", "职权类型", "设定依据", "实施机关")
ROWS = (
    (1, "户外广告设施设置审批", "行政许可", "《某条例》第十条", "青岭县城市管理局"),
    (2, "农药经营许可证核发", None, "《某条例》第二十四条", "青岭县农业农村局"),
    (3, "对乱倒建筑垃圾行为的处罚", "行政处罚", "《某条例》第三十条", "青岭县城市管理局"),
)
TEXT = (
    "{}关于印发《市容管理办法》的通知\n{}规〔2026〕2号\n市容管理办法\n第一条 为了市容整洁，制定本办法。\n"
    "第二条 设置流动书报亭，应当经县城市管理局审批后方可经营。\n2026年3月5日\n"
)


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def listed(staff) -> int:
    ident = staff.organs["青岭县人民政府"]
    with staff.office.desk(staff["registrar"]) as desk:
        made = powers.put(desk, ident, "青岭县权责清单.xlsx", workbook(("青岭县权责清单",), HEAD, *ROWS))
    assert (made.items, made.kinds, made.organ) == (3, {"行政许可": 2, "行政处罚": 1}, "青岭县人民政府")
    return ident


def rules(staff, engine, who: str) -> set[str]:
    """The rules of the findings on the same text filed by somebody, with those merged into others."""
    name = "青岭县人民政府" if who == "submitter" else "石桥县人民政府"
    bench = examining.Bench(staff.office, engine, 60)
    with staff.office.desk(staff[who]) as desk:
        upload = submission.Upload("办法.txt", TEXT.format(name, name[:2]).encode())
        made = submission.submit(desk, submission.Submission(), [upload])
    assert made.job is not None
    examining.keep(bench, made.job.id, examining.examine(bench, made.job.id))
    bench.thread.shutdown()
    with staff.office.look(staff["first"]) as desk:
        found = findings.of_version(desk, made.filing.id)
    return {row.rule for row in found} | {also["rule"] for row in found for also in row.why.get("also", ())}


def test_only_what_the_organ_of_the_list_files_is_held_against_it(staff, engine, listed: int) -> None:
    assert any(rule.startswith("powers.outside") for rule in rules(staff, engine, "submitter"))
    assert not any(rule.startswith("powers.") for rule in rules(staff, engine, "stranger"))
    with staff.office.desk(staff["administrator"]) as desk:
        powers.remove(desk, listed)
    assert not any(rule.startswith("powers.") for rule in rules(staff, engine, "submitter"))


def test_looked_through_and_replaced(staff, listed: int) -> None:
    with staff.office.look(staff["administrator"]) as desk:
        assert [power.item for power in powers.items(desk, listed, q="城市管理局", kind="行政许可")] == [ROWS[0][1]]
        assert len(powers.items(desk, listed)) == 3
    with staff.office.desk(staff["administrator"]) as desk:
        made = powers.put(desk, listed, "新清单.xlsx", workbook(HEAD, ROWS[0]))
        assert (made.items, made.name, len(powers.list_all(desk))) == (1, "新清单.xlsx", 1)


def test_what_is_refused(staff, listed: int) -> None:
    for data, error in ((workbook(("没有", "表头")), BadArgument), (b"PK\x03\x04 no", FileDamaged), (b"", FileDamaged)):
        with pytest.raises(error) as caught, staff.office.desk(staff["registrar"]) as desk:
            powers.put(desk, listed, "清单.xlsx", data)
        assert "/tmp" not in caught.value.message
    with pytest.raises(NotFound), staff.office.desk(staff["registrar"]) as desk:
        powers.put(desk, 999, "清单.xlsx", workbook(HEAD, *ROWS))
    for act in (powers.list_all, lambda desk: powers.remove(desk, listed)):
        with pytest.raises(Forbidden), staff.office.desk(staff["first"]) as desk:
            act(desk)
    with staff.office.look(staff["registrar"]) as desk:
        assert powers.get(desk, listed).items == 3
        assert organs.list_all(desk)


@pytest.mark.usefixtures("listed")
def test_a_backup_holds_the_workbook(staff, tmp_path) -> None:  # type: ignore[no-untyped-def]
    kept = archive.backup(staff.office.database, staff.office.blobs, tmp_path / "backup")
    assert (kept.rows["power_list"], kept.files, kept.revision) == (1, 1, "0003")
