"""What outranks whom, as a table."""

import pytest
from beishen.corpora.text import Instrument, Level, Rank, Region
from beishen.index.scope import scope

JIANG, SUZHOU = Region("江苏省"), Region("江苏省", "苏州市")
KUNSHAN = Region("江苏省", "苏州市", "昆山市")
NATIONAL = [Rank.CONSTITUTION, Rank.LAW, Rank.ADMIN_REGULATION, Rank.DEPARTMENT_RULE, Rank.JUDICIAL]
REGULATION, RULE = Rank.LOCAL_REGULATION, Rank.LOCAL_RULE


@pytest.mark.parametrize(
    ("instrument", "level", "region", "national", "local"),
    [
        ("法律", "其他", Region(), 1, []),
        ("行政法规", "国务院", Region(), 2, []),
        ("部门规章", "国务院部门", Region(), 3, []),
        ("规范性文件", "国务院", Region(), 3, []),
        ("规范性文件", "国务院部门", Region(), 5, []),
        ("地方性法规", "省级人大", JIANG, 3, []),
        ("地方性法规", "市级人大", SUZHOU, 3, [(REGULATION, JIANG)]),
        ("地方政府规章", "省级政府", JIANG, 3, [(REGULATION, JIANG)]),
        ("地方政府规章", "市级政府", SUZHOU, 3, [(REGULATION, JIANG), (REGULATION, SUZHOU), (RULE, JIANG)]),
        ("规范性文件", "省级部门", JIANG, 5, [(REGULATION, JIANG), (RULE, JIANG)]),
        (
            "规范性文件",
            "县级政府",
            KUNSHAN,
            5,
            [(REGULATION, JIANG), (RULE, JIANG), (REGULATION, SUZHOU), (RULE, SUZHOU)],
        ),
        ("其他", "其他", Region(), 5, []),
    ],
)
def test_scope(instrument: str, level: str, region: Region, national: int, local: list[tuple[Rank, Region]]) -> None:
    made = scope(Instrument(instrument), Level(level), region)
    assert made.national == frozenset(NATIONAL[:national])
    assert made.local == frozenset(local)


def test_a_local_rank_without_its_region_is_not_held() -> None:
    made = scope(Instrument.NORMATIVE, Level.COUNTY_GOVERNMENT, KUNSHAN)
    assert made.holds(REGULATION, SUZHOU)
    assert not made.holds(REGULATION, Region("浙江省"))
    assert not made.holds(REGULATION, Region())
    assert not made.holds(Rank.LAW, JIANG)
