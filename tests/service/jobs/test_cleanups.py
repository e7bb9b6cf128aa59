"""A clean-up of the office on a real engine and both databases: examined, judged, decided; killed, stopped, kept."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from beishen.corpora.errors import BadArgument
from beishen.service import audit
from beishen.service.errors import Forbidden, Stale, StateConflict
from beishen.service.jobs import cleanups as jobs
from beishen.service.jobs import examining
from beishen.service.office import cleanup_items as items
from beishen.service.office import cleanup_record as record
from beishen.service.office import cleanup_results as results
from beishen.service.office import cleanup_set, cleanups
from beishen.service.office.submission import Upload
from beishen.service.store.tables import CleanupFile

HEAD = "石桥县人民政府关于印发《石桥县{what}办法》的通知\n{number}\n各乡镇人民政府：\n"
BODY = "第一条 为规范{what}，制定本办法。\n第二条 {what}应当公开。\n第三条 本办法自{day}起施行{term}。\n"
END = "石桥县人民政府\n{day}\n"
NIGHT, PARK, DOGS, LIST, BROKEN = "夜市.txt", "停车.txt", "养犬.txt", "清单.txt", "坏.docx"
PROGRAM = "程序.txt"
UNREAD = [(BROKEN, "file.damaged"), (PROGRAM, "file.unsupported")]


def paper(what: str, number: str, day: str, term: str = "") -> bytes:
    return (HEAD + BODY + END).format(what=what, number=number, day=day, term=term).encode()


def packed() -> bytes:
    """Kept, expired by its own words, repealed by a list in the set; and one that no reader takes."""
    listing = (
        "石桥县人民政府关于公布规范性文件清理结果的通知\n石政发〔2026〕1号\n经清理，公布如下。\n附件1\n"
        "废止的规范性文件目录\n1. 石桥县人民政府关于印发《石桥县养犬管理办法》的通知（石政发〔2024〕9号）\n"
        "石桥县人民政府\n2026年1月5日\n"
    )
    files = {
        PARK: paper("停车管理", "石政发〔2025〕3号", "2025年3月1日"),
        NIGHT: paper("夜市管理", "石政发〔2020〕4号", "2020年3月1日", "，有效期三年"),
        DOGS: paper("养犬管理", "石政发〔2024〕9号", "2024年6月1日"),
        LIST: listing.encode(),
        BROKEN: b"PK\x03\x04 not a document",
        PROGRAM: b"\x7fELF" + bytes(64),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return stream.getvalue()


@pytest.fixture
def bench(staff, engine) -> Iterator[examining.Bench]:
    found = examining.Bench(staff.office, engine, 60)
    yield found
    found.thread.shutdown()


@pytest.fixture
def started(staff) -> Callable[..., int]:
    def start(**wanted: object) -> int:
        actor = staff["registrar"]
        prepared = cleanup_set.prepare(staff.office, actor, [Upload("历年文件.zip", packed())])
        with staff.office.desk(actor) as desk:
            return cleanups.start(desk, cleanups.Wanted(**wanted), prepared).id  # type: ignore[arg-type]

    return start


def files(staff) -> list[str]:
    """The files that wait for a worker."""
    with staff.office.look(staff["registrar"]) as desk:
        return [row.id for row in desk.session.query(CleanupFile).order_by(CleanupFile.seq) if row.state == "queued"]


def done(staff, bench: examining.Bench, cleanup_id: int) -> None:
    """What a worker's steps do, each twice as after a kill between step and record."""
    for ident in files(staff):
        first = jobs.examine(bench, ident)
        again = jobs.examine(bench, ident)
        for outcome in (again, first):
            jobs.keep(bench.office, ident, outcome)
    with staff.office.look(staff["registrar"]) as desk:
        assert (cleanup_id, 1) in record.ready_to_judge(desk)
    for _ in range(2):
        jobs.judge(bench.office, cleanup_id)


def by_name(staff, cleanup_id: int, **chosen: str) -> dict[str, items.Item]:
    with staff.office.look(staff["first"]) as desk:
        return {row.file: row for row in items.page(desk, cleanup_id, items.Filter(**chosen)).rows}


