"""The review standard as data: rules from TOML, validated with file and line, patterns compiled once.

A rule names its kind of check, what triggers it, what keeps it quiet, its grounds (article by article, with
source status) and its wording. The code holds the kinds of check; everything else is in `standards/*.toml`.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from ..corpora.errors import RuleInvalid
from ..corpora.quantities import Quantity, quantities
from ..corpora.text import Instrument, Level, Rank
from .written import Pattern, Strict, compiled, parsed, validated

FOLDER = Path(__file__).parent / "standards"
ACT_TYPES = ("permit", "penalty", "coercion", "fee", "duty", "right", "authority", "proof", "condition", "competition")
COMPARED_TYPES = ("deadline", "amount", "scope", "concept", "procedure")
TYPES = frozenset((*ACT_TYPES, *COMPARED_TYPES, "retroactive", "stale", "form"))
CHECKS = Literal[
    "power",
    "basis",
    "principle",
    "competition",
    "retroactivity",
    "number",
    "listing",
    "competence",
    "stated",
    "comparison",
    "liveness",
    "outdated",
    "form",
]
GATES = Literal[
    "negated", "cited", "lawfully", "restated", "benchmark", "inward", "benefit", "contract", "reward", "quoted"
]
# `…` is a gap within a comma segment, `……` one within a sentence, neither across a negation except on the way to a
# number; `%n%` is where a number stands.
_NOT = "不得|不再|无需|无须|禁止|严禁|不需|不应|不要求|不准|不以|不因"
_GAPS = (("……", rf"(?:(?!{_NOT})[^。；]){{0,60}}?"), ("…", rf"(?:(?!{_NOT})[^，。；]){{0,20}}?"))
_NUM = r"[〇零一二两三四五六七八九十百千万亿\d][〇零一二两三四五六七八九十百千万亿\d,.]{0,20}"
_PLAIN = (("……", r"[^。；]{0,60}?"), ("…", r"[^，。；]{0,20}?"))
_UNIT = (
    r"个?(?:工作日|自然日)|小时|分钟|日|天|周岁|岁|个月|月内|周年|个年度|学年|年|万元|亿元|元|倍|[%％‰]|人|名|次|"
    r"平方米|公里|千米|米|户|学时|公顷|亩|分贝|毫升"
)
NUMBER = rf"(?P<n>百分之{_NUM}|{_NUM}分之{_NUM}|半年|半个月|半数|{_NUM}(?:多|余)?(?:{_UNIT}))"
_ARTICLE = re.compile(r"^(.+?)(第[零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?)$")


def _known(types: tuple[str, ...]) -> tuple[str, ...]:
    unknown = set(types) - TYPES
    if unknown:
        raise ValueError(f"未知的类型：{'、'.join(sorted(unknown))}")
    return types


Types = Annotated[tuple[str, ...], AfterValidator(_known)]


class Ground(Strict):
    """An article a rule rests on. `mem` grounds were not seen in a text and carry a hint at most."""

    law: str
    article: str
    status: Literal["seen", "mem"] = "seen"
    role: Literal["conflict", "standard"] = "conflict"

    @model_validator(mode="before")
    @classmethod
    def _short(cls, raw: Any) -> Any:
        """A ground may be written as one string: the law's name and the article."""
        if not isinstance(raw, str):
            return raw
        found = _ARTICLE.match(raw)
        if found is None:
            raise ValueError(f"依据应写成“法律名称第…条”：{raw}")
        return {"law": found[1], "article": found[2]}


class When(Strict):
    """What triggers a rule, within a `unit` of text (a sentence, or the whole clause).

    One of `any` must match (its words are the evidence), every one of `all`, none of `none`; `lead` must match the
    lead-in that the sentence hangs on.
    """

    any: tuple[Pattern, ...] = ()
    all: tuple[Pattern, ...] = ()
    none: tuple[Pattern, ...] = ()
    lead: Pattern | None = None
    unit: Literal["sentence", "clause"] = "sentence"


class Applies(Strict):
    """Which documents a rule is for; empty means every one. `title` and `not_title` are patterns."""

    instruments: tuple[Instrument, ...] = ()
    levels: tuple[Level, ...] = ()
    title: Pattern | None = None
    not_title: Pattern | None = None


