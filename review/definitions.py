"""What the document itself says its words mean and whom it covers, carried to every clause that relies on it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..corpora.text import Clause, Document
from .finding import Finding, Why

_MEANS = r"(?:是指|系指|指的是|指(?![导定令引出派挥标示明向南]))"
_DEFINED = re.compile(
    rf"所称的?[“《]?(?P<term>[^，。；：“”《》、]{{2,24}}?)[”》]?，?(?:{_MEANS}|包括)(?P<meaning>[^。；]{{4,400}})"
)
_TERMS = re.compile(
    rf"^\s*(?:[（(][一二三四五六七八九十]+[）)]|\d+[.．、])\s*(?P<term>[^，。；：“”]{{2,20}}?)[，：]?(?:{_MEANS}|：)"
    r"(?P<meaning>[^。；]{4,300})"
)
_ALIAS = re.compile(r"[（(]以下(?:统?简?称为?)[“：:]?(?P<alias>[^”）)]{2,12})”?[）)]")
_SCOPE = re.compile(r"适用(?:于)?本|适用于|(?:遵守|适用)本[一-龥]{2,6}")
_SHORT = 200


@dataclass(frozen=True, slots=True)
class Definition:
    """A term the document defines, its meaning as printed, and the clause that says so."""

    term: str
    meaning: str
    clause: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Definitions in order, longest term first where one holds another, and the clause that states the scope."""

    definitions: tuple[Definition, ...] = ()
    scope: str = ""
    scope_clause: str = ""

    def used(self, text: str) -> tuple[Definition, ...]:
        """The definitions of terms that a text uses; a term inside a longer defined term is not used by itself."""
        found: list[Definition] = []
        for definition in self.definitions:
            if definition.term in text:
                found.append(definition)
                text = text.replace(definition.term, "\0")
        return tuple(found)


def terms_of(document: Document) -> Terms:
    """Definitions and scope of a document."""
    found: dict[str, Definition] = {}
    scope = scope_clause = ""
    for clause in document.clauses:
        text = clause.span.of(document.text)
        for definition in _defined(clause, text):
            found.setdefault(definition.term, definition)
        if not scope and (clause.role == "scope" or (clause.role == "provision" and _SCOPE.search(text[:_SHORT]))):
            scope, scope_clause = _short(text), clause.id
    ordered = sorted(found.values(), key=lambda definition: -len(definition.term))
    return Terms(tuple(ordered), scope, scope_clause)


def _defined(clause: Clause, text: str) -> Iterator[Definition]:
    for pattern in (_DEFINED, _TERMS) if clause.role == "definition" else (_DEFINED,):
        for match in pattern.finditer(text):
            yield from (Definition(term, _short(match["meaning"]), clause.id) for term in _names(match["term"]))


def _names(words: str) -> tuple[str, ...]:
    """A term and the short name it gets in brackets."""
    alias = _ALIAS.search(words)
    name = _ALIAS.sub("", words).strip()
    return (name, alias["alias"]) if alias else (name,)


def _short(text: str) -> str:
    flat = "".join(text.split())
    return flat if len(flat) <= _SHORT else flat[: _SHORT - 1] + "…"


def carried(finding: Finding, document: Document, terms: Terms) -> Finding:
    """The finding with the definitions its clause relies on in its reasons, and the document's scope."""
    clause = next((c for c in document.clauses if c.id == finding.clause), None)
    if clause is None:
        return finding
    used = [d for d in terms.used(clause.span.of(document.text)) if d.clause != clause.id]
    extra: dict[str, object] = {}
    if used:
        extra["terms"] = [{"term": d.term, "meaning": d.meaning, "clause": d.clause} for d in used]
    if terms.scope and terms.scope_clause != clause.id:
        extra["scope"] = {"text": terms.scope, "clause": terms.scope_clause}
    return replace(finding, why=Why({**finding.why, **extra})) if extra else finding
