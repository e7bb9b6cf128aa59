"""The folder of the index: what it refuses, what a crash leaves."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from beishen.corpora.errors import IndexInvalid
from beishen.corpora.laws.default import open_default
from beishen.corpora.laws.loading import load
from beishen.corpora.laws.record import LawText
from beishen.corpora.laws.store import LawStore
from beishen.index import vectors
from beishen.index.passage import passage, passage_key
from beishen.index.search import Index, Query
from beishen.index.store import Identity, check, open_parts
from beishen.index.vectors import Table, VectorCache, shipped, vectors_for, write_shipped

DAY = date(2026, 6, 1)
TEXTS = [f"第{at}盏花灯" for at in range(10)]


def test_another_encoder_or_store_is_refused(tmp_path: Path, index: Index, laws: LawStore, encoder: Any) -> None:
    folder = tmp_path / "cache" / "index"
    identity = Identity.of(laws, encoder)
    assert index.rows
    assert check(folder, identity)["identity"]["encoder"] == encoder.id
    with pytest.raises(IndexInvalid, match="编码模型"):
        open_parts(folder, Identity(identity.laws, "another"))
    with pytest.raises(IndexInvalid, match="法规库"):
        open_parts(folder, Identity("another", identity.encoder))


def test_a_missing_manifest_or_cut_file_is_refused(tmp_path: Path, index: Index, laws: LawStore, encoder: Any) -> None:
    folder, identity = tmp_path / "cache" / "index", Identity.of(laws, encoder)
    for path in sorted(folder.iterdir()):
        copy = tmp_path / "copy"
        shutil.copytree(folder, copy)
        (copy / path.name).write_bytes(path.read_bytes()[:-9])
        with pytest.raises(IndexInvalid):
            open_parts(copy, identity)
        shutil.rmtree(copy)
    assert index.rows


def test_a_stale_index_is_built_again(tmp_path: Path, law_file: Path, encoder: Any, kite_law: LawText) -> None:
    path = tmp_path / "laws.db"
    shutil.copy(law_file, path)
    with LawStore.open(path) as laws:
        before = Index.open(tmp_path, laws, encoder).rows
    added = encoder.encoded
    load(path, "jsonl", [kite_law], "more", DAY)
    with LawStore.open(path) as laws:
        index = Index.open(tmp_path, laws, encoder)
        assert index.rows == before + 2
        assert index.search(Query("风筝登记", DAY, top=1))[0].article.law == "风筝法"
    assert encoder.encoded == added + 2


def test_a_crash_leaves_the_old_index(tmp_path: Path, law_file: Path, encoder: Any, kite_law: LawText) -> None:
    path = tmp_path / "laws.db"
    shutil.copy(law_file, path)
    with LawStore.open(path) as laws:
        identity = Identity.of(laws, encoder)
        Index.open(tmp_path, laws, encoder)
    load(path, "jsonl", [kite_law], "more", DAY)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt(f"{done}/{total}")

    with LawStore.open(path) as laws, pytest.raises(KeyboardInterrupt):
        Index.open(tmp_path, laws, encoder, stop)
    assert check(tmp_path / "cache" / "index", identity)
    assert [p.name for p in (tmp_path / "cache").iterdir() if p.name.startswith(".")] == []


def test_an_empty_store_has_no_index(tmp_path: Path, encoder: Any) -> None:
    load(tmp_path / "laws.db", "jsonl", [], "tests", DAY)
    with LawStore.open(tmp_path / "laws.db") as laws, pytest.raises(IndexInvalid, match="没有条文"):
        Index.open(tmp_path, laws, encoder)


def test_encoding_goes_on_where_it_stopped(tmp_path: Path, encoder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "SHARD", 4)

    def stop(done: int, _: int) -> None:
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        vectors_for(TEXTS, encoder, tmp_path, stop)
    encoder.encoded = 0
    codes, scales = vectors_for(TEXTS, encoder, tmp_path)
    assert encoder.encoded == len(TEXTS) - 4
    expected = encoder.encode(TEXTS, "passage")
    np.testing.assert_allclose(codes * scales.astype(np.float32)[:, None], expected, atol=3e-3)


def test_a_damaged_shard_is_encoded_again(tmp_path: Path, encoder: Any) -> None:
    first = vectors_for(TEXTS, encoder, tmp_path)[0]
    shard = next(VectorCache(tmp_path, encoder).folder.glob("*.npz"))
    shard.write_bytes(shard.read_bytes()[:50])
    np.testing.assert_array_equal(vectors_for(TEXTS, encoder, tmp_path)[0], first)


def test_shipped_vectors_belong_to_one_encoder(tmp_path: Path, encoder: Any) -> None:
    facts = write_shipped(TEXTS, encoder, tmp_path, tmp_path)
    table = shipped(encoder.id, encoder.dim, tmp_path)
    assert len(table.keys) == facts["passages"] == len(TEXTS)
    assert (table.places(np.array([passage_key(text) for text in TEXTS], np.uint64)) >= 0).all()
    assert len(shipped("another", encoder.dim, tmp_path).keys) == 0
    assert Table.empty(3).places(np.array([1], np.uint64)).tolist() == [-1]


def test_damaged_shipped_vectors_are_refused(tmp_path: Path, encoder: Any) -> None:
    write_shipped(TEXTS, encoder, tmp_path, tmp_path)
    (tmp_path / "vectors.npz").write_bytes(b"x")
    with pytest.raises(IndexInvalid, match="已损坏"):
        shipped(encoder.id, encoder.dim, tmp_path)


@pytest.mark.encoder
def test_the_shipped_vectors_cover_the_default_store(tmp_path: Path) -> None:
    facts = json.loads((vectors.DATA / "vectors.json").read_text("utf-8"))
    table = shipped(facts["encoder"], facts["dim"])
    with open_default(tmp_path) as laws:
        keys = np.array([passage_key(passage(article)) for article in laws.articles()], np.uint64)
    assert len(keys) > 20_000
    assert (table.places(keys) < 0).sum() <= len(keys) // 500
