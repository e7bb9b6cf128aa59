"""What the API answers, as the office's own dataclasses described for OpenAPI: one Chinese line a field."""

import dataclasses
import typing
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from ...review.cleanup.catalogue import Row
from ..auth.keys import Key
from ..office import (
    catalogue,
    cleanup_items,
    cleanup_results,
    cleanups,
    files,
    filings,
    findings,
    jobs,
    lawwatch,
    letters,
    opinions,
    organs,
    quieted,
    statistics,
    webhooks,
)

_NONE: Mapping[str, str] = MappingProxyType({})
# The words for fields that mean the same everywhere; a shape may say more.
WORDS = {
    "id": "编号", "kind": "备案种类", "kind_name": "备案种类名称", "registration": "登记号，登记前为 null",
    "organ_id": "制定机关编号", "organ": "制定机关", "title": "文件标题", "number": "发文字号", "level": "层级",
    "instrument": "文种", "field": "领域", "issued": "成文日期", "published": "公布日期", "effective": "施行日期",
    "expires": "有效期截止日", "received": "收到时间", "registered": "登记时间", "finished": "办结时间",
    "state": "状态代码", "state_name": "状态名称", "outcome": "结果代码", "clock": "正在计算的期限",
    "due": "期限最后一日", "overdue": "是否逾期", "late": "是否逾期报送，公布日期不明时为 null",
    "missing": "缺少的材料", "current": "当前文本版本号", "version": "版本，即 ETag", "name": "名称",
    "code": "错误代码，没有出错时为空", "message": "说明", "attempts": "已尝试次数", "created": "建立时间",
    "started": "开始时间", "filing_id": "备案件编号", "version_id": "文本版本编号",
    "fingerprint": "发现的指纹，跨版本不变",
    "rule": "规则与版本；hand 为人工添加", "types": "问题类型", "clause": "条款编号", "place": "条款位置",
    "start": "在正文中的起点（字）", "end": "在正文中的终点（不含）", "quote": "原文", "advice": "修改建议",
    "confidence": "把握程度，0 到 1", "why": "判断的依据和比较的内容", "citations": "援引的条文",
    "by_hand": "是否人工添加", "verdict": "处理：accepted 采纳、rejected 不采纳、undecided 待定", "reason": "理由",
    "comment": "备注", "decided_by": "处理人", "decided": "处理时间", "revision": "处理次数，即 ETag",
    "earlier": "处理是否来自以前的版本", "person": "办理人", "at": "时间", "stage": "阶段", "stage_name": "阶段名称",
    "conclusion": "结论代码", "conclusion_name": "结论", "text": "正文", "counts": "是否为该阶段的有效意见",
    "key": "代码", "before": "原状态", "after": "新状态", "actor": "办理人", "reverses": "所撤回步骤的编号",
    "role": "材料种类", "media": "文件类型", "size": "字节数", "sha256": "内容的 SHA-256", "note": "说明",
    "files": "文件",
    "url": "回调地址", "events": "通知的事件", "active": "是否有效", "secret": "签名密钥，仅在建立时给出",
    "event": "事件",
    "subject": "对象", "answer": "最后一次的 HTTP 状态，0 为没有回答", "region": "地区", "filing": "备案件",
    "articles": "所依据的条", "roles": "引用方式", "law": "法律名称", "noticed": "列入时间", "done": "处理完毕的时间",
    "author": "起草人", "addressee": "主送机关", "office": "审查机关", "filed": "收到件数", "returned": "退回补正",
    "lawful": "未发现问题", "corrected": "已纠正", "revoked": "已撤销", "kept": "维持", "not_normative": "不予审查",
    "pending": "审查中", "row": "行号", "listed": "目录中的一行", "by": "按什么对上：number、title 或空",
    "cleanup_id": "清理编号", "day": "日期", "profile": "有效期口径，空为按省选用", "theme": "专题代码，空为全面清理",
    "focus": "专题名称", "catalogue": "目录的文件名，没有时为空", "judged": "汇总完成的时间",
    "purged": "文件清除的时间",
    "mixed": "审查期间程序或法规库有变化，各件所据不尽相同", "progress": "进度", "documents": "清单件数",
    "ruled": "已人工处理的件数", "total": "文件总数", "queued": "等待的文件数", "running": "正在审查的文件数",
    "dropped": "停止后未审查的文件数", "unread": "未能读取的文件数", "rate": "速度，件/分，不明时为 null",
    "remaining": "预计剩余秒数，不明时为 null", "seq": "序号", "file": "文件名", "validity": "有效期",
    "action": "处理建议：继续有效、修改、废止、宣布失效、需人工判断", "notes": "备注", "settled": "现在的处理",
    "proposed": "处理时的建议", "reported": "是否有审查报告", "reasons": "理由，主要的在前", "words": "对本件的说明",
    "basis": "依据", "without_file": "目录有而没有文件的行", "without_row": "文件有而目录没有的",
    "twins": "同一文号或内容的多个文件", "rows": "各行",
    "matches": "逐行结果", "skipped": "没有标题和文号的行", "prefix": "密钥开头", "scopes": "权限范围",
}  # fmt: skip


