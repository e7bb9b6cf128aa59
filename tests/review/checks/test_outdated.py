"""What is gone is named once, where the text still treats it as standing; the end itself stays quiet."""

from datetime import date
from pathlib import Path

import pytest
from beishen.corpora.errors import RuleInvalid
from beishen.corpora.intake import Overrides, read
from beishen.corpora.limits import Limits
from beishen.eval.casedoc import document
from beishen.review.checks.outdated import outdated
from beishen.review.engine import Engine
from beishen.review.finding import Finding, FindingLevel
from beishen.review.pipeline import judge

DAY = date(2026, 11, 23)


def found(engine: Engine, clause: str, day: date = DAY) -> list[Finding]:
    text = read(document(clause, "双塔县人民政府", "双塔县服务业管理办法"), Limits(), Overrides("双塔县人民政府"))
    findings, problems = judge(text, engine, day)
    assert problems == ()
    return [f for f in findings if f.rule.startswith(("stale.matter", "stale.standard"))]


GONE = [
    ("第五条 从事餐饮经营的，应当持食品卫生许可证和健康证明上岗。", "食品卫生许可证", FindingLevel.DOUBT),
    ("第五条 申请补贴的单位应当提交组织机构代码证复印件。", "组织机构代码证", FindingLevel.DOUBT),
    ("第五条 外来务工人员申请公租房，应当提交暂住证。", "暂住证", FindingLevel.DOUBT),
    ("第五条 投标人应当具有物业服务企业二级以上资质。", "物业服务企业二级以上资质", FindingLevel.DOUBT),
    ("第五条 住宿业户按照规定缴纳营业税、城市维护建设税。", "营业税", FindingLevel.DOUBT),
    ("第五条 参加新型农村合作医疗的居民凭证报销。", "新型农村合作医疗", FindingLevel.DOUBT),
    ("第五条 因调取登记材料受阻的，由行政监察机关依法处理。", "行政监察机关", FindingLevel.HINT),
    ("第五条 生活饮用水应当符合 GB 5749-2006 的规定。", "GB 5749-2006", FindingLevel.DOUBT),
    ("第五条 申请时提交营业执照、税务登记证原件和复印件。", "税务登记证", FindingLevel.DOUBT),
    ("第五条 未取得税务登记证的，不得参加投标。", "税务登记证", FindingLevel.DOUBT),
    ("第五条 无需办理税务登记证的申请人，应当出具说明。", "税务登记证", FindingLevel.DOUBT),
    ("第五条 困难业户三年内免征营业税。", "营业税", FindingLevel.DOUBT),
    ("第五条 区域噪声执行《城市区域环境噪声标准》。", "《城市区域环境噪声标准》", FindingLevel.DOUBT),
    ("第五条 运输木材应当随车携带木材运输证。", "木材运输证", FindingLevel.DOUBT),
    ("第五条 设立企业先领取企业名称预先核准通知书。", "企业名称预先核准通知书", FindingLevel.DOUBT),
    ("第五条 中标单位应当配备二级以上项目经理。", "二级以上项目经理", FindingLevel.DOUBT),
    ("第五条 个体工商户按季缴纳个体工商户管理费。", "个体工商户管理费", FindingLevel.DOUBT),
    ("第五条 住院的无业人员由村提留列支补助。", "村提留", FindingLevel.DOUBT),
    ("第五条 系统按照GB/T 22239-2008定级备案。", "GB/T 22239-2008", FindingLevel.DOUBT),
    (
        "第五条 根据《双塔县旅游发展规划（2018-2022年）》，安排项目。",
        "《双塔县旅游发展规划（2018-2022年）》",
        FindingLevel.HINT,
    ),
    ("第五条 项目安排落实《双塔县“十三五”服务业规划》。", "《双塔县“十三五”服务业规划》", FindingLevel.HINT),
    ("第五条 违法经营的，由工商行政管理部门依法查处。", "工商行政管理部门", FindingLevel.HINT),
    ("第五条 噪声排放执行《工业企业厂界噪声标准》（GB12348-90）。", "GB12348-90", FindingLevel.DOUBT),
]
STANDS = [
    "第五条 从事餐饮经营的，应当依法取得食品经营许可证。",
    "第五条 登记机关不再要求提交组织机构代码证、税务登记证。",
    "第五条 取消暂住证，全面实施居住证制度。",
    "第五条 招标文件不得要求投标人具有物业服务企业资质。",
    "第五条 营业税改征增值税后，住宿业户按照规定缴纳增值税。",
    "第五条 原新型农村合作医疗参保人员的待遇平稳衔接。",
    "第五条 发现职务违法问题线索的，移送监察机关依法处理。",
    "第五条 用人单位应当接受劳动保障监察机构的检查。",
    "第五条 生活饮用水应当符合 GB 5749-2022 的规定。",
    "第五条 声环境质量执行 GB 3096-2008。",
    "第五条 办理入学不得要求提供计划生育证明、税务登记证。",
    "第五条 推进城乡统筹发展，完善公共服务。",
    "第五条 由市文化和旅游局负责解释。",
    "第五条 申请补贴无需提供税务登记证。",
    "第五条 报表列明企业名称、税务登记证号。",
    "第五条 声环境执行《声环境质量标准》。",
    "第五条 根据《双塔县旅游发展规划（2021-2035年）》，安排项目。",
    "第五条 编制《双塔县旅游发展规划（2018-2022年）》的费用已经结清。",
    "第五条 对已取消的木材运输证不再查验。",
    "第五条 工商行政管理部门的职责划转至市场监督管理部门。",
    "第五条 系统按照GB/T 22239-2019定级备案。",
    "第五条 项目实行项目经理负责制，项目经理应当为一级注册建造师。",
]


@pytest.mark.parametrize(("clause", "words", "level"), GONE)
def test_what_is_gone(engine: Engine, clause: str, words: str, level: FindingLevel) -> None:
    (finding,) = found(engine, clause)
    assert (finding.quote, finding.level) == (words, level)
    assert finding.types == ("stale",)


@pytest.mark.parametrize("clause", STANDS)
def test_what_stands_and_what_speaks_of_the_end(engine: Engine, clause: str) -> None:
    assert found(engine, clause) == []


def test_the_day_decides(engine: Engine) -> None:
    clause = "第五条 申请补贴的单位应当提交组织机构代码证复印件。"
    assert found(engine, clause, date(2015, 9, 30)) == []
    assert len(found(engine, clause, date(2015, 10, 1))) == 1


def test_named_once_a_document(engine: Engine) -> None:
    clause = "第五条 申请人应当提交暂住证。暂住证遗失的，应当补办暂住证。"
    assert [f.quote for f in found(engine, clause)] == ["暂住证"]


def test_a_table_with_a_mistake_names_the_file(tmp_path: Path) -> None:
    table = tmp_path / "outdated.toml"
    table.write_text(
        '[[matter]]\nname = "甲"\nwords = ["甲("]\nby = "乙"\nday = 2020-01-01\nadvice = "丙"\n[standards]\n'
    )
    with pytest.raises(RuleInvalid, match=r"outdated\.toml"):
        outdated(table)
