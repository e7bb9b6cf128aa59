"""Pairs of a clause and an article with the label of their relation: own clauses, edits of the store, neighbours.

Splits go by law and field: a hash of the law's name (own clauses: of any law they name, or of their field) says
whether a pair is trained on, validates or tests. No sentence text decides a split, no law is on two sides.
"""

import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from ...corpora.errors import BadArgument, FileMissing
from ...corpora.laws.record import VersionRecord
from ...corpora.laws.store import LawStore
from ...corpora.text import Article, Rank
from ..focus import bigrams, overlap
from ..relation import CONFLICTS, LABELS, Claim
from . import paraphrase
from .counterfactual import EDITORS, Change
from .examples import CLAUSE_DAY, NUMBER, share
from .neighbours import Neighbours

TRAIN, VALID, TEST = "train", "valid", "test"
VALID_LAWS, TEST_LAWS = 7, 8
LONGEST, SHORTEST = 150, 18
CRIME = re.compile(r"有期徒刑|本法所称|本条例所称|自.{0,20}(?:起施行|废止)")
# Finding types of own clauses -> label.
TYPES = {
    "authority": "authority", "permit": "authority", "coercion": "authority", "duty": "authority",
    "concept": "scope", "scope": "scope", "penalty": "penalty", "condition": "condition", "proof": "condition",
    "deadline": "number", "amount": "number", "procedure": "procedure", "right": "permission", "fee": "permission",
    "competition": "permission", "retroactive": "permission",
}  # fmt: skip
EDITED = (Rank.LAW, Rank.ADMIN_REGULATION, Rank.DEPARTMENT_RULE, Rank.LOCAL_REGULATION)
VERDICTS = {"accepted": True, "rejected": False}


@dataclass(frozen=True, slots=True)
class Pair:
    """A clause, its article, their relation. Pairs of one `group` and article are twins: one faulty, one lawful."""

    id: str
    group: str
    claim: Claim
    article: str
    label: str
    part: str
    origin: str
    weight: float = 1.0

    @property
    def conflict(self) -> bool:
        return self.label in CONFLICTS


class Shelf:
    """A law store read once: articles by name and number, paragraphs that can be edited."""

    def __init__(self, laws: LawStore) -> None:
        self._laws = laws
        self._known: dict[tuple[str, str], Article | None] = {}
        self._versions: dict[str, VersionRecord | None] = {}

    def article(self, law: str, number: str, day: date = CLAUSE_DAY) -> Article | None:
        """The article in force on the day, None where the store lacks it or no number is given."""
        if law not in self._versions:
            self._versions[law] = self._laws.version_on(law, day)
        version = self._versions[law]
        if version is None or not number:
            return None
        if (law, number) not in self._known:
            self._known[law, number] = self._laws.article_of(version, number)
        return self._known[law, number]

    @cached_property
    def articles(self) -> tuple[Article, ...]:
        """Laws, regulations and rules in force, in the order of the store."""
        return tuple(article for article in self._laws.articles(CLAUSE_DAY) if article.rank in EDITED)

    def units(self, seed: int) -> Iterator[tuple[Article, str]]:
        """Paragraphs of fitting length, in an order of the articles drawn by the seed."""
        order = list(self.articles)
        random.Random(seed).shuffle(order)
        for article in order:
            for unit in dict.fromkeys(article.text.split("\n")):
                if SHORTEST <= len(unit) <= LONGEST and not CRIME.search(unit):
                    yield article, unit


def part_of(laws: Iterable[str], field: str, seed: int) -> str:
    """Test before validation before training, by the hash of laws and field."""
    marks = [share(f"relation:{name}", seed) for name in (*laws, *([f"field:{field}"] if field else ()))]
    if any(mark < TEST_LAWS for mark in marks):
        return TEST
    return VALID if any(mark < TEST_LAWS + VALID_LAWS for mark in marks) else TRAIN


def own(files: Sequence[Path], laws: Shelf, seed: int) -> list[Pair]:
    """Own clauses beside each article they name that the store has. Raises FileMissing, BadArgument (line, reason)."""
    found: list[Pair] = []
    for path in files:
        if not path.is_file():
            raise FileMissing(f"缺少训练条款：{path}", "请在源码目录中运行，或用 --clauses 指定文件夹")
        for number, row in _rows(path):
            found += _own(row, laws, seed, f"{path.name} 第 {number} 行")
    return found


