"""Search: the provisions that outrank a document, in force on the day, best first.

Filters (day, rank, region) are exact and act before ranking. Candidates come from both lists, from the laws that the
document names and along the citation graph (`candidates`); a learned ranker orders them (`features`, `ranker`). Ties
break by article key.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from ..corpora.citation import mentions
from ..corpora.errors import BadArgument, IndexInvalid
from ..corpora.laws.store import LawStore
from ..corpora.text import Article
from . import precedents, ranker
from .candidates import Allowed, Asked, Candidates, Likened, gather
from .encoding import PassageEncoder
from .explain import Why, explain
from .features import bit_of, features
from .passage import short_name
from .precedents import Precedents
from .ranker import Ranker
from .roles import acts
from .scope import Scope, scope
from .store import Identity, Parts, check, open_parts, refresh

__all__ = ["Hit", "Index", "Query", "Scope", "Why", "scope"]

BATCH = 64
# The best candidates by fusion that the ranker orders; the rest follow in the order of fusion.
RANKED = 400
# What an article gains that the text itself cites by number: it comes first.
CITED = 12.0
READ = 4000
# A layperson's question, as no clause is worded: known clauses say nothing of it, and it has a ranker of its own.
QUESTION = re.compile(r"[？?]|吗|怎么|怎样|什么|多久|能不能|可不可以|是不是|有没有|会不会|能否|可否")
# Articles held from late searches.
HELD = 1024
Progress = Callable[[int, int], None]
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: a clause or question, the day, what outranks the asker (None: everything), laws it names.

    `title` is that of the document the clause stands in; `explain` asks for the reasons of every hit.
    """

    text: str
    day: date
    above: Scope | None = None
    laws: tuple[str, ...] = ()
    top: int = 10
    title: str = ""
    explain: bool = False

    @property
    def question(self) -> bool:
        """Whether it is a question, not a clause."""
        return QUESTION.search(self.text[:READ]) is not None


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found. Ranks start at 1 and are absent beyond the first hundred of a list.

    `score` is the ranker's, comparable within one query only; `cosine` is the exact cosine of the two texts; `fused`
    is the score of the two lists without the ranker.
    """

    article: Article
    lexical_rank: int | None
    dense_rank: int | None
    score: float
    cosine: float | None
    fused: float = 0.0
    why: Why | None = None


class Index:
    """An opened index over one law store; safe to search from several threads."""

    def __init__(
        self,
        parts: Parts,
        laws: LawStore,
        encoder: PassageEncoder,
        order: Ranker | None = None,
        known: Precedents | None = None,
    ) -> None:
        self._parts = parts
        self._laws = laws
        self._encoder = encoder
        self._ranker = order
        self._known = known
        self._law_at = {law: at for at, law in enumerate(parts.columns.laws)}
        self._allowed = lru_cache(maxsize=16)(self._filter)
        self._version = lru_cache(maxsize=1 << 12)(laws.version_on)
        self._row = lru_cache(maxsize=1 << 14)(self._row_of)
        self._of_laws = lru_cache(maxsize=8)(self._rows_of)
        self._held: dict[str, Article] = {}
        self._law_terms = lru_cache(maxsize=1 << 14)(self._name_terms)
        self.id = f"{laws.digest[:12]}-{encoder.id}"

    @classmethod
    def open(cls, home: Path, store: LawStore, encoder: PassageEncoder, progress: Progress | None = None) -> Self:
        """Open `home/cache/index`, brought to the store first where that changed, built where there is none.

        `progress(done, total)` reports passages encoded, if any must be. Raises IndexInvalid.
        """
        folder = home / "cache" / "index"
        identity = Identity.of(store, encoder)
        try:
            check(folder, identity)
        except IndexInvalid:
            refresh(folder, store, encoder, home, progress)
        return cls(open_parts(folder, identity), store, encoder, ranker.shipped(), precedents.shipped(encoder.id))

    @property
    def rows(self) -> int:
        """Number of articles, all versions."""
        return len(self._parts.columns)

    def search(self, query: Query, vector: Floats | None = None) -> tuple[Hit, ...]:
        """The best articles for one query, at most `query.top`. `vector` is the query's unit vector, if known."""
        return self.search_many((query,), None if vector is None else vector[None, :])[0]

    def search_many(self, queries: Sequence[Query], vectors: Floats | None = None) -> tuple[tuple[Hit, ...], ...]:
        """One tuple of hits per query, in their order. `vectors` is (n, dim), or None to encode the texts here.

        A query without a letter, digit or Chinese character has no hits. Raises BadArgument for vectors of another
        shape.
        """
        found: list[tuple[Hit, ...]] = []
        for query, vector, cosine in self._cosines(queries, vectors):
            asked = self._asked(query, vector)
            found.append(() if asked is None else self._hits(query, asked, gather(self._parts, asked, cosine)))
        return tuple(found)

    def examine(
        self,
        queries: Sequence[Query],
        vectors: Floats | None = None,
        without: Sequence[frozenset[str]] | None = None,
    ) -> tuple[tuple[tuple[str, ...], Floats, Doubles], ...]:
        """Per query the keys, features and fused scores of all candidates: what the ranker is trained on.

        `without` names for each query the known clauses that may not speak: itself and its twin.
        """
        made: list[tuple[tuple[str, ...], Floats, Doubles]] = []
        silent = without or (frozenset(),) * len(queries)
        for (query, vector, cosine), barred in zip(self._cosines(queries, vectors), silent, strict=True):
            asked = self._asked(query, vector, barred)
            if asked is None:
                made.append(((), np.zeros((0, 0), np.float32), np.zeros(0)))
                continue
            found = gather(self._parts, asked, cosine)
            keys = tuple(self._parts.columns.key(row) for row in found.rows)
            made.append((keys, self._features(query, asked, found), found.fused))
        return tuple(made)

    def _cosines(self, queries: Sequence[Query], vectors: Floats | None) -> "list[tuple[Query, Floats, Floats]]":
        if vectors is None:
            vectors = self._encoder.encode([query.text for query in queries], "query")
        if vectors.shape != (len(queries), self._parts.dense.dim):
            raise BadArgument(f"查询向量的形状不符：{vectors.shape}", "请使用同一编码模型的向量")
        found: list[tuple[Query, Floats, Floats]] = []
        for start in range(0, len(queries), BATCH):
            part = vectors[start : start + BATCH]
            found.extend(zip(queries[start : start + BATCH], part, self._parts.dense.scores(part), strict=True))
        return found

    def _asked(self, query: Query, vector: Floats, barred: frozenset[str] = frozenset()) -> Asked | None:
        """None for a query without a word, or with nothing to search in."""
        terms = self._parts.cutter.terms(query.text)
        allowed = self._allowed(query.day, query.above)
        if not terms or query.top < 1 or not allowed.any:
            return None
        mask = allowed.mask
        rows = self._named(query.laws, mask), self._cited(query, mask)
        return Asked(tuple(terms), acts(query.text), allowed, *rows, self._like(query, vector, mask, barred))

    def _features(self, query: Query, asked: Asked, found: Candidates) -> Floats:
        bound = bit_of(query.above.instrument) if query.above is not None and query.above.instrument else 0
        return features(self._parts, asked, found, self._shares(query, asked, found.rows), bound)

    def _hits(self, query: Query, asked: Asked, found: Candidates) -> tuple[Hit, ...]:
        scores, values = found.fused, None
        if self._ranker is not None:
            values = self._features(query, asked, found)
            scores = _ordered(found.fused, self._ranker.meant(query.question), values)
        if len(asked.cited):
            scores = scores + np.where(np.isin(found.rows, asked.cited), CITED, 0.0)
        order = np.lexsort((found.rows, -scores))[: query.top]
        whys: list[Why | None] = [None] * len(order)
        if query.explain:
            whys = list(explain(self._parts, self._laws, asked, found, (order, values)))
        articles = self._articles([self._parts.columns.key(row) for row in found.rows[order]])
        return tuple(
            Hit(
                article,
                int(found.lexical_rank[at]) or None,
                int(found.dense_rank[at]) or None,
                float(scores[at]),
                float(found.dense[at]),
                float(found.fused[at]),
                why,
            )
            for article, at, why in zip(articles, order, whys, strict=True)
        )

    def _articles(self, keys: Sequence[str]) -> list[Article]:
        """The articles of these keys; those of late searches are held, for clauses of one document share many."""
        held = self._held
        fresh = {article.key: article for article in self._laws.get(key for key in keys if key not in held)}
        made = [fresh.get(key) or held[key] for key in keys]
        self._held = fresh if len(held) > HELD else held | fresh if fresh else held
        return made

    def _filter(self, day: date, above: Scope | None) -> Allowed:
        columns = self._parts.columns
        held = np.array([above is None or above.holds(*place) for place in columns.places], np.bool_)
        now = day.toordinal()
        return Allowed.of(np.asarray((columns.start <= now) & (now < columns.end) & held[columns.place]))

    def _named(self, laws: tuple[str, ...], mask: Mask) -> Mask:
        """Rows of the named laws that pass the filters; names unknown to the store are passed over."""
        held = self._of_laws(laws)
        return np.zeros(len(mask), np.bool_) if held is None else held & mask

    def _rows_of(self, laws: tuple[str, ...]) -> Mask | None:
        records = (self._laws.law(name) for name in laws)
        wanted = [self._law_at[record.name] for record in records if record is not None and record.name in self._law_at]
        if not wanted:
            return None
        asked = np.zeros(len(self._law_at), np.bool_)
        asked[wanted] = True
        return asked[self._parts.columns.law]

    def _cited(self, query: Query, mask: Mask) -> Rows:
        """Rows of the articles that the text cites by law and number, in the version of the day."""
        text, keys = query.text[:READ], self._parts.columns.keys
        if "第" not in text or ("《" not in text and "法" not in text):
            return np.zeros(0, np.int64)
        found = [
            self._laws.article(mention.name, number, query.day)
            for mention in mentions(text)
            for number in mention.numbers
        ]
        wanted = np.unique(np.array([article.key for article in found if article is not None], "S32"))
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        rows: Rows = at[(keys[at] == wanted) & mask[at]].astype(np.int64)
        return rows

    def _like(self, query: Query, vector: Floats, mask: Mask, barred: frozenset[str]) -> Likened:
        """What the nearest known clauses say, of the articles that pass the filters, in the version of the day."""
        found: dict[int, tuple[float, ...]] = {}
        known = None if query.question else self._known
        for one in () if known is None else known.near(vector, query.text, barred):
            row = self._row(one.law, one.number, query.day)
            if row >= 0 and mask[row]:
                found.setdefault(row, (*one.meaning, *one.words))
        rows = sorted(found)
        told = np.array([found[row] for row in rows], np.float32).reshape(-1, 6)
        return Likened(np.array(rows, np.int64), *told.T)

    def _row_of(self, law: str, number: str, day: date) -> int:
        """Row of the article in force on the day, -1 where there is none."""
        version, keys = self._version(law, day), self._parts.columns.keys
        article = None if version is None else self._laws.article_of(version, number)
        if article is None:
            return -1
        at = int(np.searchsorted(keys, np.bytes_(article.key)))
        return at if at < len(keys) and keys[at] == np.bytes_(article.key) else -1

    def _shares(self, query: Query, asked: Asked, rows: Rows) -> tuple[Floats, Floats, Floats]:
        """Share of the terms of the law's name in the title and in the text; of the title's terms in the article."""
        title, text = frozenset(self._parts.cutter.terms(query.title[:READ])), frozenset(asked.terms)
        _, idf, held = self._parts.lexical.matches(sorted(title), rows)
        in_article = (idf[:, None] * held).sum(axis=0) / max(float(idf.sum()), 1e-9)
        laws, back = np.unique(self._parts.columns.law[rows], return_inverse=True)
        names = [self._law_terms(law) for law in laws.tolist()]
        shares = []
        for words in (title, text):
            of_laws = [len(name & words) / max(len(name), 1) for name in names]
            shares.append(np.array(of_laws, np.float32)[back])
        return shares[0], shares[1], in_article.astype(np.float32)

    def _name_terms(self, law: int) -> frozenset[str]:
        return frozenset(self._parts.cutter.terms(short_name(self._parts.columns.laws[law])))


def _ordered(fused: Doubles, order: Ranker, values: Floats) -> Doubles:
    """The ranker's scores of the best by fusion; what lies below them stays below, in the order of fusion."""
    top = np.argsort(-fused, kind="stable")[:RANKED]
    ranked = order.scores(values[top])
    scores: Doubles = fused - fused.max() + ranked.min() - 1.0
    scores[top] = ranked
    return scores
