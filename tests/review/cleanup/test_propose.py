"""How reasons meet: cards in, one proposal per document out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from beishen.review.cleanup.card import Card, Ended, Evidence, Figure, Found, Law, Order, Says, Stale, Term
from beishen.review.cleanup.profile import named
from beishen.review.cleanup.proposal import Action, Proposal, kinds
from beishen.review.cleanup.propose import propose
from beishen.review.cleanup.shelf import shelve

DAY = date(2026, 11, 23)
HERE = Evidence("第三条", 10, 14, "本办法自")
Make = Callable[..., Card]


def decided(*cards: Card, day: date = DAY) -> tuple[Proposal, ...]:
    return propose(shelve(cards), day)


def codes(proposal: Proposal) -> list[str]:
    return [reason.code for reason in proposal.reasons]


def listing(card: Make, says: Says, title: str, number: str, **changes: object) -> Card:
    order = Order(says, title, number, None, True, HERE)
    fields = {"file": "list.txt", "title": "青州市人民政府关于公布清理结果的通知", "number": "青政发〔2026〕1号"}
    return card(**(fields | {"issued": date(2026, 1, 5), "orders": (order,)} | changes))


def test_nothing_found_is_kept(card: Make) -> None:
    (found,) = decided(card())
    assert (found.action, found.reasons, found.expires) == (Action.KEEP, (), date(2029, 4, 30))
    assert not found.stated


def test_own_term_over_and_the_day_before(card: Make) -> None:
    mine = card(term=Term(None, 24, False, HERE), effective=date(2024, 6, 1))
    (over,) = decided(mine, day=date(2026, 6, 1))
    assert (over.action, codes(over), over.expires) == (Action.LAPSE, ["term.over"], date(2026, 5, 31))
    assert over.reasons[0].at == HERE
    (still,) = decided(mine, day=date(2026, 5, 31))
    assert still.action is Action.KEEP
    assert any("届满" in note for note in still.notes)


@pytest.mark.parametrize(
    ("changes", "action"),
    [
        ({"issued": date(2021, 1, 1)}, Action.LAPSE),
        ({"issued": date(2022, 1, 1)}, Action.KEEP),
        ({"issued": date(2024, 1, 1), "term": Term(trial=True)}, Action.LAPSE),
        ({"issued": date(2025, 1, 1), "title": "青州市人民政府关于禁止燃放烟花爆竹的通告"}, Action.LAPSE),
        ({"issued": date(2001, 1, 1), "level": "国务院部门", "region": "", "province": ""}, Action.KEEP),
        ({"issued": date(2001, 1, 1), "instrument": "地方政府规章"}, Action.KEEP),
        ({"issued": None, "number": "青政发〔2015〕5号"}, Action.LAPSE),
    ],
)
def test_default_terms(card: Make, changes: dict[str, object], action: Action) -> None:
    (found,) = decided(card(**changes))
    assert found.action is action
    assert codes(found) == (["term.default"] if action is Action.LAPSE else [])


@pytest.mark.parametrize(
    ("changes", "action"),
    [
        # Whose organ and place are unknown has no default period: it may be a document of the centre.
        ({"organs": (), "level": "", "title": "停车收费管理办法", "issued": date(2012, 1, 1)}, Action.PERSON),
        ({"organs": (), "level": "", "title": "青州市停车管理办法", "issued": date(2012, 1, 1)}, Action.LAPSE),
        # A notice that only ends, keeps or extends others does not itself lapse by default.
        ({"title": "青州市人民政府关于废止《青州市养犬管理办法》的通知", "issued": date(2012, 1, 1)}, Action.KEEP),
        ({"title": "青州市人民政府关于5件规范性文件失效的通知", "issued": date(2012, 1, 1)}, Action.KEEP),
        (
            {"title": "青州市人民政府关于延长《青州市养犬管理办法》有效期的通知", "issued": date(2012, 1, 1)},
            Action.KEEP,
        ),
        ({"title": "青州市人民政府关于清理违法建设的通知", "issued": date(2012, 1, 1)}, Action.LAPSE),
    ],
)
def test_where_no_default_term_applies(card: Make, changes: dict[str, object], action: Action) -> None:
    assert decided(card(**changes))[0].action is action


def test_a_default_term_alone_is_weaker_than_one_among_others(card: Make) -> None:
    alone = decided(card(issued=date(2015, 1, 1)))[0]
    among = decided(card(issued=date(2015, 1, 1), ended=(gone(),)))[0]
    assert (alone.action, among.action) == (Action.LAPSE, Action.LAPSE)
    assert alone.confidence < among.confidence


def gone(kind: str = "organ", name: str = "国土资源局") -> Ended:
    return Ended(kind, name, date(2018, 12, 31), "自然资源部门", "方案", HERE)


@pytest.mark.parametrize(
    ("changes", "action"),
    [
        ({}, Action.AMEND),
        ({"title": "青州市人民政府关于同意设立渡口的批复"}, Action.PERSON),
        ({"title": "青州市人民政府关于节水建议的复函"}, Action.PERSON),
        ({"title": "", "number": "", "kind": "other", "certainty": 0.7}, Action.PERSON),
    ],
)
def test_nobody_amends_a_reply_or_news_for_a_name_in_it(card: Make, changes: dict[str, object], action: Action) -> None:
    assert decided(card(ended=(gone(),), **changes))[0].action is action


@pytest.mark.parametrize(
    ("title", "action"),
    [("青州市2019年监督工作计划", Action.LAPSE), ("青州市2019年三公经费预算情况表", Action.PERSON)],
)
def test_a_plan_ends_with_its_year_and_a_table_is_no_document(card: Make, title: str, action: Action) -> None:
    done = Ended("task", "2019年的阶段性工作", date(2019, 12, 31), "", "标题所示期间", HERE)
    mine = card(title=title, number="", organs=(), issued=None, kind="other", certainty=0.97, ended=(done,))
    assert decided(mine)[0].action is action


def test_profiles_differ(card: Make) -> None:
    mine = card(title="青州市人民政府关于禁止燃放烟花爆竹的通告", issued=date(2024, 1, 1), province="湖南省")
    assert propose(shelve([mine]), DAY)[0].action is Action.KEEP
    assert propose(shelve([mine]), DAY, named("shanghai"))[0].action is Action.LAPSE
    assert propose(shelve([replace(mine, issued=date(2000, 1, 1))]), DAY, named("none"))[0].action is Action.KEEP


def test_no_date_needs_a_person_unless_something_else_ends_it(card: Make) -> None:
    undated = card(issued=None, number="")
    assert decided(undated)[0].action is Action.PERSON
    assert any("日期" in note for note in decided(undated)[0].notes)
    assert decided(replace(undated, stale=(stale(),)))[0].action is Action.PERSON
    until = card(issued=None, number="", term=Term(date(2020, 1, 1), None, False, HERE))
    assert decided(until)[0].action is Action.LAPSE


@pytest.mark.parametrize(
    ("says", "action", "code"),
    [(Says.REPEAL, Action.REPEAL, "list.repealed"), (Says.LAPSE, Action.LAPSE, "list.lapsed"),
     (Says.AMEND, Action.AMEND, "list.amended"), (Says.KEEP, Action.KEEP, "list.kept")],
)  # fmt: skip
def test_lists_are_applied_by_number(card: Make, says: Says, action: Action, code: str) -> None:
    found = decided(card(), listing(card, says, "印错的标题", "青政发〔2024〕5号"))[0]
    assert (found.action, codes(found)) == (action, [code])
    assert found.reasons[0].file == "list.txt"
    assert found.reasons[0].day == date(2026, 1, 5)


def test_lists_are_applied_by_title_within_one_place(card: Make) -> None:
    title = "青州市停车管理办法"
    assert decided(card(), listing(card, Says.REPEAL, title, ""))[0].action is Action.REPEAL
    far = {"organs": ("白水市人民政府",), "province": "湖南省", "region": "湖南省白水市"}
    assert decided(card(), listing(card, Says.REPEAL, title, "", **far))[0].action is Action.KEEP
    assert decided(card(), listing(card, Says.REPEAL, title, "青政发〔2011〕9号"))[0].action is Action.KEEP


def test_a_bare_title_counts_in_its_own_place_only(card: Make) -> None:
    """Every city of a province has its 停车管理办法; a list that does not say whose means its own."""
    mine = card(title="关于印发停车管理办法的通知")
    other = {"organs": ("白水市人民政府",), "region": "山西省白水市"}
    assert decided(mine, listing(card, Says.REPEAL, "关于印发停车管理办法的通知", "", **other))[0].action is Action.KEEP
    near = {"organs": ("青州市司法局",)}
    found = decided(mine, listing(card, Says.REPEAL, "关于印发停车管理办法的通知", "", **near))[0]
    assert found.action is Action.REPEAL
    above = {"organs": ("山西省人民政府",), "region": "山西省"}
    placed = listing(card, Says.REPEAL, "青州市停车管理办法", "", **above)
    assert decided(card(), placed)[0].action is Action.REPEAL


def test_a_list_says_nothing_about_later_documents_or_later_days(card: Make) -> None:
    early = listing(card, Says.REPEAL, "青州市停车管理办法", "", issued=date(2020, 1, 1))
    assert decided(card(), early)[0].action is Action.KEEP
    coming = listing(card, Says.REPEAL, "", "青政发〔2024〕5号", effective=date(2027, 1, 1))
    assert decided(card(), coming)[0].action is Action.KEEP


def test_a_list_of_kept_documents_answers_what_was_there_before(card: Make) -> None:
    old = card(issued=date(2015, 1, 1))
    found = decided(old, listing(card, Says.KEEP, "", "青政发〔2024〕5号"))[0]
    assert (found.action, codes(found)) == (Action.KEEP, ["list.kept"])
    assert any("继续有效目录公布前" in note for note in found.notes)
    later = card(term=Term(date(2026, 6, 30), None, False, HERE))
    assert decided(later, listing(card, Says.KEEP, "", "青政发〔2024〕5号"))[0].action is Action.LAPSE


def test_two_lists_that_contradict_need_a_person(card: Make) -> None:
    lists = [
        replace(listing(card, says, "", "青政发〔2024〕5号"), file=f"{says}.txt", number=f"青政发〔2026〕{at}号")
        for at, says in enumerate((Says.KEEP, Says.REPEAL), 1)
    ]
    assert decided(card(), *lists)[0].action is Action.PERSON


def test_extension_moves_the_term(card: Make) -> None:
    old = card(term=Term(date(2025, 1, 1), None, False, HERE))
    order = Order(Says.EXTEND, "", "青政发〔2024〕5号", date(2030, 12, 31), False, HERE)
    moved = decided(old, listing(card, Says.EXTEND, "", "", orders=(order,)))[0]
    assert (moved.action, moved.expires) == (Action.KEEP, date(2030, 12, 31))


def test_superseded_by_the_same_organ_on_the_same_matter(card: Make) -> None:
    new = card(file="b.txt", number="青政发〔2025〕8号", issued=date(2025, 8, 1))
    old, kept = decided(card(), new)
    assert (old.action, codes(old), kept.action) == (Action.REPEAL, ["superseded.matter"], Action.KEEP)
    other = replace(new, organs=("青州市财政局",))
    assert decided(card(), other)[0].action is Action.KEEP
    amending = replace(new, title="青州市人民政府关于修改《青州市停车管理办法》的决定")
    assert decided(card(), amending)[0].action is Action.KEEP


def test_the_office_speaks_for_its_government(card: Make) -> None:
    new = card(file="b.txt", number="青政办发〔2025〕8号", issued=date(2025, 8, 1), organs=("青州市人民政府办公室",))
    assert decided(card(), new)[0].action is Action.REPEAL


def test_one_number_twice_is_reported_and_replaces_nothing(card: Make) -> None:
    twice = [card(), card(file="b.txt", issued=date(2024, 5, 2))]
    assert shelve(twice).twins == ((0, 1),)
    assert [found.action for found in decided(*twice)] == [Action.KEEP, Action.KEEP]


def stale(**changes: object) -> Stale:
    base = Stale("中华人民共和国旧法", "basis", "repealed", "中华人民共和国新法", date(2021, 1, 1), (), 1, HERE)
    return replace(base, **changes)


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (stale(), "basis.repealed"),
        (stale(role="apply"), "cited.repealed"),
        (stale(reason="renamed"), "cited.renamed"),
        (stale(reason="renumbered", by="", articles=("第三条现为第五条",)), "cited.moved"),
    ],
)
def test_stale_citations_want_a_change(card: Make, found: Stale, code: str) -> None:
    (proposal,) = decided(card(stale=(found,)))
    assert (proposal.action, codes(proposal)) == (Action.AMEND, [code])
    assert proposal.reasons[0].basis


def test_a_document_that_carries_out_a_repealed_law_goes_with_it(card: Make) -> None:
    gone = stale(law="中华人民共和国道路停车法")
    title = "青州市实施道路停车法若干规定"
    assert codes(decided(card(title=title, stale=(gone,)))[0]) == ["basis.gone"]
    live = (Law("中华人民共和国别法", "basis", HERE),)
    assert codes(decided(card(title=title, stale=(gone,), laws=live))[0]) == ["basis.repealed"]
    assert codes(decided(card(title=title, stale=(gone,)), day=date(2020, 6, 1))[0]) == []


def test_conflicts_want_a_change_and_doubts_only_a_note(card: Make) -> None:
    conflict = Found("penalty.fine@1", "conflict", ("penalty",), "设定罚款", ("《行政处罚法》第十六条",), 0.9, HERE)
    (found,) = decided(card(found=(conflict,)))
    assert (found.action, codes(found), found.reasons[0].basis) == (Action.AMEND, ["conflict"], conflict.articles)
    (quiet,) = decided(card(found=(replace(conflict, level="doubt"),)))
    assert quiet.action is Action.KEEP
    assert any("疑问" in note for note in quiet.notes)


def test_ended_things(card: Make) -> None:
    def with_ended(kind: str) -> list[str]:
        item = Ended(kind, "名", date(2020, 1, 1), "今", "来源", HERE)
        return codes(decided(card(ended=(item,)))[0])

    kinds_of = {kind: with_ended(kind) for kind in ("task", "object", "mentioned", "issuer", "organ")}
    assert kinds_of == {
        "task": ["task.done"], "object": ["object.gone"], "mentioned": ["object.mentioned"],
        "issuer": ["organ.issuer"], "organ": ["organ.named"],
    }  # fmt: skip


def test_contradiction_between_documents_that_both_stay(card: Make) -> None:
    def figure(days: int) -> Figure:
        return Figure("abc", (f"day exact {days} {days}",), HERE)

    other = card(
        file="b.txt", title="青州市人民政府关于占道停车的通知", number="青政发〔2025〕9号", issued=date(2025, 1, 1),
        figures=(figure(5),),
    )  # fmt: skip
    pair = decided(card(figures=(figure(3),)), other)
    assert [(found.action, codes(found)) for found in pair] == [(Action.AMEND, ["contradiction"])] * 2
    assert [found.action for found in decided(card(figures=(figure(5),)), other)] == [Action.KEEP] * 2
    over = replace(other, term=Term(date(2025, 6, 1), None, False, HERE))
    assert decided(card(figures=(figure(3),)), over)[0].action is Action.KEEP


def test_confidence_adds_up_over_kinds_of_reasons_only(card: Make) -> None:
    one = decided(card(issued=date(2015, 1, 1)))[0]
    task = Ended("task", "名", date(2020, 1, 1), "", "来源", HERE)
    two = decided(card(issued=date(2015, 1, 1), ended=(task,)))[0]
    assert two.confidence > one.confidence
    twice = decided(card(stale=(stale(), stale(law="另一部法"))))[0]
    assert twice.confidence == kinds()["basis.repealed"].confidence


def test_a_speech_is_for_a_person(card: Make) -> None:
    speech = card(kind="other", certainty=0.99, number="", stale=(stale(role="mention"),))
    assert decided(speech)[0].action is Action.PERSON
    assert any("不是规范性文件" in note for note in decided(speech)[0].notes)


def test_unread_files_get_no_proposal_and_order_is_that_of_the_set(card: Make) -> None:
    unread = Card("bad.pdf", read=False, problems=(("file.damaged", "坏了"),))
    found = decided(card(file="b.txt"), unread, card(file="a.txt", number="青政发〔2024〕6号"))
    assert [item.card.file for item in found] == ["b.txt", "a.txt"]
