"""What the ranker knows of a candidate: one row of numbers, each of a stated meaning.

None of them names a law or an article: they say how the two lists see it, what its law and its neighbours say, what
links lead to it, and what kind of article it is for a clause that does these acts.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from .candidates import DEPTH, Asked, Candidates
from .precedents import SILENT
from .roles import INSTRUMENTS, Act, Role
from .store import Parts

NAMES = (
    "lexical", "dense", "fused", "lexical_rank", "dense_rank", "below_best", "cosine_below_best", "cosine",
    "named", "coverage", "share", "rare", "title_law", "text_law", "title_text",
    "law_votes", "law_best", "law_place", "before", "after", "cites", "cited_by", "punishes", "punished", "indegree",
    "acts", "acts_missing", "penalty", "definition", "purpose", "scope", "commencement", "organ", "principle", "right",
    "duty", "limit", "limit_acts", "limit_instrument", "past", "length", "paragraphs", "spot", "size", "law",
    "regulation", "judicial", "like", "like_below_best", "like_voices", "like_place", "like_law", "like_law_voices",
    "worded", "worded_voices", "worded_place", "worded_law",
)  # fmt: skip
Matrix = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]
LOW = -4.0
NO_PLACE = float(np.log1p(SILENT[2]))
ROLES = tuple(str(role.name).lower() for role in Role if role is not Role.LIMIT)
ROLE_BITS = np.array([int(role) for role in Role if role is not Role.LIMIT], np.int64)


def features(parts: Parts, asked: Asked, found: Candidates, words: tuple[Matrix, Matrix, Matrix], bound: int) -> Matrix:
    """(candidates, len(NAMES)) float32.

    `words` are the shares of the law's name in the title, of that name in the text, and of the title's terms in the
    article; `bound` is the bit of the asker's instrument.
    """
    rows = found.rows
    order = {
        "lexical": np.clip(found.lexical_standard, LOW, 8),
        "dense": np.clip(found.dense_standard, LOW, 8),
        "fused": np.clip(found.fused, LOW, 10),
        "lexical_rank": np.log1p(np.where(found.lexical_rank > 0, found.lexical_rank, 2 * DEPTH)),
        "dense_rank": np.log1p(np.where(found.dense_rank > 0, found.dense_rank, 2 * DEPTH)),
        "below_best": found.fused - found.fused.max(),
        "cosine_below_best": found.dense - found.dense.max(),
        "cosine": found.dense,
        "named": found.named,
        "title_law": words[0],
        "text_law": words[1],
        "title_text": words[2],
    }
    made = (
        order
        | _words(parts, asked, rows)
        | _law(parts, found)
        | _links(parts, found)
        | _like(parts, asked, rows)
        | _kind(parts, asked, rows, bound)
    )
    table = np.empty((len(NAMES), len(rows)), np.float32)
    for line, name in enumerate(NAMES):
        table[line] = made[name]
    return table.T


def _words(parts: Parts, asked: Asked, rows: Rows) -> dict[str, Matrix]:
    """Share of the query's terms that the article has (by rarity), of the article's terms that match, the rarest."""
    _, idf, held = parts.lexical.matches(asked.terms, rows)
    weight = max(float(idf.sum()), 1e-9)
    found = idf[:, None] * held
    return {
        "coverage": found.sum(axis=0) / weight,
        "share": held.sum(axis=0) / np.maximum(parts.lexical.distinct[rows], 1),
        "rare": found.max(axis=0, initial=0),
    }


def _law(parts: Parts, found: Candidates) -> dict[str, Doubles]:
    """What the candidates of the same law say, and the articles just before and after."""
    rows, fused = found.rows, found.fused
    _, law = np.unique(parts.columns.law[rows], return_inverse=True)
    shares = np.exp(fused - fused.max())
    votes = np.bincount(law, shares) / shares.sum()
    top = np.full(len(votes), LOW)
    np.maximum.at(top, law, fused)
    order = np.lexsort((-fused, law))
    starts = np.searchsorted(law[order], np.arange(len(votes)))
    place = np.empty(len(rows))
    place[order] = np.arange(len(rows)) - starts[law[order]]
    return {
        "law_votes": votes[law],
        "law_best": top[law] - fused.max(),
        "law_place": np.log1p(place),
        "before": _of(found, parts.columns.before[rows].astype(np.int64)),
        "after": _of(found, parts.columns.after[rows].astype(np.int64)),
    }


def _of(found: Candidates, rows: Rows) -> Doubles:
    """Fused score of other rows, the lowest where they are no candidates."""
    at = np.minimum(np.searchsorted(found.rows, rows), len(found.rows) - 1)
    return np.where(found.rows[at] == rows, np.clip(found.fused[at], LOW, 10), LOW)


def _links(parts: Parts, found: Candidates) -> dict[str, Doubles]:
    """The best candidate that this one refers to, that refers to it, and of these only penalty and duty."""
    made = {}
    for forward, names in ((True, ("cites", "punishes")), (False, ("cited_by", "punished"))):
        places, others, breach = parts.graph.edges(found.rows, forward)
        scores = _of(found, others)
        for name, held in zip(names, (np.ones(len(places), np.bool_), breach), strict=True):
            made[name] = np.full(len(found.rows), LOW)
            np.maximum.at(made[name], places[held], scores[held])
    back = parts.graph.back
    made["indegree"] = np.log1p(back[found.rows + 1] - back[found.rows])
    return made


def _kind(parts: Parts, asked: Asked, rows: Rows, bound: int) -> dict[str, npt.NDArray[np.generic]]:
    columns = parts.columns
    roles, acts = columns.roles[rows].astype(np.int64), columns.acts[rows].astype(np.int64)
    shared = acts & asked.acts
    kind = columns.kinds[columns.place[rows]]
    limit = (roles & int(Role.LIMIT)) > 0
    made: dict[str, npt.NDArray[np.generic]] = dict(zip(ROLES, (roles & ROLE_BITS[:, None]) > 0, strict=True))
    made["penalty"] = made["penalty"] * (1 if asked.acts & Act.PENALTY else -1)
    return made | {
        "acts": np.bitwise_count(shared),
        "acts_missing": np.bitwise_count(acts & ~asked.acts),
        "limit": limit,
        "limit_acts": limit * np.bitwise_count(shared),
        "limit_instrument": limit * ((columns.instruments[rows] & bound) > 0),
        "past": (shared & int(Act.PAST)) > 0,
        "length": np.log1p(columns.length[rows]),
        "paragraphs": np.log1p(columns.paragraphs[rows]),
        "spot": columns.spot[rows] / np.maximum(columns.size[rows], 1),
        "size": np.log1p(columns.size[rows]),
        **{name: kind == at for at, name in enumerate(("law", "regulation", "judicial"), 1)},
    }


def _like(parts: Parts, asked: Asked, rows: Rows) -> dict[str, Doubles]:
    """What known clauses say of the article and of its law; the least where they say nothing."""
    like, law = asked.like, parts.columns.law
    laws, back = np.unique(law[like.rows], return_inverse=True)
    best, worded = np.zeros(len(laws)), np.zeros(len(laws))
    np.maximum.at(best, back, like.cosine)
    np.maximum.at(worded, back, like.worded)
    lead = like.cosine.max(initial=0.0)
    by_row, by_law = _at(like.rows, rows), _at(laws, law[rows])
    return {
        "like": by_row(like.cosine, 0.0),
        "like_below_best": by_row(like.cosine - lead, -1.0),
        "like_voices": by_row(like.voices, 0.0),
        "like_place": by_row(np.log1p(like.place, dtype=np.float64), NO_PLACE),
        "like_law": by_law(best, 0.0),
        "like_law_voices": by_law(np.bincount(back, like.voices, len(laws)), 0.0),
        "worded": by_row(like.worded, 0.0),
        "worded_voices": by_row(like.worded_voices, 0.0),
        "worded_place": by_row(np.log1p(like.worded_place, dtype=np.float64), NO_PLACE),
        "worded_law": by_law(worded, 0.0),
    }


def _at(known: npt.NDArray[np.integer], asked: npt.NDArray[np.integer]) -> Callable[[npt.NDArray[Any], float], Doubles]:
    """Gives the values of the known ones (sorted) to the asked ones, another value where one is not among them."""
    if not len(known):
        return lambda _, absent: np.full(len(asked), absent)
    at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    here = known[at] == asked
    return lambda values, absent: np.where(here, values[at], absent)


def bit_of(instrument: str | None) -> int:
    """The bit of an instrument in `columns.instruments`, 0 where articles name none such."""
    names = tuple(INSTRUMENTS)
    return 1 << names.index(instrument) if instrument in names else 0
