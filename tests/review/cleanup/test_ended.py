"""Tasks with an end, objects that are gone, organs whose duties moved."""

import re
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from beishen.review.cleanup import ended as ended_module
from beishen.review.cleanup.ended import ended, reforms, successor
from beishen.review.cleanup.sentences import Text


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("青州市教育局关于做好2020年招生工作的通知", date(2020, 12, 31)),
        ("青州市水利发展“十三五”规划", date(2020, 12, 31)),
        ("青州市大气污染防治行动计划（2018—2020年）", date(2020, 12, 31)),
        ("青州市人民政府关于印发电梯安全三年行动方案的通知", date(2024, 2, 29)),
    ],
)
def test_a_title_dates_the_work(text: Callable[..., Text], title: str, day: date) -> None:
    found = [item for item in ended(text(title, "一、各单位抓好落实。")) if item.kind == "task"]
    assert [item.day for item in found] == [day]
    assert found[0].at.quote


@pytest.mark.parametrize(
    "title",
    [
        "青州市停车管理办法（2019年修订）",
        "青州市人民政府关于贯彻青政发〔2015〕3号文件的通知",
        "青州市定价目录（2020年版）",
    ],
)
def test_a_year_in_a_lasting_title_dates_nothing(text: Callable[..., Text], title: str) -> None:
    assert not [item for item in ended(text(title, "第一条 停车场应当明码标价。")) if item.kind == "task"]


def test_object_in_title_is_gone_and_in_text_is_named(text: Callable[..., Text]) -> None:
    signed = "青州市人民政府\n2004年3月1日"
    about = text("青州市农业税征收办法", "第一条 征收机关应当开具凭证。", signed=signed)
    assert [(item.kind, item.name) for item in ended(about)] == [("object", "农业税、农业特产税")]
    naming = text(
        "青州市村务公开办法", "第一条 村应当公开农业税缴纳情况。", "第二条 农业税减免应当公示。", signed=signed
    )
    assert [item.kind for item in ended(naming)] == ["mentioned"]
    later = text("青州市村务公开办法", "第一条 公开农业税缴纳情况。", "第二条 农业税减免应当公示。")
    assert ended(later) == ()


def test_old_organ_in_a_duty_and_as_issuer(text: Callable[..., Text]) -> None:
    made = text(
        "青州市环境保护局关于印发《青州市噪声管理办法》的通知",
        "第一条 市国土资源局负责选址，市文化和旅游局负责宣传。",
        signed="青州市环境保护局\n2016年3月1日",
    )
    found = {(item.kind, item.name) for item in ended(made)}
    assert found == {("issuer", "青州市环境保护局"), ("organ", "国土资源局")}


def test_an_organ_of_today_is_not_old(text: Callable[..., Text]) -> None:
    made = text(
        "青州市噪声管理办法", "第一条 市住房和城乡建设委员会、市生态环境局负责。", signed="青州市人民政府\n2009年3月1日"
    )
    assert not [item for item in ended(made) if item.name == "建设委员会"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("市工商部门、市质监部门和县交通部门负责查处。", {"工商部门"}),
        ("申请人应当向公安消防大队备案。", {"公安消防大队"}),
        ("出入境检验检疫机构应当通报市经贸委。", {"出入境检验检疫机构", "经贸委"}),
        ("由银监局和市卫生计生部门会同办理。", {"银监局", "卫生计生部门"}),
        ("原市工商局、原国土资源部门发放的证件继续有效。", set()),
        ("村计生委员按照规定领取报酬。", set()),
        ("收费遵照《手续费管理办法》（中国银监会、财政部令2014年第1号）执行。", set()),
        ("林业部门、卫生部门、建设部门、农业部门按照职责分工负责。", set()),
        ("市城乡建设局、市煤矿安全监察局和药品监督管理局负责。", {"煤矿安全监察局"}),
    ],
)
def test_old_names_are_told_from_like_ones(text: Callable[..., Text], words: str, names: set[str]) -> None:
    made = text("青州市停车管理办法", f"第一条 {words}", signed="青州市人民政府\n2008年3月1日")
    assert {item.name for item in ended(made) if item.kind == "organ"} == names


def test_rows_are_shown_by_the_texts_they_name(shared: Path) -> None:
    """`seen` of a reform or an object names texts of the corpora that speak of the old name."""
    folder = Path(ended_module.__file__).parent
    texts: dict[str, list[Path]] = {}
    for place in ("corpora", "documents"):
        for path in (shared / place).rglob("*"):
            if path.suffix in (".md", ".txt"):
                texts.setdefault(re.sub(r"^\d+_[a-z]+_|\(.*\)$|^中华人民共和国", "", path.stem), []).append(path)
    organs = tomllib.loads((folder / "organs.toml").read_text("utf-8"))["reform"]
    rows = [(row["old"] + row["central"], row["seen"]) for one in organs for row in one["organ"] if "seen" in row]
    assert len(rows) >= 20
    for names, titles in rows:
        for title in titles:
            held = [path.read_text("utf-8", errors="replace") for path in texts[title]]
            assert any(name in words for words in held for name in names), title
    objects = tomllib.loads((folder / "objects.toml").read_text("utf-8"))["object"]
    shown = [row for row in objects if "seen" in row]
    assert len(shown) >= 7
    for row in shown:
        day = f"{row['from'].year}年{row['from'].month}月{row['from'].day}日"
        # An act in force from the day of its publication names that day in its head.
        held = [path.read_text("utf-8", errors="replace") for path in texts[row["seen"]]]
        assert any(day in words for words in held) or any(str(row["from"]) in str(p) for p in texts[row["seen"]])


def test_every_reform_has_a_day_a_source_and_an_heir() -> None:
    assert len(reforms()) > 30
    assert all(reform.now and reform.source and reform.day for reform in reforms())
    assert successor("青州市工商行政管理局").startswith("市场监督管理部门")
    assert successor("青州市水利局") == ""
