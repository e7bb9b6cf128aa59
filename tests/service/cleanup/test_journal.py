"""The journal: nothing done is lost or repeated, a full disk leaves it as it was."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from beishen.corpora.errors import BadArgument
from beishen.service.cleanup_journal import NAME, Journal, Listed
from beishen.service.errors import DiskFull


def files(count: int, stamp: int = 1) -> list[Listed]:
    return [Listed(f"{at:03d}.txt", f"/x/{at:03d}.txt", 10, stamp) for at in range(count)]


def test_done_files_wait_no_more_and_cards_keep_the_order_of_names(tmp_path: Path) -> None:
    with Journal.open(tmp_path) as journal:
        journal.enlist(files(3))
        tasks = journal.waiting(0, 10)
        assert [task.name for task in tasks] == ["000.txt", "001.txt", "002.txt"]
        for task in reversed(tasks):
            journal.finish(task.seq, tuple(json.dumps({"file": task.name, "part": part}) for part in range(2)))
        assert journal.counts() == (3, 3)
        assert journal.waiting(0, 10) == ()
    with Journal.open(tmp_path) as again:
        assert [(row["file"], row["part"]) for row in again.cards()] == [
            (f"00{at}.txt", part) for at in range(3) for part in range(2)
        ]


def test_a_changed_file_is_open_again_and_others_stay_done(tmp_path: Path) -> None:
    with Journal.open(tmp_path) as journal:
        journal.enlist(files(2))
        for task in journal.waiting(0, 10):
            journal.finish(task.seq, ("{}",))
        journal.enlist([files(2)[0], files(2, stamp=2)[1]])
        assert [task.name for task in journal.waiting(0, 10)] == ["001.txt"]


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"no database at all" * 100)
    with pytest.raises(BadArgument, match="不是清理进度文件"):
        Journal.open(tmp_path)


KILLED = """
import os, signal, sys
from pathlib import Path
from beishen.service.cleanup_journal import Journal, Listed
with Journal.open(Path(sys.argv[1])) as journal:
    journal.enlist([Listed(f"{at:03d}", "p", 1, 1) for at in range(50)])
    for at, task in enumerate(journal.waiting(0, 50)):
        if at == 20:
            # Killed inside a transaction: the cards are written, the mark is not.
            journal._connection.execute("BEGIN IMMEDIATE")
            journal._connection.execute("INSERT INTO card VALUES (?, 0, '{}')", (task.seq,))
            os.kill(os.getpid(), signal.SIGKILL)
        journal.finish(task.seq, ('{"file": "%s"}' % task.name,))
"""


def test_a_kill_inside_a_transaction_loses_that_file_only(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, timeout=60)
    assert ended.returncode == -9
    with Journal.open(tmp_path) as journal:
        assert journal.counts() == (20, 50)
        assert [row["file"] for row in journal.cards()] == [f"{at:03d}" for at in range(20)]
        assert journal.waiting(0, 1)[0].name == "020"


FULL = """
import resource, signal, sys
from pathlib import Path
from beishen.service.cleanup_journal import Journal, Listed
from beishen.service.errors import DiskFull
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Journal.open(Path(sys.argv[1])) as journal:
    journal.enlist([Listed(f"{at:03d}", "p", 1, 1) for at in range(200)])
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
    done = 0
    try:
        for task in journal.waiting(0, 200):
            journal.finish(task.seq, ('"' + "x" * 8000 + '"',))
            done += 1
    except DiskFull as error:
        print(done, error.code, "--resume" in error.remedy)
"""


def test_a_full_disk_is_told_by_code_and_what_was_done_stays(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], check=True, timeout=60, capture_output=True, text=True
    )
    done, code, resumable = ended.stdout.split()
    assert (code, resumable) == (DiskFull.code, "True")
    assert 0 < int(done) < 200
    with Journal.open(tmp_path) as journal:
        assert journal.counts() == (int(done), 200)
        for task in journal.waiting(0, 200):
            journal.finish(task.seq, ("{}",))
        assert journal.counts() == (200, 200)


def test_a_hundred_thousand_files_are_enlisted_and_taken_in_batches(tmp_path: Path) -> None:
    def many() -> object:
        return (Listed(f"{at:06d}.txt", "p", 1, 1) for at in range(100_000))

    with Journal.open(tmp_path) as journal:
        journal.enlist(many())  # type: ignore[arg-type]
        journal.enlist(many())  # type: ignore[arg-type]
        assert journal.counts() == (0, 100_000)
        assert [task.name for task in journal.waiting(99_990, 64)][-1] == "099999.txt"
