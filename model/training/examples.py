"""Training examples of the query tower: a text and the articles it should find.

Own clauses with their governing articles; lay questions of a STARD file; files of texts with their articles; and, from
the law store alone, articles that refer to another article, and sentences of articles. Every choice is a hash of an id
and the seed: runs repeat.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ...corpora.errors import BadArgument, FileMissing
from ...corpora.laws.store import LawStore
from ...corpora.text import Article

# The day on which the own clauses were written, and one at which STARD's articles were in force.
CLAUSE_DAY = date(2026, 11, 23)
QUESTION_DAY = date(2024, 6, 1)
FOLDS = 5
HELD_FOLD = 0
HELD_LAWS, HELD_PAIRS = 10, 8
NUMBER = re.compile(
    r"^\s*(第[零一二三四五六七八九十百]+条|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d+[.．、])\s*"
)
NAMED = re.compile(r"^(.+?)(第[零〇一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?)$")
REFERENCE = re.compile(
    r"(本法|本条例|《[\u4e00-\u9fff]{4,30}》)(第[一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?)"
)
SENTENCE = re.compile(r"[^。；\n]{16,160}[。；]")
PART = "train"
# Files of own clauses that the shipped layers were trained on, and all that may be trained on: d2 and e stay unseen.
TRAINED = ("a.jsonl", "b.jsonl", "d1.jsonl")
FILES = (*TRAINED, "c.jsonl")


@dataclass(frozen=True, slots=True)
class Example:
    """`gold` are keys of articles in force on `day`; `part` is `train` or the name of a validation set."""

    text: str
    gold: tuple[str, ...]
    day: date
    part: str = PART


@dataclass(frozen=True, slots=True)
class Sources:
    """Where training texts come from: the folder of own clauses, STARD's questions, pairs of text and articles."""

    clauses: Path
    questions: Path | None
    pairs: Path | None


def everything(laws: LawStore, sources: Sources, seed: int, extra: int, held: int = HELD_FOLD) -> list[Example]:
    """All examples of a run; `held`: the fold of questions kept out, `extra`: how many of each kind from the store."""
    found = clauses(sources.clauses, laws, seed)
    if sources.questions is not None:
        found += questions(sources.questions, laws, held)
    if sources.pairs is not None:
        found += pairs(sources.pairs, laws, seed)
    found += sample(list(references(laws)), extra, seed)
    return found + sample(list(sentences(laws, seed)), extra, seed)


def share(name: str, seed: int) -> int:
    """A number from 0 to 99 that depends on the name and the seed alone."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{name}".encode()).digest()[:4], "big") % 100


def fold(question: str) -> int:
    """Fold of a STARD question by its id; fold 0 is never trained on."""
    return int.from_bytes(hashlib.sha256(f"stard:{question}".encode()).digest()[:4], "big") % FOLDS


def clauses(folder: Path, laws: LawStore, seed: int, files: Sequence[str] = TRAINED) -> list[Example]:
    """Own clauses whose articles the store knows; `law` holds whole laws out, `pair` pairs of the other laws.

    Raises FileMissing without the files.
    """
    found = []
    for row in rows(folder, files):
        named = [(law["law"], law["article"]) for law in row["laws"] if law.get("article")]
        gold = keys(laws, named, CLAUSE_DAY)
        if gold:
            found.append(Example(_clause(row, seed), gold, CLAUSE_DAY, part(row, seed)))
    return found


def rows(folder: Path, files: Sequence[str] = FILES) -> Iterator[dict[str, Any]]:
    """The own clauses of these files, as written. Raises FileMissing without the files."""
    for name in files:
        path = folder / name
        if not path.is_file():
            raise FileMissing(
                f"缺少训练条款：{path}", "训练数据不随安装包分发，请在源码目录中运行，或用 --clauses 指定"
            )
        yield from (json.loads(line) for line in path.read_text("utf-8").splitlines())


def _clause(row: dict[str, Any], seed: int) -> str:
    """The clause without its number; half of the pairs with the title of their document in front."""
    text = NUMBER.sub("", row["text"])
    titled = share(f"title:{row['pair'] or row['id']}", seed) < 50
    return f"{row['title']} {text}" if titled else text


def held_out(law: str, seed: int) -> bool:
    """Is nothing trained on that is governed by this law?"""
    return share(f"law:{law}", seed) < HELD_LAWS


def part(row: dict[str, Any], seed: int) -> str:
    if any(held_out(law["law"], seed) for law in row["laws"]):
        return "law"
    return "pair" if share(f"pair:{row['pair'] or row['id']}", seed) < HELD_PAIRS else PART


def questions(path: Path, laws: LawStore, held: int = HELD_FOLD) -> list[Example]:
    """STARD's questions whose articles are all in the store; the fold `held` is the validation set `question`."""
    found = []
    for entry in json.loads(path.read_text("utf-8")):
        names = [NAMED.match(name.strip()) for name in entry["match_name"]]
        named = [(match.group(1), match.group(2)) for match in names if match]
        gold = keys(laws, named, QUESTION_DAY)
        if gold and len(gold) == len(names):
            kept = fold(str(entry["query_id"])) == held
            found.append(Example(entry["问题"], gold, QUESTION_DAY, "question" if kept else PART))
    return found


