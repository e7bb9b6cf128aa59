"""The rest of an office's day: a filing to its end, the catalogue, laws to re-check, keys, accounts, settings."""

import io
import re
import time
from collections.abc import Callable

import httpx
import pytest
from beishen.service.jobs.opening import open_office
from beishen.service.office import lawwatch, retention
from beishen.service.office.desk import SYSTEM
from beishen.service.settings import load
from docx import Document

PATIENCE = 240
RULE = """临河市市场监督管理局关于规范餐饮经营的通知

临市监规〔2026〕8号

各有关单位：

为了规范餐饮经营，根据《中华人民共和国行政许可法》，现通知如下：

一、开办餐饮店须先向街道办事处办理登记证，取得登记证后方可营业。

二、违反本通知的，处五千元罚款。

三、本通知自2026年10月1日起施行，有效期五年。

临河市市场监督管理局

2026年9月8日
"""


@pytest.fixture(scope="module")
def enter(enter) -> Callable[[str], httpx.Client]:
    """The clients alone; each request of theirs carries the token."""

    def of(name: str) -> httpx.Client:
        visitor = enter(name)
        visitor.client.headers["X-CSRF-Token"] = visitor.csrf
        return visitor.client

    return of


@pytest.fixture(scope="module")
def office(enter) -> httpx.Client:
    return enter("everyone")


@pytest.fixture(scope="module")
def filed(enter, office) -> str:
    """A reviewed filing of 临河市."""
    answer = enter("linhe").post(
        "/submit", files={"files": ("餐饮通知.txt", RULE.encode())}, data={"field": "市场监管"}
    )
    place = answer.headers["location"]
    wait_for(office, place)
    return place


def wait_for(office: httpx.Client, place: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while (state := office.get(place + "/status").json()["state"]) not in ("done", "failed"):
        assert time.monotonic() < deadline, state
        time.sleep(0.2)
    assert state == "done"


@pytest.fixture(scope="module")
def taken(hidden) -> Callable[..., str]:
    """Takes a step as the page offers it; the page after."""

    def take(client: httpx.Client, place: str, step: str, reason: str = "") -> str:
        expected = hidden(client.get(place).text, "expected")
        answer = client.post(place + "/step", data={"step": step, "reason": reason, "expected": expected})
        assert answer.status_code == 303, answer.text[-600:]
        return client.get(place).text

    return take


def test_a_filing_to_its_end(enter, office, taken, hidden, filed: str) -> None:
    """Registered, three opinions, letter issued and seen by its addressee, corrected, closed; every step attributed."""
    for step in ("register", "start"):
        taken(office, filed, step)
    bench = office.get(filed + "/review").text
    for ident in re.findall(r'id="f(\d+)" tabindex', bench):
        answer = office.post(f"{filed}/findings/{ident}/decision", data={"decision": "accepted", "revision": "0"})
        assert answer.status_code == 303
    assert office.post(filed + "/letter/draft").status_code == 303
    assert enter("linhe").get(filed + "/letter").status_code == 404, "a draft stays in the office"
    for stage, step in (("first", "to_second"), ("second", "to_final"), ("final", "")):
        given = {"stage": stage, "conclusion": "ask_correction", "text": f"{stage}：第一、二条请研究"}
        assert office.post(filed + "/opinion", data=given).status_code == 303
        if step:
            taken(office, filed, step)
    assert "意见已出具" in taken(office, filed, "issue")
    addressee = enter("linhe")
    letter = addressee.get(filed + "/letter.docx")
    said = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(letter.content)).paragraphs)
    assert "罚款" in said and "中华人民共和国行政处罚法》第十六条" in said
    assert "代拟稿" not in said and "审查意见〔" in said, "an issued letter bears its number and is no draft"
    assert addressee.get(filed + "/review").status_code == 403
    taken(office, filed, "await")
    taken(office, filed, "correct")
    page = taken(office, filed, "close")
    assert "该件已结束" in page
    for name in ("报送", "登记", "开始初审", "提交复审", "提交终审", "出具意见", "等待反馈", "制定机关已纠正", "办结"):
        assert f"<b>{name}</b>" in page
    assert page.count("第一、二条请研究") == 3
    undone = office.post(filed + "/undo", data={"reason": "误点", "expected": hidden(page, "expected")})
    assert undone.status_code == 303 and "撤回上一步" in office.get(filed).text


