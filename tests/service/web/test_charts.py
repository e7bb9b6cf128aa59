"""Charts: bars as long as their counts, text escaped, no style that a policy would refuse."""

from xml.etree import ElementTree

import pytest
from beishen.service.web.charts import Series, columns, key, rows


def bars(svg: str) -> list[dict[str, str]]:
    return [node.attrib for node in ElementTree.fromstring(svg).iter("rect")]


def test_rows_are_as_long_as_their_counts() -> None:
    svg = str(rows("按层级", ("县级政府", "乡镇"), (Series("在办", (6, 2)), Series("办结", (3, 0)))))
    wide = [float(bar["width"]) for bar in bars(svg)]
    assert len(wide) == 3
    assert wide[0] == pytest.approx(3 * wide[2], abs=0.2)
    assert wide[0] == pytest.approx(2 * wide[1], abs=0.2)
    assert [node.text for node in ElementTree.fromstring(svg).iter("text") if node.get("class") == "value"] == [
        "9",
        "2",
    ]


@pytest.mark.parametrize("most", [1, 3, 7, 12, 49, 480, 12_345])
def test_columns_have_few_whole_marks(most: int) -> None:
    svg = str(columns("按月", ("1 月", "2 月"), (Series("收到", (most, 0)),)))
    marks = [int(n.text or "") for n in ElementTree.fromstring(svg).iter("text") if n.get("class") == "axis value"]
    assert 2 <= len(marks) <= 7
    assert marks[0] == 0 and marks[-1] >= most


def test_nothing_counted_draws_nothing() -> None:
    assert not bars(str(columns("按月", ("1 月",), (Series("收到", (0,)),))))
    assert "<svg" in rows("空", (), (Series("收到", ()),))


def test_names_are_escaped() -> None:
    drawn = str(rows("<b>", ("<script>",), (Series('"&', (1,)),))) + str(key((Series("<i>", (1,)),)))
    assert "<script>" not in drawn and "<b>" not in drawn and "<i>" not in drawn
    assert "style=" not in drawn
