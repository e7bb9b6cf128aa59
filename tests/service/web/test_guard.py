"""What the pages refuse, hide and escape; and that they fit 1280 px and print."""

import re
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATIENCE = 240
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
PAGES = (
    "/", "/submit", "/ledger", "/statistics", "/laws", "/laws/watch", "/catalogue", "/account", "/admin/accounts",
    "/admin/organs", "/admin/audit", "/laws/中华人民共和国行政处罚法", "/laws/行政处罚法/第十六条", "/filings/1",
    "/nothing-here",
)  # fmt: skip


UNNAMED = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button")]
  .filter((field) => !(field.labels?.length || field.getAttribute("aria-label") || field.textContent.trim()))
  .map((field) => field.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def filed(enter) -> str:
    """A filing of 青岭县 whose title and file name try to be markup."""
    visitor = enter("qingling")
    file = {"files": ("x<b>.txt", "关于停车的通知\n各单位：\n　　停车免费。\n".encode())}
    answer = visitor.client.post("/submit", data={"csrf": visitor.csrf, "title": EVIL}, files=file)
    assert answer.status_code == 303
    return answer.headers["location"]


def test_signing_in(enter) -> None:
    visitor = enter("first")  # signed out below: no other test here goes in by this name
    cookie = visitor.answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie
    assert visitor.client.post("/logout", data={"csrf": visitor.csrf}).headers["location"] == "/login"
    assert visitor.client.get("/").headers["location"] == "/login?next=/"


def test_who_was_signed_in_is_told_why_no_more(site) -> None:
    with httpx.Client(
        base_url=site.url, timeout=PATIENCE, cookies={"beishen_session": "of-yesterday"}, follow_redirects=True
    ) as client:
        page = client.get("/ledger")
        assert page.url.path == "/login" and page.url.params["next"] == "/ledger"
        assert "登录已过期" in page.text
        assert "登录已过期" not in client.get("/login").text, "said once"


def test_a_wrong_password_says_nothing_of_the_account(site, hidden) -> None:
    with httpx.Client(base_url=site.url, timeout=PATIENCE) as client:
        said = []
        for name in ("first", "nobody-at-all"):
            form = {"name": name, "password": "wrong-wrong-wrong", "csrf": hidden(client.get("/login").text)}
            answer = client.post("/login", data=form)
            assert answer.status_code == 401
            said.append(re.sub(r'(?:value|content)="[^"]*"', "", answer.text))
        assert said[0] == said[1]


def test_the_door_needs_its_own_token(site, password) -> None:
    with httpx.Client(base_url=site.url, timeout=PATIENCE) as client:
        client.get("/login")
        form = {"name": "first", "password": password, "csrf": "somebody-elses"}
        assert client.post("/login", data=form).status_code == 403


@pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_never_sent_elsewhere(site, password, hidden, next_: str) -> None:
    with httpx.Client(base_url=site.url, timeout=PATIENCE, follow_redirects=False) as client:
        page = client.get("/login", params={"next": next_}).text
        form = {"name": "first", "password": password, "csrf": hidden(page), "next": next_}
        assert client.post("/login", data=form).headers["location"] == "/"


@pytest.mark.parametrize(
    "path",
    ["/submit", "/logout", "/filings/1/step", "/filings/1/letter", "/filings/1/findings", "/account/keys", "/laws",
     "/admin/accounts", "/catalogue", "/account/password", "/filings/1/findings/1/decision"],
)  # fmt: skip
def test_no_post_without_the_token(enter, path: str) -> None:
    visitor = enter("everyone")
    for sent in ({}, {"csrf": "guessed"}):
        answer = visitor.client.post(path, data={"x": "1", **sent})
        assert answer.status_code == 403
        assert "页面已过期" in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_is_guarded(enter, path: str) -> None:
    answer = enter("everyone").client.get(path)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", answer.text)


def test_strangers_are_sent_to_the_door(site) -> None:
    with httpx.Client(base_url=site.url, timeout=PATIENCE, follow_redirects=False) as client:
        for path in PAGES[:-1]:
            answer = client.get(path)
            assert answer.status_code == 303 and answer.headers["location"].startswith("/login"), path
        answer = client.get("/filings/1/status", headers={"Accept": "application/json"})
        assert answer.status_code == 401 and answer.json()["code"] == "access.unauthenticated"


def test_another_organ_sees_nothing(enter, filed: str) -> None:
    other = enter("linhe")
    for path in ("", "/status", "/review", "/compare", "/letter", "/letter.docx", "/annotated.docx", "/report"):
        assert other.client.get(filed + path).status_code in (403, 404), path
    assert other.client.get(filed + "/files/1").status_code == 404
    assert other.post(filed + "/step", step="register").status_code == 403
    assert EVIL[:8] not in other.client.get("/ledger").text and "停车" not in other.client.get("/ledger").text


def test_a_submitter_sees_no_report_and_no_office(enter, filed: str) -> None:
    visitor = enter("qingling")
    assert visitor.client.get(filed).status_code == 200
    for path in (filed + "/review", filed + "/report", "/statistics", "/admin/accounts", "/admin/audit", "/catalogue"):
        assert visitor.client.get(path).status_code == 403, path
    assert 'href="/statistics"' not in visitor.client.get("/").text


def test_markup_in_names_stays_text(enter, filed: str) -> None:
    office = enter("everyone")
    for path in (filed, "/", "/ledger", filed + "/resubmit"):
        text = office.client.get(path).text
        assert "<script>alert" not in text and "<img src=x" not in text and "<b>.txt" not in text
        assert "&lt;script&gt;alert(1)" in text, path


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/filings/999999", 404, "没有编号为 999999 的备案件"),
        ("/filings/abc", 404, "没有这个页面"),
        ("/no/such/page", 404, "没有这个页面"),
        ("/static/../app.py", 404, "没有"),
        ("/static/router.py", 404, "没有这个文件"),
        ("/laws/没有这部法", 404, "法律库没有收录"),
        ("/ledger?since=yesterday", 400, "日期"),
        ("/ledger?cursor=zzz", 400, "翻页标记无效"),
        ("/ledger?organ_id=x", 400, "不是有效的编号"),
        ("/statistics?year=12", 400, "年度"),
    ],
)
def test_errors_say_what_to_do(enter, path: str, status: int, words: str) -> None:
    answer = enter("everyone").client.get(path)
    assert answer.status_code == status
    assert words in answer.text
    assert "Traceback" not in answer.text


