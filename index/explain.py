"""Why an article was found: matched terms, links to other candidates, what kind of article it is, its features."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..corpora.laws.store import LawStore
from .candidates import Asked, Candidates
from .features import NAMES
from .roles import Act, Role
from .store import Parts

TERMS, LINKS = 8, 4
ROLES = {
    Role.PURPOSE: "立法目的", Role.SCOPE: "适用范围", Role.DEFINITION: "定义", Role.PENALTY: "法律责任",
    Role.DUTY: "义务", Role.COMMENCEMENT: "施行日期", Role.ORGAN: "主管机关", Role.LIMIT: "设定权限",
    Role.PRINCIPLE: "原则", Role.RIGHT: "权利",
}  # fmt: skip
ACTS = {
    Act.PERMIT: "许可", Act.PENALTY: "处罚", Act.COERCION: "强制", Act.FEE: "收费", Act.PROOF: "证明材料",
    Act.PAST: "溯及", Act.MARKET: "市场", Act.DEADLINE: "期限", Act.BENEFIT: "给付", Act.LABOUR: "劳动",
    Act.DISPUTE: "争议", Act.PRICE: "价格",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Linked:
    """A link to another candidate: `refers`, `referred`, `punishes` or `punished`, and the other article."""

    how: str
    law: str
    number: str


@dataclass(frozen=True, slots=True)
class Why:
    """The reasons of one hit.

    `terms` are matched words with their BM25 weights, heaviest first; `links` to other candidates, best first;
    `roles` and `acts` in words; `like` is the greatest cosine of a known clause that the article governs, 0 where no
    near one is known; `features` by name.
    """

    terms: tuple[tuple[str, float], ...]
    links: tuple[Linked, ...]
    roles: tuple[str, ...]
    acts: tuple[str, ...]
    named: bool
    cited: bool
    like: float
    features: tuple[tuple[str, float], ...]


def explain(
    parts: Parts,
    laws: LawStore,
    asked: Asked,
    found: Candidates,
    picked: tuple[npt.NDArray[np.int64], npt.NDArray[np.float32] | None],
) -> Iterator[Why]:
    """The reasons of the picked candidates (places in `found`), in their order; features where they were computed."""
    order, values = picked
    known, idf, held = parts.lexical.matches(asked.terms, found.rows[order])
    for line, at in enumerate(order.tolist()):
        row = int(found.rows[at])
        matched = sorted(
            ((known[t], float(idf[t])) for t in np.flatnonzero(held[:, line])), key=lambda m: (-m[1], m[0])
        )
        bits, done = int(parts.columns.roles[row]), int(parts.columns.acts[row]) & asked.acts
        yield Why(
            terms=tuple((term, round(weight, 2)) for term, weight in matched[:TERMS]),
            links=tuple(_links(parts, laws, found, row)),
            roles=tuple(word for role, word in ROLES.items() if bits & role),
            acts=tuple(word for act, word in ACTS.items() if done & act),
            named=bool(found.named[at]),
            cited=row in asked.cited,
            like=float(asked.like.cosine[asked.like.rows == row].max(initial=0.0)),
            features=() if values is None else tuple(zip(NAMES, map(float, values[at]), strict=True)),
        )


def _links(parts: Parts, laws: LawStore, found: Candidates, row: int) -> Iterator[Linked]:
    linked: list[tuple[float, str, int]] = []
    for forward, words in ((True, ("refers", "punishes")), (False, ("referred", "punished"))):
        _, others, breach = parts.graph.edges(np.array([row]), forward)
        for other, punished in zip(others.tolist(), breach.tolist(), strict=True):
            at = int(np.searchsorted(found.rows, other))
            if at < len(found.rows) and found.rows[at] == other:
                linked.append((-float(found.fused[at]), words[punished], other))
    for _, how, other in sorted(linked)[:LINKS]:
        article = laws.get([parts.columns.key(other)])[0]
        yield Linked(how, article.law, article.number)
