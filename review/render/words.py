"""The words of a report for people. Never "passed", never "illegal": the person decides."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ...corpora.text import Document, DocumentKind
from ..finding import Citation, Finding, FindingLevel, Report, Status

LEVELS: Mapping[FindingLevel, str] = MappingProxyType(
    {
        FindingLevel.CONFLICT: "冲突",
        FindingLevel.DOUBT: "疑问",
        FindingLevel.HINT: "提示",
        FindingLevel.FORM: "形式",
    }
)
LEVEL_NOTES: Mapping[FindingLevel, str] = MappingProxyType(
    {
        FindingLevel.CONFLICT: "与现行有效的上位法条文不一致，或为其所禁止",
        FindingLevel.DOUBT: "未找到可用的上位法依据，或模型认为不一致，待核",
        FindingLevel.HINT: "值得看一眼",
        FindingLevel.FORM: "名称、文号、日期、引用等形式事项",
    }
)
TYPES: Mapping[str, str] = MappingProxyType(
    {
        "permit": "设定行政许可",
        "penalty": "设定行政处罚",
        "coercion": "设定行政强制",
        "fee": "设定收费、征收",
        "duty": "增加义务",
        "right": "减损权利",
        "authority": "职权",
        "proof": "增设证明、材料",
        "condition": "增设条件",
        "competition": "公平竞争",
        "deadline": "期限不一致",
        "amount": "幅度、数额不一致",
        "scope": "范围、对象不一致",
        "concept": "概念、定义不一致",
        "procedure": "程序不一致",
        "retroactive": "溯及既往",
        "stale": "依据失效或变更",
        "form": "形式",
    }
)
ROLES: Mapping[str, str] = MappingProxyType({"conflict": "对照条文", "basis": "可能的依据", "standard": "审查标准"})
KINDS: Mapping[DocumentKind, str] = MappingProxyType(
    {
        DocumentKind.NORMATIVE: "规范性文件",
        DocumentKind.INTERNAL: "内部管理文件",
        DocumentKind.OTHER: "非规范性文件",
    }
)
_ARTICLE = re.compile(r"第[^章节编]{1,9}条|[一二三四五六七八九十百]+、")
DISCLAIMER = "本报告由程序生成，供审查人员参考。发现是线索而非结论，是否抵触由审查机关认定；未见发现不表示不存在问题。"


def counts(findings: tuple[Finding, ...]) -> tuple[tuple[FindingLevel, int], ...]:
    """Findings per level, strongest first, zeroes included."""
    tally = Counter(finding.level for finding in findings)
    return tuple((level, tally[level]) for level in FindingLevel)


def summary(report: Report) -> str:
    """One line: what was found, or on what nothing was found."""
    if report.status is Status.FAILED:
        return "未能审查"
    if not report.findings:
        return "未见冲突、疑问、提示和形式方面的发现"
    found = [f"{LEVELS[level]} {count}" for level, count in counts(report.findings) if count]
    return "有发现：" + "　".join(found)


def searched(finding: Finding) -> str:
    """What basis was looked for, in which ranks, what the store lacks, and what was found; "" where none was."""
    asked = finding.why.get("basis_searched")
    if not isinstance(asked, Mapping):
        return ""
    lacking, found = _list(asked.get("not_in_store")), _list(asked.get("found"))
    held = {str(item["rank"]): item["laws"] for item in _list(asked.get("held")) if isinstance(item, Mapping)}
    ranks = "、".join(
        f"{rank}（未入库）" if rank in lacking else f"{rank}（库中 {held[rank]} 部）" if rank in held else str(rank)
        for rank in _list(asked.get("ranks"))
    )
    names = "、".join(f"《{item['law']}》{item['article']}" for item in found if isinstance(item, Mapping))
    return f"检索了{ranks}，" + (f"相近的有{names}" if names else "未找到可以作为依据的规定")


def compared(finding: Finding) -> tuple[tuple[str, str], ...]:
    """What was set against what, side by side; empty where nothing was compared word against word."""
    pair = finding.why.get("compared")
    if not isinstance(pair, Mapping):
        return ()
    sides = (("本条", pair.get("clause") if "there" not in pair else pair.get("here")), ("条文", pair.get("article")))
    other = (("另一处", pair.get("there")),) if "there" in pair else ()
    return tuple((name, str(value)) for name, value in (*sides, *other) if value)


def terms(finding: Finding) -> tuple[tuple[str, str], ...]:
    """Definitions of the document that the clause relies on: term and meaning."""
    used = [item for item in _list(finding.why.get("terms")) if isinstance(item, Mapping)]
    return tuple((str(item["term"]), str(item["meaning"])) for item in used)


def _list(value: object) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


def copying(report: Report) -> str:
    """How much superior text the document repeats; "" where nothing was judged."""
    if report.copied is None or report.document is None:
        return ""
    count = len(report.copied.clauses)
    return f"照抄上位法 {report.copied.share:.0%}（{count} 个条款）" if count else "未见照抄上位法的条款"


def standing_out(report: Report) -> str:
    """What a baseline and earlier answers left out of the findings; "" for nothing."""
    parts = (
        f"与对照报告相同的 {report.known} 条未列" if report.known is not None else "",
        f"已有答复的 {len(report.quieted)} 条列在文末" if report.quieted else "",
    )
    return "　".join(part for part in parts if part)


def types(finding: Finding) -> str:
    return "、".join(TYPES.get(name, name) for name in finding.types)


def place(document: Document | None, finding: Finding) -> str:
    """Where a finding stands, as printed: 第七条 or 三、（二）; 全文 for the document as a whole."""
    return clause_words(document, finding.clause)


def clause_words(document: Document | None, ident: str) -> str:
    """The printed place of a clause."""
    clauses = document.clauses if document else ()
    clause = next((clause for clause in clauses if clause.id == ident), None)
    return path_words(clause.path if clause else ())


def path_words(path: Sequence[str]) -> str:
    """A clause's printed path in short, from its article on."""
    if not path:
        return "全文"
    start = max((index for index, part in enumerate(path) if _ARTICLE.match(part)), default=len(path) - 1)
    return "".join(_shortened(part) for part in path[start:])


