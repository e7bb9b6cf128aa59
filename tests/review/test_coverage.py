"""What was searched is said with how much there was to search."""

from beishen.corpora.laws.record import Count
from beishen.corpora.text import Rank, Region, Span
from beishen.review.coverage import completed, held
from beishen.review.finding import Finding, FindingLevel
from beishen.review.render.words import searched

COUNTS = (
    Count(Rank.LAW, "", 378, 400, 26000),
    Count(Rank.LOCAL_REGULATION, "江苏省", 12, 12, 300),
    Count(Rank.LOCAL_REGULATION, "浙江省", 40, 40, 900),
)
KUNSHAN = Region("江苏省", "苏州市", "昆山市")


def finding(why: dict[str, object]) -> Finding:
    return Finding("f1", "fee.charge@1", FindingLevel.DOUBT, ("fee",), "1", Span(0, 2), "甲乙", "请核对。", why)


def test_only_local_law_of_the_region_counts() -> None:
    laws = held(COUNTS, KUNSHAN)
    assert (laws["法律"], laws["地方性法规"], laws["行政法规"]) == (378, 12, 0)
    assert held(COUNTS, Region())["地方性法规"] == 0


def test_a_search_says_how_complete_the_store_is() -> None:
    asked = {"ranks": ["法律", "行政法规", "地方性法规"], "not_in_store": ["行政法规"], "found": []}
    found = completed(finding({"basis_searched": asked}), held(COUNTS, Region("河南省")))
    assert found.why["basis_searched"]["not_in_store"] == ("行政法规", "地方性法规")  # type: ignore[index]
    assert "法律（库中 378 部）、行政法规（未入库）、地方性法规（未入库）" in searched(found)


def test_a_finding_without_a_search_stays_as_it_is() -> None:
    assert completed(finding({"check": "power"}), held(COUNTS, KUNSHAN)).why.plain() == {"check": "power"}