def _own(row: dict[str, Any], laws: Shelf, seed: int, place: str) -> Iterator[Pair]:
    label = _label(row, place)
    articles = [a for law in row["laws"] if (a := laws.article(law["law"], law.get("article") or ""))]
    articles.sort(key=lambda a: -overlap(row["text"], bigrams(a.text)))
    part = part_of([law["law"] for law in row["laws"]], row["field"], seed)
    for at, article in enumerate(dict.fromkeys(articles)):
        claim = Claim(NUMBER.sub("", row["text"]), row["issuer"], row["level"], row["instrument"])
        group = f"{row['pair'] or row['id']}:{article.key}"
        yield Pair(f"{row['id']}:{at}", group, claim, article.text, label, part, "own", 1.0 if at == 0 else 0.6)


def _label(row: dict[str, Any], place: str) -> str:
    missing = [key for key in ("id", "text", "faulty", "types", "laws", "issuer", "level") if key not in row]
    if missing:
        raise BadArgument(f"训练文件 {place}缺少字段 {missing[0]}", "请补全后重试")
    unknown = [name for name in row["types"] if name not in TYPES]
    if unknown:
        raise BadArgument(f"训练文件 {place}有未知类型 {unknown[0]}", f"可用类型：{'、'.join(TYPES)}")
    return TYPES[row["types"][0]] if row["faulty"] and row["types"] else "consistent"


def added(path: Path, laws: Shelf, held: Iterable[Pair]) -> list[Pair]:
    """Decisions of reviewers (JSONL: clause, article, verdict, type): accepted findings conflict, rejected ones not.

    `article` is a text, or 《law》第…条 of the store. Raises BadArgument naming line and reason, also where a line
    repeats a pair that validates or tests.
    """
    if not path.is_file():
        raise FileMissing(f"找不到训练文件：{path}", "请核对路径")
    fixed = {_same(pair) for pair in held if pair.part != TRAIN}
    found = []
    for number, row in _rows(path):
        place = f"{path.name} 第 {number} 行"
        pair = _added(row, laws, place)
        if _same(pair) in fixed:
            raise BadArgument(f"训练文件 {place}与测试或者验证集中的一对重复", "请删去该行，否则分数失真")
        found.append(pair)
    return found


def _added(row: dict[str, Any], laws: Shelf, place: str) -> Pair:
    for key in ("clause", "article", "verdict", "type"):
        if not isinstance(row.get(key), str) or not str(row[key]).strip():
            raise BadArgument(f"训练文件 {place}缺少字段 {key}", "每行须有 clause、article、verdict、type 四个字段")
    if row["verdict"] not in VERDICTS:
        raise BadArgument(f"训练文件 {place}有未知结论 {row['verdict']}", "verdict 只能是 accepted 或者 rejected")
    if row["type"] not in TYPES:
        raise BadArgument(f"训练文件 {place}有未知类型 {row['type']}", f"可用类型：{'、'.join(TYPES)}")
    named = re.fullmatch(r"《(.+)》(第.+条(?:之.)?)", row["article"].strip())
    article = laws.article(named[1], named[2]) if named else None
    if named and article is None:
        raise BadArgument(f"训练文件 {place}的条文不在法规库中：{row['article']}", "请导入该法规，或者直接写条文原文")
    claim = Claim(row["clause"], row.get("issuer", ""), row.get("level", ""), row.get("instrument", "规范性文件"))
    label = TYPES[row["type"]] if VERDICTS[row["verdict"]] else "consistent"
    text = article.text if article else row["article"]
    return Pair(f"added:{place}", f"added:{place}", claim, text, label, TRAIN, "added", 2.0)


def generated(laws: Shelf, seed: int, groups: dict[str, int]) -> list[Pair]:
    """Edits of paragraphs of laws and regulations in force, twins side by side; `groups` says how many per part.

    Kinds of edit are kept level: of the editors that fit a paragraph the one used least so far takes it.
    """
    used = {part: dict.fromkeys(EDITORS, 0) for part in groups}
    made = dict.fromkeys(groups, 0)
    found: list[Pair] = []
    for article, unit in laws.units(seed):
        part = part_of([article.law], "", seed)
        if made.get(part, 0) >= groups.get(part, 0):
            continue
        chance = random.Random(f"{seed}:{article.key}:{unit}")
        options = {name: change for name, edit in EDITORS.items() if (change := edit(unit, chance))}
        options = {n: c for n, c in options.items() if c.faulty not in (c.lawful, unit)}
        if not options:
            continue
        name = min(options, key=lambda n: (used[part][n], n))
        if used[part][name] > made[part] / 6 + 5:
            continue
        used[part][name] += 1
        made[part] += 1
        found += _twins(article, unit, options[name], chance, part)
    return found


