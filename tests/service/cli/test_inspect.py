"""Files at the door, through `inspect`: every kind of bad input is named and stops nothing."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from beishen.corpora.readers.formats import accept_path

GOOD = """云溪县人民政府关于公园开放时间的通知
云溪政发〔2024〕1号

各乡镇人民政府：
为了方便群众，现将有关事项通知如下：
一、公园每日六时开放。
二、本通知自2024年5月1日起施行。

云溪县人民政府
2024年4月20日
"""


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "好.txt"
    path.write_text(GOOD, encoding="utf-8")
    return path


def truncated_docx(examples: Path) -> bytes:
    return (examples / "faulty.docx").read_bytes()[:9000]


BAD: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "空.docx": (lambda _: b"", "file.empty"),
    "残.docx": (truncated_docx, "file.damaged"),
    "残.pdf": (lambda _: b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog", "file.damaged"),
    "噪.bin": (lambda _: bytes((i * 197 + 31) % 256 for i in range(5000)), "file.unsupported"),
    "表.xyz": (lambda _: b"\x00\x01\x02\x03" * 500, "file.unsupported"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_file_is_named_with_its_code_and_the_rest_goes_on(  # type: ignore[no-untyped-def]
    cli, good: Path, examples: Path, tmp_path: Path, name: str
) -> None:
    make, code = BAD[name]
    bad = tmp_path / name
    bad.write_bytes(make(examples))
    found = cli("inspect", bad, good, "--format", "jsonl")
    first, second = found.lines
    assert found.code == 1
    assert first["status"] == "failed"
    assert first["document"] is None
    assert [problem["code"] for problem in first["problems"]] == [code]
    assert name in first["problems"][0]["message"]
    assert second["status"] == "ok"
    assert second["document"]["number"] == "云溪政发〔2024〕1号"
    assert found.err == ""


def test_missing_file(cli, good: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    found = cli("inspect", tmp_path / "无.docx", good, "--format", "jsonl")
    assert found.code == 1
    assert found.lines[0]["problems"][0]["code"] == "file.missing"
    assert found.lines[1]["status"] == "ok"


def test_empty_folder_and_folder_of_files(cli, good: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "空文件夹").mkdir()
    (tmp_path / "~$好.docx").write_bytes(b"lock")
    found = cli("inspect", tmp_path / "空文件夹", tmp_path)
    assert [item["file"] for item in found.json] == [str(tmp_path / "空文件夹"), str(good)]
    assert found.json[0]["problems"][0]["code"] == "file.missing"


def test_too_large_is_refused_before_reading(cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("BEISHEN_MAX_MB", "1")
    (tmp_path / "大.txt").write_text("条" * 400_000, encoding="utf-8")
    found = cli("inspect", tmp_path / "大.txt")
    assert found.code == 1
    assert found.json["problems"][0]["code"] == "file.too_large"


def test_package_members_are_files_of_their_own(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("正文/公园通知.txt", GOOD)
        archive.writestr("空.txt", "")
    package = tmp_path / "送审包.zip"
    package.write_bytes(data.getvalue())
    found = cli("inspect", package, "--format", "jsonl")
    by_name = {item["file"].removeprefix(str(package)): item for item in found.lines}
    assert by_name["/正文/公园通知.txt"]["status"] == "ok"
    assert by_name["/空.txt"]["problems"][0]["code"] == "file.empty"
    assert found.code == 1


def test_one_file_is_an_object_and_several_are_an_array(cli, good: Path) -> None:  # type: ignore[no-untyped-def]
    assert cli("inspect", good).json["status"] == "ok"
    assert [item["status"] for item in cli("inspect", good, good).json] == ["ok", "ok"]
    assert len(cli("inspect", good.parent).json) == 1


def test_unforeseen_error_is_contained(  # type: ignore[no-untyped-def]
    cli, good: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect in a reader costs its file, leaves an id, and keeps the text out of the log."""

    def broken(*_: object) -> None:
        raise RuntimeError(GOOD)

    monkeypatch.setattr("beishen.corpora.intake.read", broken)
    found = cli("inspect", good, "--format", "jsonl")
    assert found.code == 1
    (problem,) = found.lines[0]["problems"]
    assert problem["code"] == "error.unknown"
    assert "编号" in problem["message"]
    assert "公园" not in (home / "log" / "beishen.log").read_text(encoding="utf-8")


def test_samples_are_what_their_text_says(cli, examples: Path) -> None:  # type: ignore[no-untyped-def]
    for name in ("faulty", "lawful"):
        source = (examples / f"{name}.txt").read_text(encoding="utf-8")
        found = cli("inspect", examples / f"{name}.docx").json["document"]
        assert "".join(found["text"].split()) == "".join(source.split())
        assert found["issuer"]["level"] == "县级政府"
        assert found["kind"]["value"] == "normative"
        assert accept_path(examples / f"{name}.docx").media.endswith("wordprocessingml.document")


def test_labels_of_clauses_on_request(cli, good: Path) -> None:  # type: ignore[no-untyped-def]
    plain = cli("inspect", good).json["document"]["clauses"]
    told = cli("inspect", good, "--labels").json["document"]["clauses"]
    assert all("labels" not in clause for clause in plain)
    assert [clause["id"] for clause in told] == [clause["id"] for clause in plain]
    for clause in told:
        acts = clause["labels"]["acts"]
        assert acts and all(0 <= act["probability"] <= 1 for act in acts)
        assert clause["labels"]["modality"]["name"] in ("obligation", "prohibition", "permission", "none")


def test_training_clauses_are_asked_for_by_an_existing_path(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    found = cli("train", "clause", "--add", tmp_path / "无.jsonl", "--out", tmp_path)
    assert found.code == 2
    assert "选项 --add 的路径不存在" in found.err
