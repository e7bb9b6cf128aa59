"""Each gate closes on its lawful look-alike and stays open on the same words in a faulty frame."""

import re
from datetime import date
from typing import get_args

import pytest
from beishen.review.engine import Engine
from beishen.review.gates import GATES, closed, quoting
from beishen.review.standard import GATES as NAMES
from beishen.review.standard import Rule

pytestmark = pytest.mark.encoder

FUND = "双塔镇农业产业扶持资金管理办法"
STORED = "《中华人民共和国治安管理处罚法》"
# gate, words that name the act, lawful look-alike, faulty frame
PAIRS = [
    ("negated", "收取保证金", "不得向经营户收取保证金。", "进场前不缴清的，收取保证金。"),
    ("negated", "罚款", "对首次违规的，不得罚款。", "拒不改正的，予以罚款。"),
    ("negated", "缴纳保证金", "行政机关不得要求企业缴纳保证金。", "不履行门前三包的，缴纳保证金。"),
    ("negated", "收取管理费", "严禁下列行为：\n（一）收取管理费；\n（二）其他增加负担的行为。",
     "采取下列措施：\n（一）收取管理费；\n（二）其他措施。"),
    ("negated", "提供证明", "申请人无需提供证明。", "申请人未提供证明的，不予受理。"),
    ("negated", "审批", "取消农家乐开业审批。", "农家乐开业前须经镇政府审批。"),
    ("cited", "罚款", f"阻碍执行职务的，依照{STORED}第六十一条处以罚款。", "依照《双塔镇村规民约》第六条处以罚款。"),
    ("cited", "罚款", f"依照{STORED}的规定，对责任人予以罚款。", f"宣传{STORED}。对责任人予以罚款。"),
    ("cited", "罚款", "依照《中华人民共和国生态环境法典》处以罚款。", "依照镇政府会议纪要处以罚款。"),
    ("cited", "二百元罚款", f"阻碍执行职务的，依照{STORED}第六十一条处警告；情节较重的，处二百元罚款。",
     f"阻碍执行职务的，依照{STORED}第六十一条处警告。乱停车的，处二百元罚款。"),
    ("lawfully", "罚款", "对乱倒垃圾的，由执法机关依法处以罚款。", "对乱倒垃圾的，由村委会当场处以罚款。"),
    ("benchmark", "罚款", "罚款的裁量幅度按照违法程度分为三档。", "罚款按照占道天数分为三档。"),
    ("inward", "通报批评", "工作人员玩忽职守的，予以通报批评。", "经营户占道经营的，予以通报批评。"),
    ("inward", "追究责任", "各部门推进不力的，追究责任。", "物业企业推进不力的，追究责任。"),
    ("contract", "违约金", "承租人逾期交租的，按照合同支付违约金。", "经营户逾期交纳卫生费的，支付违约金。"),
    ("inward", "公开道歉", "对行政过错责任人，责令公开道歉、停职检查、引咎辞职。", "对乱停车的，责令公开道歉。"),
    ("contract", "从其账户扣除", "到期未还的，代理人依据其签订的协议从其账户扣除。", "到期未缴的，从其账户扣除。"),
    ("contract", "强制腾房", "按照签订的安置协议，逾期不腾的强制腾房。", "拒绝签订安置协议的，强制腾房。"),
    ("reward", "收费", "对返乡创业人员给予补贴，收费减免一半。", "对外来经营人员收费上浮一半。"),
    ("quoted", "罚款", "镇政府定期公布“罚款”事项目录。", "镇政府对逾期者罚款。"),
    ("quoted", "收费", "学习贯彻《行政事业性收费管理制度》。", "学习贯彻制度，办证收费十元。"),
]  # fmt: skip


def closes(engine: Engine, gate: str, look, clause: str, words: str, title: str = "") -> bool:  # type: ignore[no-untyped-def]
    view = look(clause, title) if title else look(clause)
    rule = engine.standard.rule("penalty.confiscate" if gate == "cited" else "penalty.fine")
    for sentence in view.sentences:
        match = re.search(words, sentence.text)
        if match:
            return GATES[gate](view, sentence, match, rule)
    raise AssertionError(f"{words} is not in the clause as read: {view.text}")


# One frame only: 不予, a double negation, a document that names itself, a list of what outsiders may not do.
SINGLE = [
    pytest.param("negated", "罚款", "对首次违规的，不予罚款。", True, id="不予"),
    pytest.param("negated", "罚款", "对首次违规的，不予行政罚款。", True, id="不予行政"),
    pytest.param("negated", "缴纳保证金", "经营户不得拒绝缴纳保证金。", False, id="不得拒绝"),
    pytest.param("negated", "收治", "医疗机构不得拒绝收治。", True, id="机构不得拒绝"),
    pytest.param("lawfully", "罚款", "对违规的商户，按照本办法予以罚款。", False, id="本办法"),
    pytest.param("lawfully", "罚款", "对违规的商户，按照有关规定予以罚款。", True, id="有关规定"),
    pytest.param("negated", "镇政府批准", "经营户不得有下列行为：\n（一）未经镇政府批准摆摊；\n（二）乱倒垃圾。", False,
                 id="不得清单的对象是商户"),
    pytest.param("negated", "收取管理费", "各部门不得有下列行为：\n（一）收取管理费；\n（二）摊派。", True,
                 id="不得清单的对象是机关"),
]  # fmt: skip


