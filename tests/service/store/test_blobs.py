"""Bytes by their hash: kept once, whole or not at all, checked when read."""

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from beishen.corpora.errors import ToolMissing
from beishen.service.errors import BlobMissing, DiskFull
from beishen.service.store.blobs import DiskBlobs, open_blobs


def test_round_trip_and_idempotence(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path)
    first = blobs.put("甲".encode())
    assert first == blobs.put("甲".encode()) == hashlib.sha256("甲".encode()).hexdigest()
    assert blobs.get(first) == "甲".encode()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [first]
    blobs.remove(first)
    blobs.remove(first)
    assert not blobs.has(first)


def test_a_store_within_another_is_emptied_alone(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path)
    outer = blobs.put(b"outer")
    parts = blobs.within("parts")
    names = [parts.within(run).put(b"inner") for run in ("one", "two")]
    (tmp_path / "parts" / "two" / ".part-half").write_bytes(b"half")
    assert not blobs.has(names[0])
    parts.within("two").clear()
    assert [name for name, _ in parts.parts()] == ["one"]
    assert parts.parts()[0][1] <= datetime.now(UTC)
    assert blobs.get(outer) == b"outer"
    assert parts.within("one").get(names[0]) == b"inner"


def test_changed_bytes_are_told(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path)
    name = blobs.put(b"first")
    next(path for path in tmp_path.rglob(name)).write_bytes(b"other")
    with pytest.raises(BlobMissing):
        blobs.get(name)


def test_a_full_disk_leaves_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        DiskBlobs(tmp_path).put(b"data")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_s3_without_its_extra_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(ToolMissing, match="对象存储"):
        open_blobs("s3://bucket/prefix")


def test_objects_of_a_bucket_go_by_their_hash() -> None:
    import io

    import boto3
    from beishen.service.store.blobs import S3Blobs
    from botocore.stub import Stubber

    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "cn-north-1"}
    client = boto3.client("s3", endpoint_url="http://127.0.0.1:1", **keys)
    blobs = S3Blobs(client, "box", "files/")
    name = hashlib.sha256(b"data").hexdigest()
    where = {"Bucket": "box", "Key": f"files/{name[:2]}/{name}"}
    with Stubber(client) as stub:
        stub.add_client_error("head_object", "404", expected_params=where)
        stub.add_response("put_object", {}, {**where, "Body": b"data"})
        stub.add_response("get_object", {"Body": io.BytesIO(b"data")}, where)
        stub.add_client_error("get_object", "NoSuchKey", expected_params=where)
        assert blobs.put(b"data") == name
        assert blobs.get(name) == b"data"
        with pytest.raises(BlobMissing):
            blobs.get(name)
        stub.add_response("get_object", {"Body": io.BytesIO(b"dat\0")}, where)
        with pytest.raises(BlobMissing, match="不符"):
            blobs.get(name)
        stub.add_client_error("head_object", "403", expected_params=where)
        with pytest.raises(DiskFull):
            blobs.has(name)
        stub.assert_no_pending_responses()


def test_an_object_store_that_is_away_is_told_and_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens there: every way in says so with the code that makes a worker wait, and no file counts as lost."""
    for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("DEFAULT_REGION", "cn-north-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("BEISHEN_S3_ENDPOINT", "http://127.0.0.1:9")
    blobs = open_blobs("s3://box/files")
    name = hashlib.sha256(b"data").hexdigest()
    for act in (lambda: blobs.put(b"data"), lambda: blobs.get(name), lambda: blobs.has(name), blobs.check, blobs.clear):
        with pytest.raises(DiskFull, match="对象存储") as caught:
            act()
        assert caught.value.code == "storage.full"


def test_objects_of_a_clean_up_are_listed_and_removed_with_it() -> None:
    import boto3
    from beishen.service.store.blobs import S3Blobs
    from botocore.stub import Stubber

    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "cn-north-1"}
    client = boto3.client("s3", endpoint_url="http://127.0.0.1:1", **keys)
    parts = S3Blobs(client, "box", "files/").within("parts")
    day = [datetime(2026, 5, at, tzinfo=UTC) for at in (1, 3, 2)]
    contents = [
        {"Key": f"files/parts/{name}", "LastModified": when}
        for name, when in zip(("one/aa/aab", "one/ab/abc", "two/cd/cde"), day, strict=True)
    ]
    with Stubber(client) as stub:
        stub.add_response("list_objects_v2", {"Contents": contents}, {"Bucket": "box", "Prefix": "files/parts/"})
        assert parts.parts() == (("one", day[1]), ("two", day[2]))
        stub.add_response(
            "list_objects_v2", {"Contents": contents[2:]}, {"Bucket": "box", "Prefix": "files/parts/two/"}
        )
        stub.add_response("delete_object", {}, {"Bucket": "box", "Key": "files/parts/two/cd/cde"})
        parts.within("two").clear()
        stub.assert_no_pending_responses()
