"""The formal check of a filing package from the command line."""

import json
from pathlib import Path

import pytest
from beishen.service.cli.main import run

PARTS = {
    "报告.txt": "关于《青禾县采砂管理办法》的备案报告\n县人大常委会：\n现将《青禾县采砂管理办法》报送备案。\n",
    "办法.txt": "青禾县人民政府关于印发青禾县采砂管理办法的通知\n青政发〔2021〕7号\n各乡镇人民政府：\n"
    "现将《青禾县采砂管理办法》印发给你们。\n青禾县人民政府\n2021年3月5日\n青禾县采砂管理办法\n"
    "第一条 为了加强采砂管理，制定本办法。\n第二条 采砂人应当遵守规定。\n第三条 本办法自2021年5月1日起施行。\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in PARTS.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_what_is_there_what_is_missing_and_how_late(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["package", str(folder), "--filed", "2021-04-30"]) == 1
    shown = capsys.readouterr().out
    assert "办法.txt：规范性文件正式文本" in shown and "报告.txt：备案报告" in shown
    assert "缺少：说明、合法性审核意见、制定依据" in shown
    assert "公布后第 56 日报送，期限 30 日，已逾期" in shown


def test_a_profile_of_the_receiving_body(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a body asks for is data: two materials and sixty days, and the same package is complete and in time."""
    asked = folder.parent / "要求.toml"
    rows = (("report", "备案报告", "备案报告"), ("text", "规范性文件正式文本", ""))
    asked.write_text(
        "days = 60\n"
        + "".join(
            f'[[material]]\nkey = "{key}"\nname = "{name}"\nrequired = true\ntitle = "{title}"\ntext = ""\n'
            for key, name, title in rows
        ),
        "utf-8",
    )
    args = ["package", str(folder), "--filed", "2021-04-30", "--profile", str(asked), "--format", "json"]
    assert run(args) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["missing"], found["elapsed_days"], found["late"]) == ([], 56, False)


def test_an_unreadable_part_is_named_and_stops_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "说明.docx").write_bytes(b"PK\x03\x04broken")
    assert run(["package", str(folder), "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [row["code"] for row in found["unread"]] == ["file.damaged"]
    assert {row["material"] for row in found["files"]} == {"备案报告", "规范性文件正式文本"}


def test_a_profile_that_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["package", str(folder), "--profile", str(folder / "没有.toml")]) == 2
    assert "没有.toml" in capsys.readouterr().err
