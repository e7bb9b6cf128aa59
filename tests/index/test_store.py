"""The folder of the index: what it refuses, what a crash leaves."""

import json
import os
import shutil
import subprocess
import sys
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
from beishen.index.columns import KINDS
from beishen.index.manifest import CURRENT, current, publish
from beishen.index.passage import passage, passage_key
from beishen.index.search import Index, Query
from beishen.index.store import Change, Identity, build, check, open_parts, refresh
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
    place = current(folder)
    for path in sorted(place.iterdir()):
        copy = tmp_path / "copy"
        shutil.copytree(folder, copy)
        (copy / place.name / path.name).write_bytes(path.read_bytes()[:-9])
        with pytest.raises(IndexInvalid):
            open_parts(copy, identity)
        shutil.rmtree(copy)
    assert index.rows


@pytest.mark.parametrize("name", ["", "g-absent", "../index", "\x00"])
def test_a_pointer_to_nothing_is_refused(tmp_path: Path, index: Index, laws: LawStore, encoder: Any, name: str) -> None:
    folder = tmp_path / "cache" / "index"
    (folder / CURRENT).write_text(name)
    with pytest.raises(IndexInvalid, match="检索索引不"):
        check(folder, Identity.of(laws, encoder))
    assert Index.open(tmp_path, laws, encoder).rows == index.rows


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
    assert len(list((tmp_path / "cache" / "index").iterdir())) == 2


@pytest.mark.parametrize("broken", ["write", "rename", "replace"])
def test_at_every_step_the_folder_holds_a_whole_index(
    tmp_path: Path, laws: LawStore, encoder: Any, index: Index, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, identity = tmp_path / "cache" / "index", Identity.of(laws, encoder)
    before = current(folder)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    def write(place: Path) -> None:
        if broken == "write":
            fail()
        (place / "dictionary.txt").write_text("花灯 1\n", "utf-8")

    if broken != "write":
        monkeypatch.setattr(os, broken, fail)
    with pytest.raises(IndexInvalid, match="无法写入"):
        publish(folder, identity, write)
    monkeypatch.undo()
    assert current(folder) == before
    assert open_parts(folder, identity).columns.laws
    assert sorted(path.name for path in folder.iterdir()) == sorted([before.name, CURRENT])
    assert index.rows


CHILD = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from conftest import CharacterEncoder
from beishen.corpora.errors import IndexInvalid
from beishen.corpora.laws.store import LawStore
from beishen.index.store import refresh
home = Path({home!r})
resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))
with LawStore.open(home / "laws.db") as laws:
    try:
        refresh(home / "cache" / "index", laws, CharacterEncoder(), home)
    except IndexInvalid as error:
        sys.exit(error.code)
"""


@pytest.mark.parametrize("most", [400, 1500])
def test_a_full_disk_is_a_coded_error_and_the_old_index_stays(
    tmp_path: Path, law_file: Path, encoder: Any, kite_law: LawText, most: int
) -> None:
    """A process that may write no file longer than `most` bytes: the vectors fail first, or the arrays of the index."""
    shutil.copy(law_file, tmp_path / "laws.db")
    with LawStore.open(tmp_path / "laws.db") as laws:
        identity = Identity.of(laws, encoder)
        rows = Index.open(tmp_path, laws, encoder).rows
    load(tmp_path / "laws.db", "jsonl", [kite_law], "more", DAY)
    code = CHILD.format(tests=str(Path(__file__).parent), home=str(tmp_path), most=most)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip().splitlines()[-1:] == ["index.invalid"]
    assert len(open_parts(tmp_path / "cache" / "index", identity).columns) == rows
    assert len(list((tmp_path / "cache" / "index").iterdir())) == 2


def test_a_change_gives_the_index_that_a_build_gives(
    tmp_path: Path, law_file: Path, encoder: Any, kite_law: LawText, without_first: list[LawText]
) -> None:
    """A law added, then taken away with one version of another: every array is that of a build."""
    path, folder = tmp_path / "laws.db", tmp_path / "cache" / "index"
    shutil.copy(law_file, path)
    _refreshed(path, folder, encoder, tmp_path)
    load(path, "jsonl", [kite_law], "more", DAY)
    added = _refreshed(path, folder, encoder, tmp_path)
    assert (added.added, added.removed, added.whole) == (2, 0, False)
    _same_as_built(path, folder, encoder, tmp_path)
    load(tmp_path / "fewer.db", "jsonl", without_first, "x", DAY)
    less = _refreshed(tmp_path / "fewer.db", folder, encoder, tmp_path)
    assert (less.added, less.removed, less.whole) == (0, 2 + 3, False)
    _same_as_built(tmp_path / "fewer.db", folder, encoder, tmp_path)


def test_nothing_is_encoded_or_cut_for_what_stays(
    tmp_path: Path, law_file: Path, encoder: Any, kite_law: LawText
) -> None:
    path, folder = tmp_path / "laws.db", tmp_path / "cache" / "index"
    shutil.copy(law_file, path)
    before = _refreshed(path, folder, encoder, tmp_path)
    encoder.encoded = 0
    load(path, "jsonl", [kite_law], "more", DAY)
    shutil.rmtree(tmp_path / "cache" / "vectors")
    change = _refreshed(path, folder, encoder, tmp_path)
    assert (change.kept, encoder.encoded) == (before.added, 2)


def _refreshed(path: Path, folder: Path, encoder: Any, home: Path) -> Change:
    with LawStore.open(path) as laws:
        return refresh(folder, laws, encoder, home)


def _same_as_built(path: Path, folder: Path, encoder: Any, home: Path) -> None:
    with LawStore.open(path) as laws:
        build(home / "built", laws, encoder, home)
        one, other = (open_parts(place, Identity.of(laws, encoder)) for place in (folder, home / "built"))
    for name in KINDS:
        np.testing.assert_array_equal(getattr(one.columns, name), getattr(other.columns, name), err_msg=name)
    for text in ("花灯失火罚款", "展览备案期限", "风筝登记", "本文本施行"):
        np.testing.assert_allclose(
            one.lexical.scores(one.cutter.terms(text)), other.lexical.scores(other.cutter.terms(text)), rtol=1e-5
        )
    for name in ("starts", "targets", "breach", "back", "sources", "broken"):
        np.testing.assert_array_equal(getattr(one.graph, name), getattr(other.graph, name), err_msg=name)
    np.testing.assert_array_equal(one.dense.codes, other.dense.codes)


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


OWNER = """
import sys
from pathlib import Path
from beishen.corpora.laws.store import LawStore
from beishen.index.manifest import Identity, publish

def write(place):
    (place / "part.npy").write_bytes(b"half")
    print(place.name, flush=True)
    sys.stdin.read()

publish(Path(sys.argv[1]), Identity("laws", "encoder"), write)
"""


def test_what_a_killed_build_left_goes_and_a_living_build_stays(
    tmp_path: Path, laws: LawStore, encoder: Any, index: Index
) -> None:
    """One process is killed while it writes, another still writes: only the folder of the first is removed."""
    folder = tmp_path / "cache" / "index"
    command = [sys.executable, "-c", OWNER, str(folder)]
    builds = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        names = [one.stdout.readline().strip() for one in builds if one.stdout]
        builds[0].kill()
        builds[0].wait()
        for name in names:
            os.utime(folder / name, (0, 0))
        build(folder, laws, encoder, tmp_path)
        assert [(folder / name).is_dir() for name in names] == [False, True]
    finally:
        for one in builds:
            one.kill()
            one.communicate()
    assert index.rows
