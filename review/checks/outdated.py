"""Outdated matter: taxes, certificates and approvals that are gone, and editions of technical standards replaced since.

What is gone, by which act and from when is data (`outdated.toml`). A sentence that itself speaks of the end is quiet.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...corpora.errors import RuleInvalid
from ...corpora.text import Span
from ..finding import Finding, FindingLevel
from ..remark import Said, remark
from ..sieve import Sieve, ways
from ..standard import Standard
from ..view import ClauseView, Sentence

FILE = Path(__file__).parents[1] / "outdated.toml"
_ENDED = re.compile(
    r"取消|废止|不再|停止|停征|停收|原(?![件本则因理价始料])|改[为征由]|以前年度|历史|清欠|欠缴|取代|替代"
)
_BARRED = re.compile(r"无[需须]|不得|严禁|禁止|不(?:应|予)?(?:要求|提供|提交|收取|征收|缴纳|交纳)")
_SPARED = re.compile(r"无[需须]")  # 无需提供某证的申请人: those spared, while the paper still counts as standing
_EDITION = re.compile(
    r"(?<![A-Za-z])(GB|JGJ|CJJ|HJ|AQ)\s*[/／]?\s*[TZ]?\s*[-]?\s*(\d{1,6}(?:\.\d{1,2})?)\s*[-—–－―~]{1,2}\s*(\d{4}|\d{2})(?!\d)",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"(?:根据|依据|按照|贯彻|落实)[^。；]{0,80}?(《[^《》]{0,60}(?:(?:19|20)\d{2}\s*年?\s*[-—－–~～至]{1,2}\s*((?:19|20)\d{2})"
    r"|[“\"]?(十[一二三四]?五)[”\"]?|第(十[一二三四]?)个五年)[^《》]{0,40}》)"
)
_PLANNED = re.compile(r"规划|计划|方案|纲要|行动")
_RESTS = re.compile(r"(?:根据|依据|按照)《[^。；]{0,160}制[定订]本")
_FIVE = {"十": 2005, "十一": 2010, "十二": 2015, "十三": 2020, "十四": 2025}


class Matter(BaseModel):
    """Something that is gone: its words, the act that ended it and from which day."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    words: Annotated[tuple[str, ...], Field(min_length=1)]
    quiet: tuple[str, ...] = ()
    by: str
    day: date
    level: Literal["doubt", "hint"] = "doubt"
    advice: str


class Edition(BaseModel):
    """Editions of a technical standard that are gone, and what stands in their place from which day."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    gone: tuple[str, ...]
    now: str
    day: date


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    matter: tuple[Matter, ...]
    standards: dict[str, Edition]


@dataclass(frozen=True, slots=True)
class Outdated:
    """The table ready to run: the matters with their patterns by the words that name them, the standards by number."""

    matters: Sieve[tuple[Matter, re.Pattern[str], re.Pattern[str]]]
    standards: dict[str, Edition]


@cache
def outdated(path: Path = FILE) -> Outdated:
    """The table of `path`. Raises RuleInvalid with file and reason."""
    try:
        table = _File.model_validate(tomllib.loads(path.read_text("utf-8")))
        matters = [
            (row, re.compile("|".join(row.words)), re.compile("|".join((_ENDED.pattern, *row.quiet))))
            for row in table.matter
        ]
    except (OSError, tomllib.TOMLDecodeError, ValidationError, re.error) as error:
        raise RuleInvalid(f"{path} 有误：{error}", "请按该文件开头的说明改正") from error
    return Outdated(Sieve((row, ways(row[1])) for row in matters), table.standards)


def check(views: Iterable[ClauseView], standard: Standard) -> tuple[Finding, ...]:
    """One finding for each thing that is gone, at the first place that names it as if it stood."""
    found: dict[str, Finding] = {}
    table = outdated()
    for view in views:
        for sentence in view.sentences:
            editions = dict(_editions(view, sentence, standard, table))
            gone = (*_matters(view, sentence, standard, table), *_plans(view, sentence, standard))
            for key, finding in (*gone, *editions.items()):
                if not (editions and key.startswith("《")):  # the number says it already
                    found.setdefault(key, finding)
    return tuple(found.values())


def _matters(
    view: ClauseView, sentence: Sentence, standard: Standard, table: Outdated
) -> Iterator[tuple[str, Finding]]:
    for matter, words, quiet in table.matters.possible(sentence.text):
        match = words.search(sentence.text)
        if match is None or view.setting.day < matter.day or quiet.search(sentence.text.replace(match[0], "")):
            continue
        spared = _SPARED.search(sentence.segment_before(match.start())) and sentence.text.startswith("的", match.end())
        if not spared and _BARRED.search(sentence.lead + sentence.segment_before(match.start())):
            continue
        message = (
            f"本条仍使用“{match[0]}”；{matter.name}自{matter.day:%Y年%m月%d日}起已经取消或者被取代（{matter.by}）。"
        )
        why = {"check": "outdated", "matter": matter.name, "by": matter.by, "since": matter.day.isoformat()}
        rule = standard.rule("stale.matter")
        said = Said(message, why, level=FindingLevel(matter.level), advice=matter.advice)
        yield matter.name, remark(view, _place(sentence, match.span()), rule, said)


def _editions(
    view: ClauseView, sentence: Sentence, standard: Standard, table: Outdated
) -> Iterator[tuple[str, Finding]]:
    for match in _EDITION.finditer(sentence.text):
        number = f"{match[1].upper()} {match[2]}"
        edition = table.standards.get(number)
        if edition is None or match[3] not in edition.gone or view.setting.day < edition.day:
            continue
        rule = standard.rule("stale.standard")
        message = f"本条引用的标准“{match[0]}”自{edition.day:%Y年%m月%d日}起已由 {edition.now} 代替。"
        why = {"check": "outdated", "standard": number, "now": edition.now, "since": edition.day.isoformat()}
        yield match[0], remark(view, _place(sentence, match.span()), rule, Said(message, why))


def _plans(view: ClauseView, sentence: Sentence, standard: Standard) -> Iterator[tuple[str, Finding]]:
    """A plan whose years have passed and on which the text still rests; a hint unless the text is made under it."""
    for match in _PLAN.finditer(sentence.text):
        year = int(match[2]) if match[2] else _FIVE[match[4] or match[3].removesuffix("五")]
        if year >= view.setting.day.year or not _PLANNED.search(match[1]) or _ENDED.search(sentence.text):
            continue
        rule = standard.rule("stale.matter")
        message = f"本条以“{match[1]}”为依据；其规划期已于{year}年届满。"
        why = {"check": "outdated", "plan": match[1], "until": year}
        advice = "请核对是否已有后续规划，并相应修改。"
        level = FindingLevel.DOUBT if _RESTS.search(sentence.text) else FindingLevel.HINT
        said = Said(message, why, level=level, advice=advice)
        yield "plan", remark(view, _place(sentence, match.span(1)), rule, said)


def _place(sentence: Sentence, span: tuple[int, int]) -> Span:
    """A place in a sentence as one in the document."""
    return Span(sentence.span.start + span[0], sentence.span.start + span[1])
