"""Checks that start from a rule: power, basis, principle, competition, retroactivity, number, listing, competence.

A rule fires on a sentence when its pattern matches and no gate closes. What follows depends on the kind of
check: *power* asks whether the instrument may set the act, *basis* looks for an admissible basis, the others
stand on their grounds. The level never exceeds what the evidence carries: a conflict needs a ground in force in
the store; a basis found lowers it one step.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from ...corpora.text import Article, Rank
from ..authority import Power, power
from ..cite import of_article, of_ground
from ..finding import Citation, Finding, FindingLevel, Why
from ..gates import closed, quoting
from ..norms import Breach, beneath, broken, listed, numbers
from ..sieve import Sieve, needed, ways
from ..standard import Ground, Rule
from ..support import SUPPORTED, Support, concerns, matter, ranked, repeated
from ..upkeep import gone
from ..view import ClauseView, Sentence
from ..words import share

_NEAR, _ON_MATTER, _GROUNDS = 3, 0.1, 3
# Checks that hold the law's own number, list or level against the clause: likeness to the law is no excuse there.
_COMPARING = ("number", "listing", "competence", "stated")
KINDS = ("power", "basis", "principle", "competition", "retroactivity", *_COMPARING)
_LOWER = {FindingLevel.CONFLICT: FindingLevel.DOUBT, FindingLevel.DOUBT: FindingLevel.HINT}


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired: on which sentence, by which words."""

    rule: Rule
    sentence: Sentence
    match: re.Match[str]
    power: Power | None = None
    breach: Breach | None = None


def check(view: ClauseView, rules: tuple[Rule, ...]) -> tuple[Finding, ...]:
    """Run the rules over one clause, in order of rule: a rule speaks once, a table once an article."""
    found = []
    for rule, units in _possible(view, rules):
        every = _fired(view, rule, units) if applies(view, rule) else iter(())
        for fired in _once(every) if rule.data.check == "stated" else islice(every, 1):
            finding = _judge(view, fired)
            if finding is not None:
                found.append(finding)
    return tuple(found)


def _possible(view: ClauseView, rules: tuple[Rule, ...]) -> Iterator[tuple[Rule, list[Sentence]]]:
    """The rules that may fire, in their order, each with the units of text that hold words it needs."""
    units = {"sentence": view.sentences, "clause": (Sentence(view.text, view.clause.span),)}
    held: dict[int, list[Sentence]] = {}
    for unit, sieve in sieves(rules).items():
        for part in units[unit]:
            for at in sieve.possible(part.lead + part.text):
                held.setdefault(at, []).append(part)
    yield from ((rules[at], held[at]) for at in sorted(held))


@lru_cache(maxsize=4)
def sieves(rules: tuple[Rule, ...]) -> dict[str, Sieve[int]]:
    """For each unit of text a sieve of the places of its rules."""
    return {
        unit: Sieve((at, _ways(rule)) for at, rule in enumerate(rules) if rule.data.when.unit == unit)
        for unit in ("sentence", "clause")
    }


def _ways(rule: Rule) -> Iterator[tuple[frozenset[str], ...]]:
    """The ways in which a rule may fire, each with sets of words of which the unit holds one each."""
    leads = (rule.lead, rule.listing.lead if rule.listing else None)
    always = tuple(needed(pattern) for pattern in (*rule.all, *leads) if pattern)
    fires = tuple(limit.on for limit in rule.limits) if rule.data.check in _COMPARING else rule.any
    if not fires:
        yield always
    yield from ((*way, *always) for pattern in fires for way in ways(pattern))


def _once(every: Iterator[Fired]) -> Iterator[Fired]:
    """The first place for each set of grounds."""
    seen: set[tuple[Ground, ...]] = set()
    for fired in every:
        grounds = fired.breach.grounds if fired.breach else ()
        if grounds not in seen:
            seen.add(grounds)
            yield fired


def applies(view: ClauseView, rule: Rule) -> bool:
    """Is the rule meant for this document?"""
    setting, wanted = view.setting, rule.data.applies
    if wanted.instruments and setting.instrument not in wanted.instruments:
        return False
    if wanted.levels and setting.level not in wanted.levels:
        return False
    if rule.title and not rule.title.search(setting.title):
        return False
    return not (rule.not_title and rule.not_title.search(setting.title))


def _fired(view: ClauseView, rule: Rule, units: Sequence[Sentence]) -> Iterator[Fired]:
    for sentence in units:
        for breach in _breaches(view, rule, sentence):
            # Asked only of sentences with a trigger: both read every article beside the clause.
            if quoting(view, sentence) or (rule.data.check not in _COMPARING and repeated(view, sentence)):
                break
            if closed(view, sentence, breach.match, rule):
                continue
            verdict = _power(view, rule, sentence, breach.match)
            if verdict is None or not verdict.allowed:
                yield Fired(rule, sentence, breach.match, verdict, breach)


def _breaches(view: ClauseView, rule: Rule, sentence: Sentence) -> Iterator[Breach]:
    """Words that trigger the rule in the sentence, if its conditions hold."""
    text = sentence.lead + sentence.text
    if not all(pattern.search(text) for pattern in rule.all) or any(pattern.search(text) for pattern in rule.none):
        return
    if rule.lead and not rule.lead.search(sentence.lead):
        return
    match rule.data.check:
        case "number":
            yield from numbers(rule, sentence)
        case "listing":
            yield from listed(rule, view, sentence)
        case "competence":
            yield from beneath(view, sentence)
        case "stated":
            yield from broken(view, sentence)
        case _:
            yield from (Breach(found, "") for pattern in rule.any for found in pattern.finditer(sentence.text))


