"""Clean-ups over the API: 202 and progress, decisions with If-Match, outputs, who may what."""

import io
import json
import zipfile
from functools import cache
from typing import Any

import pytest
from beishen.service.auth import keys
from beishen.service.jobs import cleanups as jobs
from beishen.service.office import accounts
from beishen.service.office.desk import SYSTEM, Actor
from beishen.service.office.permission import permissions
from beishen.service.store.tables import CleanupFile
from docx import Document
from openpyxl import Workbook, load_workbook

TEXTS = {
    "停车.txt": "双塔县停车管理办法\n双塔政发〔2025〕3号\n第一条 停车应当有序。\n第二条 本办法自2025年3月1日起施行。\n",
    "夜市.txt": "双塔县夜市管理办法\n双塔政发〔2020〕4号\n第一条 夜市应当有序。\n"
    "第二条 本办法自2020年3月1日起施行，有效期三年。\n",
}
NOT_THERE = "双塔县养犬管理办法"


@cache
def package() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, text in TEXTS.items():
            made.writestr(name, text)
    return stream.getvalue()


@cache
def listing() -> bytes:
    """The office's own list: one document that came, one that did not."""
    book = Workbook()
    for row in (("序号", "文件名称", "文号"), (1, "双塔县停车管理办法", "双塔政发〔2025〕3号"), (2, NOT_THERE, "")):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def start(desk, role: str = "registrar", key: str = "", **fields: str):  # type: ignore[no-untyped-def]
    files = [("files", ("文件.zip", package())), ("files", ("目录.xlsx", listing()))]
    headers = {"Idempotency-Key": key} if key else {}
    return desk.client(role).post("/v1/cleanups", files=files, data=fields, headers=headers)


@pytest.fixture
def ready(desk) -> str:  # type: ignore[no-untyped-def]
    """The address of a clean-up that was examined and judged."""
    answer = start(desk, name="年度清理", as_of="2026-11-23")
    assert answer.status_code == 202, answer.text
    place = str(answer.headers["location"])
    assert place == f"/v1/cleanups/{answer.json()['id']}"
    with desk.office.look(SYSTEM) as opened:
        waiting = [row.id for row in opened.session.query(CleanupFile)]
    for ident in waiting:
        jobs.keep(desk.office, ident, jobs.examine(desk.bench, ident))
    jobs.judge(desk.office, answer.json()["id"])
    return place


def rows(client, place: str, **chosen: str) -> dict[str, dict[str, Any]]:  # type: ignore[no-untyped-def]
    return {row["file"]: row for row in client.get(f"{place}/items", params=chosen).json()["rows"]}


