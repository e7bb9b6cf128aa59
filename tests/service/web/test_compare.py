"""Two versions side by side: nothing lost, nothing twice, changed words marked."""

import time

from beishen.service.web.compare import side_by_side
from hypothesis import given
from hypothesis import strategies as st

OLD = (
    "第一条 为了规范停车。",
    "第六条 应当在四十日内作出决定。",
    "第七条 可以扣押车辆。",
    "第八条 自2025年6月1日起施行。",
)
NEW = ("第一条 为了规范停车。", "第六条 应当在二十日内作出决定。", "第七条 自2025年7月1日起施行。", "附件：收费标准表")


def side(rows, name):
    return tuple("".join(text for text, _ in getattr(row, name)) for row in rows if getattr(row, name))


def test_changed_words() -> None:
    rows = side_by_side(OLD, NEW)
    assert [row.kind for row in rows] == ["same", "changed", "removed", "changed", "added"]
    assert [text for text, changed in rows[1].old if changed] == ["四"]
    assert [text for text, changed in rows[1].new if changed] == ["二"]
    assert ("6", True) in rows[3].old and ("7", True) in rows[3].new


PARAGRAPHS = st.lists(st.text("甲乙丙丁一二三0123。", min_size=1, max_size=12), max_size=8).map(tuple)


@given(PARAGRAPHS, PARAGRAPHS)
def test_every_paragraph_once_in_order(old, new) -> None:
    rows = side_by_side(old, new)
    assert side(rows, "old") == old
    assert side(rows, "new") == new
    assert all(bool(row.old) != (row.kind == "added") for row in rows)
    assert all(bool(row.new) != (row.kind == "removed") for row in rows)


@given(PARAGRAPHS)
def test_equal_versions_show_no_change(text) -> None:
    assert all(row.kind == "same" for row in side_by_side(text, text))


def test_documents_that_share_nothing_take_no_time() -> None:
    """Two long documents without a common paragraph, and two endless paragraphs."""
    begun = time.process_time()
    old = ["".join(chr(0x4E00 + (n * 37 + i * 7) % 3000) for i in range(90)) for n in range(800)]
    new = ["".join(chr(0x6E00 + (n * 41 + i * 11) % 3000) for i in range(90)) for n in range(800)]
    kinds = [row.kind for row in side_by_side(old, new)]
    assert (kinds.count("removed"), kinds.count("added")) == (800, 800)
    assert [row.kind for row in side_by_side(["长" * 200_000], ["长" * 200_001])] == ["changed"]
    assert time.process_time() - begun < 15
