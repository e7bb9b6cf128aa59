"""What reviewers decided on findings, as labelled examples: `beishen train relation --add` learns from them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from ...review.standard import TYPES
from ..store import tables as t
from . import findings, reports
from .desk import Desk
from .permission import require, scoped

DECIDED = ("accepted", "rejected")
# Types of findings that are no relation of a clause to an article.
UNRELATED = ("stale", "form")


@dataclass(frozen=True, slots=True)
class Example:
    """A clause, the article beside it and the decision: accepted (they conflict) or rejected (they do not)."""

    clause: str
    article: str
    verdict: str
    type: str
    issuer: str
    level: str
    instrument: str

    def line(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Taught:
    """The examples, by filing and place in the text, and how many decided findings gave none."""

    examples: tuple[Example, ...]
    passed: int


def taught(desk: Desk) -> Taught:
    """The decided findings on the current versions of the filings that the actor may see.

    Passed over are findings without a stored article, on form or out-of-date bases alone, and on texts purged since.
    """
    require(desk.actor, "finding.read")
    found: list[Example] = []
    passed = 0
    for filing in desk.session.scalars(scoped(select(t.Filing), desk.actor).order_by(t.Filing.id)):
        judged = [one for one in findings.of_version(desk, filing.id) if one.verdict in DECIDED]
        stored = reports.latest(desk, filing.id) if judged else None
        for one in judged:
            example = _example(one, stored.inspection if stored else None)
            found += [example] if example else []
            passed += example is None
    return Taught(tuple(dict.fromkeys(found)), passed)


def _example(one: findings.Judged, read: Mapping[str, Any] | None) -> Example | None:
    kinds = [name for name in one.types if name in TYPES and name not in UNRELATED]
    articles = [str(row["text"]) for row in one.citations if row.get("text") and row.get("role") != "basis"]
    texts = [str(row["text"]) for row in (read or {}).get("clauses", ()) if row["id"] == one.clause]
    if not (kinds and articles and texts and texts[0].strip()) or read is None:
        return None
    issuer = read.get("issuer") or {}
    return Example(
        texts[0], articles[0], one.verdict, kinds[0], issuer.get("name", ""), issuer.get("level", ""),
        str(read.get("instrument") or "规范性文件"),
    )  # fmt: skip
