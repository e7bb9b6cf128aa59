"""The words of a clean-up's list, the same in every form of it."""

from ...corpora.text import add_months
from ..cleanup.card import Evidence
from ..cleanup.decision import Settled, Verdict
from ..cleanup.outcome import Outcome
from ..cleanup.proposal import Action, Proposal, Reason

COLUMNS = (
    "序号", "名称", "文号", "制定机关", "公布日期", "施行日期", "有效期", "处理建议", "理由", "依据条文", "置信度",
    "备注", "人工处理", "文件", "审查报告",
)  # fmt: skip
NOTICE = (
    "本清单由程序生成，供清理人员参考。处理建议不是决定；每一件都须由人确认、更改或者暂缓。"
    "依据条文以法规库所载为准，未入库的已注明。"
)
VERDICTS = {Verdict.CONFIRM: "确认", Verdict.CHANGE: "更改为", Verdict.DEFER: "暂缓"}
_MOST = 8


def row(number: int, item: Settled) -> tuple[str | int | float, ...]:
    """One line of the list in the order of COLUMNS."""
    proposal = item.proposal
    card = proposal.card
    published = card.published or card.issued
    return (
        number,
        card.title or card.file,
        card.number,
        "、".join(card.organs),
        published.isoformat() if published else "",
        card.effective.isoformat() if card.effective else "",
        validity(proposal),
        proposal.action.value,
        reasons(proposal),
        bases(proposal),
        proposal.confidence if proposal.action is not Action.PERSON else "",
        "；".join(proposal.notes),
        ruling(item),
        card.file,
        card.report,
    )


def validity(proposal: Proposal) -> str:
    """The last day of validity and where it comes from."""
    term = proposal.card.term
    if proposal.expires is None:
        return f"{term.months} 个月（起算日不明）" if term and term.months else "未注明"
    return f"至 {proposal.expires.isoformat()}" + ("" if proposal.stated else "（按口径推算）")


def reasons(proposal: Proposal) -> str:
    """The reasons, the leading one first, each with code, words and place."""
    if not proposal.reasons:
        return "未见应当清理的情形" if proposal.action is Action.KEEP else "；".join(proposal.notes)
    return "\n".join(reason(found) for found in proposal.reasons[:_MOST]) + _more(len(proposal.reasons))


def leading(proposal: Proposal) -> str:
    """The reason that carries the proposal, or why there is none."""
    first = proposal.leading or (proposal.reasons[0] if proposal.reasons else None)
    return reason(first) if first else reasons(proposal)


def rest(proposal: Proposal) -> tuple[str, ...]:
    """The other reasons."""
    first = proposal.leading or (proposal.reasons[0] if proposal.reasons else None)
    return tuple(reason(found) for found in proposal.reasons if found is not first)


def reason(found: Reason) -> str:
    return f"[{found.code}] {found.name}：{found.words}" + shown(found.at, found.file)


def shown(at: Evidence, file: str = "") -> str:
    """Place and words of an evidence."""
    place = f"《{file}》{at.place}" if file else at.place
    if not at.quote or at.place == "标题":
        return ""
    quote = " ".join(at.quote.split())
    return f"（{place}“{quote[:80]}{'…' if len(quote) > 80 else ''}”）"


def bases(proposal: Proposal) -> str:
    found = dict.fromkeys(name for item in proposal.reasons for name in item.basis)
    return "\n".join(list(found)[:_MOST]) + _more(len(found))


def _more(count: int) -> str:
    return f"\n等 {count} 项" if count > _MOST else ""


def ruling(item: Settled) -> str:
    """What a person decided, by whom and when; empty where nobody did."""
    made = item.ruling
    if made is None:
        return ""
    what = VERDICTS[made.verdict] + (made.action.value if made.verdict is Verdict.CHANGE and made.action else "")
    return f"{what}（{made.by}，{made.at[:10]}）" + (f"：{made.note}" if made.note else "")


def soon(outcome: Outcome) -> int:
    """Documents whose period ends within six months."""
    limit = add_months(outcome.day, 6)
    return sum(1 for item in outcome.listed if item.proposal.expires and outcome.day <= item.proposal.expires <= limit)
