"""Keeping quiet: what a reviewer answered before is listed, not raised again; a baseline leaves only what is new.

Answers are a JSONL file, one object a line: `fingerprint`, `reason`, `by`, `on` (ISO day). They hold for the same rule
on a clause of the same words (`fingerprint.py`), wherever the clause stands in the next version.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from ..corpora.errors import ProfileInvalid
from ..corpora.text import Document
from .finding import Finding, Quieted, Report
from .fingerprint import fingerprint

FIELDS = ("fingerprint", "reason", "by", "on")


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer: not a problem, because `reason`; given `by` somebody `on` a day."""

    fingerprint: str
    reason: str
    by: str
    on: str

    def line(self) -> str:
        """The decision as one line of the file."""
        return json.dumps({name: getattr(self, name) for name in FIELDS}, ensure_ascii=False)


def load_decisions(path: Path) -> tuple[Decision, ...]:
    """Decisions of a file; a later one on the same finding replaces the earlier. Raises ProfileInvalid with line."""
    found: dict[str, Decision] = {}
    for number, line in enumerate(_text(path, "答复文件").splitlines(), 1):
        if line.strip():
            decision = _decision(path.name, number, line)
            found[decision.fingerprint] = decision
    return tuple(found.values())


def _decision(file: str, number: int, line: str) -> Decision:
    where = f"答复文件 {file} 第 {number} 行"
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ProfileInvalid(f"{where}不是有效的 JSON", "每行一个对象，请改正后重试") from error
    given = row if isinstance(row, dict) else {}
    values = {name: str(given.get(name) or "").strip() for name in FIELDS}
    lacking = [name for name in FIELDS if not values[name]]
    if lacking:
        raise ProfileInvalid(f"{where}缺少 {'、'.join(lacking)}", "需要 fingerprint、reason、by、on 四项文字")
    try:
        date.fromisoformat(values["on"])
    except ValueError as error:
        raise ProfileInvalid(f"{where}的日期“{values['on']}”有误", "请写成 2026-05-01 的形式") from error
    return Decision(**values)


def quieted(
    findings: tuple[Finding, ...], document: Document, decisions: tuple[Decision, ...]
) -> tuple[tuple[Finding, ...], tuple[Quieted, ...]]:
    """Findings still to raise, and those answered before with the answer."""
    answers = {decision.fingerprint: decision for decision in decisions}
    if not answers:
        return findings, ()
    loud: list[Finding] = []
    calm: list[Quieted] = []
    for finding in findings:
        answer = answers.get(fingerprint(finding, document))
        if answer is None:
            loud.append(finding)
        else:
            calm.append(Quieted(finding, answer.reason, answer.by, answer.on))
    return tuple(loud), tuple(calm)


def baseline(path: Path) -> frozenset[str]:
    """Fingerprints of the findings of an earlier report (JSON object, array or JSONL). Raises ProfileInvalid."""
    text = _text(path, "对照报告")
    try:
        rows = [json.loads(text)]
    except ValueError:
        rows = list(_lines(path.name, text))
    reports = [report for row in rows for report in (row if isinstance(row, list) else [row])]
    return frozenset(mark for report in reports for mark in _marks(path.name, report))


def _lines(file: str, text: str) -> Iterator[object]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError as error:
                raise ProfileInvalid(
                    f"对照报告 {file} 第 {number} 行不是有效的 JSON", "请给出 --format json 或 jsonl 的报告"
                ) from error


def _marks(file: str, report: Any) -> Iterator[str]:
    """Fingerprints of one report; the findings answered before count as known."""
    if not isinstance(report, Mapping) or not isinstance(report.get("findings"), list):
        raise ProfileInvalid(f"对照报告 {file} 不是审查报告", "请给出 --format json 或 jsonl 的报告")
    for finding in (*report["findings"], *report.get("quieted", ())):
        mark = finding.get("fingerprint") if isinstance(finding, Mapping) else None
        if not isinstance(mark, str):
            raise ProfileInvalid(f"对照报告 {file} 没有发现的指纹（1.1 版以前的报告）", "请用现在的版本重新审查旧文件")
        yield mark


def only_new(report: Report, seen: frozenset[str]) -> Report:
    """The report with the findings that the baseline lacks, and the number of the others."""
    if report.document is None:
        return report
    document = report.document
    new = tuple(finding for finding in report.findings if fingerprint(finding, document) not in seen)
    return replace(report, findings=new, known=len(report.findings) - len(new))


def _text(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror or "读取失败") if isinstance(error, OSError) else "不是 UTF-8 文本"
        raise ProfileInvalid(f"{what}“{path}”无法读取（{reason}）", "请核对路径和编码") from error
