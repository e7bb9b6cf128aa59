"""A worker notices that laws were imported, once the file of the store has come to rest."""

import os
from pathlib import Path

from beishen.service.jobs.worker import Laws


def test_an_import_is_noticed_when_it_is_over(tmp_path: Path) -> None:
    path = tmp_path / "laws.db"
    path.write_bytes(b"1")
    laws = Laws.watched(path)
    assert not laws.renewed()
    path.write_bytes(b"12")
    assert not laws.renewed()  # changed since the last look: the import may go on
    path.write_bytes(b"123")
    assert not laws.renewed()
    assert laws.renewed()


def test_the_same_file_is_no_news(tmp_path: Path) -> None:
    path = tmp_path / "laws.db"
    path.write_bytes(b"1")
    laws = Laws.watched(path)
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    assert not laws.renewed() and not laws.renewed()
