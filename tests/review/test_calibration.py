"""Confidence as counted: rising, within its points, and only for what was counted."""

from itertools import pairwise

import pytest
from beishen.corpora.text import Span
from beishen.eval.calibrate import Point, ece, isotonic, stated, toml
from beishen.review.calibration import FILE, along, calibrated, points
from beishen.review.finding import Finding, FindingLevel

TABLE = {"doubt": ((0.4, 0.5), (0.6, 0.9))}


def finding(confidence: float, rule: str = "fee.charge@1", level: FindingLevel = FindingLevel.DOUBT) -> Finding:
    return Finding("f1", rule, level, ("fee",), "1", Span(0, 2), "甲乙", "请核对。", confidence=confidence)


@pytest.mark.parametrize(("given", "counted"), [(0.1, 0.5), (0.4, 0.5), (0.5, 0.7), (0.6, 0.9), (0.95, 0.9)])
def test_between_points_the_line_is_straight(given: float, counted: float) -> None:
    found = calibrated(finding(given), TABLE)
    assert found.confidence == pytest.approx(counted)
    assert stated(found) == given


def test_what_was_not_counted_keeps_its_confidence() -> None:
    for kept in (finding(0.5, "stale.repealed@1"), finding(0.5, level=FindingLevel.HINT)):
        assert calibrated(kept, TABLE) == kept


def test_isotonic_never_falls_and_finds_a_step() -> None:
    low = [Point("doubt", 0.3, n % 4 == 0) for n in range(40)]
    middle = [Point("doubt", 0.5, n % 5 == 0) for n in range(40)]
    high = [Point("doubt", 0.8, n % 10 != 0) for n in range(40)]
    fitted = isotonic(high + low + middle)
    assert len(fitted) == 2, "low and middle fall, so they are pooled"
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(fitted))
    assert along(fitted, 0.8) == pytest.approx(37 / 42, abs=0.01)
    assert isotonic(low[:5]) == ()


def test_ece_is_the_mean_distance() -> None:
    assert ece([]) is None
    assert ece([(0.75, True), (0.75, True), (0.75, True), (0.75, False)]) == pytest.approx(0.0)
    assert ece([(0.95, False), (0.95, False)]) == pytest.approx(0.95)


def test_shipped_points_rise_and_are_probabilities() -> None:
    for rows in points(FILE).values():
        assert all(0 < y < 1 for _, y in rows)
        assert all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(rows))


def test_the_file_written_is_the_file_read(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "c.toml"
    path.write_text(toml(TABLE, [Point("doubt", 0.4, True)]), encoding="utf-8")
    assert points(path) == TABLE
