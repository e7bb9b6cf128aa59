"""A real worker beside the office: poisonous files, hung and dead workers, deliveries, logs."""

import hmac
import http.server
import json
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from hashlib import sha256

import pytest
from beishen.corpora.errors import FileUnsupported
from beishen.service import logs
from beishen.service.errors import DatabaseGone
from beishen.service.jobs import delivering, examining, workflows
from beishen.service.office import jobs, submission, webhooks
from beishen.service.office.desk import SYSTEM
from beishen.service.store.tables import Delivery

PATIENCE = 600
TEXT = "青岭县集市管理办法\n第一条 制定本办法。\n第二条 未经许可摆摊的，处三千元罚款。\n"


@pytest.fixture
def bench(staff, engine) -> Iterator[examining.Bench]:
    found = examining.Bench(staff.office, engine, PATIENCE)
    yield found
    found.thread.shutdown()


def ask(staff, text: str = TEXT, name: str = "办法.txt") -> str:
    with staff.office.desk(staff["submitter"]) as desk:
        return submission.ask(desk, submission.Upload(name, text.encode())).id


def state(staff, job_id: str) -> jobs.Asked:
    with staff.office.look(staff["submitter"]) as desk:
        return jobs.get(desk, job_id)


def test_a_file_that_kills_its_worker_is_given_up_after_three_tries(staff, bench: examining.Bench) -> None:
    job_id = ask(staff)
    for _ in range(examining.MAX_ATTEMPTS):
        pid = os.fork()
        if pid == 0:
            # What a crashing parser does: the process goes while the file is being read.
            bench.office.database.engine.dispose(close=False)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            object.__setattr__(bench, "thread", Crashing())
            examining.examine(bench, job_id)
            os._exit(0)
        assert os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    assert state(staff, job_id).state == "running"
    other = ask(staff, name="另一份.txt")
    for ident in (job_id, other):
        examining.keep(bench, ident, examining.examine(bench, ident))
    assert (state(staff, job_id).state, state(staff, job_id).code) == ("failed", "job.poisonous")
    assert state(staff, other).state == "done"


