"""All fixtures, seeds and documents: read, or refused with the right code; OFD text against its XML."""

import importlib.util
import os
import re
import shutil
import statistics
import time
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from beishen.corpora.errors import FileUnsupported, NoText, ToolMissing
from beishen.corpora.limits import Limits
from beishen.corpora.normalize import normalize
from beishen.corpora.readers import media
from beishen.corpora.readers.formats import accept_path, extract
from lxml import etree

pytestmark = pytest.mark.shared

# Set by `.ci/run`: every document and a scanned page, and longer fuzzing in test_hostile.py.
THOROUGH = "BEISHEN_FUZZ" in os.environ
WITHOUT_TEXT = {"VPage7.ofd"}
TRUE_TYPES = {
    "docx_": media.DOCX,
    "html-inside-doc_": media.FLAT_OPC,
    "ole-doc_": media.DOC,
    "ole-inside-docx_": media.DOC,
    "zip-inside-doc_": media.DOCX,
}


def visible(place: Path) -> Counter[str]:
    """Characters of every TextCode of the pages and the templates they use, by a plain walk over the XML."""
    shown: Counter[str] = Counter()
    with zipfile.ZipFile(place) as archive:
        parts = {n.replace("\\", "/"): archive.read(n) for n in archive.namelist() if n.lower().endswith("content.xml")}
    for name, data in parts.items():
        root = etree.fromstring(data)
        if "/Pages/" in f"/{name}" or "TPL" in name.upper():
            for code in root.iter("{*}TextCode"):
                shown.update(re.sub(r"\s", "", code.text or ""))
    return shown


def test_every_ofd_shows_what_its_xml_holds(shared: Path) -> None:
    places = sorted((shared / "fixtures" / "ofd").glob("*.ofd"))
    assert len(places) >= 17
    for place in places:
        source = accept_path(place)
        assert source.media == media.OFD
        if place.name in WITHOUT_TEXT:
            assert not visible(place)
            with pytest.raises(NoText):
                extract(source)
            continue
        found = extract(source)
        read = Counter(re.sub(r"\s", "", "".join(b.text for b in found.blocks if b.kind != "watermark")))
        assert not (visible(place) - read), place.name
        assert [b.page for b in found.blocks] == sorted(b.page for b in found.blocks)


def test_watermarks_of_ofd_stay_out_of_the_text(shared: Path) -> None:
    found = normalize(extract(accept_path(shared / "fixtures" / "ofd" / "hello_watermark.ofd")))
    assert "保密资料" not in found.text
    assert any(r.reason == "watermark" for r in found.removed)


@pytest.mark.parametrize("prefix", sorted(TRUE_TYPES))
def test_wrong_extensions_are_read_by_content(shared: Path, prefix: str) -> None:
    place = next((shared / "fixtures" / "doc_docx").glob(f"{prefix}*"))
    source = accept_path(place)
    assert source.media == TRUE_TYPES[prefix]
    if source.media == media.DOC and shutil.which("soffice") is None:
        with pytest.raises(ToolMissing):
            extract(source)
        return
    text = normalize(extract(source)).text
    title = place.stem.partition("_")[2]
    assert title in text.replace("\n", "")
    labels = re.findall(r"(?m)^第[一二三四五六七八九十百]+条 ?", text)
    assert len(labels) >= 30
    assert len(set(labels)) == len(labels)


def test_spreadsheets_are_refused(shared: Path) -> None:
    for place in (*(shared / "fixtures").rglob("*.xls"), *(shared / "documents").glob("*.xls")):
        with pytest.raises(FileUnsupported):
            accept_path(place)


def test_a_scan_is_a_scan(shared: Path) -> None:
    """Its pages hold no text layer; reading them (OCR, about eight seconds a page) is measured in eval."""
    import pypdfium2

    place = next((shared / "fixtures" / "scan_pdf").glob("*.scan.pdf"))
    assert accept_path(place).media == media.PDF
    document = pypdfium2.PdfDocument(place)
    try:
        assert all(document[i].get_textpage().count_chars() == 0 for i in range(len(document)))
    finally:
        document.close()


@pytest.mark.skipif(not THOROUGH, reason="half a minute of OCR on a slow core; .ci/run sets BEISHEN_FUZZ")
@pytest.mark.skipif(importlib.util.find_spec("rapidocr") is None, reason="the extra ocr is not installed")
def test_a_scanned_page_is_recognised_and_the_rest_reported(shared: Path) -> None:
    place = next((shared / "fixtures" / "scan_pdf").glob("*.scan.pdf"))
    found = extract(accept_path(place), Limits(max_ocr_pages=1))
    assert {b.page for b in found.blocks} == {1}
    assert "18596" in "".join(b.text for b in found.blocks)
    assert [p.code for p in found.problems] == ["file.no_text"]


def test_pages_equal_the_text_beside_them(shared: Path) -> None:
    """Every character of the plain text beside a web page is in what the reader takes from the page."""
    compared = 0
    for place in sorted((shared / "documents").glob("*.orig.html")):
        plain = place.with_name(place.name.replace(".orig.html", ".txt"))
        read = [Counter(re.sub(r"[\s|｜]", "", normalize(extract(accept_path(p))).text)) for p in (place, plain)]
        assert not (read[1] - read[0]), place.name
        assert sum((read[0] - read[1]).values()) <= 15, place.name
        compared += 1
    assert compared >= 40


def test_every_document_is_read(shared: Path) -> None:
    places = [p for p in sorted((shared / "documents").glob("*")) if p.suffix in {".txt", ".md", ".docx"}]
    for place in places if THOROUGH else places[::4]:
        found = normalize(extract(accept_path(place)))
        assert len(found.text) > 50, place.name


@pytest.mark.parametrize(("pattern", "bound"), [("*.docx", 0.050), ("*.orig.html", 0.020)])
def test_speed(shared: Path, pattern: str, bound: float) -> None:
    places = sorted((shared / "documents").glob(pattern))
    spent = []
    for place in places:
        runs = []
        for _ in range(3):
            started = time.process_time()
            extract(accept_path(place))
            runs.append(time.process_time() - started)
        spent.append(min(runs))
    assert statistics.median(spent) <= bound
