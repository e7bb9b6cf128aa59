"""What simpler means would find on the same cases: trigger words, rules alone, retrieval with a threshold, a search.

(a) a clause is flagged when it holds a trigger word; (b) the rules without anything retrieved or compared; (c) flagged
when the best provision found lies above a cosine chosen on clauses of our own, its first hits as citations; (d) the
search of `china-law-mcp`, whose first five hits stand for citations and which flags nothing.
"""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..corpora.intake import Overrides, read
from ..corpora.laws.names import name_key
from ..corpora.limits import Limits
from ..corpora.text import Document, Instrument, Level, Span
from ..index.search import Hit, Query, scope
from ..review.checks import form, liveness, triggered
from ..review.engine import Engine
from ..review.finding import Finding
from ..review.merge import merged
from ..review.pipeline import JUDGED, citations_of, setting_of
from ..review.view import ClauseView, sentences
from .casedoc import document
from .cases import DAY, FLAGS, INSTRUMENTS, LEVELS, Case

TRIGGERS = re.compile(
    "审批|核准|许可|备案|登记|认定|罚款|没收|吊销|查封|扣押|强制|收费|收取|缴纳|保证金|证明|本地|指定|终身|黑名单|一律"
)
_NEUTRAL = ("1", "2", "3", "5", "6")
_NUMBER = re.compile(r"第[零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?")
_FIVE, _THREE = 5, 3


@dataclass(frozen=True, slots=True)
class Said:
    """What a baseline says of a case: is it flagged, and the (law, article) pairs it cites, best first."""

    case: Case
    flagged: bool
    cited: tuple[tuple[str, str], ...] = ()

    def governing(self, article: bool, first: int = _THREE) -> bool:
        """Is a governing law (or its very article) among the first citations?"""
        wanted = {(name_key(law), number if article else "") for law, number in self.case.laws}
        return any((name_key(law), number if article else "") in wanted for law, number in self.cited[:first])


Baseline = Callable[[Case], Said]


def case_document(case: Case) -> Document:
    """The case inside its short document, as the review reads it."""
    source = document(case.text, case.issuer, case.title, case.field.split("/", maxsplit=1)[0])
    instrument = INSTRUMENTS.get(case.level, case.instrument)
    overrides = Overrides(case.issuer, Level(LEVELS.get(case.level, case.level)), Instrument(instrument))
    return read(source, Limits(), overrides)


def trigger_words(case: Case) -> Said:
    """(a) Any trigger word flags."""
    return Said(case, bool(TRIGGERS.search(case.text)))


def rules_alone(engine: Engine) -> Baseline:
    """(b) The same rules without retrieval, comparison or models."""
    rules = tuple(rule for rule in engine.standard.rules if rule.data.check in triggered.KINDS)

    def said(case: Case) -> Said:
        text = case_document(case)
        setting = setting_of(text, engine, DAY)
        cited = citations_of(setting)
        found: list[Finding] = []
        for clause in text.clauses:
            if clause.role not in JUDGED:
                continue
            words = clause.span.of(text.text)
            near = tuple(r for r in cited if _inside(r.mention.span, clause.span))
            view = ClauseView(setting, clause, words, sentences(words, clause.span.start), near, ())
            found += triggered.check(view, rules)
        found += liveness.check(setting, cited, engine.standard)
        found += form.check(setting, engine.standard.of("form"), text.clauses)
        own = [f for f in merged(tuple(found)) if f.clause and f.clause.split(".")[0] not in _NEUTRAL]
        cites = tuple((c.law, c.article) for f in own for c in f.citations)
        return Said(case, any(f.level in FLAGS for f in own), cites)

    return said


def _inside(span: Span, clause: Span) -> bool:
    return clause.start <= span.start < clause.end


def retrieval(engine: Engine, own: Sequence[Case]) -> tuple[Baseline, float]:
    """(c) The cosine of the best provision above a threshold, which separates our own clauses best; and that number."""

    def hits(case: Case) -> tuple[Hit, ...]:
        text = case_document(case)
        setting = setting_of(text, engine, DAY)
        above = scope(setting.instrument, setting.level, setting.region)
        return engine.index.search(Query(case.text, DAY, above, (), _FIVE))

    def best(found: tuple[Hit, ...]) -> float:
        return max((hit.cosine for hit in found if hit.cosine is not None), default=0.0)

    scored = [(best(hits(case)), case.faulty) for case in own]
    threshold = _separating(scored)

    def said(case: Case) -> Said:
        found = hits(case)
        return Said(case, best(found) >= threshold, tuple((hit.article.law, hit.article.number) for hit in found))

    return said, threshold


def _separating(scored: Sequence[tuple[float, bool]]) -> float:
    """The threshold with the largest difference between the flagged shares of faulty and lawful clauses."""
    faulty = max(1, sum(truth for _, truth in scored))
    lawful = max(1, len(scored) - faulty)

    def gain(cut: float) -> float:
        caught = sum(truth for score, truth in scored if score >= cut)
        alarms = sum(not truth for score, truth in scored if score >= cut)
        return caught / faulty - alarms / lawful

    return max(sorted({score for score, _ in scored}), key=gain, default=1.0)


def law_search(folder: Path) -> Baseline:
    """(d) `china-law-mcp`'s own search; its index is built once in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("CHINA_LAW_INDEX", str(folder / "china-law-mcp-bm25.pkl"))
    from china_law_mcp import retrieval as other  # type: ignore[import-untyped]

    def said(case: Case) -> Said:
        found = other.search(case.text, top_k=_FIVE)
        cited = tuple((str(hit["law_name"]), _number(str(hit.get("article_no") or ""))) for hit in found)
        return Said(case, False, cited)

    return said


def _number(label: str) -> str:
    found = _NUMBER.search(label)
    return found[0] if found else label


def run(baseline: Baseline, cases: Sequence[Case]) -> tuple[Said, ...]:
    """The baseline over the cases."""
    return tuple(baseline(case) for case in cases)
