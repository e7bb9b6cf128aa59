"""Role × route × object of another organ: nothing of it is shown, and nothing of it is changed."""

from typing import Any

import pytest

BODIES: dict[str, Any] = {
    "/v1/filings/{filing_id}": {"title": "改名"},
    "/v1/filings/{filing_id}/steps": {"key": "register"},
    "/v1/filings/{filing_id}/undo": {"reason": "撤回"},
    "/v1/filings/{filing_id}/opinions": {"stage": "first", "conclusion": "advice", "text": "意见"},
    "/v1/filings/{filing_id}/letter": {"text": "审查意见书"},
    "/v1/filings/{filing_id}/findings": {"level": "hint", "types": ["form"], "message": "说明"},
    "/v1/findings/{finding_id}/decision": {"verdict": "accepted"},
}
# What a role of the reviewing office may not do to a filing that it may see.
NOT_MINE = {
    "registrar": {("PUT", "/v1/findings/{finding_id}/decision"), ("POST", "/v1/filings/{filing_id}/findings")},
    "administrator": {
        ("PATCH", "/v1/filings/{filing_id}"),
        ("POST", "/v1/filings/{filing_id}/steps"),
        ("POST", "/v1/filings/{filing_id}/undo"),
        ("PUT", "/v1/findings/{finding_id}/decision"),
        ("PUT", "/v1/filings/{filing_id}/letter"),
    },
}


def objects(desk, filed) -> dict[str, str]:  # type: ignore[no-untyped-def]
    """A filing of the first organ with everything that hangs on it."""
    receipt = filed("submitter")
    ident = receipt["filing"]["id"]
    client = desk.client("first")
    file = desk.client("registrar").get(f"/v1/filings/{ident}/versions").json()[0]["files"][0]["id"]
    finding = client.get(f"/v1/filings/{ident}/findings").json()[0]["id"]
    return {"filing_id": str(ident), "job_id": receipt["job"]["id"], "finding_id": str(finding), "file_id": str(file)}


def routes(desk) -> list[tuple[str, str]]:  # type: ignore[no-untyped-def]
    """Every route of the API that names an object of a filing."""
    paths = desk.app.openapi()["paths"]
    named = ("{filing_id}", "{job_id}", "{finding_id}", "{file_id}")
    found = [(m.upper(), path) for path, row in paths.items() for m in row if any(name in path for name in named)]
    assert len(found) >= 20
    return found


def call(client, method: str, path: str, ids: dict[str, str]):  # type: ignore[no-untyped-def]
    more: dict[str, Any] = {"json": BODIES[path]} if path in BODIES and method != "GET" else {}
    if path.endswith("/versions") and method == "POST":
        more = {"files": {"files": ("新.txt", "第一条 新的文本。".encode())}}
    return client.request(method, path.format(**ids), **more)


def test_another_organ_sees_and_changes_nothing(desk, filed) -> None:  # type: ignore[no-untyped-def]
    ids = objects(desk, filed)
    registrar = desk.client("registrar")
    before = registrar.get(f"/v1/filings/{ids['filing_id']}").json()
    for method, path in routes(desk):
        answer = call(desk.client("other"), method, path, ids)
        assert answer.status_code in (403, 404), (method, path, answer.status_code, answer.text)
        assert "夜市" not in answer.text
    assert registrar.get(f"/v1/filings/{ids['filing_id']}").json() == before
    other = desk.client("other")
    assert other.get("/v1/filings").json()["rows"] == []
    assert "夜市" not in other.get("/v1/ledger", params={"format": "csv"}).text
    assert other.get("/v1/reviews").json() == []
    assert [row["name"] for row in other.get("/v1/organs").json()] == ["青禾县人民政府"]
    assert other.get("/v1/laws/行政许可法/filings").json() == []


def test_nobody_without_credentials(desk, filed) -> None:  # type: ignore[no-untyped-def]
    ids = objects(desk, filed)
    for method, path in routes(desk):
        assert call(desk.client(""), method, path, ids).status_code == 401, (method, path)


def test_the_submitting_organ_sees_no_review_in_progress(desk, filed) -> None:  # type: ignore[no-untyped-def]
    """Findings, opinions, the report and an unissued letter are the reviewing office's."""
    ids = objects(desk, filed)
    client = desk.client("submitter")
    hidden = ("findings", "opinions", "report", "letter")
    for name in hidden:
        answer = client.get(f"/v1/filings/{ids['filing_id']}/{name}")
        assert answer.status_code in (403, 404), (name, answer.text)
    assert client.get(f"/v1/reviews/{ids['job_id']}/report").status_code == 403
    assert client.get(f"/v1/findings/{ids['finding_id']}").status_code == 403
    assert client.get(f"/v1/filings/{ids['filing_id']}").status_code == 200


