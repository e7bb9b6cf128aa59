"""Uploaded bytes by their SHA-256: written once, never changed, on disk or in an S3-compatible store."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, Self

from ...corpora.errors import ToolMissing
from ..errors import BlobMissing, DiskFull


class Blobs(Protocol):
    """A content-addressed store. `put` is idempotent; `get` raises BlobMissing.

    `within` is a store of its own below this one, that nothing else in it sees; `clear` empties a store altogether;
    `parts` names the stores below with the time of the last write there, in order of name.
    """

    def put(self, data: bytes) -> str: ...

    def get(self, sha256: str) -> bytes: ...

    def has(self, sha256: str) -> bool: ...

    def remove(self, sha256: str) -> None: ...

    def check(self) -> None: ...

    def within(self, name: str) -> Self: ...

    def clear(self) -> None: ...

    def parts(self) -> tuple[tuple[str, datetime], ...]: ...


@dataclass(frozen=True, slots=True)
class DiskBlobs:
    """Blobs as files in two levels of folders; a file appears whole or not at all."""

    folder: Path

    def put(self, data: bytes) -> str:
        """Store bytes and return their hash. Raises DiskFull where they cannot be written."""
        sha256 = hashlib.sha256(data).hexdigest()
        place = self._place(sha256)
        if place.exists():
            return sha256
        try:
            _write(place, data)
        except OSError as error:
            raise DiskFull(
                f"上传的文件无法保存（{error.strerror}）", "请检查数据文件夹的空间和权限后重新提交"
            ) from error
        return sha256

    def get(self, sha256: str) -> bytes:
        try:
            data = self._place(sha256).read_bytes()
        except OSError as error:
            raise BlobMissing(f"找不到已上传的文件 {sha256[:12]}", "请检查数据文件夹，或从备份恢复") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BlobMissing(f"已上传的文件 {sha256[:12]} 内容与登记不符", "请从备份恢复")
        return data

    def has(self, sha256: str) -> bool:
        return self._place(sha256).exists()

    def remove(self, sha256: str) -> None:
        self._place(sha256).unlink(missing_ok=True)

    def check(self) -> None:
        """Raises DiskFull where the folder cannot be written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder) as file:
                file.write(b"0")
        except OSError as error:
            raise DiskFull(f"数据文件夹无法写入（{error.strerror}）", "请检查空间和权限") from error

    def within(self, name: str) -> "DiskBlobs":
        return DiskBlobs(self.folder / name)

    def clear(self) -> None:
        """Everything here goes, half-written files too; a file written meanwhile may stay."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def parts(self) -> tuple[tuple[str, datetime], ...]:
        found = sorted(path for path in self.folder.glob("*") if path.is_dir())
        return tuple((path.name, _newest(path)) for path in found)

    def _place(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:4] / sha256


@dataclass(frozen=True, slots=True)
class S3Blobs:
    """Blobs as objects of a bucket, under a prefix. Needs the extra s3."""

    client: Any
    bucket: str
    prefix: str = ""

    def put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.has(sha256):
            with _asked("上传的文件无法保存到对象存储"):
                self.client.put_object(Bucket=self.bucket, Key=self._key(sha256), Body=data)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes. BlobMissing where there are none or others; DiskFull where the store does not answer."""
        try:
            with _asked("对象存储暂时无法读取"):
                data: bytes = self.client.get_object(Bucket=self.bucket, Key=self._key(sha256))["Body"].read()
        except _Absent as error:
            raise BlobMissing(f"对象存储中没有文件 {sha256[:12]}", "请检查对象存储，或从备份恢复") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BlobMissing(f"对象存储中的文件 {sha256[:12]} 内容与登记不符", "请从备份恢复")
        return data

    def has(self, sha256: str) -> bool:
        """Whether it is there. DiskFull where the store does not answer: that is no "no"."""
        try:
            with _asked("对象存储暂时无法读取"):
                self.client.head_object(Bucket=self.bucket, Key=self._key(sha256))
        except _Absent:
            return False
        return True

    def remove(self, sha256: str) -> None:
        with _asked("对象存储中的文件无法删除"):
            self.client.delete_object(Bucket=self.bucket, Key=self._key(sha256))

    def check(self) -> None:
        try:
            with _asked(f"对象存储桶 {self.bucket} 无法使用"):
                self.client.head_bucket(Bucket=self.bucket)
        except _Absent as error:
            raise DiskFull(f"没有对象存储桶 {self.bucket}", "请检查地址、桶名和密钥") from error

    def within(self, name: str) -> "S3Blobs":
        return replace(self, prefix=f"{self.prefix}{name}/")

    def clear(self) -> None:
        for key, _ in self._listed():
            with _asked("对象存储中的文件无法删除"):
                self.client.delete_object(Bucket=self.bucket, Key=key)

    def parts(self) -> tuple[tuple[str, datetime], ...]:
        newest: dict[str, datetime] = {}
        for key, written in self._listed():
            name = key.removeprefix(self.prefix).partition("/")[0]
            newest[name] = max(written, newest.get(name, written))
        return tuple(sorted(newest.items()))

    def _listed(self) -> list[tuple[str, datetime]]:
        """Every key below the prefix with its time."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix)
        with _asked("对象存储暂时无法读取"):
            return [(item["Key"], item["LastModified"]) for page in pages for item in page.get("Contents", ())]

    def _key(self, sha256: str) -> str:
        return f"{self.prefix}{sha256[:2]}/{sha256}"


class _Absent(Exception):
    """The object store answered that there is no such object or bucket."""


@contextmanager
def _asked(refusal: str) -> Iterator[None]:
    """What the object store or the way to it refuses, as DiskFull (work waits and tries again) or _Absent."""
    from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

    remedy = "请检查对象存储的地址、空间、权限和网络后重试，已保存的内容不受影响"
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in ("404", "NoSuchKey", "NoSuchBucket", "NotFound"):
            raise _Absent from error
        raise DiskFull(refusal, remedy) from error
    except BotoCoreError as error:
        raise DiskFull(refusal, remedy) from error


def _write(place: Path, data: bytes) -> None:
    """A file and its name on the disk itself when this returns, or nothing of it. OSError."""
    fresh = [folder for folder in (place.parent, place.parent.parent) if not folder.is_dir()]
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".part-", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, place)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    for folder in (place.parent, *(made.parent for made in fresh)):
        _keep_names(folder)


def _keep_names(folder: Path) -> None:
    """The names in a folder survive a loss of power, as the bytes of its files do."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _newest(folder: Path) -> datetime:
    """When something was last written below a folder; what goes meanwhile is passed over."""
    latest = 0.0
    for path in (folder, *folder.rglob("*")):
        with suppress(FileNotFoundError):
            latest = max(latest, path.stat().st_mtime)
    return datetime.fromtimestamp(latest, UTC)


def open_blobs(where: str) -> Blobs:
    """Blobs in a folder, or in `s3://bucket/prefix`. Raises ToolMissing where the extra s3 is not installed."""
    if not where.startswith("s3://"):
        return DiskBlobs(Path(where))
    try:
        import boto3  # type: ignore[import-untyped]
    except ImportError as error:
        raise ToolMissing("未安装对象存储组件", "请安装：pip install 'beishen[s3]'，或改用本地文件夹") from error
    bucket, _, prefix = where.removeprefix("s3://").partition("/")
    client = boto3.client("s3", endpoint_url=os.environ.get("BEISHEN_S3_ENDPOINT") or None)
    return S3Blobs(client, bucket, f"{prefix.rstrip('/')}/" if prefix else "")
