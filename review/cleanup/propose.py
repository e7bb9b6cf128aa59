"""From the cards of a set to one proposal per document. Pure: cards, day, profile in; proposals out, in their order.

How reasons meet: what the set says of a document by name comes first (lists, repeal clauses), then its own term, then
what it rests on, then what the review found. A list of documents kept in force answers every softer reason that was
there on its day. Two lists that contradict each other on one day are for a person.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import prod

from ...corpora.regions import split_place
from ...corpora.text import DocumentKind, Instrument, add_months
from ...corpora.titles import FORM, TITLE_END
from .card import Card, Ended, Says, Stale
from .profile import Default, Profile, default_end, of_card
from .proposal import ENDING, Action, Proposal, Reason, because, kinds, order
from .shelf import Clash, Later, Shelf, Spoken, moment
from .validity import ends

_TERMED = (Instrument.NORMATIVE.value, Instrument.OTHER.value)
_SURE = 0.9
_SOON = 6
_MANY = 5
_OF_STRANGERS = (
    "list.repealed",
    "list.lapsed",
    "clause.repealed",
    "clause.lapsed",
    "mark.ended",
    "term.over",
    "task.done",
)
# Of what is no normative document (a reply, a form, news) nobody asks that it be amended for a name in it.
_SOFT = ("organ.named", "object.mentioned", "cited.repealed", "cited.renamed", "cited.moved", "contradiction")
_ONE_ACT = re.compile(r"(?:复函|批复|答复)$")
_ABOUT_OTHERS = re.compile(r"(?:废止|失效|继续有效|修改|延长)[^，。]*(?:通知|决定|公告|通告|函|目录|意见|批复|令)$")
_HARD = ("list.repealed", "list.lapsed", "clause.repealed", "clause.lapsed", "mark.ended")


@dataclass(frozen=True, slots=True)
class Around:
    """What the set says about one document."""

    spoken: tuple[Spoken, ...] = ()
    later: Later | None = None
    clashes: tuple[Clash, ...] = ()


def propose(shelf: Shelf, day: date, profile: Profile | None = None) -> tuple[Proposal, ...]:
    """A proposal for every document of the set that was read, in the order of the set."""
    around = _around(shelf)
    firm = [_judge(shelf, place, around.get(place, Around()), day, profile) for place in range(len(shelf.cards))]
    ending = {place for place, found in enumerate(firm) if found.action in ENDING}
    return tuple(
        _clashed(shelf, place, found, around.get(place, Around()), ending)
        for place, found in enumerate(firm)
        if found.card.read
    )


def _around(shelf: Shelf) -> dict[int, Around]:
    spoken: dict[int, list[Spoken]] = defaultdict(list)
    clashes: dict[int, list[Clash]] = defaultdict(list)
    for said in shelf.spoken:
        spoken[said.target].append(said)
    for clash in shelf.clashes:
        clashes[clash.one].append(clash)
        clashes[clash.other].append(clash)
    later = {pair.old: pair for pair in shelf.later}
    return {
        place: Around(tuple(spoken[place]), later.get(place), tuple(clashes[place]))
        for place in {*spoken, *clashes, *later}
    }


def _judge(shelf: Shelf, place: int, around: Around, day: date, profile: Profile | None) -> Proposal:
    card = shelf.cards[place]
    until = _until(card, around)
    default = default_end(card, of_card(card, profile)) if until is None else None
    reasons = [*_said(shelf, around, day), *_marked(card), *_term(card, until, day), *_default(card, default, day)]
    reasons += [*_ended(card, day), *_basis(card, day), *_later(shelf, around, day), *_reviewed(card)]
    kept, answered = _answered(reasons)
    action = _action(card, kept, until is not None or default is not None)
    expires = until or (default.until if default else None)
    notes = tuple(_notes(card, expires, until is not None, day, answered))
    return Proposal(card, action, _confidence(card, action, kept), tuple(kept), expires, until is not None, notes)


def _until(card: Card, around: Around) -> date | None:
    """The document's own last day, moved by a later document that extends it."""
    own = ends(card.term, card.effective or card.published or card.issued)
    moved = [said.order.day for said in around.spoken if said.order.says is Says.EXTEND and said.order.day]
    return max([*moved, own] if own else moved, default=None)