def _power(view: ClauseView, rule: Rule, sentence: Sentence, match: re.Match[str]) -> Power | None:
    if rule.data.check != "power":
        return None
    words = match[0] + sentence.text[match.end() : match.end() + 12]
    return power(rule.data.act, words, view.setting.instrument, view.setting.level)


def _judge(view: ClauseView, fired: Fired) -> Finding | None:
    rule = fired.rule.data
    breach = fired.breach
    level = FindingLevel((breach.level if breach else "") or rule.level)
    basis: tuple[Support, ...] = ()
    if rule.check == "basis":
        basis = tuple(s for s in ranked(view, fired.sentence, rule.admissible) if s.share >= SUPPORTED)[:2]
        if basis:
            level = _LOWER.get(level, level)
    grounds = _grounds(fired)
    message = _message(view, fired)
    about = message + fired.sentence.text
    citations = tuple(of_ground(view.setting.store, ground, view.setting.day, about) for ground in grounds)
    near = (*(s.article for s in basis), *_nearest(view, fired.sentence))
    possible = tuple(of_article(article, "basis", view.setting.day, about=fired.sentence.text) for article in near)
    return Finding(
        id="",
        rule=fired.rule.key,
        level=_carried(view, level, grounds, citations),
        types=(breach.types if breach else ()) or rule.types,
        clause=view.clause.id,
        span=fired.sentence.place,
        quote=fired.sentence.place.of(view.setting.document.text),
        message=message,
        why=_why(view, fired, basis),
        citations=_best_first(citations, possible),
        confidence=round(rule.confidence * (0.7 if basis else 1.0), 2),
        advice=rule.advice,
    )


def _carried(
    view: ClauseView, level: FindingLevel, grounds: tuple[Ground, ...], citations: tuple[Citation, ...]
) -> FindingLevel:
    """The level the grounds carry: a conflict needs one in force in the store, grounds that have gone leave a hint."""
    standing = [citation for citation in citations if citation.stored and citation.in_force]
    if level in _LOWER and not standing and gone(view.setting.store, grounds, view.setting.day):
        return FindingLevel.HINT
    if level is FindingLevel.CONFLICT and not any(c.role in ("conflict", "standard") for c in standing):
        return FindingLevel.DOUBT
    return level


def _grounds(fired: Fired) -> tuple[Ground, ...]:
    """The rule's grounds; for a power the table's own article comes first."""
    grounds = fired.rule.data.grounds
    if fired.breach and fired.breach.grounds:
        return (*fired.breach.grounds, *(g for g in grounds if g not in fired.breach.grounds))
    if fired.power is None:
        return grounds
    own = Ground(law=fired.power.law, article=fired.power.article)
    return (own, *(g for g in grounds if (g.law, g.article) != (own.law, own.article)))


def _nearest(view: ClauseView, sentence: Sentence) -> tuple[Article, ...]:
    """The provisions found on the clause's own matter, at most two: what the reviewer will want beside the ground."""
    words = matter(sentence)
    found = (hit.article for hit in view.hits[:_NEAR] if hit.article.rank is not Rank.JUDICIAL)
    near = (article for article in found if concerns(article, view, sentence.lead))
    return tuple(article for article in near if share(words, article.text) >= _ON_MATTER)[:2]


def _best_first(citations: tuple[Citation, ...], near: tuple[Citation, ...]) -> tuple[Citation, ...]:
    """The leading ground, the provisions on the matter, the other grounds; stored and in force first; five at most."""
    ordered = sorted(citations, key=lambda c: (not c.stored, not c.in_force))
    every: dict[tuple[str, str], Citation] = {}
    for citation in (*ordered[:1], *near, *ordered[1:_GROUNDS]):
        every.setdefault((citation.law, citation.article), citation)
    return tuple(sorted(every.values(), key=lambda c: not c.stored))[:5]


def _message(view: ClauseView, fired: Fired) -> str:
    issuer = view.setting.document.issuer
    kind = fired.power.name if fired.power else ""
    words = {"matched": fired.match[0], "issuer": issuer.name if issuer else "制定机关", "kind": kind}
    words["instrument"] = view.setting.instrument.value
    words["norm"] = fired.breach.norm if fired.breach else ""
    return re.sub(r"\{(\w+)\}", lambda m: words.get(m[1], m[0]), fired.rule.data.message)


def _why(view: ClauseView, fired: Fired, basis: tuple[Support, ...]) -> Why:
    rule = fired.rule.data
    reasons: dict[str, object] = {"check": rule.check, "matched": fired.match[0], "points": list(rule.points)}
    if fired.power:
        reasons["power"] = {"act": fired.power.act, "kind": fired.power.name, "instrument": view.setting.instrument}
    if fired.breach and fired.breach.norm:
        reasons["norm"] = fired.breach.norm
    if rule.gates:
        reasons["open_gates"] = list(rule.gates)
    if rule.admissible:
        reasons["basis_searched"] = {
            "ranks": [rank.value for rank in rule.admissible],
            "not_in_store": [rank.value for rank in rule.admissible if rank not in view.setting.covered],
            "found": [{"law": s.article.law, "article": s.article.number, "share": s.share} for s in basis],
        }
    return Why(reasons)
