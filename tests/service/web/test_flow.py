"""From upload to exported letter in the browser, by keyboard; two versions; exports opened and read back."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Enter = Callable[[str], "Page"]
Typed = Callable[["Locator", str], None]
ADDED = "逾期不改正的，本意见将抄送同级人民政府。"
REASON = "属于对办理期限的细化，本机关另有规定"
REPORT = "青岭县人民政府关于报送备案的报告\n\n市人民政府：\n　　现将有关文件报送备案，请予审查。\n".encode()


@pytest.fixture(scope="module")
def carried() -> dict[str, str]:
    """What one step of the story leaves for the next."""
    return {}


def submitted(page: "Page", files: list[object], organ: str = "青岭县人民政府") -> str:
    """Submit files by keyboard; the address of the filing."""
    page.goto("/submit")
    page.locator("#files").set_input_files(files)  # the system's own file dialog is not a page
    page.locator(".files li").nth(len(files) - 1).wait_for()
    if page.locator("select#organ").count():
        choice = page.locator("select#organ")
        choice.focus()
        expect(choice).to_be_focused()
        for _ in range(choice.locator("option").count()):
            if choice.locator("option:checked").inner_text() != organ:
                page.keyboard.press("ArrowDown")
        expect(choice.locator("option:checked")).to_have_text(organ)
    page.get_by_role("button", name="报送").press("Enter")
    page.wait_for_url(re.compile(r"/filings/\d+$"))
    return page.url


def reviewed(page: "Page") -> None:
    """Wait on the page of a filing until it shows by itself that the review is done."""
    page.get_by_role("link", name="进入审查台").wait_for()
    page.locator("[data-wait]").wait_for(state="detached")
    page.wait_for_load_state()


def bench(page: "Page", address: str) -> "Locator":
    """Open the workbench and wait until it listens to keys; the finding it stands at."""
    page.goto(address + "/review")
    current = page.locator(".finding[aria-current]")
    expect(current).to_have_count(1)
    return current


def stands_at(current: "Locator", anchor: str | None) -> None:
    """Wait until a finding is the one that keys act on."""
    expect(current).to_have_attribute("id", str(anchor))


def press(page: "Page", name: str) -> None:
    """Reach a button by Tab only and press Enter."""
    page.wait_for_load_state()
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()").startswith(name):
            ring = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
            assert ring >= 2, f"no focus ring on {name}"
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"Tab never reached {name}")


def test_upload_and_register(visit: Enter, faulty: Path, carried: dict[str, str]) -> None:
    """By keyboard only, from the empty form to the first review."""
    page = visit("everyone")
    report = {"name": "备案报告.txt", "mimeType": "text/plain", "buffer": REPORT}
    text = {"name": "住宅管理办法.docx", "mimeType": "application/octet-stream", "buffer": faulty.read_bytes()}
    carried["filing"] = submitted(page, [text, report])
    reviewed(page)
    shown = page.inner_text("main")
    assert "青岭政规〔2025〕3号" in shown
    assert "缺材料" in shown and "备案报告、" not in shown
    press(page, "登记")
    page.get_by_text("现在是“已登记”").wait_for()
    press(page, "开始初审")
    page.get_by_text("现在是“初审”").wait_for()
    press(page, "进入审查台")
    page.wait_for_url("**/review**")
    expect(page.locator(".finding").nth(5)).to_be_attached()


def test_decide_by_keyboard(visit: Enter, typed: Typed, carried: dict[str, str]) -> None:
    """j k a r u c: the place in the text follows, each decision is kept, the next open finding comes forward."""
    page = visit("everyone")
    current = bench(page, carried["filing"])
    anchors = [item.get_attribute("id") for item in page.locator(".finding").all()]
    total = len(anchors)
    first, second, third = anchors[:3]
    stands_at(current, first)
    page.keyboard.press("j")
    stands_at(current, second)
    page.keyboard.press("k")
    stands_at(current, first)
    expect(page.locator("mark.here").first).to_be_attached()
    page.keyboard.press("a")
    done(page, 1)
    stands_at(current, second)  # the next undecided finding comes forward
    page.keyboard.press("r")
    typed(page.locator(f"#{second} [name=reason]"), REASON)
    page.keyboard.press("Control+Enter")
    done(page, 2)
    stands_at(current, third)
    page.keyboard.press("c")
    typed(page.locator(f"#{third} [name=comment]"), "请法制科核对")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"#{third} .remarks")).to_contain_text("请法制科核对")
    for count in range(3, total + 1):
        stands_at(current, anchors[count - 1])
        expect(current).to_be_focused()
        page.keyboard.press("a")
        done(page, count)
    page.keyboard.press("u")
    done(page, total - 1)
    page.reload()
    done(page, total - 1)
    expect(page.locator(f"#{second}")).to_have_attribute("data-decision", "rejected")
    expect(page.locator(f"#{second} .past").first).to_contain_text(REASON)
    expect(page.locator(f"#{third} .remarks")).to_contain_text("请法制科核对")
    carried["accepted"] = page.locator(f"#{first} .message").inner_text()
    carried["rejected"] = page.locator(f"#{second} .message").inner_text()


def done(page: "Page", count: int) -> None:
    """Wait until so many findings are decided, and saved."""
    expect(page.locator("#done")).to_have_text(str(count))


def test_the_letter_edited_and_exported(visit: Enter, typed: Typed, carried: dict[str, str]) -> None:
    page = visit("everyone")
    bench(page, carried["filing"])
    page.keyboard.press("l")
    page.wait_for_url("**/letter")
    press(page, "起草意见书")
    page.get_by_text("已起草第 1 稿").wait_for()
    page.wait_for_load_state()
    field = page.locator("textarea#text")
    field.focus()
    expect(field).to_be_focused()
    for key in ("Control+Home", "ArrowDown", "ArrowDown", "End", "Enter"):
        page.keyboard.press(key)
    typed(field, "　　" + ADDED)
    expect(page.locator("#sheet")).to_contain_text(ADDED)  # the sheet follows the text
    page.keyboard.press("Control+s")
    page.get_by_text("已保存为第 2 稿").wait_for()
    with page.expect_download() as download:
        press(page, "导出 DOCX")
    lines = [paragraph.text for paragraph in docx.Document(download.value.path()).paragraphs]
    said = "\n".join(lines)
    assert lines[0].startswith("关于") and lines[0].endswith("审查意见书")
    assert ADDED in said
    assert carried["accepted"] in said
    assert carried["rejected"] not in said
    assert "中华人民共和国民法典》第一千二百六十条" in said


def test_two_reviewers_at_once(visit: Enter, typed: Typed, carried: dict[str, str]) -> None:
    """Who decides on what another has just decided is told so, and nothing is overwritten."""
    mine, other = visit("everyone"), visit("first")
    current = bench(mine, carried["filing"])
    first = current.get_attribute("id")
    stands_at(bench(other, carried["filing"]), first)
    mine.keyboard.press("a")
    mine.locator(f"#{first}[data-decision=accepted]").wait_for()
    other.keyboard.press("c")
    typed(other.locator(f"#{first} [name=comment]"), "我看应当再议")
    other.keyboard.press("Control+Enter")
    other.get_by_role("alert").get_by_text("已被他人处理").wait_for()
    expect(other.locator(f"#{first}")).to_have_attribute("data-decision", "undecided")
    mine.reload()
    expect(mine.locator(f"#{first}")).to_have_attribute("data-decision", "accepted")
    expect(mine.locator(f"#{first}")).not_to_contain_text("再议")


def test_a_finding_by_keyboard(visit: Enter, typed: Typed, carried: dict[str, str]) -> None:
    """n takes the clause of the current finding; Escape leaves without a trace."""
    page = visit("everyone")
    bench(page, carried["filing"])
    before = page.locator(".finding").count()
    page.keyboard.press("n")
    expect(page.locator("#added-quote")).to_have_text(re.compile("^第"))
    expect(page.locator("#adding [name=message]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#adding")).to_be_hidden()
    page.keyboard.press("n")
    typed(page.locator("#adding [name=message]"), "本条的表述不明确，请斟酌")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".finding")).to_have_count(before + 1)
    expect(page.locator(".finding", has_text="表述不明确")).to_contain_text(re.compile(r"人工\s*添加"))


def test_a_second_version(visit: Enter, faulty: Path, tmp_path: Path, carried: dict[str, str]) -> None:
    """What was decided survives where the finding does; what the change mended is gone."""
    page = visit("everyone")
    changed = docx.Document(str(faulty))
    for paragraph in changed.paragraphs:
        for run in paragraph.runs:
            run.text = run.text.replace("四十日", "二十日")
    changed.save(str(tmp_path / "修改稿.docx"))
    page.goto(carried["filing"] + "/resubmit")
    page.locator("#files").set_input_files(str(tmp_path / "修改稿.docx"))
    page.fill("#note", "第六条已按上位法改为二十日")
    page.get_by_role("button", name="提交新版本").click()
    page.wait_for_url(re.compile(r"/filings/\d+$"))
    reviewed(page)
    expect(page.locator("main")).to_contain_text("第 2 版材料")
    page.get_by_role("link", name="比对版本").first.click()
    rows = page.locator(".versions tr.changed")
    expect(rows).to_have_count(1)
    expect(rows.locator("del").first).to_contain_text("四")
    expect(rows.locator("ins").first).to_contain_text("二")
    expect(page.get_by_text("不再出现")).to_have_count(1)
    bench(page, carried["filing"])
    kept = page.locator(".finding", has_text=carried["rejected"])
    expect(kept).to_have_attribute("data-decision", "rejected")
    kept.click()
    expect(kept).to_contain_text("前一版已作出的决定，本版沿用")
    expect(kept).to_contain_text(REASON)


def test_a_finding_of_ones_own(visit: Enter, carried: dict[str, str]) -> None:
    """Text selected by mouse becomes a finding at exactly that place, with the article verbatim."""
    page = visit("everyone")
    bench(page, carried["filing"])
    words = "应当到现场核实"
    place = page.locator(".text [data-at]", has_text=words).first
    place.scroll_into_view_if_needed()
    box = place.evaluate(
        """(run, words) => {
          const node = run.firstChild, at = node.data.indexOf(words), range = document.createRange();
          range.setStart(node, at); range.setEnd(node, at + words.length);
          const boxes = [...range.getClientRects()], a = boxes[0], b = boxes[boxes.length - 1];
          return [a.left + 1, a.top + a.height / 2, b.right - 1, b.top + b.height / 2];
        }""",
        words,
    )
    page.mouse.move(box[0], box[1])
    page.mouse.down()
    page.mouse.move(box[2], box[3], steps=6)
    page.mouse.up()
    page.locator("#pick").click()
    expect(page.locator("#added-quote")).to_have_text(words)
    page.fill("#add-message", "核实的期限没有写明，请补充")
    page.select_option("#add-level", "hint")
    page.fill("#add-law", "行政许可法")
    page.fill("#add-article", "42")
    page.get_by_role("button", name="添加", exact=True).click()
    added = page.locator(".finding", has_text="核实的期限没有写明")
    expect(added).to_have_attribute("data-decision", "accepted")
    expect(added).to_contain_text("《中华人民共和国行政许可法》第四十二条")
    page.wait_for_load_state()
    anchor = added.get_attribute("id")
    marked = page.locator(f"mark[data-notes~='{anchor}']")
    assert "".join(marked.all_inner_texts()) == words


def test_the_annotated_copy_and_the_report(visit: Enter, carried: dict[str, str]) -> None:
    page = visit("everyone")
    page.goto(carried["filing"] + "/review")
    with page.expect_download() as download:
        page.get_by_role("link", name="批注文本").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        comments = archive.read("word/comments.xml").decode()
    assert "罚款" in comments
    page.get_by_role("link", name="打印报告").click()
    page.wait_for_url("**/report**")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight") == "700", "its styles apply"
    assert len(page.pdf(format="A4")) > 20_000


def test_the_ledger_read_back(visit: Enter, carried: dict[str, str], tmp_path: Path) -> None:
    page = visit("everyone")
    page.goto(carried["filing"].rpartition("/filings/")[0] + "/ledger")
    page.fill("#f-text", "青岭政规〔2025〕3号")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    shown = page.locator("tbody tr")
    expect(shown).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 XLSX").click()
    download.value.save_as(tmp_path / "ledger.xlsx")
    sheet = load_workbook(tmp_path / "ledger.xlsx").active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2
    found = dict(zip(*rows, strict=True))
    assert found["文号"] == "青岭政规〔2025〕3号"
    assert found["制定机关"] == "青岭县人民政府"
    assert found["状态"] == "初审"
    assert found["登记号"] in shown.inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 CSV").click()
    text = Path(str(download.value.path())).read_text("utf-8-sig")
    again = list(csv.DictReader(io.StringIO(text)))
    assert [row["登记号"] for row in again] == [found["登记号"]]


def test_files_dropped_on_the_page(visit: Enter) -> None:
    """Dropped, listed, an empty one refused before it is sent, removed, sent with progress."""
    page = visit("qingling")
    page.goto("/submit")
    page.evaluate(
        """() => {
          const held = new DataTransfer();
          held.items.add(new File(["青岭县政府关于停车的通知\\n各单位：\\n　　停车免费。\\n"], "停车通知.txt"));
          held.items.add(new File([], "空.txt"));
          const told = {dataTransfer: held, bubbles: true, cancelable: true};
          document.querySelector(".drop").dispatchEvent(new DragEvent("drop", told));
        }"""
    )
    lines = page.locator(".files li")
    expect(lines).to_have_count(2)
    expect(lines.nth(1)).to_contain_text("空文件")
    expect(page.get_by_role("button", name="报送")).to_be_disabled()
    page.get_by_role("button", name="移除 空.txt").click()
    page.get_by_role("button", name="报送").click()
    page.wait_for_url(re.compile(r"/filings/\d+$"))
    expect(page.locator("main")).to_contain_text("停车通知.txt")
    assert page.get_by_role("link", name="进入审查台").count() == 0, "the report is the office's, not the submitter's"
