"""The words of the pages: names of states, outcomes, materials, reasons. Never a verdict of the program's own."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from ...review.finding import FindingLevel
from ...review.render import words as report_words
from ..office.desk import local_day
from ..office.findings import VERDICT_NAMES
from ..office.ledger import OUTCOMES
from ..office.permission import permissions
from ..office.submission import ROLE_NAMES
from ..office.workflow import workflow

LEVELS: Mapping[str, str] = MappingProxyType({level.value: name for level, name in report_words.LEVELS.items()})
TYPES: Mapping[str, str] = report_words.TYPES
DISCLAIMER = report_words.DISCLAIMER
CLOCKS: Mapping[str, str] = MappingProxyType(
    {"filing": "报送", "check": "形式审查", "supplement": "补正", "review": "审查", "reply": "反馈"}
)
ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "login": "登录",
        "login.failed": "登录失败",
        "filing.submit": "报送",
        "filing.version": "报送新版本",
        "filing.edit": "核改登记信息",
        "filing.undo": "撤回上一步",
        "finding.decide": "处理发现",
        "finding.add": "添加发现",
        "letter.save": "保存意见书",
        "opinion.record": "记录意见",
        "review.done": "审查完成",
        "review.failed": "审查失败",
        "review.again": "重新审查",
        "account.add": "新建账号",
        "account.edit": "修改账号",
        "account.password": "修改密码",
        "organ.add": "登记机关",
        "organ.edit": "修改机关",
        "key.create": "新建密钥",
        "key.revoke": "吊销密钥",
        "law.notice": "法规更新提示",
        "law.settle": "复核销号",
        "catalogue.check": "核查发文目录",
        "cleanup.start": "发起清理",
        "cleanup.stop": "停止清理",
        "cleanup.again": "重新汇总",
        "cleanup.done": "清理汇总完成",
        "cleanup.failed": "清理汇总失败",
        "cleanup.decide": "处理清理文件",
        "cleanup.close": "清理办结",
        "cleanup.reopen": "重开清理",
        "powers.put": "导入权责清单",
        "powers.remove": "停用权责清单",
        "webhook.add": "登记回调",
        "webhook.remove": "停用回调",
        "webhook.stop": "停用他人回调",
        "retention.purge": "按期限清除",
        "setting.put": "修改设置",
    }
)
_STATE_STYLES: Mapping[str, str] = MappingProxyType(
    {
        "received": "live",
        "returned": "wait",
        "registered": "live",
        "first_review": "live",
        "second_review": "live",
        "final_review": "live",
        "opinion_issued": "wait",
        "reply_awaited": "wait",
        "corrected": "done",
        "revoked": "done",
        "kept": "done",
        "closed": "done",
    }
)
_VERDICT_STYLES: Mapping[str, str] = MappingProxyType({"accepted": "done", "rejected": "", "undecided": "wait"})
EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "review.done": "审查完成",
        "review.failed": "审查失败",
        "filing.changed": "备案状态变动",
        "letter.issued": "意见书出具",
        "cleanup.done": "清理汇总完成",
        "cleanup.failed": "清理汇总失败",
    }
)
_RULED_STYLES: Mapping[str, str] = MappingProxyType({"confirm": "done", "change": "live", "defer": "wait"})
_CLEANUP_STYLES: Mapping[str, str] = MappingProxyType(
    {"examining": "live", "judging": "live", "ready": "wait", "closed": "done", "failed": "over"}
)
_ACTION_STYLES: Mapping[str, str] = MappingProxyType(
    {"继续有效": "keep", "修改": "amend", "废止": "repeal", "宣布失效": "lapse", "需人工判断": "person"}
)
_RELATIONS: Mapping[str, str] = MappingProxyType(
    {"beyond": "超出", "short": "少于", "outside": "不同于", "differs": "不同于"}
)
_CHECKS: Mapping[str, str] = MappingProxyType(
    {
        "power": "设定权限：该种类的文件能否设定此事项",
        "basis": "依据检索：是否有可用的上位法依据",
        "principle": "审查标准：条款用语与标准对照",
        "comparison": "逐句比对：与规定同一事项的上位法条文",
        "liveness": "引用核对：所引法律法规的效力、条号",
        "form": "形式核对：文件的名称、文号、日期等",
    }
)
_DEAD: Mapping[str, str] = MappingProxyType(
    {
        "repealed": "已经废止",
        "renamed": "已经更名",
        "renumbered": "条号已变动",
        "no_such_article": "没有该条",
        "not_yet_in_force": "尚未施行",
        "not_in_store": "未入库",
    }
)


def reasons(why: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What was looked at and compared, as (name, words), from a finding's `why`."""
    return tuple(_reasons(why))