def test_from_files_to_a_confirmed_list(staff, bench, started) -> None:
    ident = started(name="2026 年清理")
    with staff.office.look(staff["first"]) as desk:
        assert (cleanups.get(desk, ident).state, cleanups.get(desk, ident).progress.queued) == ("examining", 5), (
            "the broken one is known"
        )
    done(staff, bench, ident)
    found = by_name(staff, ident)
    assert {name: (row.action, [reason.code for reason in row.reasons]) for name, row in found.items()} == {
        PARK: ("继续有效", []),
        NIGHT: ("宣布失效", ["term.over"]),
        DOGS: ("废止", ["list.repealed"]),
        LIST: ("继续有效", []),
    }
    assert found[NIGHT].reasons[0].place == "第三条" and "有效期三年" in found[NIGHT].reasons[0].quote
    with staff.office.look(staff["first"]) as desk:
        assert [(row.file, row.code) for row in items.unread(desk, ident)] == UNREAD
        assert (cleanups.get(desk, ident).documents, cleanups.get(desk, ident).progress.unread) == (4, 2)
        assert "夜市管理" in items.report(desk, ident, found[NIGHT].id)
    assert set(by_name(staff, ident, reason="list.repealed")) == {DOGS}
    assert set(by_name(staff, ident, action="继续有效", q="2025")) == {PARK}
    decided(staff, ident, found)
    with staff.office.look(staff["first"]) as desk:
        tally = dict(zip(results.ACTIONS, results.overall(desk, ident).counts, strict=True))
        assert tally == {"继续有效": 1, "修改": 1, "废止": 1, "宣布失效": 1, "需人工判断": 0}
        assert audit.verify(desk.session) > 4


def decided(staff, ident: int, found: dict[str, items.Item]) -> None:
    """Confirm two at once, change one, put one off; what does not fit is refused and changes nothing."""
    reviewer = staff["first"]
    pair = [(found[name].id, 0) for name in (DOGS, LIST)]
    with staff.office.desk(reviewer) as desk:
        items.confirm_many(desk, ident, pair)
    with pytest.raises(Stale), staff.office.desk(reviewer) as desk:
        items.confirm_many(desk, ident, [(found[PARK].id, 0), *pair])
    wrong = (items.Choice("change", "修改"), items.Choice("change", "销毁", "理由"), items.Choice("later", "", "理由"))
    for choice in (*wrong, items.Choice("change", "继续有效", "理由"), items.Choice("defer")):
        with pytest.raises(BadArgument), staff.office.desk(reviewer) as desk:
            items.decide(desk, ident, found[PARK].id, choice, 0)
    with pytest.raises(Forbidden), staff.office.desk(staff["registrar"]) as desk:
        items.decide(desk, ident, found[PARK].id, items.Choice("confirm"), 0)
    with pytest.raises(StateConflict, match="还有 2 件"), staff.office.desk(staff["final"]) as desk:
        cleanups.close(desk, ident)
    with staff.office.desk(reviewer) as desk:
        changed = items.decide(desk, ident, found[PARK].id, items.Choice("change", "修改", "收费标准已调整"), 0)
        items.decide(desk, ident, found[NIGHT].id, items.Choice("defer", "", "待主管部门答复"), 0)
    assert (changed.settled, changed.note, changed.revision, changed.decided_by) == (
        "修改",
        "收费标准已调整",
        1,
        "first",
    )
    with staff.office.desk(staff["final"]) as desk:
        assert cleanups.close(desk, ident).state == "closed"
    with pytest.raises(StateConflict), staff.office.desk(reviewer) as desk:
        items.decide(desk, ident, found[PARK].id, items.Choice("confirm"), 1)
    with staff.office.look(reviewer) as desk:
        history = items.history(desk, ident, found[PARK].id)
    assert [(row.verdict, row.action, row.proposed, row.person) for row in history] == [
        ("change", "修改", "继续有效", "first")
    ]


def test_a_theme_lists_what_it_touches_and_the_files_say_so(staff, bench, started) -> None:
    ident = started(theme="coercion")
    done(staff, bench, ident)
    assert by_name(staff, ident) == {}
    with staff.office.look(staff["first"]) as desk:
        special = results.statistics(desk, ident)[-1]
        assert special.title.startswith("专题：") and "审阅 4 件" in special.note
        assert results.handed(desk, ident, "xlsx", str).data[:2] == b"PK"


def test_a_law_lists_who_relies_on_it_and_how(staff, bench) -> None:
    based = paper("摊点管理", "石政发〔2025〕8号", "2025年5月1日").decode().replace(
        "为规范摊点管理，", "为规范摊点管理，根据《中华人民共和国行政处罚法》，"
    )  # fmt: skip
    uploads = [Upload("摊点.txt", based.encode()), Upload(PARK, paper("停车管理", "石政发〔2025〕3号", "2025年3月1日"))]
    prepared = cleanup_set.prepare(staff.office, staff["registrar"], uploads)
    with staff.office.desk(staff["registrar"]) as desk:
        ident = cleanups.start(desk, cleanups.Wanted(law="《行政处罚法》"), prepared).id
    done(staff, bench, ident)
    assert set(by_name(staff, ident)) == {"摊点.txt"}
    with staff.office.look(staff["first"]) as desk:
        assert cleanups.get(desk, ident).focus == "《行政处罚法》及依据它的文件"
        special = results.statistics(desk, ident)[-1]
        assert {row.name: row.total for row in special.rows} == {"作为制定依据": 1, "引用其规定": 0, "提及": 0}
        assert "审阅 2 件" in special.note