def test_started_once_followed_and_listed(desk, ready: str) -> None:  # type: ignore[no-untyped-def]
    client = desk.client("registrar")
    first, again = (start(desk, key="once-and-no-more", theme="fee") for _ in range(2))
    assert first.json()["id"] == again.json()["id"] and first.json()["focus"]
    progress = first.json()["progress"]
    assert (progress["total"], progress["queued"], progress["rate"]) == (2, 2, None)
    answer = client.get(ready)
    assert (answer.json()["state"], answer.json()["documents"], answer.json()["ruled"]) == ("ready", 2, 0)
    assert client.get(ready, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    page = client.get("/v1/cleanups", params={"limit": 1})
    assert [row["id"] for row in page.json()["rows"]] == [first.json()["id"]]
    following = client.get(page.links["next"]["url"]).json()
    assert ([row["name"] for row in following["rows"]], following["next"]) == (["年度清理"], "")
    found = rows(client, ready)
    assert [found[name]["action"] for name in ("停车.txt", "夜市.txt")] == ["继续有效", "宣布失效"]
    assert found["夜市.txt"]["reasons"][0]["code"] == "term.over"
    pages = client.get(f"{ready}/items", params={"limit": 1})
    assert client.get(pages.links["next"]["url"]).json()["rows"][0]["file"] != pages.json()["rows"][0]["file"]
    assert set(rows(client, ready, reason="term.over")) == {"夜市.txt"}
    apart = client.get(f"{ready}/mismatches").json()
    assert [row["title"] for row in apart["without_file"]] == [NOT_THERE] and apart["without_row"] == ["夜市.txt"]


def test_a_person_decides_and_the_list_says_so(desk, ready: str) -> None:  # type: ignore[no-untyped-def]
    client = desk.client("first")
    parking, night = (rows(client, ready)[name]["id"] for name in ("停车.txt", "夜市.txt"))
    place = f"{ready}/items/{parking}"
    body = {"verdict": "change", "to": "修改", "note": "收费标准已调整"}
    made = client.post(f"{place}/decision", json=body, headers={"If-Match": '"0"'})
    assert (made.status_code, made.headers["etag"], made.json()["settled"]) == (200, '"1"', "修改")
    stale = client.post(f"{place}/decision", json={"verdict": "confirm"}, headers={"If-Match": '"0"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "state.stale")
    assert client.post(f"{place}/decision", json={"verdict": "defer"}).status_code == 400
    wrong = client.post(f"{ready}/confirmations", json={"items": [{"id": parking, "revision": 0}]})
    assert wrong.status_code == 412
    client.post(f"{ready}/confirmations", json={"items": [{"id": night, "revision": 0}]})
    assert [row["verdict"] for row in client.get(f"{place}/history").json()] == ["change"]
    assert set(rows(client, ready, verdict="none")) == set()
    assert set(rows(client, ready, settled="修改")) == {"停车.txt"}
    assert "停车" in client.get(f"{place}/report").text
    years = next(table for table in client.get(f"{ready}/statistics").json() if table["key"] == "year")
    assert [(row["name"], row["counts"]) for row in years["rows"]] == [
        ("2020", [0, 0, 0, 1, 0]), ("2025", [0, 1, 0, 0, 0])
    ]  # fmt: skip
    closed = desk.client("final").post(f"{ready}/steps", json={"key": "close"})
    assert closed.json()["state"] == "closed"
    assert client.post(f"{place}/decision", json=body).status_code == 409


def test_every_output_is_what_it_says(desk, ready: str) -> None:  # type: ignore[no-untyped-def]
    client = desk.client("first")
    parking = rows(client, ready)["停车.txt"]["id"]
    client.post(f"{ready}/items/{parking}/decision", json={"verdict": "change", "to": "废止", "note": "任务已完成"})
    made = {
        form: client.get(f"{ready}/output", params={"format": form})
        for form in ("xlsx", "html", "jsonl", "ended", "amended", "kept", "zip")
    }
    assert {answer.status_code for answer in made.values()} == {200}
    sheet = load_workbook(io.BytesIO(made["xlsx"].content))["清理清单"]
    values = {row[13]: row for row in sheet.iter_rows(min_row=2, max_row=3, values_only=True)}
    assert values["停车.txt"][12].startswith("更改为废止（first，") and values["停车.txt"][12].endswith("：任务已完成")
    links = [cell.hyperlink.target for row in sheet.iter_rows(min_row=2, max_row=3) for cell in row if cell.hyperlink]
    assert all(link.startswith("http://testserver/cleanups/") for link in links) and len(links) == 2
    ended = "\n".join(
        cell.text for table in Document(io.BytesIO(made["ended"].content)).tables for cell in table._cells
    )
    assert "双塔县停车管理办法" in ended and "双塔县夜市管理办法" in ended
    documents = [json.loads(line) for line in made["jsonl"].text.splitlines()]
    assert {row["file"] for row in documents if row["kind"] == "document"} == set(TEXTS)
    with zipfile.ZipFile(io.BytesIO(made["zip"].content)) as held:
        assert sum(name.startswith("reports/") for name in held.namelist()) == 2


def routes(desk) -> list[tuple[str, str]]:  # type: ignore[no-untyped-def]
    paths = desk.app.openapi()["paths"]
    found = [(m.upper(), path) for path, row in paths.items() for m in row if path.startswith("/v1/cleanups")]
    assert len(found) >= 14
    return found


BODIES: dict[str, Any] = {
    "/v1/cleanups/{cleanup_id}/steps": {"key": "stop"},
    "/v1/cleanups/{cleanup_id}/items/{item_id}/decision": {"verdict": "confirm"},
    "/v1/cleanups/{cleanup_id}/confirmations": {"items": [{"id": 1, "revision": 0}]},
}
ACTIONS = {
    "/v1/cleanups": "cleanup.run",
    "/v1/cleanups/{cleanup_id}/steps": "cleanup.run",
    "/v1/cleanups/{cleanup_id}/items/{item_id}/decision": "cleanup.decide",
    "/v1/cleanups/{cleanup_id}/confirmations": "cleanup.decide",
}


@pytest.mark.parametrize("role", ["registrar", "first", "second", "final", "administrator", "submitter", "other", ""])
def test_role_by_route(desk, ready: str, role: str) -> None:  # type: ignore[no-untyped-def]
    """What the table of permissions says, at every route; a submitting organ sees nothing of it."""
    ident = ready.rpartition("/")[2]
    item = next(iter(rows(desk.client("first"), ready).values()))["id"]
    client = desk.client(role)
    for method, path in routes(desk):
        more: dict[str, Any] = {"json": BODIES[path]} if path in BODIES else {}
        if (method, path) == ("POST", "/v1/cleanups"):
            more = {"files": {"files": ("新.txt", b"abc")}}
        answer = client.request(method, path.format(cleanup_id=ident, item_id=item), **more)
        action = ACTIONS[path] if method == "POST" else "cleanup.read"
        own = {"submitter": "submitter", "other": "submitter"}.get(role, role)
        if not role:
            assert answer.status_code == 401, (method, path)
        elif own in permissions().actions[action].roles:
            assert answer.status_code in (200, 202, 409, 412), (method, path, answer.text)
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "access.forbidden"), (method, path)
            assert "双塔" not in answer.text


def test_a_key_that_decides_reads_back_what_it_decides(desk, ready: str) -> None:  # type: ignore[no-untyped-def]
    """And a key that only reads decides nothing; one for laws sees nothing."""
    with desk.office.look(SYSTEM) as opened:
        actor = next(row for row in accounts.list_all(opened) if row.name == "first")
    answers = {}
    for scope in ("review:decide", "filings:read", "laws:read"):
        with desk.office.desk(Actor(actor.id, "first", "", ("first",))) as opened:
            token = keys.create(opened, "清理", (scope,)).token
        headers = {"Authorization": f"Bearer {token}"}
        client = desk.client("")
        shown = client.get(f"{ready}/items", headers=headers)
        item = shown.json()["rows"][0]["id"] if shown.status_code == 200 else 1
        made = client.post(f"{ready}/items/{item}/decision", json={"verdict": "confirm"}, headers=headers)
        answers[scope] = (shown.status_code, made.status_code)
    assert answers == {"review:decide": (200, 200), "filings:read": (200, 403), "laws:read": (403, 403)}


def test_what_is_refused(desk, ready: str) -> None:  # type: ignore[no-untyped-def]
    client = desk.client("registrar")
    for fields in ({"theme": "none"}, {"profile": "none-such"}, {"theme": "fee", "law": "行政许可法"}, {"as_of": "x"}):
        assert start(desk, **fields).status_code == 400, fields
    only = client.post("/v1/cleanups", files=[("files", ("目录.xlsx", listing()))])
    assert (only.status_code, "只有目录" in only.json()["detail"]) == (400, True)
    broken = client.post("/v1/cleanups", files=[("files", ("a.zip", b"PK\x03\x04 no")), ("files", ("b.txt", b"b"))])
    assert broken.json()["code"] == "file.damaged"
    assert client.get("/v1/cleanups/999").status_code == 404
    assert client.get(f"{ready}/items/99999").status_code == 404
    assert client.get(f"{ready}/items", params={"cursor": "zz"}).status_code == 400
    assert client.post(f"{ready}/steps", json={"key": "reopen"}).status_code == 409
