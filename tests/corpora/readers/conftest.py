"""Makers of small files; every text in them is written for these tests."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

import pytest
from docx import Document

TITLE = "测试县人民政府关于加强河道采砂管理的通知"
BODY = (
    "各乡镇人民政府，县政府各部门：",
    "为规范河道采砂行为，保障防洪安全，现将有关事项通知如下。",
    "一、任何单位和个人在禁采期内不得从事采砂活动。",
    "二、县水利局应当自收到申请之日起二十日内作出决定。",
)


@pytest.fixture(scope="session")
def body() -> tuple[str, ...]:
    return (TITLE, *BODY)


@pytest.fixture(scope="session")
def make_docx() -> Callable[[Sequence[str]], bytes]:
    def make(lines: Sequence[str]) -> bytes:
        document = Document()
        for line in lines:
            document.add_paragraph(line)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    return make


@pytest.fixture(scope="session")
def make_zip() -> Callable[[Mapping[str, bytes]], bytes]:
    def make(members: Mapping[str, bytes]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        return out.getvalue()

    return make


Printed = Sequence[tuple[float, float, str]]


@pytest.fixture(scope="session")
def make_pdf() -> Callable[..., bytes]:
    """Pages of (x, y from the bottom, text), 12 points, in a font that names characters but is not embedded."""

    def make(pages: Sequence[Printed], encrypted: bool = False, mapped: bool = True, drawn: bytes = b"") -> bytes:
        encoding = b"/UniGB-UCS2-H" if mapped else b"/Identity-H"
        order = b"(GB1) /Supplement 4" if mapped else b"(Identity) /Supplement 0"
        objects: list[bytes] = [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"",
            b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding "
            + encoding
            + b" /DescendantFonts [4 0 R] >>",
            b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /CIDSystemInfo"
            b" << /Registry (Adobe)"
            b" /Ordering " + order + b" >> /FontDescriptor 5 0 R >>",
            b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
            b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
        ]
        kids = []
        for printed in pages:
            content = b"".join(
                f"BT /F1 12 Tf 1 0 0 1 {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET\n".encode()
                for x, y, text in printed
            )
            content += drawn
            objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
            stream = len(objects)
            objects.append(
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
                b" /Contents %d 0 R >>" % stream
            )
            kids.append(b"%d 0 R" % len(objects))
        objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
        return _assemble(objects, encrypted)

    return make


def _assemble(objects: Sequence[bytes], encrypted: bool) -> bytes:
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.5\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    lock = b""
    if encrypted:
        lock = b" /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>]" % (
            b"ab" * 32,
            b"cd" * 32,
        )
    out.write(b"trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, lock, start))
    return out.getvalue()


@pytest.fixture(scope="session")
def make_ofd(make_zip: Callable[[Mapping[str, bytes]], bytes]) -> Callable[..., bytes]:
    """An OFD of pages of (x, y, text) in millimetres; `extra` members are added as they are."""

    def make(
        pages: Sequence[Printed],
        namespace: str = "http://www.ofdspec.org/2016",
        extra: Mapping[str, bytes] | None = None,
    ) -> bytes:
        ns = f'xmlns:ofd="{namespace}"'
        listed = "".join(f'<ofd:Page ID="{i + 10}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages)))
        members = {
            "OFD.xml": f"<ofd:OFD {ns}><ofd:DocBody><ofd:DocInfo><ofd:Title>甲</ofd:Title></ofd:DocInfo>"
            "<ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f"<ofd:Document {ns}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
            f"</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages>"
            "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations></ofd:Document>",
        }
        for index, printed in enumerate(pages):
            objects = "".join(_text_object(x, y, text) for x, y, text in printed)
            members[f"Doc_0/Pages/Page_{index}/Content.xml"] = (
                f"<ofd:Page {ns}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"
            )
        made = {name: ("<?xml version='1.0' encoding='UTF-8'?>" + xml).encode() for name, xml in members.items()}
        return make_zip(made | dict(extra or {}))

    return make


def _text_object(x: float, y: float, text: str) -> str:
    return (
        f'<ofd:TextObject Boundary="{x} {y} 180 6" Font="1" Size="5"><ofd:TextCode X="0" Y="5" '
        f'DeltaX="g {len(text) - 1} 5">{text}</ofd:TextCode></ofd:TextObject>'
    )
