"""The door: types by content, refusals with their codes."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from beishen.corpora.errors import (
    BeishenError,
    FileDamaged,
    FileEmpty,
    FileEncrypted,
    FileMissing,
    FileTooLarge,
    FileUnsupported,
    InputError,
    NoText,
)
from beishen.corpora.limits import Limits
from beishen.corpora.readers import media
from beishen.corpora.readers.formats import accept, accept_path, detect, extract

HTML = "<html><body><p>第一条　测试。</p><p>第二条　测试。</p></body></html>".encode()


@pytest.mark.parametrize("name", ["a.doc", "a.pdf", "a.txt", "a", "a.xyz"])
def test_content_decides_over_the_extension(
    name: str, make_docx: Callable[..., bytes], make_pdf: Callable[..., bytes]
) -> None:
    assert detect(name, make_docx(["甲"])) == media.DOCX
    assert detect(name, make_pdf([[(90, 700, "甲乙")]])) == media.PDF
    assert detect(name, HTML) == media.HTML
    assert detect(name, b"{\\rtf1 abc}") == media.RTF


def test_the_extension_breaks_ties_among_text_formats() -> None:
    text = "# 标题\n\n正文一段。\n".encode()
    assert detect("a.md", text) == media.MARKDOWN
    assert detect("a.txt", text) == media.TEXT
    assert detect("a.txt", HTML) == media.HTML


def test_a_text_that_speaks_of_tags_is_no_page() -> None:
    text = "一、网页应当含有 <p> 标记。\n二、其他要求按照规定执行，由主管部门负责解释。\n" * 8
    assert detect("a.txt", text.encode()) == media.TEXT


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("空.txt", b"", FileEmpty),
        ("空白.docx", b" \r\n\t\n", FileEmpty),
        ("噪声.txt", bytes(range(256)) * 40, FileUnsupported),
        ("程序.docx", b"\x7fELF" + b"\x00" * 64, FileUnsupported),
        ("程序.pdf", b"MZ\x90\x00" + b"\x00" * 64, FileUnsupported),
        ("图.gif", b"GIF89a" + b"\x00" * 64, FileUnsupported),
        (
            "密.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"),
            FileEncrypted,
        ),
        (
            "表.xls",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "Workbook".encode("utf-16-le"),
            FileUnsupported,
        ),
    ],
)
def test_refusals_name_the_file_and_the_reason(name: str, data: bytes, error: type[BeishenError]) -> None:
    with pytest.raises(error) as caught:
        accept(name, data)
    assert name in caught.value.message
    assert caught.value.remedy


def test_a_huge_file_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    place = tmp_path / "大.txt"
    with place.open("wb") as out:
        out.truncate(200 * 2**20)
    started = time.perf_counter()
    with pytest.raises(FileTooLarge):
        accept_path(place)
    assert time.perf_counter() - started < 0.2


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        accept_path(tmp_path / "没有.docx")
    with pytest.raises(FileMissing):
        accept_path(tmp_path / "没有" / "文件.docx")
    with pytest.raises(FileUnsupported):
        accept_path(tmp_path)
    with pytest.raises(InputError):
        accept_path("a\x00b")
    with pytest.raises(InputError):
        accept_path("长" * 400)


def test_an_unreadable_file_is_coded(tmp_path: Path) -> None:
    loop = tmp_path / "环.txt"
    loop.symlink_to(loop)
    with pytest.raises(InputError):
        accept_path(loop)


def test_too_much_text_and_no_text() -> None:
    with pytest.raises(FileTooLarge):
        extract(accept("多.txt", ("第一条　测试。\n" * 500).encode()), Limits(max_chars=1000))
    with pytest.raises(NoText):
        extract(accept("空.html", b"<html><body><div></div><p> </p></body></html>"))


def test_a_zip_is_not_one_document(make_zip: Callable[..., bytes]) -> None:
    with pytest.raises(FileUnsupported):
        extract(accept("包.zip", make_zip({"a.txt": "第一条".encode()})))


def test_spreadsheets_are_recognised_and_refused(make_zip: Callable[..., bytes]) -> None:
    with pytest.raises(FileUnsupported) as caught:
        accept("表.docx", make_zip({"xl/workbook.xml": b"<a/>"}))
    assert "电子表格" in caught.value.message


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_truncated_files_are_damaged(
    keep: float, make_docx: Callable[..., bytes], make_ofd: Callable[..., bytes]
) -> None:
    for name, data in (("断.docx", make_docx(["甲乙丙"] * 50)), ("断.ofd", make_ofd([[(20, 20, "甲乙丙")]]))):
        with pytest.raises(FileDamaged):
            extract(accept(name, data[: int(len(data) * keep)]))


def test_the_hash_is_the_identity() -> None:
    one, two = accept("甲.txt", "第一条".encode()), accept("乙.txt", "第一条".encode())
    assert one.sha256 == two.sha256
    assert len(one.sha256) == 64