def _reasons(why: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if why.get("check") in _CHECKS:
        yield "检查", _CHECKS[why["check"]]
    if why.get("matched"):
        yield "触发用语", f"“{why['matched']}”"
    compared = why.get("compared")
    if isinstance(compared, Mapping):
        yield from _compared(compared)
    searched = why.get("basis_searched")
    if isinstance(searched, Mapping):
        yield from _searched(searched)
    if why.get("law"):
        places = int(why.get("places") or 0)
        more = f"，全文共 {places} 处，列第一处" if places > 1 else ""
        yield "所引", f"《{why['law']}》{_DEAD.get(str(why.get('reason')), '')}{more}"
    similar = why.get("similarity")
    if isinstance(similar, int | float):
        yield "事项相近度", f"{similar:.0%}"
    for other in why.get("also") or ():
        yield "另有", str(other.get("message", ""))


def _compared(compared: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "clause" in compared and "article" in compared:
        relation = _RELATIONS.get(str(compared.get("relation")), "对照")
        yield "比对", f"本条“{compared['clause']}”{relation}条文“{compared['article']}”"
    elif compared.get("article"):
        yield "比对", f"条文“不得{compared['article']}”与本条用语重合 {compared.get('share', 0):.0%}"
    if compared.get("added_kinds"):
        yield "比对", "条文对同一行为没有规定此种处罚"


def _searched(searched: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    found = "、".join(f"《{row['law']}》{row['article']}" for row in searched.get("found") or ())
    yield "依据检索", f"{'、'.join(searched.get('ranks') or ())}：{'相近 ' + found if found else '未检索到'}"
    if searched.get("not_in_store"):
        yield "未入库", "、".join(searched["not_in_store"]) + "（本机法规库没有收录，须人工核查）"


def standing(citation: Mapping[str, Any]) -> str:
    """Version and status of a cited article on the asked day."""
    if not citation.get("text"):
        return "未入库，未能核对原文"
    since = f"{citation['since']} 起施行" if citation.get("since") else ""
    state = "现行有效" if citation["in_force"] else "在审查基准日不具效力"
    version = f"{citation['version']} 版本" if citation.get("version") else ""
    return "，".join(part for part in (citation["rank"], version, since, state) if part)


def quoted(citation: Mapping[str, Any]) -> tuple[tuple[str, bool], ...]:
    """The article's text cut into (text, is it the quote)."""
    before, quote_, after = str(citation["text"]).partition(str(citation["quote"]))
    return tuple((part, index == 1) for index, part in enumerate((before, quote_, after)) if part)


def law_url(citation: Mapping[str, Any]) -> str:
    return f"/laws/{quote(str(citation['law']), safe='')}/{quote(str(citation['article']), safe='')}"


def act(key: str) -> str:
    """An action of the audit log in words; a step of the workflow goes by its own name."""
    step = workflow().steps.get(key.removeprefix("filing."))
    return ACTIONS.get(key) or (step.name if step else key)


def ruled(verdict: str, settled: str) -> str:
    """What a person decided on a document of a clean-up."""
    said = {"": "未处理", "confirm": "已确认", "change": "已更改为", "defer": "暂缓"}[verdict]
    return said + (settled if verdict == "change" else "")


def ruled_style(verdict: str) -> str:
    return _RULED_STYLES.get(verdict, "")


def size(number: int) -> str:
    return f"{max(1, round(number / 1024))} KB" if number < 2**20 else f"{number / 2**20:.1f} MB"


def moment(value: datetime | None) -> str:
    """A moment by the office's wall clock."""
    if value is None:
        return ""
    day = local_day(value)
    return f"{day.isoformat()} {(value.hour + 8) % 24:02d}:{value.minute:02d}"


def day(value: datetime | date | None) -> str:
    if value is None:
        return ""
    return (local_day(value) if isinstance(value, datetime) else value).isoformat()


def filters() -> dict[str, Any]:
    """The filters of the templates by name."""
    return {
        "state": workflow().name,
        "state_style": lambda key: _STATE_STYLES.get(key, ""),
        "outcome": lambda key: OUTCOMES.get(key, key),
        "act": act,
        "clock": lambda key: CLOCKS.get(key, key),
        "role": lambda key: permissions().roles.get(key, key),
        "roles": lambda keys: "、".join(name for key, name in permissions().roles.items() if key in keys),
        "scope": lambda key: permissions().scopes.get(key, key),
        "material": lambda key: ROLE_NAMES.get(key, key),
        "level": lambda key: LEVELS.get(key, key),
        "kind": lambda key: TYPES.get(key, key),
        "verdict": lambda key: VERDICT_NAMES.get(key, key),
        "verdict_style": lambda key: _VERDICT_STYLES.get(key, ""),
        "event": lambda key: EVENTS.get(key, key),
        "ruled": ruled,
        "ruled_style": ruled_style,
        "cleanup_style": lambda key: _CLEANUP_STYLES.get(key, ""),
        "action_style": lambda key: _ACTION_STYLES.get(key, ""),
        "role_of_citation": lambda key: report_words.ROLES.get(key, key),
        "standing": standing,
        "quoted": quoted,
        "law_url": law_url,
        "size": size,
        "moment": moment,
        "day": day,
    }


def level_names() -> tuple[tuple[str, str], ...]:
    return tuple((level.value, LEVELS[level.value]) for level in FindingLevel)
