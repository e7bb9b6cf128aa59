"""Tables of the law store and the way to open the file."""

import hashlib
import sqlite3
from pathlib import Path

from ..errors import StoreInvalid

SCHEMA = 1
TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE law(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, rank TEXT NOT NULL, kind TEXT NOT NULL,
  province TEXT NOT NULL, city TEXT NOT NULL, issuer TEXT NOT NULL, repealed_by TEXT NOT NULL DEFAULT '',
  repealed_from TEXT NOT NULL DEFAULT '');
CREATE TABLE alias(alias TEXT NOT NULL, law INTEGER NOT NULL REFERENCES law, PRIMARY KEY(alias, law)) WITHOUT ROWID;
CREATE TABLE version(
  id INTEGER PRIMARY KEY, law INTEGER NOT NULL REFERENCES law, day TEXT, priority INTEGER NOT NULL,
  commences TEXT NOT NULL, publication INTEGER NOT NULL, delay INTEGER NOT NULL,
  stated TEXT NOT NULL, amended INTEGER NOT NULL, start TEXT NOT NULL DEFAULT '', finish TEXT NOT NULL DEFAULT '',
  start_reason TEXT NOT NULL DEFAULT '', end_reason TEXT NOT NULL DEFAULT '', UNIQUE(law, day));
CREATE TABLE provision(
  id INTEGER PRIMARY KEY, version INTEGER NOT NULL REFERENCES version, place INTEGER NOT NULL, key TEXT NOT NULL UNIQUE,
  number TEXT NOT NULL, chapter TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX provision_version ON provision(version, place);
CREATE TABLE origin(
  version INTEGER NOT NULL REFERENCES version, kind TEXT NOT NULL, origin TEXT NOT NULL, content TEXT NOT NULL,
  PRIMARY KEY(version, kind, origin)) WITHOUT ROWID;
CREATE TABLE repeals(version INTEGER NOT NULL REFERENCES version, target TEXT NOT NULL, PRIMARY KEY(version, target))
  WITHOUT ROWID;
CREATE TABLE amends(version INTEGER NOT NULL REFERENCES version, target TEXT NOT NULL, PRIMARY KEY(version, target))
  WITHOUT ROWID;
CREATE TABLE source(kind TEXT, place TEXT, imported TEXT, texts INTEGER, PRIMARY KEY(kind, place)) WITHOUT ROWID;
"""


def connect(path: Path, write: bool = False) -> sqlite3.Connection:
    """Open the store file, read-only unless `write`; raises StoreInvalid for any other file."""
    if not path.is_file():
        raise StoreInvalid(f"法规库不存在：{path}", "运行 beishen laws import 建立法规库")
    mode = "rw" if write else "ro"
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, check_same_thread=False)
    try:
        row = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    except sqlite3.DatabaseError as error:
        connection.close()
        raise StoreInvalid(f"不是法规库文件或已损坏：{path}（{error}）", "删除该文件后重新建立法规库") from error
    if row is None or row[0] != str(SCHEMA):
        connection.close()
        raise StoreInvalid(f"法规库版本不符：{path}", "删除该文件后重新建立法规库")
    return connection


def create(path: Path) -> sqlite3.Connection:
    """A new empty store at `path` (which must not exist), open for writing."""
    connection = sqlite3.connect(path, check_same_thread=False)
    connection.executescript(TABLES)
    connection.execute("INSERT INTO meta VALUES ('schema', ?), ('digest', '')", (str(SCHEMA),))
    connection.commit()
    return connection


def provision_key(law: str, version: str, number: str, text: str) -> str:
    """Content hash of one article: 128 bits of SHA-256 over law, version, number and text."""
    joined = "\x1f".join((law, version, number, text))
    return hashlib.sha256(joined.encode()).hexdigest()[:32]
