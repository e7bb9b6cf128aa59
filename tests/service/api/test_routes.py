"""The API as a document system uses it: submit, wait, fetch, decide; repeated, stale and wrong requests."""

import base64
import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from docx import Document as Word
from openpyxl import load_workbook


def test_submit_once_whatever_is_repeated(desk) -> None:  # type: ignore[no-untyped-def]
    client = desk.client("submitter")
    sent = {"files": {"files": ("办法.txt", desk.text.encode())}, "headers": {"Idempotency-Key": "oa-77"}}
    first, second = client.post("/v1/filings", **sent), client.post("/v1/filings", **sent)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()
    assert first.headers["location"] == f"/v1/reviews/{first.json()['job']['id']}"
    assert len(client.get("/v1/filings").json()["rows"]) == 1
    other = client.post(
        "/v1/filings", files={"files": ("别.txt", desk.text.encode())}, headers={"Idempotency-Key": "oa-77"}
    )
    assert (other.status_code, other.json()["code"]) == (409, "state.duplicate")


def test_json_with_base64_is_the_same_submission(desk) -> None:  # type: ignore[no-untyped-def]
    body = {
        "title": "双塔县夜市管理办法",
        "files": [{"name": "办法.txt", "content": base64.b64encode(desk.text.encode()).decode()}],
    }
    answer = desk.client("submitter").post("/v1/filings", json=body)
    assert answer.status_code == 202
    assert answer.json()["filing"]["title"] == "双塔县夜市管理办法"


def test_from_submission_to_decision_and_letter(desk, filed) -> None:  # type: ignore[no-untyped-def]
    receipt = filed()
    ident, job = receipt["filing"]["id"], receipt["job"]["id"]
    registrar, first = desk.client("registrar"), desk.client("first")
    assert registrar.get(f"/v1/reviews/{job}", params={"wait": 5}).json()["state"] == "done"
    report = registrar.get(f"/v1/reviews/{job}/report")
    assert report.json()["document"]["number"] == "双塔政发〔2026〕9号"
    assert "夜市" in registrar.get(f"/v1/reviews/{job}/report", params={"format": "html"}).text
    annotated = registrar.get(f"/v1/reviews/{job}/report", params={"format": "docx"})
    assert len(list(Word(io.BytesIO(annotated.content)).comments)) == len(report.json()["findings"]) > 0

    tag = registrar.get(f"/v1/filings/{ident}").headers["etag"]
    step = registrar.post(f"/v1/filings/{ident}/steps", json={"key": "register"}, headers={"If-Match": tag})
    assert step.json()["registration"]
    stale = registrar.post(f"/v1/filings/{ident}/steps", json={"key": "register"}, headers={"If-Match": tag})
    assert (stale.status_code, stale.json()["code"]) == (412, "state.stale")
    twice = registrar.post(f"/v1/filings/{ident}/steps", json={"key": "register"})
    assert (twice.status_code, twice.json()["code"]) == (409, "state.conflict")
    assert registrar.get(f"/v1/filings/{ident}", headers={"If-None-Match": step.headers["etag"]}).status_code == 304

    assert first.post(f"/v1/filings/{ident}/steps", json={"key": "start"}).status_code == 200
    finding = first.get(f"/v1/filings/{ident}/findings").json()[0]
    where = f"/v1/findings/{finding['id']}/decision"
    assert first.put(where, json={"verdict": "rejected"}).json()["code"] == "argument.invalid"
    decided = first.put(where, json={"verdict": "accepted"}, headers={"If-Match": '"0"'})
    assert (decided.json()["verdict"], decided.headers["etag"]) == ("accepted", '"1"')
    assert first.put(where, json={"verdict": "undecided"}, headers={"If-Match": '"0"'}).status_code == 412

    letter = first.post(f"/v1/filings/{ident}/letter/draft")
    assert finding["quote"] in letter.json()["text"]
    saved = first.put(
        f"/v1/filings/{ident}/letter",
        json={"text": "审查意见书\n请予修改。"},
        headers={"If-Match": letter.headers["etag"]},
    )
    assert saved.json()["version"] == 2
    known = {"If-None-Match": saved.headers["etag"]}
    assert first.get(f"/v1/filings/{ident}/letter", headers=known).json()["issued"] is None
    docx = first.get(f"/v1/filings/{ident}/letter.docx")
    assert "请予修改。" in "\n".join(p.text for p in Word(io.BytesIO(docx.content)).paragraphs)


def test_review_of_a_short_text_at_once(desk) -> None:  # type: ignore[no-untyped-def]
    body = {"text": desk.text, "issuer": "双塔县人民政府", "as_of": "2026-11-23"}
    found = desk.client("first").post("/v1/review", json=body).json()
    assert found["status"] == "ok"
    assert {kind for row in found["findings"] for kind in row["types"]} >= {"permit", "penalty"}
    assert found["provenance"]["as_of"] == "2026-11-23"


def test_who_waits_for_the_engine_holds_up_nobody_else(desk) -> None:  # type: ignore[no-untyped-def]
    """More reviews at once than the application has threads wait in line; other routes answer meanwhile."""
    with desk.client("first") as client, ThreadPoolExecutor(60) as many:
        with desk.app.state.shelf.engine():
            asked = [many.submit(client.post, "/v1/review", json={"text": "第一条　测试。"}) for _ in range(50)]
            assert client.get("/v1/filings").status_code == 200
            assert not any(one.done() for one in asked)
        assert {one.result().status_code for one in asked} == {200}


