"""Which finding is this? An identity that outlives renumbering, moved clauses and new layouts.

A finding is the same when the same rule (whatever its version) says it of the same words in a clause of the same
words. Numbers of clauses, blanks and punctuation are no words; sums, periods and cited articles of laws are.
"""

import hashlib
import re
import unicodedata

from ..corpora.text import Document
from .finding import Finding

_DIGITS = "零〇○一二三四五六七八九十百千两\\d"
_OWN_NUMBER = re.compile(
    rf"^\s*(?:第[{_DIGITS}]+条(?:之[一二三四五六七八九十]+)?|[{_DIGITS}]+[、.．](?!\d)|[（(][{_DIGITS}]+[）)]|[①-⑳])\s*"
)
_ITEM = re.compile(rf"(?:(?<=[：；。\n])|^)\s*(?:[（(][{_DIGITS}]+[）)]|\d+[.．、](?!\d)|[①-⑳])")
_OWN_NAME = r"本(?:实施)?(?:办法|细则|规定|条例|规则|通知|意见|方案|决定|制度|标准)"
_INSIDE = re.compile(rf"(?:{_OWN_NAME}|(?<![》法典例释]))第[{_DIGITS}]+条(?:之[一二三四五六七八九十]+)?")
_NO_WORD = re.compile(r"[\W_]+")


def fingerprint(finding: Finding, document: Document) -> str:
    """Sixteen hex digits for a finding of a document; equal in the next version while the clause keeps its words."""
    clause = next((c for c in document.clauses if c.id == finding.clause), None)
    words = clause.span.of(document.text) if clause else finding.quote
    rule = finding.rule.partition("@")[0]
    key = "\n".join((rule, plain_words(words), plain_words(finding.quote)))
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def plain_words(text: str) -> str:
    """The words of a clause without its own numbers, references to neighbours, blanks and punctuation."""
    text = _ITEM.sub("", _OWN_NUMBER.sub("", text, count=1))
    text = _INSIDE.sub("本文件某条", text)
    return _NO_WORD.sub("", unicodedata.normalize("NFKC", text)).lower()
