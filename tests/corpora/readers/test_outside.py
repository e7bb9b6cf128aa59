"""Readers that lean on other programs: LibreOffice for DOC, rapidocr for scans; absent, they say how to get them."""

import importlib.util
import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from beishen.corpora.errors import FileDamaged, FileEncrypted, FileTooLarge, FileUnsupported, NoText, ToolMissing
from beishen.corpora.limits import Limits
from beishen.corpora.readers import image, media, office
from beishen.corpora.readers.formats import accept, extract
from beishen.corpora.text import Source

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def ole(flags: int = 0, stream: str = "WordDocument") -> bytes:
    """The head of a compound file: one directory entry, its stream in the second sector."""
    head = bytearray(OLE + b"\x00" * 504)
    head[30:32] = (9).to_bytes(2, "little")
    entry = stream.encode("utf-16-le").ljust(64, b"\x00") + bytes(52) + (1).to_bytes(4, "little") + bytes(8)
    text = (0xA5EC).to_bytes(2, "little") + bytes(9) + bytes([flags])
    return bytes(head) + entry.ljust(512, b"\x00") + text.ljust(512, b"\x00")


def test_encrypted_and_foreign_compound_files_are_refused_before_any_program_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FileEncrypted):
        extract(accept("密.doc", ole(flags=1)))
    with pytest.raises(FileUnsupported):
        extract(accept("信.msg", ole(stream="__properties_version1.0")))
    with pytest.raises(FileDamaged):
        extract(accept("断.doc", ole()[:1100]))


def test_without_libreoffice_the_error_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ToolMissing) as caught:
        extract(accept("甲.wps", ole()))
    assert "libreoffice-writer-nogui" in caught.value.remedy


def test_a_converter_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileTooLarge):
        office.read(accept("甲.doc", ole()), Limits(seconds=0.2))


def test_a_converter_that_makes_nothing_means_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileDamaged):
        extract(accept("甲.doc", ole()))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_doc_through_libreoffice(make_docx: Callable[..., bytes], body: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(make_docx(body))
    profile = (tmp_path / "profile").as_uri()
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation={profile}",
        "--convert-to",
        "doc",
        "--outdir",
        str(tmp_path),
    ]
    subprocess.run([*command, str(tmp_path / "a.docx")], check=True, capture_output=True, timeout=120)
    source = accept("a.docx", (tmp_path / "a.doc").read_bytes())
    assert source.media == media.DOC
    assert [b.text for b in extract(source).blocks] == list(body)


def test_without_ocr_pictures_are_refused_and_scans_say_so(
    make_pdf: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda *_: None)
    picture = b"\x89PNG\r\n\x1a\n" + bytes(40)
    with pytest.raises(NoText) as caught:
        accept("图.png", picture)
    assert "beishen[ocr]" in caught.value.remedy
    drawn = make_pdf([[]]).replace(
        b"<< /Length 0 >>\nstream\n\nendstream", b"<< /Length 14 >>\nstream\n0 0 99 99 re f \nendstream"
    )
    with pytest.raises(NoText):
        extract(accept("扫描.pdf", drawn))


@pytest.mark.skipif(importlib.util.find_spec("PIL") is None, reason="the extra ocr is not installed")
def test_pictures_too_large_or_broken() -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (3000, 3000)).save(out, "PNG")
    source = Source("图.png", media.PNG, "", out.getvalue())
    with pytest.raises(FileTooLarge):
        image.read(source, Limits(max_pixels=10**6))
    with pytest.raises(FileDamaged):
        image.read(Source("图.png", media.PNG, "", out.getvalue()[:200]), Limits())


@pytest.mark.skipif(importlib.util.find_spec("rapidocr") is None, reason="the extra ocr is not installed")
def test_latin_digits_of_a_drawn_picture_are_recognised() -> None:
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (640, 160), "white")
    ImageDraw.Draw(picture).text((40, 40), "NOTICE 2021", fill="black", font=ImageFont.load_default(60))
    out = io.BytesIO()
    picture.save(out, "PNG")
    found = extract(accept("图.png", out.getvalue())).blocks
    assert "2021" in "".join(b.text for b in found)
    assert found[0].page == 1
    assert found[0].box is not None
