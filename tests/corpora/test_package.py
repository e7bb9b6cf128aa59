"""The filing package: what each document is, what is missing, how many days went by."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from beishen.corpora.errors import InputError, RuleInvalid
from beishen.corpora.intake import read
from beishen.corpora.package import check, default_profile, read_profile
from beishen.corpora.readers.formats import accept
from beishen.corpora.readers.package import members
from beishen.corpora.text import Document
from docx import Document as Word

TEXT = """青禾县人民政府关于印发青禾县采砂管理办法的通知
青政发〔2021〕7号
各乡镇人民政府：
现将《青禾县采砂管理办法》印发给你们。
青禾县人民政府
2021年3月5日
青禾县采砂管理办法
第一条 为了加强采砂管理，制定本办法。
第二条 采砂人应当遵守规定。
第三条 本办法自2021年5月1日起施行。
"""
REPORT = "关于《青禾县采砂管理办法》的备案报告\n县人大常委会：\n现将《青禾县采砂管理办法》报送备案。\n"
EXPLANATION = "关于《青禾县采砂管理办法》的起草说明\n一、制定背景\n河道采砂秩序混乱。\n二、主要内容\n共三条。\n"
REVIEW = "关于《青禾县采砂管理办法》的合法性审核意见\n经审核，内容合法。\n青禾县司法局\n2021年2月1日\n"
BASIS = "制定依据目录\n1.《中华人民共和国水法》\n2.《江澜省河道管理条例》\n"


def documents(**files: str) -> tuple[Document, ...]:
    return tuple(read(accept(f"{name}.txt", text.encode())) for name, text in files.items())


def test_a_whole_package() -> None:
    package = check(documents(a=REPORT, b=TEXT, c=EXPLANATION, d=REVIEW, e=BASIS), date(2021, 4, 1))
    assert [r.material for r in package.recognised] == [
        "备案报告",
        "规范性文件正式文本",
        "说明",
        "合法性审核意见",
        "制定依据",
    ]
    assert package.missing == ()
    assert (package.elapsed, package.late) == (27, False)


def test_missing_materials_are_named_and_lateness_is_counted() -> None:
    package = check(documents(a=REPORT, b=TEXT), date(2021, 4, 30))
    assert package.missing == ("说明", "合法性审核意见", "制定依据")
    assert (package.elapsed, package.allowed, package.late) == (56, 30, True)


def test_without_a_date_lateness_is_unknown() -> None:
    package = check(documents(b=TEXT))
    assert package.elapsed is None and package.late is None


def test_a_package_without_its_text() -> None:
    package = check(documents(c=EXPLANATION))
    assert "规范性文件正式文本" in package.missing


def test_profiles_are_data(tmp_path: Path) -> None:
    assert default_profile().days == 30
    place = tmp_path / "filing.toml"
    place.write_text(
        'days = 15\n[[material]]\nkey = "text"\nname = "文本"\nrequired = true\ntitle = ""\ntext = ""\n', "utf-8"
    )
    package = check(documents(b=TEXT), date(2021, 3, 25), read_profile(place))
    assert (package.allowed, package.late, package.missing) == (15, True, ())


@pytest.mark.parametrize("text", ["days = ", "days = 3", 'days = 3\n[[material]]\nkey = "text"\n'])
def test_a_broken_profile_is_refused(tmp_path: Path, text: str) -> None:
    place = tmp_path / "filing.toml"
    place.write_text(text, "utf-8")
    with pytest.raises(RuleInvalid):
        read_profile(place)


def docx(text: str) -> bytes:
    word, out = Word(), io.BytesIO()
    for line in text.strip().split("\n"):
        word.add_paragraph(line)
    word.save(out)
    return out.getvalue()


def filed(**files: bytes) -> tuple[tuple[Document, ...], tuple[str, ...]]:
    """A made ZIP through the whole way: its members opened by content, read, and the codes of those refused."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"青禾县备案/{name.replace('__', '.')}", data)
    found, refused = [], []
    for member in members(accept("青禾县备案.zip", out.getvalue())):
        try:
            found.append(read(member))
        except InputError as error:
            refused.append(error.code)
    return tuple(found), tuple(refused)


LAW = """江澜省河道管理条例
（2018年5月31日江澜省第十三届人民代表大会常务委员会第三次会议通过）
第一条 为了加强河道管理，制定本条例。
第二条 河道管理应当遵守本条例。
第三条 本条例自2018年8月1日起施行。
"""


def test_a_made_package_of_word_files_from_zip_to_missing_parts() -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("江澜省河道管理条例.docx", docx(LAW))
    files = {
        "1备案报告__docx": docx(REPORT),
        "2青政发7号__docx": docx(TEXT),
        "3起草说明__doc": docx(EXPLANATION),  # a DOCX under the wrong extension
        "4依据__zip": inner.getvalue(),
        "5空白__txt": b"",
    }
    found, refused = filed(**files)
    assert refused == ("file.empty",)
    package = check(found, date(2021, 4, 10))
    assert {r.file.rsplit("/", 1)[-1]: r.material for r in package.recognised} == {
        "1备案报告.docx": "备案报告",
        "2青政发7号.docx": "规范性文件正式文本",
        "3起草说明.doc": "说明",
        "江澜省河道管理条例.docx": "制定依据",
    }
    assert package.missing == ("合法性审核意见",)
    assert (package.elapsed, package.late) == (36, True)
    whole, _ = filed(**files, **{"6合法性审核意见书__docx": docx(REVIEW)})
    assert check(whole, date(2021, 4, 1)).missing == ()


def test_a_package_filed_before_it_was_published_is_not_late() -> None:
    package = check(documents(b=TEXT), date(2021, 3, 1))
    assert (package.elapsed, package.late) == (-4, False)
