"""Mutated files: whatever the bytes, a reader gives blocks or a coded error, in bounded time, and writes nothing."""

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from beishen.corpora.errors import BeishenError
from beishen.corpora.limits import Limits
from beishen.corpora.normalize import normalize
from beishen.corpora.readers import media
from beishen.corpora.readers.formats import accept, extract
from beishen.corpora.readers.package import members
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

LIMITS = Limits(max_bytes=2**22, max_unpacked_bytes=2**22, max_chars=10**6, max_pages=50, max_ocr_pages=0, seconds=5)
# `.ci/run` sets it for a run of about a minute.
EXAMPLES = int(os.environ.get("BEISHEN_FUZZ", "150"))
KINDS = ("docx", "pdf", "ofd", "html", "rtf", "mht", "txt", "md", "zip", "flat")
# Programs of their own (LibreOffice, OCR) are not started by mutated files.
OUTSIDE = {media.DOC, media.OLE, media.ODT, media.WORD_XML, *media.IMAGES}


@pytest.fixture(scope="module")
def samples(
    make_docx: Callable[..., bytes],
    make_pdf: Callable[..., bytes],
    make_ofd: Callable[..., bytes],
    make_zip: Callable[..., bytes],
) -> dict[str, bytes]:
    text = "第一条　测试河道管理，**县×年。\n第二条　由县水利局负责。\n"
    page = "<html><head><meta charset=utf-8></head><body><table><tr><td>文号：</td><td>甲</td>"
    page += "<td>发文机关：</td><td>乙</td></tr>"
    page += f"</table><div class='TRS_Editor'><p>{text}</p></div></body></html>"
    flat = (
        '<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part '
    )
    flat += 'pkg:name="/word/document.xml"><pkg:xmlData><w:document xmlns:w="http://schemas.openxmlformats.org/'
    flat += 'wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:body></w:document>'
    flat += "</pkg:xmlData></pkg:part>"
    flat += "</pkg:package>"
    mht = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x"
    mht += "\r\nContent-Type: text/html; charset=utf-8"
    return {
        "docx": make_docx([text, "甲"]),
        "pdf": make_pdf([[(90, 700, "第一条"), (90, 680, "第二条")]]),
        "ofd": make_ofd([[(20, 20, "第一条")]]),
        "html": page.encode(),
        "rtf": b"{\\rtf1\\ansicpg936{\\fonttbl{\\f0 a;}}\\u27979?\\'b5\\'da\\par\\trowd a\\cell\\row}",
        "mht": f"{mht}\r\n\r\n{page}\r\n--x--\r\n".encode(),
        "txt": text.encode("gb18030"),
        "md": f"---\na: b\n---\n# 标题\n\n{text}\n| a | b |\n|---|---|\n| c | d |\n".encode(),
        "zip": make_zip({"a.txt": text.encode(), "b.zip": make_zip({"c.txt": b"abc"})}),
        "flat": flat.encode(),
    }


def mutated(data: bytes, seed: int, cuts: int) -> bytes:
    """Bytes changed, doubled, dropped or cut at places drawn from `seed`."""
    draw = random.Random(seed)
    out = bytearray(data)
    for _ in range(cuts):
        if not out:
            break
        at, size = draw.randrange(len(out)), draw.choice((1, 1, 2, 8, 64))
        act = draw.randrange(5)
        if act == 0:
            out[at] = draw.randrange(256)
        elif act == 1:
            del out[at : at + size]
        elif act == 2:
            out[at:at] = out[at : at + size] * draw.choice((1, 1, 30))
        elif act == 3:
            out[at : at + size] = draw.randbytes(size)
        else:
            del out[at + len(out) // 3 :]
    return bytes(out)


def attempt(name: str, data: bytes) -> None:
    try:
        source = accept(name, data, LIMITS)
        if source.media == media.ZIP:
            members(source, LIMITS)
        elif source.media not in OUTSIDE:
            found = normalize(extract(source, LIMITS))
            assert len(found.origin) == len(found.text)
    except BeishenError as error:
        assert error.code.startswith(("file.", "tool."))
        assert error.message
        assert error.remedy


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.sampled_from(KINDS), st.integers(0, 2**32), st.integers(1, 12), st.sampled_from(["a.docx", "a.txt", "a.md", "a"])
)
def test_only_coded_errors_come_out(samples: dict[str, bytes], kind: str, seed: int, cuts: int, name: str) -> None:
    attempt(name, mutated(samples[kind], seed, cuts))


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.docx", "a.txt", "a.html", "a.md", "a"]))
def test_any_bytes_at_all(data: bytes, name: str) -> None:
    attempt(name, data)


@pytest.mark.parametrize(
    "text",
    [
        "《" * 100_000,
        "(" * 50_000,
        " \n" * 100_000,
        "来源：" * 25_000,
        "汉hào" * 25_000,
        "**" * 50_000,
        "…" * 50_000 + "(省略",
        "<p>" * 50_000,
        "| " * 50_000,
        "[a](" * 25_000,
        "a " * 100_000,
        "第 " * 50_000,
        "{\\rtf1 " + "\\u1" * 50_000,
    ],
    ids=lambda text: repr(text[:6]),
)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_repeated_marks_cost_no_more_than_their_length(text: str, name: str) -> None:
    started = time.perf_counter()
    attempt(name, text.encode())
    assert time.perf_counter() - started < 5


def test_reading_leaves_no_file_behind(
    samples: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for kind, data in samples.items():
        attempt(f"a.{kind}", data)
    assert list(tmp_path.iterdir()) == []
