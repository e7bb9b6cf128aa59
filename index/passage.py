"""The text of an article that is encoded and searched, and its content key."""

import hashlib

from ..corpora.text import Article

STATE = "中华人民共和国"
# Raised when `passage` changes; part of every manifest that rests on it.
VERSION = 1


def short_name(law: str) -> str:
    """Law name without the name of the state: it says nothing about the matter."""
    return law.removeprefix(STATE) or law


def passage(article: Article) -> str:
    """What stands for the article in the dense index: short law name, then the text.

    Measured on 4,260 articles against the bare text: STARD R@10 0.706 (0.695), clause to article R@5 0.529 (0.516).
    """
    return f"{short_name(article.law)} {article.text}"


def passage_key(text: str) -> int:
    """The first eight bytes of the text's sha256 as an unsigned number: the key of its vector."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big")
