"""Liveness: is the law that the document names there, in force on the day, and still under that number?

The cited law decides, not the words around it: repealed (by what, since when), renamed, an article that the text in
force does not have, an article whose matter moved to another number (立法法 art. 116 asks makers to clean up).
"""

import re

from ...corpora.laws.names import name_key
from ...corpora.laws.resolving import Reason, Resolution
from ...corpora.text import Article, Span
from ..cite import of_article
from ..finding import Citation, Finding, FindingLevel
from ..remark import Said, noted
from ..standard import Rule, Standard
from ..view import Setting
from .ended import Ended, ended_documents
from .moved import Moved, moved

_PLANNED = re.compile(r"(?:修改|修订|制定|起草|废止|清理)\s*$")
_PAST = re.compile(r"^\s*(?:(?:公布|颁布|发布)?(?:施行|实施|生效|颁布|公布|出台|废止)(?:之|以)?[前后]|有效期间)")

RULES = {
    Reason.REPEALED: "stale.repealed",
    Reason.NO_SUCH_ARTICLE: "stale.article",
    Reason.RENUMBERED: "stale.renumbered",
    Reason.NOT_YET_IN_FORCE: "stale.future",
    Reason.RENAMED: "stale.renamed",
}


def check(setting: Setting, cited: tuple[Resolution, ...], standard: Standard) -> tuple[Finding, ...]:
    """One finding per law and reason, at the first place that names it; the other places are counted in `why`.

    A law that is the basis of the whole text and is applied by its name in a clause besides needs two corrections.
    """
    groups: dict[tuple[str, Reason, bool], list[Resolution]] = {}
    for found in cited:
        if found.reason in RULES and found.mention.role != "repeal" and not _told(setting, found):
            name = name_key(found.law or found.mention.name)
            basis = found.mention.role == "basis" or (
                _shortened(setting, found) and (name, found.reason, True) in groups
            )
            groups.setdefault((name, found.reason, basis), []).append(found)
    gone = tuple(
        _finding(setting, group, standard.rule(RULES[reason])) for (_, reason, _), group in sorted(groups.items())
    )
    named = {name for name, _, _ in groups}
    documents = tuple(
        _ended(setting, row, span, standard.rule("stale.document"))
        for row, span in ended_documents(setting)
        if name_key(row.title) not in named
    )
    shifted = tuple(_moved(setting, one, standard.rule("stale.moved")) for one in moved(setting, cited))
    return gone + documents + shifted


def _ended(setting: Setting, row: Ended, span: Span, rule: Rule) -> Finding:
    """A national document that has ended, with what ended it; no store holds it, so nothing is cited."""
    said = Said(
        f"{rule.data.message}《{row.title}》（{row.number}）自{row.day:%Y年%m月%d日}起不再有效：{row.by}。",
        {"check": "ended", "document": row.number, "by": row.by, "since": row.day.isoformat()},
    )
    return noted(setting, _clause(setting, span.start), span, rule, said)


def _shortened(setting: Setting, found: Resolution) -> bool:
    """The place uses a short name that the text has defined: it falls with its definition."""
    return found.mention.name not in found.mention.span.of(setting.document.text)


def _told(setting: Setting, found: Resolution) -> bool:
    """The text itself treats the act as past (《城市规划法》施行前…) or as work to do (修改《…条例》)."""
    text, span = setting.document.text, found.mention.span
    return bool(
        _PLANNED.search(text[max(0, span.start - 6) : span.start]) or _PAST.match(text[span.end : span.end + 12])
    )


def _moved(setting: Setting, one: Moved, rule: Rule) -> Finding:
    """A number whose article speaks of something else, with the article that says what the clause says."""
    law, span = one.cited.law, one.found.mention.span
    shown = (of_article(one.now, "standard", setting.day), of_article(one.cited, "basis", setting.day))
    likeness = {"here": round(one.here, 2), "there": round(one.there, 2)}
    said = Said(
        f"{rule.data.message}《{law}》现行{one.cited.number}规定的是别的内容，本条所说的内容见{one.now.number}。",
        {"check": "moved", "law": law, "cited": one.cited.number, "now": one.now.number, **likeness},
        shown,
    )
    return noted(setting, _clause(setting, span.start), span, rule, said)


def _clause(setting: Setting, place: int) -> str:
    return next((c.id for c in setting.document.clauses if c.span.start <= place < c.span.end), "")


def _finding(setting: Setting, group: list[Resolution], rule: Rule) -> Finding:
    first = min(group, key=lambda found: found.mention.span)
    level = FindingLevel(rule.data.level)
    citations = _citations(setting, first)
    if level is FindingLevel.CONFLICT and not any(c.in_force and c.role == "conflict" for c in citations):
        level = FindingLevel.DOUBT
    span = first.mention.span
    why = {"check": "liveness", "reason": first.reason, "law": first.law, "places": len(group)}
    said = Said(rule.data.message + _words(first), why, citations, level)
    return noted(setting, _clause(setting, span.start), span, rule, said)


def _words(found: Resolution) -> str:
    """What exactly happened to the cited law."""
    name = found.law or found.mention.name
    since = f"自{found.since:%Y年%m月%d日}起" if found.since else ""
    if found.reason in (Reason.REPEALED, Reason.RENAMED):
        verb = "废止" if found.reason is Reason.REPEALED else "更名或者被替代"
        return f"《{name}》{since}因《{found.by}》{verb}。"
    if found.reason is Reason.NOT_YET_IN_FORCE:
        return f"《{name}》{since}施行。"
    if found.reason is Reason.RENUMBERED:
        return f"《{name}》" + "、".join(f"{old}现为{new}" for old, new in found.moved) + "。"
    return f"《{name}》现行文本没有{'、'.join(found.missing)}。"


def _citations(setting: Setting, found: Resolution) -> tuple[Citation, ...]:
    """What shows it: the article that repeals, the article where the matter stands now, or the text as it was."""
    repealing = _repealing(setting, found) if found.by else None
    shown = ((repealing, "conflict"),) if repealing else ()
    now = tuple((article, "standard") for article in found.articles)
    return tuple(of_article(article, role, setting.day) for article, role in (*shown, *now))[:5]


def _repealing(setting: Setting, found: Resolution) -> Article | None:
    """The article of the later act that names the law and ends it; these stand at the end of an act."""
    version = setting.store.version_on(found.by, setting.day)
    if version is None:
        return None
    name = (found.law or found.mention.name).removeprefix("中华人民共和国")
    for article in reversed(setting.store.articles_of(version)):
        if name in article.text and "废止" in article.text:
            return article
    return None
