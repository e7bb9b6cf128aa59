"""One document through the rooms: read, encode once, search, check, merge, report."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from ..corpora.errors import BeishenError
from ..corpora.intake import Overrides, read
from ..corpora.laws.resolving import Resolution, resolve
from ..corpora.limits import Limits
from ..corpora.text import Clause, Document, Level, Problem, Region, Source
from ..index.search import Hit, Query, Scope, scope
from . import internal
from .calibration import calibrated
from .checks import comparison, form, judged, liveness, outdated, powers, relation, triggered
from .copied import copied
from .coverage import completed, held
from .definitions import carried, terms_of
from .engine import Engine
from .finding import Copied, Finding, Provenance, Report, Status, failed
from .merge import merged
from .profile import Profile, adjusted
from .quiet import quieted
from .view import ClauseView, Setting, sentences

JUDGED = ("provision", "definition", "scope", "commencement", "preamble")
STANDARD_PROFILE = Profile()
_OWN_NUMBER = re.compile(
    r"^\s*(?:第[零一二三四五六七八九十百]+条|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d+[.．、])\s*"
)
_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class Options:
    """How to review: on which day's law, with which facts fixed by the user, within which limits."""

    day: date
    overrides: Overrides = field(default_factory=Overrides)
    limits: Limits = field(default_factory=Limits)
    profile: Profile = STANDARD_PROFILE


@dataclass(frozen=True, slots=True)
class Examined:
    """What the checks make of a document: findings in order of place, problems, and the superior text it copies."""

    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    copied: Copied | None = None


def review(source: Source, engine: Engine, options: Options) -> Report:
    """Review one accepted file. A file that cannot be read gives a failed report, never an exception."""
    provenance = provenance_of(engine, options.day)
    try:
        document = read(source, options.limits, options.overrides)
    except BeishenError as error:
        return failed(source.name, problem_of(error), provenance)
    return review_document(document, engine, options.day, options.profile)


def review_document(document: Document, engine: Engine, day: date, profile: Profile = STANDARD_PROFILE) -> Report:
    """Review a document already read."""
    found = examine(document, engine, day, profile)
    loud, calm = quieted(found.findings, document, profile.decisions)
    problems = document.problems + found.problems
    return Report(
        file=document.source,
        status=Status.PARTIAL if problems else Status.OK,
        problems=problems,
        document=document,
        findings=loud,
        provenance=provenance_of(engine, day),
        quieted=calm,
        copied=found.copied,
    )


def judge(document: Document, engine: Engine, day: date) -> tuple[tuple[Finding, ...], tuple[Problem, ...]]:
    """Findings and problems of a document under the standard profile."""
    found = examine(document, engine, day)
    return found.findings, found.problems


def examine(document: Document, engine: Engine, day: date, profile: Profile = STANDARD_PROFILE) -> Examined:
    """Every check over every clause; a check that fails on a clause becomes a problem."""
    if not profile.counts(document.kind):
        return Examined()
    setting = setting_of(document, engine, day)
    cited = citations_of(setting)
    views = views_of(setting, engine, cited)
    problems: list[Problem] = []
    findings: list[Finding] = []
    rules = tuple(rule for rule in engine.standard.rules if rule.data.check in triggered.KINDS)
    for view in views:
        findings += _guarded(partial(triggered.check, view, rules), view.clause, problems)
        findings += _guarded(partial(comparison.check, view, engine.standard), view.clause, problems)
        if profile.powers is not None:
            findings += _guarded(partial(powers.check, view, profile.powers, engine.standard), view.clause, problems)
    findings += liveness.check(setting, cited, engine.standard)
    findings += outdated.check((*views, *_purposes(setting)), engine.standard)
    findings += internal.check(views, engine.standard)
    if "relation" in engine.trained:
        findings += relation.check(views, lambda: engine.relation, engine.standard)
    if "judge" in engine.trained:
        findings += judged.check(views, lambda: engine.judge, engine.standard, findings)
    findings += form.check(setting, engine.standard.of("form"), document.clauses)
    terms = terms_of(document)
    joined = merged(adjusted(tuple(findings), profile))
    laws = held(engine.counts, setting.region)
    said = tuple(carried(completed(calibrated(finding), laws), document, terms) for finding in joined)
    return Examined(said, tuple(problems), copied(views))


