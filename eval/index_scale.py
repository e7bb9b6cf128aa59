"""How the cost of the index grows: 10,000, 50,000 and 170,000 provisions, and a simulated 2,000,000.

    python -m beishen.eval.index_scale [--sizes 10000,50000,170000] [--large 2000000] [--work DIR]

The provisions are real: LawRefBook and waystowork beside the project (BEISHEN_SHARED), imported into a store of their
own under `--work` (a temporary folder otherwise). Their vectors are drawn: the vector of a shipped article, chosen by
the hash of the text, turned a little at random, since encoding 170,000 passages takes an hour; what an exact product
costs does not depend on the values. Queries are the violating clauses of `cases/pairs.jsonl`, encoded once beforehand,
with the scope of a normative document and a law that the document names. Times are of the processor (one core), so that
other programs on a shared machine do not count. Memory is of a process that opens the
index and searches, above one that holds the same libraries and no index.

At 2,000,000 rows only the vectors are simulated: exact int8, a prefilter of sign bits with exact rescoring, and faiss's
inverted lists, each with its recall of the exact best hundred.
"""

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..corpora.laws import lawrefbook, waystowork
from ..corpora.laws.loading import load
from ..corpora.laws.record import LawText
from ..corpora.laws.store import LawStore
from ..corpora.text import Instrument, Level, Region
from ..index import ranker
from ..index.dense import Dense, unit_rows
from ..index.passage import passage, passage_key
from ..index.precedents import FILE, Precedents
from ..index.scope import scope
from ..index.search import Index, Query
from ..index.store import Identity, build, open_parts
from ..index.vectors import DATA, quantise, vectors_for
from .cases import DAY, say, shared_folder

SEED = 17
NOISE = 0.35
ABOVE = scope(Instrument.NORMATIVE, Level.CITY_GOVERNMENT, Region("广东省"))
Matrix = npt.NDArray[np.float32]
Facts = dict[str, float]


class Drawn:
    """An encoder of drawn vectors: a shipped vector by the hash of the text, turned by noise of the same hash."""

    id = passages = "drawn-1"
    dim = 384

    def __init__(self) -> None:
        with np.load(DATA / "vectors.npz", allow_pickle=False) as arrays:
            self.known = unit_rows(arrays["codes"])

    def encode(
        self,
        texts: Sequence[str],
        kind: Literal["query", "passage"],  # noqa: ARG002
        progress: Callable[[int, int], None] | None = None,
    ) -> Matrix:
        keys = [passage_key(text) for text in texts]
        drawn = np.random.default_rng(keys[0] if keys else 0)
        made = self.known[[key % len(self.known) for key in keys]]
        made = made + drawn.normal(scale=NOISE / np.sqrt(self.dim), size=made.shape).astype(np.float32)
        if progress is not None:
            progress(len(texts), len(texts))
        return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


def texts_of(shared: Path) -> list[LawText]:
    """Every dated text beside the project, national laws first."""
    found = [text for text in lawrefbook.read(shared / "corpora" / "lawrefbook") if isinstance(text, LawText)]
    found.sort(key=lambda text: (text.region.province != "", text.rank.value, text.name, text.version))
    return found + [text for text in waystowork.read(shared / "corpora" / "waystowork") if isinstance(text, LawText)]


def fill(path: Path, texts: Sequence[LawText], most: int) -> int:
    """A store of texts with about `most` provisions; returns how many it has."""
    if not path.is_file():
        sizes = np.cumsum([len(text.provisions) for text in texts])
        load(path, "lawrefbook", texts[: int(np.searchsorted(sizes, most)) + 1], "scale", DAY)
    with LawStore.open(path) as laws:
        return sum(1 for _ in laws.articles())


def timed(call: Callable[[], Any]) -> float:
    """Seconds of processor time: other programs on the machine do not count, and nothing here waits."""
    start = time.process_time()
    call()
    return time.process_time() - start


def built(home: Path, path: Path) -> tuple[float, float]:
    """Seconds of the processor and of the wall to build the index when every vector is cached."""
    encoder = Drawn()
    with LawStore.open(path) as laws:
        vectors_for([passage(article) for article in laws.articles()], encoder, home)
        wall = time.monotonic()
        spent = timed(lambda: build(home / "cache" / "index", laws, encoder, home))
        return spent, time.monotonic() - wall


def _searching(pipe: Connection, home: Path, path: Path, queries: tuple[Query, ...]) -> None:
    """In a process of its own: open, search, report."""
    encoder = Drawn()
    vectors = encoder.known[np.random.default_rng(SEED).integers(0, len(encoder.known), len(queries))].copy()
    encoder.known = encoder.known[:1].copy()
    import onnx  # noqa: F401
    import onnxruntime  # type: ignore[import-untyped]  # noqa: F401

    with LawStore.open(path) as laws:
        before = _memory()
        start = time.process_time()
        parts = open_parts(home / "cache" / "index", Identity.of(laws, encoder))
        opened = time.process_time() - start
        with np.load(FILE) as arrays:
            known = Precedents.load(str(arrays["encoder"]))
        index = Index(parts, laws, encoder, ranker.shipped(), known)
        spent = [timed(partial(index.search, queries[at], vectors[at])) for at in range(len(queries))][5:]
        memory = _memory() - before
        many = timed(lambda: index.search_many(queries, vectors)) / len(queries)
    pipe.send(
        {
            "open": opened,
            "median": float(np.median(spent)),
            "p95": float(np.percentile(spent, 95)),
            "together": many,
            "memory": memory,
        }
    )


