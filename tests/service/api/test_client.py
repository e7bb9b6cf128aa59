"""The typed client against the running application, and webhooks as a receiver checks them."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from beishen.client import Client, Problem, Upload, signed
from beishen.service.jobs import delivering


@pytest.fixture
def client(desk) -> Iterator[Client]:  # type: ignore[no-untyped-def]
    """The client over a real connection to the application."""
    server = uvicorn.Server(uvicorn.Config(desk.app, host="127.0.0.1", port=0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    with Client(f"http://127.0.0.1:{port}", desk.tokens["registrar"]) as found:
        yield found
    server.should_exit = True
    thread.join(10)


def test_file_wait_report(desk, client: Client, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "办法.txt"
    path.write_text(desk.text, "utf-8")
    organ = desk.organs["双塔县人民政府"]
    filed = client.file(
        [path, Upload("说明.txt", "起草说明\n制定背景。".encode(), "explanation")], "oa-1", organ_id=organ
    )
    assert (
        client.file([path, Upload("说明.txt", "起草说明\n制定背景。".encode(), "explanation")], "oa-1", organ_id=organ)
        == filed
    )
    assert client.wait(filed["job"]["id"], seconds=0)["state"] == "queued"
    desk.examine(filed["job"]["id"])
    assert client.wait(filed["job"]["id"])["state"] == "done"
    assert client.report(filed["job"]["id"])["findings"]
    assert [row["id"] for row in client.filings(limit=1)] == [filed["filing"]["id"]]
    assert client.article("行政许可法", 17)["number"] == "第十七条"


def test_clean_up_decide_fetch(desk, client: Client) -> None:  # type: ignore[no-untyped-def]
    from beishen.service.jobs import cleanups as jobs
    from beishen.service.office.desk import SYSTEM
    from beishen.service.store.tables import CleanupFile

    files = [Upload(f"{number}.txt", f"{desk.text}\n第{number}份".encode()) for number in range(2)]
    found = client.clean_up(files, "oa-clean-1", name="年度清理")
    assert client.clean_up(files, "oa-clean-1", name="年度清理") == found
    assert client.clean_up_wait(found["id"], seconds=0)["state"] == "examining"
    with desk.office.look(SYSTEM) as opened:
        waiting = [row.id for row in opened.session.query(CleanupFile)]
    for ident in waiting:
        jobs.keep(desk.office, ident, jobs.examine(desk.bench, ident))
    jobs.judge(desk.office, found["id"])
    assert client.clean_up_wait(found["id"])["state"] == "ready"
    rows = list(client.clean_up_items(found["id"], limit=1))
    assert [row["file"] for row in rows] == ["0.txt", "1.txt"]
    with pytest.raises(Problem) as caught:
        client.clean_up_decide(found["id"], rows[0]["id"], "defer", note="registrars do not decide", revision=0)
    assert caught.value.code == "access.forbidden"
    assert client.clean_up_file(found["id"], "zip")[:2] == b"PK"


def test_problems_carry_the_code(client: Client) -> None:
    with pytest.raises(Problem) as caught:
        client.filing(4711)
    assert (caught.value.status, caught.value.code) == (404, "office.not_found")
    assert caught.value.request_id
    with pytest.raises(Problem, match=r"file\.empty"):
        client.ask(Upload("空.txt", b""))


def test_a_webhook_is_known_by_its_signature() -> None:
    body = json.dumps({"event": "review.done"}).encode()
    now = int(time.time())
    signature = f"t={now},v1={delivering.signature('secret', str(now), 'd-1', body)}"
    assert signed("secret", signature, "d-1", body)
    assert not signed("other", signature, "d-1", body)
    assert not signed("secret", signature, "d-2", body)
    assert not signed("secret", signature, "d-1", body + b" ")
    assert not signed("secret", signature, "d-1", body, now=now + 301)
    assert not signed("secret", "", "d-1", body)
