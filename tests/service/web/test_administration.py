"""Webhooks and answered findings on the pages: by whom, what is shown once, what is refused."""

import io
import re
from functools import partial
from pathlib import Path

import docx
import pytest
from openpyxl import Workbook

SECRET = re.compile(r'id="secret">([\w-]{40,})<')


@pytest.fixture(scope="module")
def enter(enter):
    """Visitors who go where they are sent."""
    return partial(enter, follow=True)


def test_a_webhook_from_its_secret_to_its_end(enter) -> None:
    """The secret is told once; another account sees nothing of it; an administrator can stop it."""
    mine, other, office = enter("qingling"), enter("linhe"), enter("everyone")
    made = mine.post("/account/webhooks", url="https://oa.qingling.example/told", events=["review.done"])
    secret = SECRET.search(made.text)
    assert secret and "审查完成" in made.text
    page = mine.client.get("/account/webhooks").text
    assert secret[1] not in page and "oa.qingling.example" in page
    number = re.search(r"/account/webhooks/(\d+)/remove", page)
    assert number
    assert "还没有投递过" in mine.client.get(f"/account/webhooks?hook={number[1]}").text
    assert "oa.qingling.example" not in other.client.get("/account/webhooks").text
    assert other.client.get(f"/account/webhooks?hook={number[1]}").status_code == 404
    assert other.post(f"/account/webhooks/{number[1]}/remove").status_code == 404
    assert other.client.get("/admin/webhooks").status_code == 403
    assert other.post(f"/admin/webhooks/{number[1]}/stop").status_code == 403
    assert "oa.qingling.example" in office.client.get("/admin/webhooks").text
    assert "回调已停用" in office.post(f"/admin/webhooks/{number[1]}/stop").text
    assert "oa.qingling.example" not in mine.client.get("/account/webhooks").text


@pytest.mark.parametrize(
    ("url", "events", "words"),
    [
        ("ftp://oa.example/x", ["review.done"], "回调地址无效"),
        ("http://169.254.169.254/x", ["review.done"], "本地链路"),
        ("https://oa.example/x", [], "回调事件无效"),
        ("https://oa.example/x", ["review.dreamt"], "回调事件无效"),
    ],
)
def test_what_no_webhook_is(enter, url: str, events: list[str], words: str) -> None:
    answer = enter("qingling").post("/account/webhooks", url=url, events=events)
    assert answer.status_code == 400 and words in answer.text


def test_every_page_of_administration_answers(enter) -> None:
    """Accounts, organs, settings, webhooks, the audit log, the check of a catalogue: for the office, not for others."""
    office, other = enter("everyone"), enter("qingling")
    pages = [f"/admin/{name}" for name in ("accounts", "organs", "powers", "webhooks", "settings", "audit")]
    for path in (*pages, "/catalogue", "/quieted", "/cleanups", "/cleanups/new"):
        answer = office.client.get(path)
        assert answer.status_code == 200 and "default-src 'none'" in answer.headers["content-security-policy"], path
        assert other.client.get(path).status_code == 403, path
    for path in (
        "/cleanups",
        "/cleanups/1/step",
        "/cleanups/1/confirm",
        "/quieted/1/release",
        "/account/webhooks",
        "/admin/powers",
    ):
        assert office.client.post(path, data={"x": "1"}).status_code == 403, "no post without the token"


def test_a_power_list_imported_and_looked_through(visit, tmp_path) -> None:  # type: ignore[no-untyped-def]
    book = Workbook()
    for row in (
        ("事项名称", "职权类型", "设定依据", "实施机关"),
        ("书报亭设置审批", "行政许可", "《某条例》第十条", "城管局"),
    ):
        book.active.append(row)
    book.save(tmp_path / "权责清单.xlsx")
    page = visit("everyone")
    page.goto("/admin/powers")
    page.locator("#p-organ").select_option(label="临河市市场监督管理局")
    page.locator("#p-list").set_input_files(str(tmp_path / "权责清单.xlsx"))
    page.get_by_role("button", name="导入").click()
    page.get_by_text("已导入 1 项").wait_for()
    page.fill("#f-text", "书报亭")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    assert page.locator("tbody tr").inner_text().split("\t")[1:] == [
        "书报亭设置审批",
        "行政许可",
        "《某条例》第十条",
        "城管局",
    ]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto("/admin/powers")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="停用").click()
    page.get_by_text("权责清单已停用").wait_for()


def renumbered(file: Path) -> bytes:
    """The document under a number of its own: the ledger of the site is searched by number elsewhere."""
    document = docx.Document(str(file))
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            run.text = run.text.replace("〔2025〕3号", "〔2025〕33号")
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def test_an_answer_is_listed_and_taken_back(visit, enter, typed, faulty) -> None:
    """Rejected on the workbench, listed with its reason, taken back by keyboard."""
    page = visit("everyone")
    sender = enter("qingling")
    file = {"files": ("住宅办法.docx", renumbered(faulty))}
    answer = sender.client.post("/submit", data={"csrf": sender.csrf, "title": "青岭县住宅管理办法（试）"}, files=file)
    place = answer.url.path
    page.goto(place)
    page.get_by_role("link", name="进入审查台").wait_for()
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_text("现在是“已登记”").wait_for()
    page.goto(place + "/review")
    first = page.locator(".finding[aria-current]")
    first.wait_for()
    page.keyboard.press("r")
    typed(page.locator(".finding[aria-current] [name=reason]"), "处罚由省条例第十条设定")
    page.keyboard.press("Control+Enter")
    page.locator(".finding[data-decision=rejected]").first.wait_for()
    page.goto("/quieted?q=省条例第十条")
    row = page.locator("tbody tr")
    assert row.count() == 1
    said = row.inner_text()
    assert "青岭县住宅管理办法（试）" in said and "处罚由省条例第十条设定" in said and "everyone" in said
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="收回答复").focus()
    page.keyboard.press("Enter")
    page.get_by_text("已收回答复").wait_for()
    page.wait_for_load_state()
    assert page.get_by_text("没有这样的发现").count() == 1 or page.locator("tbody tr", has_text="省条例").count() == 0