@pytest.mark.parametrize(("gate", "words", "clause", "shut"), SINGLE)
def test_a_gate_reads_the_negation(engine: Engine, look, gate: str, words: str, clause: str, shut: bool) -> None:  # type: ignore[no-untyped-def]
    assert closes(engine, gate, look, clause, words) is shut


@pytest.mark.parametrize(("gate", "words", "lawful", "faulty"), PAIRS, ids=[f"{p[0]}-{p[1]}" for p in PAIRS])
def test_gate_tells_the_pair_apart(engine: Engine, look, gate: str, words: str, lawful: str, faulty: str) -> None:  # type: ignore[no-untyped-def]
    assert closes(engine, gate, look, lawful, words)
    assert not closes(engine, gate, look, faulty, words)


def test_benefit_needs_a_document_that_grants_one(engine: Engine, look) -> None:  # type: ignore[no-untyped-def]
    clause = "弄虚作假的，收回扶持资金，三年内取消申报资格。"
    assert closes(engine, "benefit", look, clause, "取消", FUND)
    assert not closes(engine, "benefit", look, clause, "取消")
    assert not closes(engine, "benefit", look, "沿街商户乱堆物料的，取消营业许可。", "取消", FUND)


def test_a_named_act_of_too_low_a_rank_carries_nothing(engine: Engine, look) -> None:  # type: ignore[no-untyped-def]
    """没收 needs a law or regulation (行政处罚法 arts. 10-14): a rule is not enough, for a fine it is."""
    view = look("违反本规定的，依照《道路旅客运输及客运站管理规定》予以没收或者罚款。")
    (sentence,) = view.sentences
    match = re.search("没收|罚款", sentence.text)
    assert match
    assert GATES["cited"](view, sentence, match, engine.standard.rule("penalty.fine"))
    assert not GATES["cited"](view, sentence, match, engine.standard.rule("penalty.confiscate"))


@pytest.mark.parametrize(
    ("law", "number"), [("测绘法", "第五十五条"), ("食品安全法", "第一百二十六条"), ("消防法", "第六十条")]
)
def test_a_restated_provision_closes_and_another_matter_does_not(engine: Engine, look, law: str, number: str) -> None:  # type: ignore[no-untyped-def]
    article = engine.store.article(law, number, date(2026, 11, 23))
    assert article is not None
    parts = [part for part in re.split(r"[\n。]", article.text) if "罚款" in part]
    words = max(parts, key=len) + "。"
    assert closes(engine, "restated", look, words, "罚款")
    assert not closes(engine, "restated", look, "庭院未种花的农户，由村民小组处五十元罚款。", "罚款")


def test_closed_names_the_first_gate_of_the_rule(engine: Engine, look) -> None:  # type: ignore[no-untyped-def]
    rule: Rule = engine.standard.rule("penalty.fine")
    view = look("对初次违规的，不得“罚款”。")
    (sentence,) = view.sentences
    match = re.search("罚款", sentence.text)
    assert match
    assert [name for name in rule.data.gates if GATES[name](view, sentence, match, rule)] == ["negated", "quoted"]
    assert closed(view, sentence, match, rule) == "negated"


def test_rule_files_may_name_exactly_the_gates_there_are() -> None:
    assert set(GATES) == set(get_args(NAMES))


ROW = "{law}第三十条在公共场所停放杂物的，处五百元以下罚款 | 初次停放的 | 处一百元罚款"


def test_a_benchmark_that_prints_an_article_quotes_it(look) -> None:  # type: ignore[no-untyped-def]
    """Printed words are the article's; an article that is applied (依照…的规定) is not printed."""
    title = "双塔镇城市管理行政处罚裁量基准"
    printed = look(ROW.format(law="《某市市容管理条例》"), title)
    assert all(quoting(printed, sentence) for sentence in printed.sentences)
    applied = look("停放杂物的，依照《某市市容管理条例》第三十条的规定处五百元罚款。", title)
    assert not any(quoting(applied, sentence) for sentence in applied.sentences)
    waived = look(ROW.format(law="《某市市容管理条例》"), "双塔镇依法不予行政处罚的轻微市容违法行为清单")
    assert all(quoting(waived, sentence) for sentence in waived.sentences)
    plain = look("《某市市容管理条例》第三十条停放杂物的，处五百元以下罚款。")
    assert not any(quoting(plain, sentence) for sentence in plain.sentences)
