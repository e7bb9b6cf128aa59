"""The verb from folder to files: results, resuming, kills, mismatches, decisions."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

DAY = "2026-11-23"
LIST, OVERVIEW, LINES = "清理清单.xlsx", "清理概览.html", "清理清单.jsonl"
Cli = Callable[..., Any]
Made = Callable[[Path], dict[str, bytes]]


def documents(out: Path) -> dict[str, dict[str, Any]]:
    rows = [json.loads(line) for line in (out / LINES).read_text(encoding="utf-8").splitlines()]
    return {row["file"]: row for row in rows if row["kind"] == "document"}


def others(out: Path, kind: str) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in (out / LINES).read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["kind"] == kind]


def test_every_fate_in_one_run(done: Path) -> None:
    rows = documents(done)
    fates = {name: (row["action"], [r["code"] for r in row["reasons"]]) for name, row in rows.items()}
    assert fates == {
        "a停车.txt": ("继续有效", []),
        "b夜市.txt": ("宣布失效", ["term.over"]),
        "c养犬.txt": ("废止", ["list.repealed"]),
        "d清单.txt": ("继续有效", []),
        "下级/e公园.txt": ("需人工判断", []),
    }
    assert [row["file"] for row in others(done, "unread")] == ["f空.docx"]
    term = rows["b夜市.txt"]["reasons"][0]["evidence"]
    assert term["place"] == "第三条"
    assert "有效期三年" in term["quote"]
    assert all((done / row["report"]).is_file() for row in rows.values())

    book = load_workbook(done / LIST)
    sheet = book["清理清单"]
    heads = " ".join(str(cell.value) for cell in sheet[1][:12])
    assert heads == "序号 名称 文号 制定机关 公布日期 施行日期 有效期 处理建议 理由 依据条文 置信度 备注"
    assert sheet.cell(3, 15).hyperlink.target == rows["b夜市.txt"]["report"]
    assert book["未能读取"].cell(2, 3).value == "file.empty"


def test_a_folder_with_a_run_in_it_is_resumed_only_on_request_and_gives_the_same(
    cli: Cli, done: Path, folder: Path, made: Made
) -> None:
    told = cli("cleanup", folder, "--out", done, "--as-of", DAY, "--resume")
    assert (told.code, "未能读取 1 件" in told.out, told.err) == (1, True, "")
    again = cli("cleanup", folder, "--out", done, "--as-of", DAY)
    assert (again.code, "--resume" in again.err) == (2, True)
    before = made(done)
    assert cli("cleanup", folder, "--out", done, "--as-of", DAY, "--resume").code == 1
    assert made(done) == before
    other = cli("cleanup", folder, "--out", done, "--as-of", "2026-01-01", "--resume")
    assert (other.code, "另一次" in other.err) == (2, True)


def test_decisions_are_recorded_and_enter_the_lists(cli: Cli, done: Path, tmp_path: Path) -> None:
    import docx

    file = tmp_path / "意见.jsonl"
    rows = [
        {"file": "b夜市.txt", "verdict": "confirm"},
        {"file": "c养犬.txt", "verdict": "change", "to": "修改", "note": "改后继续执行"},
        {"file": "下级/e公园.txt", "verdict": "defer"},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    outcome = cli("cleanup", "confirm", done, file, "--by", "王五")
    assert outcome.code == 0, outcome.err
    found = documents(done)
    assert found["c养犬.txt"]["action"] == "废止"
    assert found["c养犬.txt"]["ruling"]["action"] == "修改"
    ended = docx.Document(str(done / "废止和宣布失效目录（草案）.docx"))
    words = "\n".join(cell.text for table in ended.tables for row in table.rows for cell in row.cells)
    assert "夜市" in words
    assert "养犬" not in words
    amended = docx.Document(str(done / "修改清单（草案）.docx"))
    assert "改后继续执行" in "\n".join(c.text for t in amended.tables for r in t.rows for c in r.cells)

    audit = done / "decisions.jsonl"
    lines = audit.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["by"] for line in lines] == ["王五"] * 3
    audit.write_text("\n".join([lines[0], lines[2]]) + "\n", encoding="utf-8")
    broken = cli("cleanup", "confirm", done, file, "--by", "王五")
    assert (broken.code, "不衔接" in broken.err) == (2, True)

    file.write_text('{"file": "没有.txt", "verdict": "confirm"}', encoding="utf-8")
    audit.unlink()
    assert "没有文件" in cli("cleanup", "confirm", done, file, "--by", "王五").err


def test_catalogue_and_theme(cli: Cli, folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(folder, tmp_path / "文件"))
    book = Workbook()
    book.active.append(["某某机关文件目录"])
    book.active.append(["序号", "文件名称", "发文字号", "发布日期", "文件"])
    book.active.append([1, "青州市停车管理办法", "青政发〔2025〕3号", "2025-03-01", ""])
    book.active.append([2, "青州市公园管理办法", "", "2016年5月4日", "下级/e公园.txt"])
    book.active.append([3, "青州市消失的办法", "青政发〔2001〕1号", "", ""])
    book.save(folder / "目录.xlsx")
    out = tmp_path / "结果"
    outcome = cli(
        "cleanup", folder / "目录.xlsx", "--out", out, "--as-of", DAY, "--workers", "1", "--theme", "行政许可"
    )
    assert outcome.code == 1, outcome.err
    assert [row["title"] for row in others(out, "row_without_file")] == ["青州市消失的办法"]
    assert {row["file"] for row in others(out, "file_without_row")} == {
        "b夜市.txt",
        "c养犬.txt",
        "d清单.txt",
        "f空.docx",
    }
    aside = {row["file"]: row["action"] for row in others(out, "aside")}
    assert aside["下级/e公园.txt"] != "需人工判断"
    assert others(out, "table")[-1]["title"].startswith("专题：行政许可")
    assert "目录.xlsx" not in {row["file"] for row in others(out, "unread")}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--theme", "没有的专题"], "--theme"),
        (["--profile", "没有的口径"], "--profile"),
        (["--as-of", "昨天"], "--as-of"),
        (["--workers", "0"], "--workers"),
        (["--theme", "permit", "--law", "民法典"], "只能用一个"),
    ],
)
def test_wrong_use_is_refused_before_anything_is_done(
    cli: Cli, folder: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    outcome = cli("cleanup", folder, "--out", tmp_path / "结果", *arguments)
    assert (outcome.code, words in outcome.err) == (2, True)
    assert not (tmp_path / "结果" / "cleanup.journal").exists()


def test_killed_at_random_and_resumed_gives_the_same(
    cli: Cli, done: Path, folder: Path, made: Made, home: Path, tmp_path: Path
) -> None:
    """Parent and workers are killed together or the parent alone; what was done is done once."""
    draw = random.Random(11)
    out = tmp_path / "再来"
    command = [sys.executable, "-m", "beishen.service.cli.main", "cleanup", str(folder), "--out", str(out)]
    command += ["--as-of", DAY, "--workers", "1", "--resume"]
    env = os.environ | {"BEISHEN_HOME": str(home), "BEISHEN_THREADS": "1"}
    for group in (True, False):
        process = subprocess.Popen(
            command, env=env, start_new_session=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        journal = out / "cleanup.journal"
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline and not (out / "reports").exists():
            time.sleep(0.05)
        time.sleep(draw.random() * 0.3)
        if group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()
        assert journal.exists()
    assert cli("cleanup", folder, "--out", out, "--as-of", DAY, "--workers", "1", "--resume").code == 1
    assert made(out) == made(done)


# Nothing larger than a few reports can be written, as on a disk that runs full; the engine's files are there already.
SHORT = """
import resource, sys
from beishen.service.cli.main import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.argv[1:2] = []
main()
"""


def test_a_disk_that_runs_full_stops_the_run_and_it_goes_on_where_it_was(
    cli: Cli, done: Path, folder: Path, made: Made, home: Path, tmp_path: Path
) -> None:
    out = tmp_path / "满盘"
    env = os.environ | {"BEISHEN_HOME": str(home), "BEISHEN_THREADS": "1"}
    command = [sys.executable, "-c", SHORT, "90000", "cleanup", str(folder), "--out", str(out), "--as-of", DAY]
    stopped = subprocess.run(
        [*command, "--workers", "1"], env=env, capture_output=True, text=True, timeout=300, check=False
    )
    assert stopped.returncode not in (0, 2), stopped.stderr
    assert "[storage.full]" in stopped.stderr
    assert "--resume" in stopped.stderr
    assert not (out / LIST).exists()
    assert cli("cleanup", folder, "--out", out, "--as-of", DAY, "--workers", "1", "--resume").code == 1
    assert made(out) == made(done)
