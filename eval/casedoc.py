"""Short documents around a case clause: a title, neutral clauses of our own, the clause, a signature and a date."""

import re

from ..corpora.limits import Limits
from ..corpora.readers.formats import accept
from ..corpora.text import Source

_NEUTRAL = (
    "为了规范{matter}相关工作，结合本地实际，制定本文件。",
    "本文件适用于本行政区域内的{matter}相关工作。",
    "相关工作坚持便民高效、公开公正的原则。",
    "各有关部门按照职责分工，做好宣传引导和指导服务。",
    "本文件自公布之日起施行。",
)
_OWN_NUMBER = re.compile(
    r"^\s*(第[零一二三四五六七八九十百]+条|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d+(?:\.\d+)*[.．、]?)\s*"
)


def document(clause: str, issuer: str, title: str, matter: str = "") -> Source:
    """A text file with the clause as its fourth numbered clause among neutral ones."""
    matter = matter or "本领域"
    neutral = [words.format(matter=matter) for words in _NEUTRAL]
    parts = [*neutral[:3], _OWN_NUMBER.sub("", clause.strip()), *neutral[3:]]
    articles = bool(re.search(r"办法|细则|规定|条例|规则|基准", title))
    numbers = "一二三四五六七八九"
    lines = [f"第{numbers[i]}条　{words}" if articles else f"{numbers[i]}、{words}" for i, words in enumerate(parts)]
    text = "\n".join([title, "", *lines, "", issuer, "2026年9月1日", ""])
    return accept("case.txt", text.encode(), Limits())