def _twins(article: Article, unit: str, change: Change, chance: random.Random, part: str) -> list[Pair]:
    """Faulty and lawful twin; half of the mirrored ones with the edit in the article instead of the clause."""
    law, faulty, lawful = article.text, change.faulty, change.lawful
    if change.mirror and chance.random() < 0.5:
        law, faulty, lawful = law.replace(unit, change.faulty), chance.choice((unit, change.lawful)), change.faulty
    issuer, level, instrument = paraphrase.head(chance)
    group = f"{article.key}#{_digest(unit)}#{change.label}"
    return [
        Pair(f"{group}:{side}", group, Claim(paraphrase.clause(text, chance), issuer, level, instrument), law, label,
             part, "generated")
        for side, text, label in (("f", faulty, change.label), ("l", lawful, "consistent"))
    ]  # fmt: skip


def unrelated(pairs: Sequence[Pair], laws: Shelf, seed: int, counts: dict[str, int]) -> list[Pair]:
    """Clauses of `pairs` beside near articles of other laws that do not govern them."""
    shelves = {part: [] for part in counts}  # type: dict[str, list[Article]]
    for article, _ in laws.units(seed):
        shelves.get(part_of([article.law], "", seed), []).append(article)
    found: list[Pair] = []
    for part, count in counts.items():
        near = Neighbours(tuple(dict.fromkeys(shelves[part]))[:6000])
        claims = {pair.group.split(":")[0] + pair.label: pair for pair in pairs if pair.part == part}
        order = sorted(claims.values(), key=lambda pair: (share(pair.id, seed), pair.id))
        for at, pair in enumerate(order[:count]):
            other = near.beside(pair.claim.text, pair.article, at % 5)
            if other is not None:
                group = f"{pair.group}~{other.key}"
                found.append(
                    replace(pair, id=f"{pair.id}~", group=group, article=other.text, label="unrelated",
                            origin="neighbour", weight=1.0)
                )  # fmt: skip
    return found


def implementing(laws: Shelf, seed: int, count: int) -> list[Pair]:
    """Articles of lower acts that name an article of a higher one and repeat much of it: consistent."""
    found: list[Pair] = []
    named = re.compile(r"《([\u4e00-\u9fff]{4,30}法)》(第[一二三四五六七八九十百]+条)")
    for article, unit in laws.units(seed + 1):
        match = named.search(unit)
        upper = laws.article(match[1], match[2]) if match and article.rank is not Rank.LAW else None
        if match is None or upper is None or overlap(unit, bigrams(upper.text)) < 0.3:
            continue
        part = part_of([article.law, upper.law], "", seed)
        claim = Claim(named.sub("有关法律", unit), article.law, "国务院", article.rank.value)
        id_ = f"implementing:{article.key}#{_digest(unit)}"
        found.append(Pair(id_, id_, claim, upper.text, "consistent", part, "implementing"))
        if len(found) >= count:
            break
    return found


def checked(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs, each once; raises BadArgument where a pair stands in two parts or has an unknown label."""
    parts: dict[tuple[str, str], str] = {}
    kept: dict[str, Pair] = {}
    for pair in pairs:
        if pair.label not in LABELS:
            raise BadArgument(f"训练数据 {pair.id} 有未知标签 {pair.label}", f"可用标签：{'、'.join(LABELS)}")
        known = parts.setdefault(_same(pair), pair.part)
        if known != pair.part:
            raise BadArgument(f"训练数据 {pair.id} 同时属于 {known} 和 {pair.part}", "请按法规和领域重新划分")
        if kept.setdefault(pair.id, pair) != pair:
            raise BadArgument(f"训练数据有两对不同的内容同名：{pair.id}", "请改名后重试")
    return list(kept.values())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _same(pair: Pair) -> tuple[str, str]:
    return re.sub(r"\s", "", pair.claim.text), re.sub(r"\s", "", pair.article)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadArgument(f"训练文件 {path.name} 第 {number} 行不是有效的 JSON", "请修正后重试") from error
        if not isinstance(row, dict):
            raise BadArgument(f"训练文件 {path.name} 第 {number} 行不是一个 JSON 对象", "请修正后重试")
        yield number, row