class Bounds(Strict):
    """What a number may not pass (`max`) or fall below (`min`), as the law words it."""

    max: str = ""
    min: str = ""

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if not any([bound(self.max), bound(self.min)]):
            raise ValueError("须写明 max 或者 min")
        return self


class Number(Bounds):
    """A number the law fixes: `on` shows with %n% where it stands.

    `when` and `unless` are conditions on the sentence with its lead-in.
    """

    on: Pattern
    when: Pattern | None = None
    unless: Pattern | None = None

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.on.count("%n%") != 1:
            raise ValueError("on 中须恰有一处 %n%")
        return self


class Listing(Strict):
    """A list the law closes: under `lead`, every item must match one of `only`, and once `least` of `needs` are named
    all of them must be (`needs` maps the name of an item to its pattern)."""

    lead: Pattern
    only: tuple[Pattern, ...] = ()
    needs: dict[str, Pattern] = Field(default_factory=dict)
    least: Annotated[int, Field(ge=1)] = 2


class RuleData(Strict):
    """One rule as written. See CONTRIBUTING.md for how to write one."""

    id: Annotated[str, Field(pattern=r"^[a-z]+(\.[a-z_]+)+$")]
    version: Annotated[int, Field(ge=1)] = 1
    name: str
    check: CHECKS
    level: Literal["conflict", "doubt", "hint", "form"]
    types: Types
    points: tuple[str, ...] = ()
    act: Literal["permit", "penalty", "coercion", "enforcement", "fee", "proof", ""] = ""
    applies: Applies = Applies()
    when: When = When()
    numbers: tuple[Number, ...] = ()
    listing: Listing | None = None
    gates: tuple[GATES, ...] = ()
    admissible: tuple[Rank, ...] = ()
    grounds: tuple[Ground, ...] = ()
    confidence: Annotated[float, Field(gt=0, lt=1)] = 0.6
    message: str
    advice: str

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.level == "conflict" and not any(g.status == "seen" for g in self.grounds) and self.when.any:
            raise ValueError("conflict 级别的规则须有见过原文（status = seen）的依据条文")
        if self.check == "power" and not self.act:
            raise ValueError("power 检查须写明 act")
        if (self.check != "number" and self.numbers) or (self.check == "listing") != bool(self.listing):
            raise ValueError("numbers 只用于 number 检查，listing 检查须有 listing")
        return self


