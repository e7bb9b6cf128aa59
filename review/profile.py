"""A profile: which rules speak and how loudly, which kinds of document count, what the office has answered before.

Profiles are TOML (`profiles/*.toml` are shipped and commented). A mistake is a ProfileInvalid with file, line and
reason. A level can be lowered at will; raised to conflict it still needs an article in force behind it.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..corpora.errors import ProfileInvalid
from ..corpora.text import DocumentKind, KindScore
from .finding import Finding, FindingLevel, governed
from .powerlist import PowerList, load_powers
from .quiet import Decision, load_decisions
from .standard import Standard

FOLDER = Path(__file__).parent / "profiles"
CERTAIN = 0.9
Switch = Literal["off", "hint", "doubt", "conflict", "form"]
Kinds = frozenset((DocumentKind.NORMATIVE, DocumentKind.INTERNAL))
_LINE = re.compile(r"line (\d+)")
_WORDS = {"extra_forbidden": "没有这项设置", "literal_error": "不是可用的值", "enum": "不是可用的值"}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Deadlines(_Strict):
    """Days the letter gives the issuing organ; None leaves the day open."""

    feedback: Annotated[int, Field(ge=1, le=3650)] | None = None


class _Data(_Strict):
    name: str = ""
    kinds: tuple[DocumentKind, ...] = tuple(Kinds)
    decisions: str = ""
    powers: str = ""
    deadlines: Deadlines = Deadlines()
    levels: dict[str, Switch] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """How an office wants its reviews. The default changes nothing."""

    name: str = ""
    kinds: frozenset[DocumentKind] = Kinds
    levels: tuple[tuple[str, str], ...] = ()
    deadlines: Deadlines = field(default_factory=Deadlines)
    decisions: tuple[Decision, ...] = ()
    powers: PowerList | None = field(default=None, repr=False)

    def counts(self, kind: KindScore) -> bool:
        """Is a document of this kind reviewed? A doubtful kind is, and whatever binds outsiders under another name."""
        return kind.value in self.kinds or kind.score < CERTAIN or kind.binding

    def level(self, rule: str) -> str | None:
        """The level set for a rule id: by itself, else by the longest family (`fee.*`)."""
        exact = dict(self.levels)
        families = [name for name in exact if name.endswith(".*") and rule.startswith(name[:-1])]
        return exact.get(rule) or exact.get(max(families, key=len, default=""))


def named() -> tuple[str, ...]:
    """Names of the shipped profiles."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load_profile(wanted: str, standard: Standard) -> Profile:
    """A shipped profile by name, or a file. Raises ProfileInvalid with file, line and reason."""
    path = FOLDER / f"{wanted}.toml" if wanted in named() else Path(wanted)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        remedy = f"请核对路径，或者用自带的：{'、'.join(named())}"
        raise ProfileInvalid(f"审查配置“{wanted}”无法读取（{_reason(error)}）", remedy) from error
    data = _parsed(path.name, text)
    _known(path.name, text, data, standard)
    here = path.resolve().parent
    return Profile(
        name=data.name or path.stem,
        kinds=frozenset(data.kinds),
        levels=tuple(sorted(data.levels.items())),
        deadlines=data.deadlines,
        decisions=load_decisions(here / data.decisions) if data.decisions else (),
        powers=load_powers(here / data.powers) if data.powers else None,
    )


def adjusted(findings: tuple[Finding, ...], profile: Profile) -> tuple[Finding, ...]:
    """The findings with the levels of the profile; those switched off are left out."""
    return tuple(_leveled(findings, profile)) if profile.levels else findings


def _leveled(findings: tuple[Finding, ...], profile: Profile) -> Iterator[Finding]:
    for finding in findings:
        switch = profile.level(finding.rule.partition("@")[0])
        if switch == "off":
            continue
        level = FindingLevel(switch) if switch else finding.level
        if level is FindingLevel.CONFLICT and not governed(finding.citations):
            level = FindingLevel.DOUBT
        yield finding if level is finding.level else replace(finding, level=level)


def _parsed(file: str, text: str) -> _Data:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        where = f"第 {line[1]} 行" if line else "末尾"
        raise ProfileInvalid(f"审查配置 {file} {where}不是有效的 TOML（{error}）", "请改正后重试") from error
    try:
        return _Data.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = [str(part) for part in first["loc"]]
        words = _WORDS.get(first["type"], str(first["msg"]))
        at = _line_of(text, place)
        raise ProfileInvalid(f"审查配置 {file} 第 {at} 行：{'.'.join(place)} {words}", _usable(first)) from error


def _usable(error: Any) -> str:
    expected = (error.get("ctx") or {}).get("expected")
    return f"可用的值：{expected}".replace(" or ", "、") if expected else "可用的设置见自带的 default.toml"


def _known(file: str, text: str, data: _Data, standard: Standard) -> None:
    """Every rule or family named must exist: a misspelt switch would silently do nothing."""
    rules = [rule.data.id for rule in standard.rules]
    for name in data.levels:
        family = name.endswith(".*")
        if not any(rule.startswith(name[:-1]) if family else rule == name for rule in rules):
            at = _line_of(text, ["levels", name])
            raise ProfileInvalid(f"审查配置 {file} 第 {at} 行：没有规则 {name}", "规则编号见 beishen rules list")


def _line_of(text: str, place: list[str]) -> int:
    """The line that sets a key, else the line of its table, else the first."""
    named_keys = [part for part in place if not part.isdigit()]
    for key in reversed(named_keys):
        found = re.search(rf"^\s*\[?\s*[\"']?{re.escape(key)}[\"']?\s*[=\]]", text, re.M)
        if found:
            return text.count("\n", 0, found.end()) + 1
    return 1


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else "不是 UTF-8 文本"
