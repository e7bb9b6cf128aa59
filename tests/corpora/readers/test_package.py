"""ZIP filing packages: members, bad members, hostile archives."""

import io
import zipfile
from collections.abc import Callable

import pytest
from beishen.corpora.errors import BeishenError, FileDamaged, FileEmpty, FileEncrypted, FileUnsafe, FileUnsupported
from beishen.corpora.limits import Limits
from beishen.corpora.readers import media
from beishen.corpora.readers.formats import accept, extract
from beishen.corpora.readers.package import members

TEXT = "第一条　测试河道管理。".encode()


def test_members_in_order_with_their_types(make_zip: Callable[..., bytes], make_docx: Callable[..., bytes]) -> None:
    data = make_zip(
        {
            "送审/2说明.txt": TEXT,
            "送审/1正文.docx": make_docx(["甲"]),
            "__MACOSX/x": b"1",
            "送审/~$1.docx": b"1",
            "送审/空.txt": b"",
        }
    )
    found = members(accept("包.zip", data))
    assert [(s.name, s.media) for s in found] == [
        ("送审/1正文.docx", media.DOCX),
        ("送审/2说明.txt", media.TEXT),
        ("送审/空.txt", media.EMPTY),
    ]
    assert extract(found[1]).blocks[0].text == TEXT.decode()
    with pytest.raises(FileEmpty):
        extract(found[2])


def test_names_written_by_chinese_windows() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("x")
        info.filename = "备案报告.txt".encode("gbk").decode("cp437")
        archive.writestr(info, TEXT)
    data = bytearray(out.getvalue())
    raw, wide = "备案报告.txt".encode("gbk"), "备案报告.txt".encode("gbk").decode("cp437").encode("utf-8")
    patched = bytes(data).replace(wide, raw.ljust(len(wide), b" "))
    for at in [i for i in range(len(patched) - 4) if patched[i : i + 4] in (b"PK\x03\x04", b"PK\x01\x02")]:
        flag = at + (6 if patched[at : at + 4] == b"PK\x03\x04" else 8)
        patched = patched[:flag] + b"\x00\x00" + patched[flag + 2 :]
    assert [s.name.strip() for s in members(accept("包.zip", patched))] == ["备案报告.txt"]


def test_nested_archives_to_a_bounded_depth(make_zip: Callable[..., bytes]) -> None:
    one = make_zip({"正文.txt": TEXT})
    two = make_zip({"内.zip": one})
    assert [s.name for s in members(accept("包.zip", two))] == ["内.zip/正文.txt"]
    with pytest.raises(FileUnsafe):
        members(accept("包.zip", make_zip({"外.zip": two})))


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/../../b.txt", "..\\..\\b.txt"])
def test_climbing_paths_are_refused(name: str, make_zip: Callable[..., bytes]) -> None:
    with pytest.raises(FileUnsafe):
        members(accept("包.zip", make_zip({name: TEXT})))


def test_bombs_many_members_and_shared_budget(make_zip: Callable[..., bytes]) -> None:
    zeros = make_zip({"0": b"\x00" * (30 * 2**20)})
    with pytest.raises(FileUnsafe):
        members(accept("包.zip", zeros))
    with pytest.raises(FileUnsafe):
        members(accept("包.zip", make_zip({f"{i}.txt": TEXT for i in range(30)})), Limits(max_members=20))
    inner = make_zip({"a.txt": b"a" * 600_000})
    nested = make_zip({f"{i}.zip": inner for i in range(6)})
    with pytest.raises(FileUnsafe):
        members(accept("包.zip", nested), Limits(max_unpacked_bytes=2_000_000, max_ratio=10**6))


def test_encrypted_damaged_empty_and_not_a_package(make_zip: Callable[..., bytes]) -> None:
    data = bytearray(make_zip({"a.txt": TEXT}))
    for mark, shift in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + shift] |= 1
    with pytest.raises(FileEncrypted):
        members(accept("包.zip", bytes(data)))
    with pytest.raises(FileDamaged):
        members(accept("包.zip", make_zip({"a.txt": TEXT * 20})[:60]))
    with pytest.raises(FileEmpty):
        members(accept("包.zip", make_zip({})))
    with pytest.raises(FileUnsupported):
        members(accept("a.txt", TEXT))


def test_a_wrong_checksum_is_damage(make_zip: Callable[..., bytes]) -> None:
    data = bytearray(make_zip({"a.txt": TEXT * 10}))
    data[45] ^= 0xFF
    with pytest.raises(BeishenError):
        members(accept("包.zip", bytes(data)))