@dataclass(frozen=True, slots=True)
class Limit:
    """A number rule ready to run: where the number stands, its bounds as the law words them."""

    on: re.Pattern[str]
    most: Quantity | None
    least: Quantity | None
    when: re.Pattern[str] | None
    unless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class ClosedList:
    """A listing rule ready to run."""

    lead: re.Pattern[str]
    only: tuple[re.Pattern[str], ...]
    needs: tuple[tuple[str, re.Pattern[str]], ...]
    least: int


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule ready to run: the data and its compiled patterns. Two rules are equal where they are one and the same."""

    data: RuleData
    file: str
    any: tuple[re.Pattern[str], ...]
    all: tuple[re.Pattern[str], ...]
    none: tuple[re.Pattern[str], ...]
    title: re.Pattern[str] | None
    not_title: re.Pattern[str] | None
    lead: re.Pattern[str] | None = None
    limits: tuple[Limit, ...] = ()
    listing: ClosedList | None = None

    @property
    def key(self) -> str:
        return f"{self.data.id}@{self.data.version}"


@dataclass(frozen=True, slots=True)
class Standard:
    """All rules in order of id, and the digest of the files they came from."""

    rules: tuple[Rule, ...]
    digest: str

    def of(self, check: str) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.data.check == check)

    def rule(self, rule_id: str) -> Rule:
        return next(rule for rule in self.rules if rule.data.id == rule_id)


def load(folder: Path = FOLDER) -> Standard:
    """Load every `*.toml` of the folder except cases and the lexicon. Raises RuleInvalid with file and line.

    The tables of articles below the folder are no rules, but count in the digest.
    """
    digest = hashlib.sha256()
    lexicon = _lexicon(folder / "lexicon.toml")
    rules: list[Rule] = []
    for path in sorted(folder.rglob("*.toml")):
        digest.update(path.name.encode() + path.read_bytes())
        if path.parent != folder or path.name == "lexicon.toml" or path.name.endswith(".cases.toml"):
            continue
        rules += _rules(path, lexicon)
    rules.sort(key=lambda rule: rule.data.id)
    for first, second in pairwise(rules):
        if first.data.id == second.data.id:
            raise RuleInvalid(f"规则编号重复：{first.data.id}（{first.file}、{second.file}）", "请改用不同的编号")
    return Standard(tuple(rules), digest.hexdigest()[:16])


def _rules(path: Path, lexicon: dict[str, str]) -> list[Rule]:
    table, text = parsed(path), path.read_text(encoding="utf-8")
    rules = []
    for number, raw in enumerate(table.get("rule", [])):
        line = _line_of_rule(text, number)
        data = validated(RuleData, {**table.get("defaults", {}), **raw}, f"规则文件 {path.name} 第 {line} 行")
        rules.append(_compile(data, f"{path.name}:{line}", lexicon))
    return rules


def _line_of_rule(text: str, number: int) -> int:
    starts = [m.start() for m in re.finditer(r"^\[\[rule\]\]", text, re.M)]
    return text.count("\n", 0, starts[number]) + 1 if number < len(starts) else 1


def _lexicon(path: Path) -> dict[str, str]:
    """Named pattern fragments; an entry may use earlier ones as %name%."""
    if not path.exists():
        return {}
    fragments: dict[str, str] = {}
    for name, value in parsed(path).items():
        words = "|".join(map(str, value)) if isinstance(value, list) else str(value)
        fragments[name] = f"(?:{_expand(words, fragments, path.name)})"
    return fragments


def _expand(pattern: str, lexicon: dict[str, str], where: str) -> str:
    def fragment(match: re.Match[str]) -> str:
        if match[1] not in lexicon:
            raise RuleInvalid(f"{where}：词表里没有 %{match[1]}%", "请在 lexicon.toml 中先定义")
        return lexicon[match[1]]

    for mark, gap in _PLAIN if "%n%" in pattern else _GAPS:
        pattern = pattern.replace(mark, gap)
    return re.sub(r"%(\w+)%", fragment, pattern)


def _compile(data: RuleData, where: str, lexicon: dict[str, str]) -> Rule:
    fragments = {**lexicon, "n": NUMBER}

    def ready(pattern: str) -> re.Pattern[str]:
        return _ready(pattern, fragments, where)

    def maybe(pattern: str | None) -> re.Pattern[str] | None:
        return ready(pattern) if pattern else None

    return Rule(
        data=data,
        file=where,
        any=tuple(map(ready, data.when.any)),
        all=tuple(map(ready, data.when.all)),
        none=tuple(map(ready, data.when.none)),
        title=maybe(data.applies.title),
        not_title=maybe(data.applies.not_title),
        lead=maybe(data.when.lead),
        limits=tuple(
            Limit(ready(n.on), bound(n.max), bound(n.min), maybe(n.when), maybe(n.unless)) for n in data.numbers
        ),
        listing=_closed(data.listing, ready),
    )


def pattern_of(pattern: str, where: str) -> re.Pattern[str]:
    """A pattern of the standard with its gaps and its words of the lexicon, compiled. Raises RuleInvalid."""
    return _ready(pattern, _own_lexicon(), where)


@cache
def _own_lexicon() -> dict[str, str]:
    return _lexicon(FOLDER / "lexicon.toml")


def _ready(pattern: str, fragments: dict[str, str], where: str) -> re.Pattern[str]:
    return compiled(_expand(pattern, fragments, where), where, pattern)


def bound(words: str) -> Quantity | None:
    """The quantity a bound is written as; None for no bound. Raises ValueError."""
    found = quantities(words)
    if words and len(found) != 1:
        raise ValueError(f"不是一个数量：{words}")
    return found[0] if found else None


def _closed(listing: Listing | None, ready: Callable[[str], re.Pattern[str]]) -> ClosedList | None:
    if listing is None:
        return None
    needs = tuple((name, ready(pattern)) for name, pattern in listing.needs.items())
    return ClosedList(ready(listing.lead), tuple(map(ready, listing.only)), needs, listing.least)