def _shortened(part: str) -> str:
    part = part.strip()
    return part if len(part) <= 14 else part[:13] + "…"


def source(citation: Citation) -> str:
    """《law》article."""
    return f"《{citation.law}》{citation.article}"


def standing(citation: Citation) -> str:
    """Version and status of a cited article on the asked day."""
    if not citation.stored:
        return "未入库，未能核对原文"
    state = "现行有效" if citation.in_force else "在审查基准日不具效力"
    return "，".join(part for part in (citation.rank, citation.version and f"{citation.version} 版本", state) if part)


def facts(document: Document) -> tuple[tuple[str, str], ...]:
    """The recognised fields of a document as (name, value); what was not recognised says so."""
    issuers = "、".join(organ.name for organ in document.issuers)
    level = f"（{document.issuer.level}）" if document.issuer else ""
    issued = document.issued or document.published
    sure = f"（把握 {document.kind.score:.0%}）"
    general = document.kind.value is DocumentKind.NORMATIVE
    kind = f"{document.instrument}{sure}" if general else f"{KINDS[document.kind.value]}{sure}"
    rows = (
        ("制定机关", issuers + level),
        ("文号", document.number.value if document.number else ""),
        ("种类", kind),
        ("印发", issued.value.isoformat() if issued else ""),
        ("施行", document.effective.value.isoformat() if document.effective else ""),
        ("有效期至", document.expires.isoformat() if document.expires else ""),
    )
    return tuple((name, value or "未识别") for name, value in rows)


def sources(report: Report) -> str:
    """What the report rests on, in one line."""
    made = report.provenance
    models = "、".join(f"{name} {ident}" for name, ident in made.models)
    parts = (
        f"审查基准日 {made.as_of.isoformat()}",
        f"程序 {made.code}" if made.code else "",
        f"法规库 {made.laws[:12]}" if made.laws else "",
        f"索引 {made.index}" if made.index else "",
        f"模型 {models}" if models else "",
        f"审查标准 {made.standards}" if made.standards else "",
    )
    return "　".join(part for part in parts if part)