def test_ledger_pages_and_sheets(desk, filed) -> None:  # type: ignore[no-untyped-def]
    for _ in range(3):
        filed()
    client = desk.client("registrar")
    first = client.get("/v1/filings", params={"limit": 2})
    assert len(first.json()["rows"]) == 2 and 'rel="next"' in first.headers["link"]
    rest = client.get("/v1/filings", params={"limit": 2, "cursor": first.json()["next"]}).json()
    assert (len(rest["rows"]), rest["next"]) == (1, "")
    book = load_workbook(io.BytesIO(client.get("/v1/ledger").content))
    assert book.active.max_row == 4
    assert client.get("/v1/ledger", params={"format": "csv"}).text.startswith("\ufeff登记号")
    assert client.get("/v1/filings", params={"cursor": "x"}).json()["code"] == "argument.invalid"


def test_laws(desk) -> None:  # type: ignore[no-untyped-def]
    client = desk.client("submitter")
    found = client.get("/v1/laws/search", params={"q": "行政许可的设定权限", "top": 5}).json()
    assert any(row["article"]["law"] == "中华人民共和国行政许可法" for row in found)
    article = client.get("/v1/laws/行政许可法/articles/17").json()
    assert article["number"] == "第十七条" and article["end"] is None
    assert client.get("/v1/laws/行政许可法").json()["versions"]
    assert client.get("/v1/laws/没有这部法").json()["code"] == "law.unknown"
    assert client.get("/v1/laws/行政许可法/articles/999").json()["code"] == "law.article_unknown"


@pytest.mark.parametrize(
    ("method", "path", "more", "status", "code"),
    [
        ("GET", "/v1/nothing", {}, 404, "office.not_found"),
        ("DELETE", "/v1/filings", {}, 405, "method.not_allowed"),
        ("GET", "/v1/filings/9999", {}, 404, "office.not_found"),
        ("GET", "/v1/filings/abc", {}, 422, "argument.invalid"),
        ("GET", "/v1/filings?state=" + "x" * 300, {}, 422, "argument.invalid"),
        ("POST", "/v1/filings", {"content": b"x", "headers": {"Content-Type": "text/plain"}}, 415, "argument.invalid"),
        ("POST", "/v1/filings", {"json": {"files": []}}, 400, "argument.invalid"),
        ("POST", "/v1/filings", {"json": {"files": [{"name": "a.txt", "content": "§"}]}}, 400, "argument.invalid"),
        ("POST", "/v1/reviews", {"files": {"files": ("a.xyz", b"\x00\x01\x02" * 900)}}, 415, "file.unsupported"),
        ("POST", "/v1/reviews", {"files": {"files": ("a.txt", b"")}}, 422, "file.empty"),
        ("POST", "/v1/reviews", {"files": {"other": ("a.txt", b"x")}}, 400, "argument.invalid"),
        ("POST", "/v1/review", {"json": {"text": "字" * 20_001}}, 422, "argument.invalid"),
        ("POST", "/v1/review", {"json": {"text": "  "}}, 400, "argument.invalid"),
        ("POST", "/v1/webhooks", {"json": {"url": "ftp://oa"}}, 400, "argument.invalid"),
        ("PATCH", "/v1/filings/1", {"json": {}, "headers": {"If-Match": "abc"}}, 400, "argument.invalid"),
    ],
)
def test_wrong_requests_are_problems(desk, method: str, path: str, more: dict, status: int, code: str) -> None:  # type: ignore[no-untyped-def, type-arg]
    answer = desk.client("registrar").request(method, path, **more)
    body = answer.json()
    assert (answer.status_code, body["code"], body["status"]) == (status, code, status), body
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == body["request_id"]
    assert answer.headers["x-limit-files"] == "200"


def test_without_credentials(desk) -> None:  # type: ignore[no-untyped-def]
    answer = desk.client("").get("/v1/filings")
    assert (answer.status_code, answer.json()["code"]) == (401, "access.unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    wrong = desk.client("").get("/v1/filings", headers={"Authorization": "Bearer bsk_wrong"})
    assert wrong.status_code == 401


def test_the_callers_request_id_comes_back(desk) -> None:  # type: ignore[no-untyped-def]
    answer = desk.client().get("/v1/me", headers={"X-Request-Id": "oa-request-0001"})
    assert answer.headers["x-request-id"] == "oa-request-0001"
    assert answer.json()["roles"] == ["registrar"]


def test_a_webhook_tells_its_secret_once(desk) -> None:  # type: ignore[no-untyped-def]
    client = desk.client("submitter")
    made = client.post("/v1/webhooks", json={"url": "https://oa.example/notify"}).json()
    assert made["secret"] and client.get("/v1/webhooks").json()[0]["secret"] == ""
    assert client.delete(f"/v1/webhooks/{made['id']}").status_code == 204
    assert client.get("/v1/webhooks/1/deliveries").status_code == 404


def test_a_catalogue_finds_what_was_not_filed(desk, filed) -> None:  # type: ignore[no-untyped-def]
    filed()
    listed = "标题,文号\n双塔县夜市管理办法,双塔政发〔2026〕9号\n双塔县河道采砂办法,双塔政发〔2026〕10号\n"
    answer = desk.client("registrar").post("/v1/catalogue", files={"files": ("目录.csv", listed.encode())})
    assert [row["by"] for row in answer.json()["matches"]] == ["number", ""]
