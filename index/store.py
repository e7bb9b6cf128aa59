"""The index on disk: a folder of arrays and a manifest; built aside, then put in place. No pickle.

manifest.json   what the index was made from (law store, encoder, dictionary) and the size of every file
rows.json       keys of the articles (sorted; a row is a place in this list), laws, and pairs of rank and region
law, place, start, end .npy        per row: law, pair of rank and region, days in force as ordinals
terms.json, weights, places, starts .npy     lexical;    codes, scales .npy     dense;    dictionary.txt     jieba
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from ..corpora.errors import IndexInvalid
from ..corpora.laws.store import LawStore
from ..corpora.text import Article, Rank, Region
from . import tokens
from .dense import Dense
from .encoding import PassageEncoder
from .lexical import Lexical
from .passage import VERSION, passage, short_name
from .tokens import Cutter
from .vectors import vectors_for

SCHEMA = 1
MANIFEST, ROWS, DICTIONARY = "manifest.json", "rows.json", "dictionary.txt"
REMEDY = "请删除该文件夹后重试，程序会重新建立索引"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Identity:
    """What an index depends on besides its own files."""

    laws: str
    encoder: str
    passage: int = VERSION
    terms: int = tokens.VERSION
    schema: int = SCHEMA

    @classmethod
    def of(cls, laws: LawStore, encoder: PassageEncoder) -> Self:
        return cls(laws.digest, encoder.passages)


@dataclass(frozen=True, slots=True)
class Facts:
    """Filters of the rows. `start` and `end` are ordinals of days; an open end is the greatest int32."""

    keys: tuple[str, ...] = field(repr=False)
    laws: tuple[str, ...] = field(repr=False)
    places: tuple[tuple[Rank, Region], ...]
    law: npt.NDArray[np.int32] = field(repr=False)
    place: npt.NDArray[np.int16] = field(repr=False)
    start: npt.NDArray[np.int32] = field(repr=False)
    end: npt.NDArray[np.int32] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Parts:
    """An opened index."""

    facts: Facts
    cutter: Cutter
    lexical: Lexical
    dense: Dense


def build(folder: Path, laws: LawStore, encoder: PassageEncoder, home: Path, progress: Progress | None = None) -> None:
    """Build the index of all articles of the store (amending decisions left out) and put it at `folder`.

    A crash leaves the index that stood there in use. Raises IndexInvalid for an empty store.
    """
    articles = sorted(laws.articles(), key=lambda article: article.key)
    if not articles:
        raise IndexInvalid(f"法规库中没有条文：{laws.path}", "请先用 beishen laws import 导入法规")
    codes, scales = vectors_for([passage(article) for article in articles], encoder, home, progress)
    cutter = tokens.build(articles)
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".index-", dir=folder.parent))
    try:
        (aside / DICTIONARY).write_text(cutter.dictionary, "utf-8")
        Lexical.build([lexical_terms(cutter, article) for article in articles]).save(aside)
        Dense(codes, scales).save(aside)
        _save_facts(aside, articles)
        _seal(aside, Identity.of(laws, encoder))
        _replace(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def lexical_terms(cutter: Cutter, article: Article) -> list[str]:
    """What the lexical index knows of an article: law name, chapter title and text."""
    return cutter.terms(f"{short_name(article.law)} {article.chapter} {article.text}")


def _save_facts(folder: Path, articles: list[Article]) -> None:
    laws = sorted({article.law for article in articles})
    places = sorted({(a.rank, a.region.province, a.region.city, a.region.county) for a in articles})
    law_at = {law: at for at, law in enumerate(laws)}
    place_at = {place: at for at, place in enumerate(places)}
    rows = {"keys": [a.key for a in articles], "laws": laws, "places": places}
    (folder / ROWS).write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    columns: dict[str, npt.NDArray[Any]] = {
        "law": np.array([law_at[a.law] for a in articles], np.int32),
        "place": np.array(
            [place_at[(a.rank, a.region.province, a.region.city, a.region.county)] for a in articles], np.int16
        ),
        "start": np.array([_ordinal(a.start, 0) for a in articles], np.int32),
        "end": np.array([_ordinal(a.end, np.iinfo(np.int32).max) for a in articles], np.int32),
    }
    for name, values in columns.items():
        np.save(folder / f"{name}.npy", values, allow_pickle=False)


def _ordinal(day: date | None, absent: int) -> int:
    return absent if day is None else day.toordinal()


def _seal(folder: Path, identity: Identity) -> None:
    """The manifest is the last file written: a folder without it is no index."""
    files = {path.name: path.stat().st_size for path in sorted(folder.iterdir())}
    dictionary = hashlib.sha256((folder / DICTIONARY).read_bytes()).hexdigest()
    facts = {"identity": asdict(identity), "dictionary": dictionary, "files": files}
    (folder / MANIFEST).write_text(json.dumps(facts, indent=1), "utf-8")


def _replace(aside: Path, folder: Path) -> None:
    """Put the new folder in place of the old one, which goes last."""
    old = aside.with_name(aside.name + "-old")
    if folder.exists():
        os.rename(folder, old)
    try:
        os.rename(aside, folder)
    except OSError:
        if old.exists() and not folder.exists():
            os.rename(old, folder)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def check(folder: Path, expected: Identity) -> dict[str, Any]:
    """The manifest of the index at `folder`; raises IndexInvalid when it is absent, of other material or damaged."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        found, files = manifest["identity"], manifest["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexInvalid(f"检索索引不存在或不完整：{folder}", REMEDY) from error
    wrong = [_WORDS[name] for name, value in asdict(expected).items() if found.get(name) != value]
    if wrong:
        raise IndexInvalid(f"检索索引与当前{'、'.join(wrong)}不一致：{folder}", REMEDY)
    for name, size in files.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != size:
            raise IndexInvalid(f"检索索引的文件缺失或已损坏：{path}", REMEDY)
    return manifest


_WORDS = {"laws": "法规库", "encoder": "编码模型", "passage": "条文格式", "terms": "分词方式", "schema": "索引版本"}


def open_parts(folder: Path, expected: Identity) -> Parts:
    """Open the index at `folder`, arrays memory-mapped; raises IndexInvalid (see `check`)."""
    manifest = check(folder, expected)
    try:
        dictionary = (folder / DICTIONARY).read_bytes()
        if hashlib.sha256(dictionary).hexdigest() != manifest["dictionary"]:
            raise IndexInvalid(f"检索词典已损坏：{folder / DICTIONARY}", REMEDY)
        return Parts(_load_facts(folder), Cutter(dictionary.decode("utf-8")), Lexical.load(folder), Dense.load(folder))
    except (OSError, ValueError, KeyError) as error:
        raise IndexInvalid(f"检索索引无法读取：{folder}", REMEDY) from error


def _load_facts(folder: Path) -> Facts:
    rows = json.loads((folder / ROWS).read_text("utf-8"))
    law, place, start, end = (
        np.load(folder / f"{name}.npy", allow_pickle=False) for name in ("law", "place", "start", "end")
    )
    places = tuple((Rank(rank), Region(*region)) for rank, *region in rows["places"])
    return Facts(tuple(rows["keys"]), tuple(rows["laws"]), places, law, place, start, end)
