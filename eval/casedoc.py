"""Short documents around a case clause: a title, neutral clauses of our own, the clause, a signature and a date."""

import re
from collections.abc import Sequence

from ..corpora.limits import Limits
from ..corpora.numerals import int_to_chinese
from ..corpora.readers.formats import accept
from ..corpora.text import Source

FIRST = 4
_NEUTRAL = (
    "为了规范{matter}相关工作，结合本地实际，制定本文件。",
    "本文件适用于本行政区域内的{matter}相关工作。",
    "相关工作坚持便民高效、公开公正的原则。",
    "各有关部门按照职责分工，做好宣传引导和指导服务。",
    "本文件自公布之日起施行。",
)
_OWN_NUMBER = re.compile(
    r"^\s*(第[零一二三四五六七八九十百]+条|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d+(?:\.\d+)*[.．、]|\d+(?:\.\d+)+(?=\s))(?!\d)\s*"
)


def document(clause: str, issuer: str, title: str, matter: str = "") -> Source:
    """A text file with the clause as its fourth numbered clause among neutral ones."""
    return of_clauses((clause,), issuer, title, matter)


def of_clauses(clauses: Sequence[str], issuer: str, title: str, matter: str = "") -> Source:
    """The same with several clauses, numbered from the fourth on (`FIRST`)."""
    neutral = [words.format(matter=matter or "本领域") for words in _NEUTRAL]
    own = [_OWN_NUMBER.sub("", clause.strip()) for clause in clauses]
    parts = [*neutral[: FIRST - 1], *own, *neutral[FIRST - 1 :]]
    articles = bool(re.search(r"办法|细则|规定|条例|规则|基准", title))
    lines = [
        f"第{int_to_chinese(number)}条　{words}" if articles else f"{int_to_chinese(number)}、{words}"
        for number, words in enumerate(parts, 1)
    ]
    text = "\n".join([title, "", *lines, "", issuer, "2026年9月1日", ""])
    return accept("case.txt", text.encode(), Limits())