class Crashing:
    """A thread in which the process dies."""

    def submit(self, *_args: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


def test_an_unreadable_file_fails_its_own_job_with_the_readers_code(staff, bench: examining.Bench) -> None:
    with pytest.raises(FileUnsupported):
        ask(staff, "\x7fELF" + "\0" * 64, "a.txt")
    job_id = ask(staff, "。。。\n", "空.txt")
    examining.keep(bench, job_id, examining.examine(bench, job_id))
    found = state(staff, job_id)
    assert found.state in ("done", "failed") and found.attempts == 1
    with staff.office.desk(staff["submitter"]) as desk:
        if found.state == "failed":
            assert found.code and jobs.again(desk, job_id).state == "queued"


def test_a_review_that_hangs_is_left(staff, bench: examining.Bench) -> None:
    job_id = ask(staff)
    release = threading.Event()
    bench.thread.submit(release.wait)
    hasty = examining.Bench(bench.office, bench.engine, 0.2, bench.thread)
    with pytest.raises(examining.Hung):
        examining.examine(hasty, job_id)
    release.set()
    assert state(staff, job_id).attempts == 1


def test_work_waits_for_a_database_that_is_away() -> None:
    stop, tries = threading.Event(), []

    def work() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise DatabaseGone("数据库暂时无法使用")
        return "done"

    assert workflows.patiently(work, stop) == "done" and len(tries) == 3


def test_two_workers_share_a_queue_and_the_dead_ones_work_is_taken_over(staff, settings, crew):
    workers = crew(settings)
    ids = [ask(staff, TEXT + str(number)) for number in range(6)]
    workers.fork(40)
    workers.fork(0)
    until(lambda: all(state(staff, ident).state == "done" for ident in ids))
    assert {state(staff, ident).state for ident in ids} == {"done"}


def test_work_goes_on_when_the_database_comes_back(staff, settings, crew, postgres):
    if staff.office.database.is_sqlite:
        pytest.skip("SQLite has no server that could go away")
    import psycopg

    workers = crew(settings)
    ids = [ask(staff, TEXT + str(number)) for number in range(8)]
    workers.fork(0)
    until(lambda: any(state(staff, ident).state == "done" for ident in ids))
    name = settings.database.rpartition("/")[2]
    admin = f"postgresql://beishen@127.0.0.1:{postgres.port}/postgres"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        time.sleep(2)
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    until(lambda: all(state(staff, ident).state == "done" for ident in ids))
    assert {state(staff, ident).state for ident in ids} == {"done"}
    workers.collect()
    assert len(workers.alive) == 1


class Receiver(http.server.BaseHTTPRequestHandler):
    """Answers 500 until told otherwise, and remembers what came."""

    answers: list[int]
    got: list[tuple[dict[str, str], bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((dict(self.headers), body))
        self.send_response(self.answers.pop(0))
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        return


@pytest.fixture
def receiver() -> Iterator[tuple[str, type[Receiver]]]:
    kind = type("Here", (Receiver,), {"answers": [500, 204, 204], "got": []})
    server = http.server.HTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", kind
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_delivery_is_signed_retried_and_never_sent_again(staff, bench: examining.Bench, receiver) -> None:
    url, kind = receiver
    with staff.office.desk(staff["submitter"]) as desk:
        hook = webhooks.add(desk, url)
    job_id = ask(staff)
    examining.keep(bench, job_id, examining.examine(bench, job_id))
    with staff.office.look(SYSTEM) as desk:
        delivery = desk.session.query(Delivery).one()
    assert [delivering.send(staff.office, delivery.id) for _ in range(3)] == [False, True, True]
    assert len(kind.got) == 2
    headers, body = kind.got[1]
    stamp, mark = (part.partition("=")[2] for part in headers["X-Beishen-Signature"].split(","))
    signed = f"{stamp}.{delivery.id}.".encode() + body
    assert hmac.compare_digest(mark, hmac.new(hook.secret.encode(), signed, sha256).hexdigest())
    assert json.loads(body)["event"] == "review.done" and json.loads(body)["subject"] == f"job:{job_id}"
    with staff.office.look(staff["submitter"]) as desk:
        sent = webhooks.deliveries(desk, hook.id)
    assert [(row.state, row.attempts, row.answer) for row in sent] == [("done", 2, 204)]


def test_a_delivery_goes_to_the_address_that_was_looked_at(staff, bench, receiver, monkeypatch) -> None:
    """A name that answers harmlessly once and with an inner address the next time gains nothing: it is asked once."""
    url, kind = receiver
    kind.answers[:] = [204]
    asked: list[str] = []
    known = socket.getaddrinfo

    def answering(host, *rest, **more):  # type: ignore[no-untyped-def]
        if host != "oa.example":
            return known(host, *rest, **more)
        asked.append(host)
        return known("127.0.0.1" if len(asked) == 1 else "169.254.169.254", *rest, **more)

    with staff.office.desk(staff["submitter"]) as desk:
        webhooks.add(desk, url.replace("127.0.0.1", "oa.example"))
    job_id = ask(staff)
    examining.keep(bench, job_id, examining.examine(bench, job_id))
    monkeypatch.setattr(socket, "getaddrinfo", answering)
    with staff.office.look(SYSTEM) as desk:
        delivery = desk.session.query(Delivery).one()
    assert delivering.send(staff.office, delivery.id)
    assert asked == ["oa.example"]
    assert kind.got[0][0]["Host"].startswith("oa.example:")
    asked.append("later")
    assert webhooks.addresses("oa.example") == ()


def test_a_delivery_nobody_takes_is_given_up(staff, bench: examining.Bench) -> None:
    with staff.office.desk(staff["submitter"]) as desk:
        hook = webhooks.add(desk, "http://127.0.0.1:9/closed")
    job_id = ask(staff)
    examining.keep(bench, job_id, examining.examine(bench, job_id))
    with staff.office.look(SYSTEM) as desk:
        delivery = desk.session.query(Delivery).one()
    assert not delivering.send(staff.office, delivery.id)
    delivering.give_up(staff.office, delivery.id)
    with staff.office.look(staff["submitter"]) as desk:
        assert [row.state for row in webhooks.deliveries(desk, hook.id)] == ["failed"]


def test_logs_are_json_and_hold_no_words_of_a_document() -> None:
    formatter = logs.Lines()
    secret = "处三千元罚款"
    try:
        raise ValueError(secret)
    except ValueError as error:
        ours = logging.LogRecord("beishen.jobs", 40, "a.py", 1, "review failed", (), (ValueError, error, None))
        theirs = logging.LogRecord("dbos", 40, "b.py", 2, f"step failed: {secret}", (), (ValueError, error, None))
    ours.job = "abc"
    ours.text = secret
    for record in (ours, theirs):
        line = formatter.format(record)
        assert secret not in line and json.loads(line)["level"] == "error"
    assert json.loads(formatter.format(ours))["job"] == "abc"


def until(true: Callable[[], bool]) -> None:
    """Wait for a state, as long as it takes a machine with far more to do than this."""
    deadline = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < deadline:
        time.sleep(0.1)