def _said(shelf: Shelf, around: Around, day: date) -> Iterator[Reason]:
    """What other documents of the set order about this one, in force on the day."""
    codes = {
        (Says.REPEAL, True): "list.repealed", (Says.REPEAL, False): "clause.repealed",
        (Says.LAPSE, True): "list.lapsed", (Says.LAPSE, False): "clause.lapsed",
        (Says.AMEND, True): "list.amended", (Says.KEEP, True): "list.kept", (Says.KEEP, False): "list.kept",
        (Says.EXTEND, False): "list.kept", (Says.EXTEND, True): "list.kept",
    }  # fmt: skip
    for said in around.spoken:
        code = codes.get((said.order.says, said.order.listed))
        if code is None or (said.day is not None and said.day > day):
            continue
        by = shelf.cards[said.by]
        name = f"《{by.title or by.file}》" + (f"（{by.number}）" if by.number else "")
        when = f"，{said.day.isoformat()}" if said.day else ""
        how = "" if said.by_number else "；仅按名称相符，文号待核"
        words = f"{name}{when}：{said.order.says.value}{how}"
        weight = 1.0 if said.by_number else 0.85
        yield because(code, words, weight, basis=(name,), at=said.order.at, file=by.file, day=said.day)


def _marked(card: Card) -> Iterator[Reason]:
    name = card.file.rsplit("/", 1)[-1]
    for words in (name, card.title):
        for mark in (
            "已废止",
            "【废止】",
            "（废止）",
            "[废止]",
            "已失效",
            "【失效】",
            "（失效）",
            "[失效]",
            "(失效)",
            "(废止)",
        ):
            if mark in words and not any(other in words for other in ("目录", "清单", "公布", "宣布")):
                yield because("mark.ended", f"名称中注明“{mark}”，请核对依据")
                return


def _term(card: Card, until: date | None, day: date) -> Iterator[Reason]:
    if until is not None and until < day and card.term is not None:
        words = f"文件自定有效期至 {until.isoformat()}，已届满"
        yield because("term.over", words, at=card.term.at, day=until)


def _default(card: Card, default: Default | None, day: date) -> Iterator[Reason]:
    if default is None or default.until >= day or _ABOUT_OTHERS.search(card.title):
        return
    start = "施行日期" if card.effective else "公布、印发日期" if default.sure else "文号年份"
    words = (
        f"{default.kind}，按“{default.profile.name}”口径 {default.months // 12} 年"
        f"（自{start}起算），{'' if default.sure else '至迟'}于 {default.until.isoformat()} 届满"
        f"{'' if default.profile.seen else '；口径请与当地规定核对'}"
    )
    at = card.term.at if card.term else None
    weight = default.profile.confidence / 0.6 * (1.0 if default.sure else 0.9)
    shown = {"at": at} if at else {}
    yield because("term.default", words, min(weight, 1.4), basis=(default.profile.source,), day=default.until, **shown)


def _ended(card: Card, day: date) -> Iterator[Reason]:
    """Tasks, objects and organs that have ended by the day; the organs a document names make one reason."""
    codes = {"task": "task.done", "object": "object.gone", "mentioned": "object.mentioned", "issuer": "organ.issuer"}
    over = [item for item in card.ended if item.day < day]
    issuers = {item.now for item in over if item.kind == "issuer"}
    for item in {(item.kind, item.name): item for item in over if item.kind in codes}.values():
        yield because(codes[item.kind], _ended_words(item), basis=(item.source,), at=item.at, day=item.day)
    named = [item for item in over if item.kind == "organ" and item.now not in issuers]
    if named:
        words = "；".join(_ended_words(item) for item in named[:_MANY])
        sources = tuple(dict.fromkeys(item.source for item in named))
        yield because("organ.named", words, basis=sources, at=named[0].at, day=max(item.day for item in named))


def _ended_words(item: Ended) -> str:
    if item.kind == "task":
        return f"{item.name}，期间至 {item.day.isoformat()} 届满"
    now = f"，现为{item.now}" if item.now else ""
    verb = "撤并、更名" if item.kind in ("issuer", "organ") else "取消"
    return f"{item.name}已{verb}（{item.day.isoformat()}）{now}"


