"""What a text says of its own life."""

from datetime import date

import pytest
from beishen.corpora.laws.clauses import commencement_day, read_life
from beishen.corpora.laws.names import rank_guess
from beishen.corpora.laws.record import Provision
from beishen.corpora.text import Rank


def life_of(*texts: str, name: str = "某法"):  # type: ignore[no-untyped-def]
    return read_life(name, tuple(Provision(f"第{i}条", "", text) for i, text in enumerate(texts, 1)))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("本法自2021年7月15日起施行。", date(2021, 7, 15)),
        ("本条例自二〇一九年十月一日起施行。", date(2019, 10, 1)),
        ("本规定从1999年 1月 1日起正式施行", date(1999, 1, 1)),
        ("本办法自公布之日起施行。", date(2020, 1, 10)),
        ("本办法自公布之日起30日后施行。", date(2020, 2, 9)),
        ("本规定自发布之日起三十日后施行。", date(2020, 2, 9)),
        ("本法自2021年2月30日起施行。", None),
        ("军队的管理办法另行规定。", None),
    ],
)
def test_commencement(text: str, day: date | None) -> None:
    assert commencement_day(life_of("为了管理，制定本法。", text), date(2020, 1, 10)) == day


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("本法自2021年1月1日起施行。《甲法》、《乙法》同时废止。", ("甲法", "乙法")),
        ("1990年5月1日国务院发布的《丙条例》同时废止。", ("丙条例",)),
        ("1990年国务院发布的灯笼条例同时废止。", ("灯笼条例",)),
        ("本法施行后，《戊法》第三条同时废止。", ()),
        ("《关于〈己法〉的补充规定》即行废止", ("关于〈己法〉的补充规定",)),
        ("《庚法》修改后，原规定不再适用。", ()),
        ("《辛办法》（2001年1月1日公布，根据2004年3月2日《决定》修改）同时废止。", ("辛办法",)),
        ("2003年第5号修改的《壬规定》同时废止。", ("壬规定",)),
    ],
)
def test_repeals(text: str, names: tuple[str, ...]) -> None:
    found = life_of("总则。", text).repeals
    assert tuple(name.replace("《", "〈").replace("》", "〉") for name in found) == names


def test_amends_by_title() -> None:
    assert life_of("条目一", name="关于修改《甲法》的决定").amends == ("甲法",)
    assert life_of("条目一", name="某法").amends == ()


def test_amends_by_body_of_a_package() -> None:
    life = life_of("对《乙法》作出修改：", "对《丙法》作出修改：", name="关于修改《甲法》等三部法律的决定")
    assert set(life.amends) == {"甲法", "乙法", "丙法"}


@pytest.mark.parametrize(
    ("name", "rank"),
    [
        ("中华人民共和国甲法", Rank.LAW),
        ("《甲管理条例》", Rank.ADMIN_REGULATION),
        ("某某省甲条例", Rank.LOCAL_REGULATION),
        ("甲管理办法（试行）", Rank.DEPARTMENT_RULE),
        ("某某市甲规定", Rank.LOCAL_RULE),
        ("最高人民法院关于甲的解释", Rank.JUDICIAL),
        ("关于甲的通知", None),
    ],
)
def test_rank_guess(name: str, rank: Rank | None) -> None:
    assert rank_guess(name) is rank