class Shape(BaseModel):
    """An answer read from a dataclass."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


def _shaped(name: str, source: Any, doc: str, said: Mapping[str, str] = _NONE, **nested: Any) -> type[Shape]:
    """A model with the fields of a dataclass; `nested` replaces the type of fields that hold other shapes.

    `said` describes fields that mean something of their own here; an empty description leaves a field out.
    """
    hints = typing.get_type_hints(source)
    told = {**WORDS, **said}
    fields: dict[str, Any] = {
        f.name: (nested.get(f.name, hints[f.name]), Field(description=told.get(f.name, f.name)))
        for f in dataclasses.fields(source)
        if told.get(f.name) != ""
    }
    model: type[Shape] = create_model(name, __base__=Shape, __doc__=doc, **fields)
    return model


Filing = _shaped("Filing", filings.Filed, "一件备案。")
Step = _shaped("Step", filings.Passed, "已经走过的一步。")
Job = _shaped("Job", jobs.Asked, "一次审查任务：queued 排队、running 审查中、done 完成、failed 失败。")
Finding = _shaped("Finding", findings.Judged, "一条审查发现和人的处理。工具不作结论，由人决定。")
Ruling = _shaped("Ruling", findings.Ruling, "对一条发现的一次处理。")
Quieted = _shaped(
    "Quieted",
    quieted.Quieted,
    "一条已答复不是问题的发现。",
    {
        "finding_id": "发现编号", "person": "答复人", "at": "答复时间", "reason": "为什么不是问题",
        "open": "现在能否收回答复", "revision": "处理次数；收回时作 If-Match", "earlier": "答复是否来自以前的版本",
    },
)  # fmt: skip
Opinion = _shaped("Opinion", opinions.Given, "初审、复审或者终审意见。")
Letter = _shaped("Letter", letters.Written, "审查意见书的一稿。")
File = _shaped("File", files.File, "报送的一个文件。")
Version = _shaped("Version", files.Version, "文本的一个版本。", files=tuple[File, ...])  # type: ignore[valid-type]
Organ = _shaped("Organ", organs.Body, "制定机关。")
Hook = _shaped("Hook", webhooks.Hook, "一个回调。")
Delivery = _shaped("Delivery", webhooks.Sent, "一次回调的投递。")
Tally = _shaped("Tally", statistics.Tally, "一组件数。")
Listed = _shaped("Listed", catalogue.Listed, "目录的一行。")
Match = _shaped("Match", catalogue.Match, "目录的一行和对上的备案件。", listed=Listed)
Check = _shaped("Check", catalogue.Check, "目录比对的结果。", matches=tuple[Match, ...])  # type: ignore[valid-type]
Relying = _shaped("Relying", lawwatch.Relying, "依据某部法律的备案件。", filing=Filing)
ApiKey = _shaped("ApiKey", Key, "API 密钥。", {"token": ""})
Progress = _shaped("Progress", cleanups.Progress, "清理的进度。", {"done": "已审查的文件数"})
Cleanup = _shaped(
    "Cleanup",
    cleanups.Shown,
    "一次清理：examining 审查中、judging 汇总中、ready 待确认、closed 已办结、stopped 已停止、failed 未完成。",
    {"day": "清理基准日", "law": "专题法律，空为没有", "person": "发起人", "finished": "办结或停止的时间"},
    progress=Progress,
)
Reasoned = _shaped(
    "Reasoned",
    cleanup_items.Reasoned,
    "一条理由和依据。",
    {"code": "理由代码", "name": "理由", "file": "证据所在的另一文件，空为本件", "day": "理由产生的日期，不明时为空"},
)
CleanupItem = _shaped(
    "CleanupItem",
    cleanup_items.Item,
    "一件文件的处理建议和人的处理。建议不是决定。",
    {
        "published": "公布或印发日期，不明时为空", "effective": "施行日期，不明时为空",
        "expires": "有效期最后一日，不明时为空",
        "verdict": "人工处理：confirm 确认、change 更改、defer 暂缓，未处理为空", "note": "处理的理由",
    },
    reasons=tuple[Reasoned, ...],  # type: ignore[valid-type]
)  # fmt: skip
CleanupRuling = _shaped(
    "CleanupRuling", cleanup_items.Ruling, "对一件文件的一次处理。",
    {"verdict": "confirm 确认、change 更改、defer 暂缓", "action": "处理后的结果，暂缓为空", "note": "理由"},
)  # fmt: skip
Unread = _shaped("Unread", cleanup_items.Unread, "未能读取的文件。", {"message": "原因"})
CatalogueRow = _shaped(
    "CatalogueRow",
    Row,
    "目录的一行。",
    {"place": "行号", "published": "公布日期", "effective": "施行日期", "file": "所写的文件"},
)
Apart = _shaped("Apart", cleanup_results.Apart, "目录与文件不符之处。", without_file=tuple[CatalogueRow, ...])  # type: ignore[valid-type]
CleanupTally = _shaped(
    "CleanupTally",
    cleanup_results.Tally,
    "一行的件数，依次为继续有效、修改、废止、宣布失效、需人工判断。",
    {"name": "名称", "counts": "各种处理的件数"},
)
CleanupTable = _shaped("CleanupTable", cleanup_results.Table, "一张统计表。", rows=tuple[CleanupTally, ...])  # type: ignore[valid-type]


class QuietedPage(Shape):
    """已答复不是问题的发现的一页。"""

    rows: tuple[Quieted, ...] = Field(description="各条，新的在前")  # type: ignore[valid-type]
    next: str = Field(description="下一页的 cursor，最后一页为空")


class Cleanups(Shape):
    """清理的一页。"""

    rows: tuple[Cleanup, ...] = Field(description="各次清理，新的在前")  # type: ignore[valid-type]
    next: str = Field(description="下一页的 cursor，最后一页为空")


class CleanupItems(Shape):
    """清单的一页。"""

    rows: tuple[CleanupItem, ...] = Field(description="各件，按文件名")  # type: ignore[valid-type]
    next: str = Field(description="下一页的 cursor，最后一页为空")


class Choice(Shape):
    """可以走的一步。"""

    key: str = Field(description="步骤代码")
    name: str = Field(description="步骤名称")
    needs: tuple[str, ...] = Field(description="须先具备的条件，如 reason、opinion.first、letter")


class Course(Shape):
    """走过的步骤和可以走的步骤。"""

    passed: tuple[Step, ...] = Field(description="走过的步骤，从早到晚")  # type: ignore[valid-type]
    possible: tuple[Choice, ...] = Field(description="当前可走的步骤")


class Ledger(Shape):
    """台账的一页。"""

    rows: tuple[Filing, ...] = Field(description="备案件，新的在前")  # type: ignore[valid-type]
    next: str = Field(description="下一页的 cursor，最后一页为空")


class Submitted(Shape):
    """报送的回执。"""

    filing: Filing = Field(description="备案件")  # type: ignore[valid-type]
    job: Job | None = Field(description="审查任务；不即时审查的种类为 null")  # type: ignore[valid-type]


class Me(Shape):
    """当前凭据。"""

    name: str = Field(description="账号")
    display: str = Field(description="姓名")
    roles: tuple[str, ...] = Field(description="角色")
    organ_id: int | None = Field(description="所属制定机关")
    scopes: tuple[str, ...] | None = Field(description="密钥的权限范围；网页会话为 null")


class Article(Shape):
    """一个条文。"""

    law: str = Field(description="法律名称")
    number: str = Field(description="条号")
    text: str = Field(description="条文原文")
    chapter: str = Field(description="所在章节")
    version: str = Field(description="文本版本（公布日期）")
    start: str | None = Field(description="施行日")
    end: str | None = Field(description="失效日，现行有效为 null")
    rank: str = Field(description="效力位阶")


class Found(Shape):
    """检索到的条文。"""

    article: Article = Field(description="条文")
    score: float = Field(description="排序分，只在一次检索内可比")


class LawVersion(Shape):
    """一部法律的一个文本。"""

    version: str = Field(description="文本版本（公布日期）")
    start: str | None = Field(description="施行日")
    end: str | None = Field(description="失效日")
    provisions: int = Field(description="条数")


class Law(Shape):
    """一部法律和库中的文本。"""

    name: str = Field(description="名称")
    rank: str = Field(description="效力位阶")
    repealed_by: str = Field(description="被什么废止，未废止为空")
    repealed_from: str | None = Field(description="从哪一天起废止")
    versions: tuple[LawVersion, ...] = Field(description="各文本，从早到晚")