def _basis(card: Card, day: date) -> Iterator[Reason]:
    """Cited laws that no longer stand: gone altogether, replaced, renamed, with articles moved."""
    live = [law for law in card.laws if law.role == "basis" and law.name not in {s.law for s in card.stale}]
    for stale in card.stale:
        if stale.since is not None and stale.since > day:
            continue
        code = _stale_code(card, stale, bool(live))
        shown = (
            (f"《{stale.by}》",) if stale.by else tuple(f"《{stale.law}》{label}" for label in stale.articles[:_MANY])
        )
        yield because(code, _stale_words(stale), basis=shown or (f"《{stale.law}》",), at=stale.at, day=stale.since)


def _stale_code(card: Card, stale: Stale, live: bool) -> str:
    if stale.reason == "repealed":
        core = stale.law.removeprefix("中华人民共和国").removesuffix("暂行条例").removesuffix("条例").removesuffix("法")
        if stale.role == "basis" and not live and len(core) >= 3 and core in card.title:
            return "basis.gone"
        return "basis.repealed" if stale.role == "basis" else "cited.repealed"
    return "cited.renamed" if stale.reason == "renamed" else "cited.moved"


def _stale_words(stale: Stale) -> str:
    since = f"自 {stale.since.isoformat()} 起" if stale.since else ""
    role = "制定依据" if stale.role == "basis" else "引用的"
    if stale.reason in ("repealed", "renamed"):
        verb = "废止" if stale.reason == "repealed" else "更名或被替代"
        return f"{role}《{stale.law}》{since}因《{stale.by}》{verb}（本文件 {stale.places} 处）"
    return f"{role}《{stale.law}》条款变动：{'、'.join(stale.articles[:_MANY])}"


def _later(shelf: Shelf, around: Around, day: date) -> Iterator[Reason]:
    later = around.later
    if later is None:
        return
    new = shelf.cards[later.new]
    since = new.effective or moment(new)
    if since is None or since > day:
        return
    name = f"《{new.title}》" + (f"（{new.number}）" if new.number else "")
    alike = f"，文字重合约 {later.share:.0%}" if later.share else ""
    code = "superseded.matter" if later.same_matter else "superseded.text"
    words = f"同一机关 {since.isoformat()} 另有{name}{alike}，未见明文废止本文件"
    yield because(code, words, 0.85 + 0.15 * later.share, basis=(name,), file=new.file, day=since)


def _reviewed(card: Card) -> Iterator[Reason]:
    found = [finding for finding in card.found if finding.level == "conflict" and "stale" not in finding.types]
    for finding in found[:_MANY]:
        more = f"（另有 {len(found) - _MANY} 处）" if len(found) > _MANY and finding is found[_MANY - 1] else ""
        yield because("conflict", finding.message + more, finding.confidence, basis=finding.articles, at=finding.at)


def _answered(reasons: list[Reason]) -> tuple[list[Reason], list[Reason]]:
    """Reasons that stand, in order, and those that a later list of kept documents answers."""
    kept = max((r for r in reasons if r.code == "list.kept"), key=lambda r: (r.day or date.min, r.file), default=None)
    if kept is None or kept.day is None:
        return sorted(reasons, key=order), []
    answered = [
        reason for reason in reasons
        if reason.action is not Action.KEEP and reason.code != "conflict" and reason.day is not None
        and (reason.day < kept.day or (reason.day == kept.day and reason.code not in _HARD))
    ]  # fmt: skip
    return sorted((r for r in reasons if r not in answered), key=order), sorted(answered, key=order)


def _action(card: Card, reasons: list[Reason], dated: bool) -> Action:
    codes = {reason.code for reason in reasons}
    if "list.kept" in codes and codes & set(_HARD):
        return Action.PERSON
    leading = next((reason for reason in reasons if reason.code != "list.kept"), None)
    if leading is not None and _unfit(card, leading):
        return Action.PERSON
    undated = not dated and moment(card) is None
    if undated and leading is not None and leading.action is Action.AMEND and card.instrument in _TERMED:
        return Action.PERSON
    if leading is not None and (leading.action in ENDING or "list.kept" not in codes or leading.action is Action.AMEND):
        return leading.action
    if "list.kept" in codes:
        return Action.KEEP
    if _stranger(card) or undated:
        return Action.PERSON
    return Action.KEEP