def _memory() -> float:
    """MB of this process that are in memory now, mapped files included."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def searching(home: Path, path: Path, queries: tuple[Query, ...]) -> Facts:
    """Open time, search times and memory, measured in a fresh process."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_searching, args=(theirs, home, path, queries))
    process.start()
    theirs.close()
    found: Facts = ours.recv()
    process.join()
    return found


def queries_of(shared: Path) -> tuple[Query, ...]:
    lines = (shared / "cases" / "pairs.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    laws = [row["laws"][0]["law"] for row in rows]
    return tuple(
        Query(row["violating"], DAY, ABOVE, (law,), 10, row["doc_title"]) for row, law in zip(rows, laws, strict=True)
    )


def large(rows: int) -> None:
    """Exact and approximate search over simulated vectors, with recall of the exact best hundred."""
    drawn, known = np.random.default_rng(SEED), Drawn().known
    queries = drawn.permutation(known)[:50] + drawn.normal(scale=0.3 / np.sqrt(384), size=(50, 384)).astype(np.float32)
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    codes, scales = np.empty((rows, 384), np.int8), np.empty(rows, np.float16)
    for start in range(0, rows, 100_000):
        part = known[drawn.integers(0, len(known), min(100_000, rows - start))]
        part = part + drawn.normal(scale=NOISE / np.sqrt(384), size=part.shape).astype(np.float32)
        part /= np.linalg.norm(part, axis=1, keepdims=True)
        codes[start : start + len(part)], scales[start : start + len(part)] = quantise(part)
    before = _memory()
    dense = Dense(codes, scales)
    held = _memory() - before
    tops = [_top(dense.scores(query[None])[0], 100) for query in queries]
    spent = np.median([timed(partial(dense.scores, query[None])) for query in queries[:15]])
    say(f"{rows:>9,} rows  exact int8: {spent * 1000:.0f} ms, {held:.0f} MB, recall 1")
    _signs(dense, queries, tops)
    _inverted(codes, queries, tops)


def _signs(dense: Dense, queries: Matrix, tops: list[npt.NDArray[np.int64]]) -> None:
    """Sign bits of centred vectors by exclusive or, the best rescored exactly."""
    mean = unit_rows(dense.codes[:: max(1, len(dense.codes) // 50_000)]).mean(axis=0)
    bits = np.empty((6, len(dense.codes)), np.uint64)
    for start in range(0, len(dense.codes), 100_000):
        part = unit_rows(dense.codes[start : start + 100_000]) - mean
        bits[:, start : start + len(part)] = np.packbits(part > 0, axis=1).view(np.uint64).T

    def search(query: Matrix, most: int) -> npt.NDArray[np.int64]:
        asked = np.packbits(query - mean > 0).view(np.uint64)
        apart = np.zeros(bits.shape[1], np.uint16)
        for line, word in zip(bits, asked, strict=True):
            apart += np.bitwise_count(line ^ word)
        rows = np.sort(np.argpartition(apart, most)[:most])
        return rows[_top(dense.vectors(rows) @ query, 100)]

    for most in (2_000, 8_000, 32_000):
        recall = np.mean(
            [len(np.intersect1d(search(q, most), top)) / 100 for q, top in zip(queries, tops, strict=True)]
        )
        spent = np.median([timed(partial(search, query, most)) for query in queries[:15]])
        say(
            f"           signs, {most} rescored: {spent * 1000:.0f} ms, {bits.nbytes / 1e6:.0f} MB, recall {recall:.3f}"
        )


def _inverted(codes: npt.NDArray[np.int8], queries: Matrix, tops: list[npt.NDArray[np.int64]]) -> None:
    """faiss IVF over 8-bit codes; the lists are trained on a sample."""
    import faiss

    lists = 1024
    index: Any = faiss.index_factory(384, f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
    index.train(unit_rows(codes[:: max(1, len(codes) // 60_000)]))
    for start in range(0, len(codes), 100_000):
        index.add(unit_rows(codes[start : start + 100_000]))
    for probes in (8, 32, 128):
        index.nprobe = probes
        found = index.search(queries, 100)[1]
        recall = np.mean([len(np.intersect1d(one, top)) / 100 for one, top in zip(found, tops, strict=True)])
        spent = np.median([timed(partial(index.search, query[None], 100)) for query in queries[:15]])
        say(f"           faiss IVF{lists} SQ8, {probes} probes: {spent * 1000:.0f} ms, recall {recall:.3f}")


def _top(scores: Matrix, count: int) -> npt.NDArray[np.int64]:
    return np.sort(np.argpartition(-scores, count)[:count])


@contextmanager
def _folder(given: Path | None) -> Any:
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def main(arguments: list[str] | None = None) -> int:
    """Print one line per size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,50000,170000")
    parser.add_argument("--large", type=int, default=2_000_000)
    parser.add_argument("--work", type=Path, default=None)
    options = parser.parse_args(arguments)
    shared = shared_folder()
    queries = tuple(islice(queries_of(shared), 105))
    with _folder(options.work) as work:
        texts = texts_of(shared) if options.sizes else []
        for size in (int(part) for part in options.sizes.split(",") if part):
            home = work / str(size)
            rows = fill(home / "laws.db", texts, size)
            spent, wall = built(home, home / "laws.db")
            found = searching(home, home / "laws.db", queries)
            say(
                f"{rows:>9,} rows  build from cached vectors {spent:.1f} s, {wall:.1f} s of the wall  "
                f"open {found['open']:.2f} s  "
                f"search median {found['median'] * 1000:.1f} ms, p95 {found['p95'] * 1000:.1f} ms, "
                f"in batches {found['together'] * 1000:.1f} ms  memory {found['memory']:.0f} MB"
            )
        if options.large:
            large(options.large)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
