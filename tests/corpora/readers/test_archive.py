"""Archives that break readers: found by fuzzing, kept as tests."""

import io
import zipfile

import pytest
from beishen.corpora.errors import FileDamaged
from beishen.corpora.limits import Limits
from beishen.corpora.readers.archive import open_zip


def test_a_member_without_a_name_is_refused_with_a_code() -> None:
    """Found by fuzzing: `ZipInfo.is_dir` of an empty name."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as made:
        made.writestr("abc", "x")
    data = bytearray(raw.getvalue())
    entry, end = data.rfind(b"PK\x01\x02"), data.rfind(b"PK\x05\x06")
    size = int.from_bytes(data[end + 12 : end + 16], "little") - 3
    data[end + 12 : end + 16] = size.to_bytes(4, "little")
    data[entry + 28 : entry + 30] = b"\x00\x00"
    del data[entry + 46 : entry + 49]
    with pytest.raises(FileDamaged, match="没有名字"):
        open_zip("名单.zip", bytes(data), Limits())
