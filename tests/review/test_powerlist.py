"""A list of powers read from XLSX, and clauses held against it."""

from dataclasses import replace
from pathlib import Path

import pytest
from beishen.corpora.errors import ProfileInvalid
from beishen.corpora.intake import read
from beishen.corpora.readers.formats import accept
from beishen.eval.cases import DAY
from beishen.review.engine import Engine
from beishen.review.finding import Finding
from beishen.review.pipeline import examine
from beishen.review.powerlist import PowerList, load_powers, organ_key
from beishen.review.profile import Profile, load_profile
from openpyxl import Workbook

HEAD = ("序号", "事项名称", "职权类型", "设定依据", "实施机关")
ROWS = (
    (1, "户外广告设施设置审批", "行政许可", "《某条例》第十条", "青岭县城市管理局"),
    (2, "农药经营许可证核发", None, "《某条例》第二十四条", "青岭县农业农村局"),
    (3, "对乱倒建筑垃圾行为的处罚", "行政处罚", "《某条例》第三十条", "青岭县城市管理局"),
    (None, None, None, "《某细则》第五条", None),
)


def sheet(folder: Path, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "权责清单.xlsx")
    return folder / "权责清单.xlsx"


@pytest.fixture
def powers(tmp_path: Path) -> PowerList:
    return load_powers(sheet(tmp_path, ("青岭县权责清单",), HEAD, *ROWS))


def said(engine: Engine, powers: PowerList, clause: str) -> list[Finding]:
    text = f"青岭县市容管理办法\n第一条　为了市容整洁，制定本办法。\n第二条　{clause}\n青岭县人民政府\n2026年3月5日"
    found = examine(read(accept("办法.txt", text.encode())), engine, DAY, Profile(powers=powers))
    return [finding for finding in found.findings if _powers(finding)]


def _powers(finding: Finding) -> bool:
    also = [str(item["rule"]) for item in finding.why.get("also", ())]  # type: ignore[index, union-attr]
    return any(rule.startswith("powers.") for rule in (finding.rule, *also))


def words(finding: Finding) -> str:
    also = finding.why.get("also", ())
    return finding.message + "".join(str(item["message"]) for item in also)  # type: ignore[index, union-attr]


def test_rows_are_read_with_merged_cells_and_continued_bases(powers: PowerList) -> None:
    assert [(p.item, p.kind, p.organ, p.row) for p in powers.powers] == [
        ("户外广告设施设置审批", "行政许可", "青岭县城市管理局", 3),
        ("农药经营许可证核发", "行政许可", "青岭县农业农村局", 4),
        ("对乱倒建筑垃圾行为的处罚", "行政处罚", "青岭县城市管理局", 5),
    ]


def test_organs_are_the_same_whatever_the_place() -> None:
    assert organ_key("青岭县农业农村局") == organ_key("农业农村主管部门") == "农业农村"
    assert organ_key("主管部门") == ""


@pytest.mark.encoder
@pytest.mark.parametrize(
    ("clause", "rule"),
    [
        ("设置户外广告设施，应当经县城市管理局审批。", None),
        ("乱倒建筑垃圾的，由城市管理部门处二百元罚款。", None),
        ("设置户外广告设施，应当报农业农村部门审批。", "powers.other"),
        ("从事宠物美容服务，应当经县城市管理局审批。", "powers.outside"),
        ("城市管理部门可以查封扣押占道物品。", "powers.outside"),
        ("任何单位不得对户外宣传栏设置审批。", None),
    ],
)
def test_clauses_against_the_list(engine: Engine, powers: PowerList, clause: str, rule: str | None) -> None:
    found = said(engine, powers, clause)
    assert len(found) == (rule is not None)
    if rule == "powers.other":
        assert "户外广告设施设置审批" in words(found[0]) and "青岭县城市管理局名下" in words(found[0])
    if rule == "powers.outside":
        assert "权责清单.xlsx" in words(found[0])


@pytest.mark.encoder
def test_without_a_list_nothing_is_said(engine: Engine, powers: PowerList) -> None:
    assert said(engine, replace(powers, powers=()), "从事宠物美容服务，应当经县城市管理局审批。") != []
    text = "青岭县市容管理办法\n第一条　从事宠物美容服务，应当经县城市管理局审批。\n青岭县人民政府\n2026年3月5日"
    found = examine(read(accept("办法.txt", text.encode())), engine, DAY)
    assert not any(_powers(finding) for finding in found.findings)


def test_profile_names_its_list_beside_itself(tmp_path: Path, engine: Engine) -> None:
    sheet(tmp_path, HEAD, *ROWS)
    (tmp_path / "本机关.toml").write_text('powers = "权责清单.xlsx"\n', encoding="utf-8")
    profile = load_profile(str(tmp_path / "本机关.toml"), engine.standard)
    assert profile.powers is not None and len(profile.powers.powers) == 3


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ((("甲", "乙"), ("丙", "丁")), "没有找到事项"),
        ((HEAD, (1, "某事项审批", None, "", "")), "第 2 行没有类型"),
    ],
)
def test_mistakes_of_a_list_are_told(tmp_path: Path, rows: tuple[tuple[object, ...], ...], word: str) -> None:
    with pytest.raises(ProfileInvalid, match=word):
        load_powers(sheet(tmp_path, *rows))


def test_a_file_that_is_no_sheet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "权责清单.xlsx").write_bytes(b"not a zip")
    with pytest.raises(ProfileInvalid, match="无法读取"):
        load_powers(tmp_path / "权责清单.xlsx")
