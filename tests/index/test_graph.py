"""Citations as written, the links made of them, roles and acts, and the hop that brings the other article."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from beishen.corpora.laws.loading import load
from beishen.corpora.laws.record import LawText, Provision, TextKind
from beishen.corpora.laws.store import LawStore
from beishen.corpora.text import Article, Rank, Region
from beishen.index.citing import Citing, citings
from beishen.index.roles import Act, Role, acts, instruments, roles
from beishen.index.search import Index, Query

DAY = date(2026, 6, 1)


def article(text: str) -> Article:
    return Article("k", "花灯法", "第九条", text, "", "2020-01-01", None, None, Rank.LAW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("违反本法第三条规定的，处一千元罚款。", [Citing("", "第三条", True)]),
        ("本法第三条、第五条所称花灯。", [Citing("", "第三条", False), Citing("", "第五条", False)]),
        ("依照《渔船法》第二条的规定办理。", [Citing("渔船法", "第二条", False)]),
        ("应当遵守本法。", []),
    ],
)
def test_citations_are_read_as_written(text: str, expected: list[Citing]) -> None:
    assert list(citings(article(text))) == expected


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("除法律、法规外，其他规范性文件不得设定行政许可。", Role.LIMIT),
        ("规章不溯及既往，但为了更好地保护公民权利而作的特别规定除外。", Role.LIMIT),
        ("违反规定的，处五百元罚款。", Role.PENALTY),
        ("本法自2020年1月1日起施行。", Role.COMMENCEMENT),
        ("为了规范花灯制作，保护公共安全，制定本法。", Role.PURPOSE),
    ],
)
def test_the_role_of_an_article(text: str, role: Role) -> None:
    assert roles(text) & role
    assert not roles("花灯由竹篾扎成。") & role


def test_the_acts_of_a_clause_and_the_instruments_an_article_binds() -> None:
    assert acts("未经批准摆放花灯的，处一千元罚款") & (Act.PERMIT | Act.PENALTY) == Act.PERMIT | Act.PENALTY
    assert acts("花灯用竹篾扎成") == 0
    assert instruments("地方性法规可以设定行政处罚") != instruments("其他规范性文件不得设定行政处罚")


LAMP = LawText(
    "灯会法",
    "2021-01-01",
    Rank.LAW,
    TextKind.BODY,
    (
        Provision("第一条", "", "举办灯会应当向公安机关报告人流方案。"),
        Provision("第二条", "", "搭建彩棚应当使用阻燃材料。"),
        Provision("第三条", "", "违反本法第一条规定的，处二千元罚款。"),
        Provision("第四条", "", "本法自2021年1月1日起施行。"),
    ),
    "test",
    region=Region(),
    stated=date(2021, 1, 1),
)


def test_the_duty_and_the_article_that_punishes_its_breach_both_surface(
    tmp_path: Path, law_file: Path, encoder: Any
) -> None:
    path = tmp_path / "laws.db"
    shutil.copy(law_file, path)
    load(path, "jsonl", [LAMP], "more", DAY)
    with LawStore.open(path) as laws:
        index = Index.open(tmp_path, laws, encoder)
        hits = index.search(Query("举办灯会报告人流方案", DAY, top=100, explain=True))
    found = {(hit.article.law, hit.article.number): hit for hit in hits}
    duty, penalty = found["灯会法", "第一条"], found["灯会法", "第三条"]
    assert duty.why is not None
    assert penalty.why is not None
    assert [(link.how, link.number) for link in duty.why.links] == [("punished", "第三条")]
    assert [(link.how, link.number) for link in penalty.why.links] == [("punishes", "第一条")]
    assert "人流" in [term for term, _ in duty.why.terms]


def test_a_cited_article_comes_first(index: Index) -> None:
    plain = index.search(Query("展览备案", DAY, top=1))[0].article
    cited = index.search(Query("展览备案依照《渔船法》第二条的规定处理", DAY, top=1, explain=True))[0]
    assert plain.law != "渔船法"
    assert (cited.article.law, cited.article.number) == ("渔船法", "第二条")
    assert cited.why is not None
    assert cited.why.cited