@pytest.mark.parametrize("role", list(NOT_MINE))
def test_a_role_does_its_own_work_only(desk, filed, role: str) -> None:  # type: ignore[no-untyped-def]
    ids = objects(desk, filed)
    for method, path in NOT_MINE[role]:
        answer = call(desk.client(role), method, path, ids)
        assert (answer.status_code, answer.json()["code"]) == (403, "access.forbidden"), (method, path)


def test_a_key_does_what_its_scopes_allow(desk) -> None:  # type: ignore[no-untyped-def]
    from beishen.service.auth import keys
    from beishen.service.office.desk import Actor

    actor = Actor(1, "registrar", "", ("registrar",))
    with desk.office.desk(actor) as opened:
        token = keys.create(opened, "只读", ("laws:read",)).token
    client = desk.client("")
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/v1/laws/行政许可法", headers=headers).status_code == 200
    assert client.get("/v1/filings", headers=headers).status_code == 403
    assert client.post("/v1/review", json={"text": "第一条 测试。"}, headers=headers).status_code == 403


def test_a_key_that_decides_reads_back_what_it_decides(desk, filed) -> None:  # type: ignore[no-untyped-def]
    """Findings, opinions and letter of the review, but neither ledger, files of laws nor new filings."""
    from beishen.service.auth import keys
    from beishen.service.office.desk import Actor

    ids = objects(desk, filed)
    with desk.office.desk(Actor(2, "first", "", ("first",))) as opened:
        token = keys.create(opened, "审查台", ("review:decide",)).token
    client, headers = desk.client(""), {"Authorization": f"Bearer {token}"}
    where = f"/v1/filings/{ids['filing_id']}"
    assert desk.client("registrar").post(f"{where}/steps", json={"key": "register"}).status_code == 200
    assert client.post(f"{where}/steps", json={"key": "start"}, headers=headers).status_code == 200
    before = client.get(f"/v1/findings/{ids['finding_id']}", headers=headers)
    assert before.status_code == 200
    verdict = {"verdict": "rejected", "reason": "已有依据"}
    tag = {"If-Match": before.headers["etag"]}
    decided = client.put(f"/v1/findings/{ids['finding_id']}/decision", json=verdict, headers=headers | tag)
    assert decided.status_code == 200
    assert client.get(f"/v1/findings/{ids['finding_id']}", headers=headers).json()["verdict"] == "rejected"
    opinion = {"stage": "first", "conclusion": "advice", "text": "请完善第二条"}
    assert client.post(f"{where}/opinions", json=opinion, headers=headers).status_code == 201
    assert [row["text"] for row in client.get(f"{where}/opinions", headers=headers).json()][-1] == "请完善第二条"
    assert client.get(f"{where}/findings", headers=headers).status_code == 200
    assert client.put(f"{where}/letter", json={"text": "审查意见书"}, headers=headers).status_code == 200
    assert client.get(f"{where}/letter", headers=headers).status_code == 200
    for path in ("/v1/ledger", "/v1/laws/行政许可法", "/v1/organs"):
        assert client.get(path, headers=headers).status_code == 403, path
    assert client.post("/v1/reviews", files={"files": ("a.txt", b"x")}, headers=headers).status_code == 403


def test_a_browser_session_needs_its_token_to_write(desk) -> None:  # type: ignore[no-untyped-def]
    from beishen.service.auth import sessions
    from beishen.service.office import accounts
    from beishen.service.office.desk import SYSTEM

    with desk.office.desk(SYSTEM) as opened:
        accounts.add(opened, accounts.NewAccount("web", ("registrar",), "correct horse battery"))
    logged = sessions.login(desk.office, "web", "correct horse battery", "127.0.0.1")
    client = desk.client("")
    client.cookies.set("beishen_session", logged.token)
    assert client.get("/v1/me").status_code == 200
    body = {"url": "https://oa.example/x"}
    assert client.post("/v1/webhooks", json=body).status_code == 403
    assert client.post("/v1/webhooks", json=body, headers={"X-CSRF-Token": logged.csrf}).status_code == 201