def setting_of(document: Document, engine: Engine, day: date) -> Setting:
    """What the clauses of the document share."""
    organ = document.issuer
    return Setting(
        document=document,
        instrument=document.instrument,
        level=organ.level if organ else Level.OTHER,
        region=organ.region if organ else Region(),
        title=document.title.value if document.title else "",
        day=day,
        store=engine.store,
        covered=engine.covered,
    )


def citations_of(setting: Setting) -> tuple[Resolution, ...]:
    """Every law mention of the document, resolved on the day as the document's own date lets it be read."""
    document = setting.document
    written = document.issued or document.published
    on = written.value if written else None
    return tuple(resolve(setting.store, mention, setting.day, on) for mention in document.mentions)


def views_of(setting: Setting, engine: Engine, cited: tuple[Resolution, ...]) -> tuple[ClauseView, ...]:
    """The clauses to judge, each with its citations and the provisions that may govern it (one encoder pass)."""
    document = setting.document
    clauses = tuple(clause for clause in document.clauses if clause.role in JUDGED)
    texts = tuple(clause.span.of(document.text) for clause in clauses)
    hits = _search(setting, engine, texts)
    return tuple(
        ClauseView(
            setting=setting,
            clause=clause,
            text=text,
            sentences=sentences(text, clause.span.start),
            cited=_within(cited, clause),
            hits=found,
        )
        for clause, text, found in zip(clauses, texts, hits, strict=True)
    )


def _purposes(setting: Setting) -> tuple[ClauseView, ...]:
    """The clauses that say by what the document is made: nothing to judge, but what they rest on may be over."""
    text = setting.document.text
    return tuple(
        ClauseView(setting, clause, clause.span.of(text), sentences(clause.span.of(text), clause.span.start), (), ())
        for clause in setting.document.clauses
        if clause.role == "purpose"
    )


def _search(setting: Setting, engine: Engine, texts: tuple[str, ...]) -> tuple[tuple[Hit, ...], ...]:
    if not texts:
        return ()
    above: Scope = scope(setting.instrument, setting.level, setting.region)
    laws = tuple(sorted({m.name for m in setting.document.mentions if m.role == "basis"}))
    asked = tuple(_OWN_NUMBER.sub("", text, count=1) or text for text in texts)
    queries = tuple(
        Query(text=text, day=setting.day, above=above, laws=laws, top=_CANDIDATES, title=setting.title)
        for text in asked
    )
    return engine.index.search_many(queries, engine.encoder.encode(asked, "query"))


def _within(cited: tuple[Resolution, ...], clause: Clause) -> tuple[Resolution, ...]:
    return tuple(r for r in cited if clause.span.start <= r.mention.span.start < clause.span.end)


def _guarded(check: Callable[[], tuple[Finding, ...]], clause: Clause, problems: list[Problem]) -> tuple[Finding, ...]:
    """Run a check; its failure on one clause is a problem of the report, and the rest stands."""
    try:
        return check()
    except (BeishenError, ValueError, LookupError, RecursionError) as error:
        problems.append(Problem("check.failed", f"第 {clause.id} 条款的一项检查未完成（{type(error).__name__}）"))
        return ()


def provenance_of(engine: Engine, day: date) -> Provenance:
    """What made the report."""
    return Provenance(
        code=engine.code,
        laws=engine.store.digest,
        index=engine.index.id,
        models=(("encoder", engine.encoder.id),),
        standards=engine.standard.digest,
        as_of=day,
    )


def problem_of(error: BeishenError) -> Problem:
    """A coded error as a problem of the report."""
    return Problem(error.code, error.message + (f"。{error.remedy}" if error.remedy else ""))