def test_stale_and_impossible(enter, filed: str) -> None:
    office = enter("everyone")
    assert office.post(filed + "/step", step="close").status_code == 409
    assert office.post(filed + "/step", step="register", expected="999").status_code == 412
    assert office.post(filed + "/step", step="nonsense").status_code == 409
    assert office.post(filed + "/edit", title="").status_code == 400
    file = {"files": ("空.txt", b"")}
    answer = office.client.post(filed + "/resubmit", data={"csrf": office.csrf}, files=file)
    assert answer.status_code == 422 and "空" in answer.text
    answer = office.client.post(
        "/submit", data={"csrf": office.csrf}, files=file, headers={"Accept": "application/json"}
    )
    assert answer.json()["code"] in ("file.empty", "argument.invalid")


def test_downloads_are_never_shown(enter, filed: str) -> None:
    office = enter("everyone")
    number = re.search(rf"{filed}/files/(\d+)", office.client.get(filed).text)
    assert number
    answer = office.client.get(number[0])
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_law_search_leaves_no_words_in_the_address(visit) -> None:
    page: Page = visit("everyone")
    page.goto("/laws")
    page.fill("#q", "规范性文件不得设定行政处罚")
    page.locator("#q").press("Enter")
    page.get_by_text("《中华人民共和国行政处罚法》第十六条").first.wait_for()
    assert "处罚" not in page.evaluate("decodeURIComponent(location.href)")
    page.get_by_text("《中华人民共和国行政处罚法》第十六条").first.click()
    page.wait_for_url("**/laws/**")


def test_pages_fit_1280_and_print(visit, filed: str) -> None:
    page: Page = visit("everyone")
    for path in (*PAGES, filed, filed + "/resubmit"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than 1280"
        unnamed = page.evaluate(UNNAMED)
        assert not unnamed, f"{path}: fields without a name {unnamed}"
    page.emulate_media(media="print")
    page.goto("/statistics")
    assert page.locator(".bar").is_hidden()
    assert page.locator("table.sheet").first.is_visible()
    assert page.locator(".chart svg").first.is_visible()
    assert len(page.pdf(format="A4")) > 10_000