def test_what_is_handed_over_holds_reports_and_decisions(staff, bench, started) -> None:
    ident = started()
    with pytest.raises(StateConflict), staff.office.look(staff["first"]) as desk:
        results.package(desk, ident)
    done(staff, bench, ident)
    found = by_name(staff, ident)
    with staff.office.desk(staff["first"]) as desk:
        items.decide(desk, ident, found[PARK].id, items.Choice("change", "修改", "收费标准已调整"), 0)
    with staff.office.look(staff["first"]) as desk:
        made = results.package(desk, ident)
        linked = results.handed(desk, ident, "html", lambda item_id: f"/items/{item_id}/report").data.decode()
    with zipfile.ZipFile(io.BytesIO(made.data)) as held:
        names = held.namelist()
        lines = held.read("清理清单.jsonl").decode()
    assert {form.name for form in results.FORMS.values()} < set(names)
    assert sum(name.startswith("reports/") for name in names) == 4
    assert '"note":"收费标准已调整"' in lines.replace('": "', '":"') and BROKEN in lines
    assert f"/items/{found[PARK].id}/report" in linked and "更改为修改（first，2026-11-23）" in linked


def test_a_poisonous_file_is_listed_and_the_rest_goes_on(staff, bench, started) -> None:
    ident = started()
    poison = files(staff)[0]
    for _ in range(examining.MAX_ATTEMPTS):
        with staff.office.desk(staff["registrar"]) as desk:
            record.begin(desk, poison)
    jobs.keep(staff.office, poison, jobs.examine(bench, poison))
    done(staff, bench, ident)
    with staff.office.look(staff["first"]) as desk:
        assert {row.code for row in items.unread(desk, ident)} == {"job.poisonous", *(code for _, code in UNREAD)}
        assert cleanups.get(desk, ident).state == "ready"


def test_a_stopped_clean_up_takes_nothing_more(staff, bench, started) -> None:
    ident = started()
    first, *rest = files(staff)
    outcome = jobs.examine(bench, first)
    with staff.office.desk(staff["registrar"]) as desk:
        assert cleanups.stop(desk, ident).progress.dropped == 5
    jobs.keep(staff.office, first, outcome)
    assert jobs.examine(bench, rest[0]) == ""
    jobs.judge(staff.office, ident)
    with staff.office.look(staff["first"]) as desk:
        found = cleanups.get(desk, ident)
        assert (found.state, found.progress.done, found.documents) == ("stopped", 1, 0)
        assert record.ready_to_judge(desk) == ()
    with pytest.raises(StateConflict), staff.office.desk(staff["registrar"]) as desk:
        cleanups.stop(desk, ident)


def test_the_rate_is_of_late_and_tells_what_remains(staff, bench, started) -> None:
    ident = started()
    for name in files(staff)[:2]:
        staff.clock.later(minutes=1)
        jobs.keep(staff.office, name, jobs.examine(bench, name))
    with staff.office.look(staff["first"]) as desk:
        progress = cleanups.get(desk, ident).progress
    assert (progress.done, progress.rate, progress.remaining) == (3, 2.0, 90)
    staff.clock.later(days=1)
    with staff.office.look(staff["first"]) as desk:
        assert (cleanups.get(desk, ident).progress.rate or 0) < 0.1


def test_what_a_set_may_not_be(staff) -> None:
    registrar = staff["registrar"]
    for uploads in ([], [Upload("a.zip", b"")][:0]):
        with pytest.raises(BadArgument):
            cleanup_set.prepare(staff.office, registrar, uploads)
    with pytest.raises(Forbidden):
        cleanup_set.prepare(staff.office, staff["submitter"], [Upload("a.txt", b"x")])
    same = [Upload("办法.txt", b"one"), Upload("办法.txt", b"two"), Upload("空.txt", b"")]
    prepared = cleanup_set.prepare(staff.office, registrar, same)
    assert len({held.name for held in prepared.files}) == 3
    for wanted in ({"theme": "none"}, {"profile": "none-such"}, {"theme": "fee", "law": "行政许可法"}):
        with pytest.raises(BadArgument), staff.office.desk(registrar) as desk:
            cleanups.start(desk, cleanups.Wanted(**wanted), prepared)  # type: ignore[arg-type]


class Handed(jobs.Flows):
    """Writes down what is handed over."""

    def hand_over(self, file_id: str) -> None:
        self.clean(file_id)


def test_what_the_sweep_finds_lost_is_told(staff, started) -> None:
    """The engine knows one file as ended, the others not at all."""
    ident = started()
    with staff.office.desk(staff["registrar"]) as desk:
        desk.session.query(CleanupFile).update({"dispatched": desk.now})
    staff.clock.later(minutes=5)
    lost, *rest = files(staff)
    handed: list[str] = []
    flows = Handed(handed.append, lambda *_: None)
    jobs.sweep(staff.office, flows, timedelta(seconds=30), lambda _idents: {lost: "ERROR"})
    assert handed == rest
    with staff.office.look(staff["first"]) as desk:
        assert [row.code for row in items.unread(desk, ident)] == ["file.damaged", "job.lost"]
