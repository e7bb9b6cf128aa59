"""The text cut for the workbench loses nothing and marks exactly what a finding names."""

from beishen.service.web.passages import Mark, blocks
from hypothesis import given
from hypothesis import strategies as st

TEXT = "关于停车的通知\n各单位：\n第一条 停车缴费。\n　　逾期罚款𠮷元。\n\n第二条 本通知即日施行。\n"
FIRST, SECOND = TEXT.index("第一条"), TEXT.index("第二条")
INSPECTION = {
    "text": TEXT,
    "clauses": [
        {"id": "1", "path": ["第一条"], "start": FIRST, "end": SECOND, "role": "provision"},
        {"id": "2", "path": ["第二条"], "start": SECOND, "end": len(TEXT), "role": "commencement"},
    ],
    "evidence": {"title": [0, 7]},
    "parts": [],
}


def runs(marks=()):
    return [run for block in blocks(INSPECTION, marks) for paragraph in block.paragraphs for run in paragraph]


def test_every_line_stands_once() -> None:
    lines = [line for line in TEXT.splitlines() if line.strip()]
    shown = ["".join(run.text for run in p) for block in blocks(INSPECTION, ()) for p in block.paragraphs]
    assert shown == lines


def test_roles_and_clauses() -> None:
    assert [(block.role, block.clause) for block in blocks(INSPECTION, ())] == [
        ("title", ""),
        ("gap", ""),
        ("provision", "1"),
        ("commencement", "2"),
    ]


@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)), st.booleans()), max_size=6))
def test_marks_cover_what_they_name(spans) -> None:
    marks = tuple(
        Mark(number, f"f{number}", min(a, b), max(a, b), "doubt", rejected)
        for number, (a, b, rejected) in enumerate(spans, 1)
    )
    shown = runs(marks)
    assert all(run.text == TEXT[run.at : run.at + len(run.text)] for run in shown)
    for mark in marks:
        named = {at for at in range(mark.start, mark.end) if TEXT[at] != "\n"}
        covered = {run.at + i for run in shown if mark in run.marks for i in range(len(run.text))}
        blank = {at for at in named if at not in {run.at + i for run in shown for i in range(len(run.text))}}
        assert covered == named - blank


def test_the_strongest_open_finding_gives_the_tone() -> None:
    at = TEXT.index("罚款")
    marks = (
        Mark(1, "f1", at, at + 2, "hint"),
        Mark(2, "f2", at, at + 2, "conflict", rejected=True),
        Mark(3, "f3", at, at + 4, "doubt"),
    )
    run = next(run for run in runs(marks) if run.at == at)
    assert (run.level, run.rejected, run.anchors) == ("doubt", False, "f3 f1 f2")
    assert [mark.number for mark in run.ends] == [1, 2]


def test_rejected_alone_is_quiet() -> None:
    at = TEXT.index("罚款")
    run = next(run for run in runs((Mark(1, "f1", at, at + 2, "doubt", rejected=True),)) if run.at == at)
    assert run.rejected