def pairs(path: Path, laws: LawStore, seed: int) -> list[Example]:
    """Texts with their articles, a JSON object a line (`text`, `laws` as in the own clauses); all for training.

    Texts whose articles the store does not know, and those of the laws held out, are passed over. Raises FileMissing,
    and BadArgument naming the line.
    """
    if not path.is_file():
        raise FileMissing(f"找不到条款与法条的对照文件：{path}", "请核对路径")
    found = []
    for at, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            text, named = str(row["text"]), [(str(law["law"]), str(law["article"])) for law in row["laws"]]
        except (ValueError, KeyError, TypeError) as error:
            remedy = "每行一个 JSON 对象：text、laws（law、article）"
            raise BadArgument(f"{path.name} 第 {at} 行：不是完整的对照（{error}）", remedy) from error
        gold = keys(laws, named, CLAUSE_DAY)
        if gold and not any(held_out(law, seed) for law, _ in named):
            found.append(Example(text, gold, CLAUSE_DAY))
    return found


def references(laws: LawStore) -> Iterator[Example]:
    """Articles that refer to another article by number: the article is the query, those it refers to are gold."""
    for article in laws.articles(CLAUSE_DAY):
        named = []
        for match in REFERENCE.finditer(article.text):
            law = article.law if match.group(1).startswith("本") else match.group(1)[1:-1]
            named.append((law, match.group(2)))
        gold = tuple(key for key in keys(laws, named[:3], CLAUSE_DAY) if key != article.key)
        if gold:
            yield Example(REFERENCE.sub("", article.text)[:200], gold, CLAUSE_DAY)


def sentences(laws: LawStore, seed: int) -> Iterator[Example]:
    """One sentence of an article of several sentences, without the words that name its law: the article is gold."""
    for article in laws.articles(CLAUSE_DAY):
        parts = SENTENCE.findall(article.text)
        if len(parts) > 1:
            at = share(f"sentence:{article.key}", seed) % len(parts)
            yield Example(parts[at].replace("本法", "").strip(), (article.key,), CLAUSE_DAY)


def sample(examples: Sequence[Example], count: int, seed: int) -> list[Example]:
    """At most `count` of them, chosen by hash of their text."""

    def order(example: Example) -> bytes:
        return hashlib.sha256(f"{seed}:{example.text}".encode()).digest()

    return sorted(examples, key=order)[:count]


def keys(laws: LawStore, named: Sequence[tuple[str, str]], day: date) -> tuple[str, ...]:
    found = (_article(laws, law, number, day) for law, number in named)
    return tuple(dict.fromkeys(article.key for article in found if article is not None))


def _article(laws: LawStore, law: str, number: str, day: date) -> Article | None:
    version = laws.version_on(law, day)
    return laws.article_of(version, number) if version is not None else None