def test_the_catalogue(office, filed: str) -> None:
    table = "标题,文号,印发日期\n餐饮通知,临市监规〔2026〕8号,2026-09-08\n没有报的办法,临市监规〔2026〕9号,\n"
    page = office.post("/catalogue", files={"catalogue": ("目录.csv", table.encode())}).text
    rows = re.findall(r"<tr><td class=\"n\">.*?</tr>", page, re.DOTALL)
    assert len(rows) == 2
    assert "未见报备" in next(row for row in rows if "没有报的办法" in row)
    assert filed in next(row for row in rows if "餐饮通知" in row)
    bad = office.post("/catalogue", files={"catalogue": ("目录.xlsx", b"PK\x03\x04 no sheet")})
    assert bad.status_code == 422 and "XLSX" in bad.text


def test_laws_to_look_at_again(site, office, filed: str) -> None:
    """A new version of a law puts the documents that rest on it on the list, until somebody has looked."""
    opened = open_office(load({"BEISHEN_HOME": str(site.home)}))
    with opened.desk(SYSTEM) as desk:
        assert lawwatch.notice(desk, [("中华人民共和国行政许可法", "2030-01-01")]) >= 1
    opened.close()
    page = office.get("/laws/watch").text
    row = next(row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if f'href="{filed}"' in row)
    assert "2030-01-01" in row
    form = re.search(r'action="(/laws/watch/\d+)"', row)
    assert form
    assert "复核" in office.get("/").text
    office.post(form[1])
    assert f'href="{filed}"' not in office.get("/laws/watch").text
    assert f'href="{filed}"' in office.get("/laws/行政许可法").text, "the law lists who relies on it"


def test_a_key_is_shown_once(enter) -> None:
    client = enter("first")
    page = client.post("/account/keys", data={"name": "办公系统", "days": "30", "scopes": ["laws:read"]}).text
    token = re.search(r"bsk_[\w-]{20,}", page)
    assert token
    again = client.get("/account").text
    assert token[0] not in again and token[0][:12] in again
    client.post(re.search(r'action="(/account/keys/\d+/revoke)"', again)[1])
    assert "已吊销" in client.get("/account").text
    assert client.post("/account/keys", data={"name": "x"}).status_code == 400


def test_accounts_and_settings(enter, office) -> None:
    made = {"name": "fuhe", "display": "复核员", "password": "quiet-river-88", "roles": ["second"]}
    office.post("/admin/accounts", data=made)
    page = office.get("/admin/accounts").text
    assert "复核员" in page
    assert office.post("/admin/accounts", data=made).status_code == 409
    assert office.post("/admin/accounts", data={**made, "name": "weak", "password": "123"}).status_code == 400
    office.post("/admin/settings", data={"days": "3650"})
    assert 'value="3650"' in office.get("/admin/settings").text
    office.post("/admin/settings", data={"days": "0"})
    assert office.post("/admin/settings", data={"days": "99999"}).status_code == 400
    assert enter("first").get("/admin/settings").status_code == 403


def test_after_the_time_of_keeping(site, office, enter, taken) -> None:
    """Purged: the ledger and the steps stay, the text is gone, and every page says so."""
    answer = enter("linhe").post("/submit", files={"files": ("摊点通知.txt", RULE.replace("餐饮", "摊点").encode())})
    place = answer.headers["location"]
    wait_for(office, place)
    taken(office, place, "refuse", "不是规范性文件")
    opened = open_office(load({"BEISHEN_HOME": str(site.home)}))
    with opened.desk(SYSTEM) as desk:
        retention.purge(desk, int(place.rpartition("/")[2]))
    opened.close()
    page = office.get(place)
    assert page.status_code == 200 and "不予审查" in page.text and "进入审查台" not in page.text
    for path in ("/review", "/report", "/annotated.docx"):
        answer = office.get(place + path)
        assert answer.status_code == 404 and "已按保存期限清除" in answer.text, path
    assert office.get(place + "/compare").status_code == 404


def test_the_log_of_it_all(office, filed: str) -> None:
    assert "餐饮" in office.get(filed).text
    page = office.get("/admin/audit").text
    assert "处理发现" in page and "餐饮" not in page, "no text of a document in the log"
    assert "链条完整" in office.post("/admin/audit/verify").text