def _unfit(card: Card, leading: Reason) -> bool:
    """Whether a reason speaks of a kind of document that this one does not look like."""
    if _stranger(card) and (leading.code not in _OF_STRANGERS or (leading.code == "task.done" and not _titled(card))):
        return True
    if leading.code == "term.default" and not card.organs and not split_place(card.title)[0].province:
        return True
    nameless = not card.title and not card.number and card.kind == DocumentKind.OTHER.value
    return leading.code in _SOFT and (nameless or _ONE_ACT.search(card.title) is not None)


def _titled(card: Card) -> bool:
    """Whether a title is one of a document, not of a table, a report or news."""
    return bool(TITLE_END.search(card.title)) and not FORM.search(card.title)


def _stranger(card: Card) -> bool:
    """A file that does not look like a document of an organ at all: a speech, a form, a table."""
    other = card.kind == DocumentKind.OTHER.value and card.certainty >= _SURE
    return other and not card.number and card.instrument in _TERMED


def _confidence(card: Card, action: Action, reasons: list[Reason]) -> float:
    """Reasons of different kinds for the same proposal add up; problems in reading take away."""
    if action is Action.PERSON:
        return 0.0
    best: dict[str, float] = {}
    for reason in reasons:
        if reason.action is action:
            best[reason.code] = max(best.get(reason.code, 0.0), reason.confidence)
    doubt = prod(1.0 - confidence for confidence in best.values()) if best else 1.0 - kinds()["none"].confidence
    # A period that only the practice of the place gives, with nothing else against the document, is the weakest ground.
    alone = 0.85 if reasons and all(reason.code == "term.default" for reason in reasons) else 1.0
    return round(min(0.99, (1.0 - doubt) * alone * (0.9 if card.problems else 1.0)), 2)


def _notes(card: Card, expires: date | None, own: bool, day: date, answered: list[Reason]) -> Iterator[str]:
    if _stranger(card):
        yield "看起来不是规范性文件，请确认是否列入清理范围"
    if not card.organs:
        yield "没有识别出制定机关，有效期口径可能不适用，请补充"
    if moment(card) is None:
        yield "没有识别出日期，无法计算有效期，请补充公布日期"
    if expires is not None and day <= expires <= add_months(day, _SOON):
        yield (
            f"有效期将于 {expires.isoformat()} 届满，请在届满前评估"
            if own
            else f"按口径将于 {expires.isoformat()} 届满"
        )
    if answered:
        yield "继续有效目录公布前已存在的情形：" + "、".join(dict.fromkeys(reason.name for reason in answered))
    doubts = sum(finding.level == "doubt" for finding in card.found)
    if doubts:
        yield f"审查另有疑问 {doubts} 处，见审查报告"


def _clashed(shelf: Shelf, place: int, found: Proposal, around: Around, ending: set[int]) -> Proposal:
    """Contradictions count between documents that both are to stay."""
    if place in ending or found.action is Action.PERSON:
        return found
    reasons = []
    for clash in around.clashes[:_MANY]:
        mine, theirs = (clash.here, clash.there) if clash.one == place else (clash.there, clash.here)
        other = clash.other if clash.one == place else clash.one
        if other in ending:
            continue
        card = shelf.cards[other]
        words = f"与《{card.title or card.file}》{theirs.at.place}就同一事项的数字规定不一致：“{theirs.at.quote[:60]}”"
        reasons.append(because("contradiction", words, at=mine.at, basis=(f"《{card.title or card.file}》",)))
    if not reasons:
        return found
    kept = tuple(sorted((*found.reasons, *reasons), key=order))
    action = Action.AMEND if found.action is Action.KEEP else found.action
    confidence = _confidence(found.card, action, list(kept))
    return Proposal(found.card, action, confidence, kept, found.expires, found.stated, found.notes)
