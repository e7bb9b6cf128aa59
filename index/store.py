"""The index on disk: arrays, memory-mapped, and a manifest; changed law by law, put in place by one rename. No pickle.

manifest.json              what the index was made from (law store, encoder, dictionary) and the size of every file
names.json, row-*.npy      laws, pairs of rank and region, and a column per fact of a row
terms.json, weights, places, counts, starts, lengths, distinct .npy      lexical;      codes, scales .npy      dense
cited.json, cited.npy, graph-*.npy      citations as written, and the links made of them;      dictionary.txt  jieba

When the law store changes, only articles whose text, chapter or law name changed are read, cut and encoded; the arrays
of the others move to their new rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..corpora.errors import IndexInvalid
from ..corpora.laws.store import LawStore
from ..corpora.text import Article
from . import tokens
from .columns import READ, Columns, read_texts
from .dense import Dense
from .encoding import PassageEncoder
from .graph import Cited, Graph, link
from .lexical import Lexical
from .manifest import DICTIONARY, REMEDY, Identity, check, current, publish, unwritable
from .passage import passage, passage_key
from .tokens import Cutter, lexical_text
from .vectors import vectors_for

__all__ = ["Change", "Identity", "Parts", "build", "check", "open_parts", "refresh"]

# A change of more than this share of the rows is a build from nothing: the dictionary follows the store.
MOST_NEW = 0.5
Progress = Callable[[int, int], None]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Parts:
    """An opened index."""

    columns: Columns
    cutter: Cutter
    lexical: Lexical
    dense: Dense
    graph: Graph


@dataclass(frozen=True, slots=True)
class Change:
    """Rows that came, went and stayed; `whole` when nothing of the older index was used."""

    added: int
    removed: int
    kept: int
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Old:
    """What a change takes from the index in use."""

    columns: Columns
    cutter: Cutter
    lexical: Lexical
    dense: Dense
    cited: Cited


@dataclass(frozen=True, slots=True)
class _Plan:
    """Articles in row order; rows that are `fresh`; where each old row goes (-1: dropped); rows in printed order."""

    articles: tuple[Article, ...]
    fresh: Rows
    moved: Rows
    order: tuple[int, ...]
    hashes: tuple[int, ...]


def refresh(
    folder: Path, laws: LawStore, encoder: PassageEncoder, home: Path, progress: Progress | None = None
) -> Change:
    """Bring the index at `folder` to the law store: laws and versions that came or went, without a rebuild.

    Builds from nothing where there is no index, or one of another encoder or format. Raises IndexInvalid for an empty
    store or a disk that is full; the index in use stays as it was.
    """
    try:
        old = _old(folder, Identity.of(laws, encoder))
    except IndexInvalid:
        old = None
    return _write(folder, laws, encoder, (home, progress), old)


def build(folder: Path, laws: LawStore, encoder: PassageEncoder, home: Path, progress: Progress | None = None) -> None:
    """Build the index of all articles of the store (amending decisions left out), whatever stands at `folder`.

    A crash leaves the index that stood there in use. Raises IndexInvalid as `refresh` does.
    """
    _write(folder, laws, encoder, (home, progress), None)


def open_parts(folder: Path, expected: Identity) -> Parts:
    """Open the index at `folder`, arrays memory-mapped; raises IndexInvalid (see `check`)."""
    check(folder, expected)
    place = current(folder)
    try:
        cutter = Cutter((place / DICTIONARY).read_text("utf-8"))
        return Parts(Columns.load(place), cutter, Lexical.load(place), Dense.load(place), Graph.load(place))
    except (OSError, ValueError, KeyError) as error:
        raise IndexInvalid(f"检索索引无法读取：{folder}", REMEDY) from error


def _old(folder: Path, identity: Identity) -> _Old:
    check(folder, identity, apart=("laws",))
    place = current(folder)
    try:
        cutter = Cutter((place / DICTIONARY).read_text("utf-8"))
        return _Old(Columns.load(place), cutter, Lexical.load(place), Dense.load(place, False), Cited.load(place))
    except (OSError, ValueError, KeyError) as error:
        raise IndexInvalid(f"检索索引无法读取：{folder}", REMEDY) from error


def _write(
    folder: Path, laws: LawStore, encoder: PassageEncoder, work: tuple[Path, Progress | None], old: _Old | None
) -> Change:
    plan = _plan(laws, old)
    if old is not None and len(plan.fresh) > MOST_NEW * len(plan.articles):
        old, plan = None, _plan(laws, None)
    try:
        codes, scales = _vectors(plan, old, encoder, work)
    except OSError as error:
        raise unwritable(folder, error) from error
    fresh = [plan.articles[row] for row in plan.fresh]
    cutter, terms = tokens.prepare(plan.articles) if old is None else tokens.extend(old.cutter, fresh)
    lexical = (old.lexical if old else Lexical.empty()).changed(terms, plan.fresh, plan.moved)
    cited = (old.cited if old else Cited.empty()).changed(fresh, plan.fresh, plan.moved)
    columns = Columns.of(plan.articles, plan.order, _read(plan, old))
    graph = link(cited, plan.articles, lambda name: record.name if (record := laws.law(name)) else None)

    def fill(aside: Path) -> None:
        (aside / DICTIONARY).write_text(cutter.dictionary, "utf-8")
        Dense.save(aside, codes, scales)
        for part in (columns, lexical, cited, graph):
            part.save(aside)

    publish(folder, Identity.of(laws, encoder), fill)
    kept = len(plan.articles) - len(plan.fresh)
    return Change(len(plan.fresh), len(plan.moved) - kept, kept, old is None)


def _plan(laws: LawStore, old: _Old | None) -> _Plan:
    printed = list(laws.articles())
    if not printed:
        raise IndexInvalid(f"法规库中没有条文：{laws.path}", "请先用 beishen laws import 导入法规")
    articles = tuple(sorted(printed, key=lambda article: article.key))
    row = {article.key: at for at, article in enumerate(articles)}
    order = tuple(row[article.key] for article in printed)
    hashes = tuple(passage_key(lexical_text(article)) for article in articles)
    if old is None:
        return _Plan(articles, np.arange(len(articles)), np.zeros(0, np.int64), order, hashes)
    keys = np.array([article.key for article in articles], "S32")
    at = np.minimum(np.searchsorted(keys, old.columns.keys), len(keys) - 1)
    same = (keys[at] == old.columns.keys) & (np.array(hashes, np.uint64)[at] == old.columns.text)
    moved = np.where(same, at, -1).astype(np.int64)
    fresh = np.setdiff1d(np.arange(len(articles)), moved)
    return _Plan(articles, fresh, moved, order, hashes)


def _vectors(
    plan: _Plan, old: _Old | None, encoder: PassageEncoder, work: tuple[Path, Progress | None]
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float16]]:
    home, progress = work
    texts = [passage(plan.articles[row]) for row in plan.fresh]
    codes = np.zeros((len(plan.articles), encoder.dim), np.int8)
    scales = np.zeros(len(plan.articles), np.float16)
    if texts:
        codes[plan.fresh], scales[plan.fresh] = vectors_for(texts, encoder, home, progress)
    if old is not None:
        kept = plan.moved >= 0
        codes[plan.moved[kept]], scales[plan.moved[kept]] = old.dense.codes[kept], old.dense.scales[kept]
    return codes, scales


def _read(plan: _Plan, old: _Old | None) -> dict[str, npt.NDArray[np.generic]]:
    fresh: Sequence[Article] = [plan.articles[row] for row in plan.fresh]
    read = read_texts(fresh, [plan.hashes[row] for row in plan.fresh])
    if old is None:
        return read
    kept = plan.moved >= 0
    made: dict[str, npt.NDArray[np.generic]] = {}
    for name in READ:
        whole = np.zeros(len(plan.articles), read[name].dtype)
        whole[plan.fresh], whole[plan.moved[kept]] = read[name], getattr(old.columns, name)[kept]
        made[name] = whole
    return made
