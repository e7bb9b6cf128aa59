"""A clean-up in the browser: a ZIP dropped, followed, dealt with by keyboard and mouse, the list read back."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING

import docx
import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Enter = Callable[[str], "Page"]
Typed = Callable[["Locator", str], None]
KEPT, ENDED, REPEALED, SPEECH, BROKEN = "停车办法.txt", "夜市办法.txt", "养犬办法.txt", "讲话.txt", "残缺.docx"
LISTING = "清理结果.txt"


def paper(what: str, number: str, day: str, term: str = "") -> str:
    return (
        f"临河市人民政府关于印发《临河市{what}办法》的通知\n{number}\n各镇人民政府：\n"
        f"第一条 为规范{what}，制定本办法。\n"
        f"第二条 {what}应当公开。\n第三条 本办法自{day}起施行{term}。\n临河市人民政府\n{day}\n"
    )


def packed() -> bytes:
    """Six documents of an invented city, one of each fate."""
    texts = {
        KEPT: paper("停车管理", "临政发〔2025〕3号", "2025年3月1日"),
        ENDED: paper("夜市管理", "临政发〔2020〕4号", "2020年3月1日", "，有效期三年"),
        REPEALED: paper("养犬管理", "临政发〔2024〕9号", "2024年6月1日"),
        LISTING: "临河市人民政府关于公布规范性文件清理结果的通知\n临政发〔2026〕1号\n经清理，公布如下。\n附件1\n"
        "废止的规范性文件目录\n1. 临河市人民政府关于印发《临河市养犬管理办法》的通知（临政发〔2024〕9号）\n"
        "临河市人民政府\n2026年1月5日\n",
        SPEECH: "在全市大会上的讲话\n同志们：\n我讲三点意见。一是提高认识。二是抓好落实。三是加强督查。谢谢大家。\n",
        BROKEN: "PK\x03\x04 not a document",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, text in texts.items():
            made.writestr(name, text)
    return stream.getvalue()


@pytest.fixture(scope="module")
def carried() -> dict[str, str]:
    """What one step of the story leaves for the next."""
    return {}


def item(page: "Page", name: str):  # type: ignore[no-untyped-def]
    return page.locator(".item", has=page.locator(".brief", has_text=name))


def done(page: "Page", count: int) -> None:
    page.wait_for_function("count => document.querySelector('#done').textContent === String(count)", arg=count)


def here(page: "Page", name: str) -> None:
    """Wait until the document of this name is the one the keys act on."""
    page.locator(".item[aria-current] .brief", has_text=name).wait_for()


def test_from_a_zip_to_the_list(visit: Enter, carried: dict[str, str]) -> None:
    """Dropped on the page, sent with progress; the page follows by itself until the list is there."""
    page = visit("everyone")
    page.goto("/cleanups/new")
    page.evaluate(
        """(bytes) => {
          const held = new DataTransfer();
          held.items.add(new File([Uint8Array.from(bytes)], "历年文件.zip"));
          const told = {dataTransfer: held, bubbles: true, cancelable: true};
          document.querySelector(".drop").dispatchEvent(new DragEvent("drop", told));
        }""",
        list(packed()),
    )
    page.locator(".files li", has_text="历年文件.zip").wait_for()
    page.locator("#folder").focus()
    page.keyboard.press("Shift+Tab")
    label = page.locator("label[for=files]")
    assert label.evaluate("label => parseFloat(getComputedStyle(label).outlineWidth)") >= 2, "no focus ring"
    page.fill("#name", "临河市年度清理")
    page.fill("#day", "2026-11-23")
    page.get_by_role("button", name="开始清理").click()
    page.wait_for_url(re.compile(r"/cleanups/\d+$"))
    carried["place"] = page.url
    page.get_by_role("link", name="处理清单").wait_for()
    shown = page.inner_text("main")
    assert "未能读取" in shown and BROKEN in shown and "file.damaged" in shown
    figures = {row.split("\n")[1]: row.split("\n")[0] for row in page.locator(".figures > a").all_inner_texts()}
    assert (figures["清单件数"], figures["废止"], figures["宣布失效"], figures["需人工判断"]) == ("5", "1", "1", "1")
    assert page.locator(".chart figure > svg").count() == 3


def test_decided_by_keyboard(visit: Enter, typed: Typed, carried: dict[str, str]) -> None:
    """a, 1-4, d with their reasons, j and k; each is kept, and the next open one comes forward."""
    page = visit("everyone")
    page.goto(carried["place"])
    page.get_by_role("link", name="处理清单").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/items?verdict=none")
    page.goto(page.url.partition("?")[0])
    here(page, "停车管理")
    page.keyboard.press("j")
    here(page, "养犬管理")
    assert "已被列入废止目录" in page.locator(".item[aria-current] .reasons").inner_text()
    page.keyboard.press("a")
    done(page, 1)
    here(page, "夜市管理")
    assert "有效期三年" in page.locator(".item[aria-current] blockquote").inner_text()
    page.keyboard.press("2")
    typed(page.locator(".item[aria-current] [name=note]"), "夜市仍在经营，改后续用")
    page.keyboard.press("Enter")
    done(page, 2)
    here(page, "清理结果")
    page.keyboard.press("j")
    here(page, "讲话")
    page.keyboard.press("a")
    page.get_by_role("alert").get_by_text("没有建议").wait_for()
    page.keyboard.press("d")
    typed(page.locator(".item[aria-current] [name=note]"), "请办公室核对是否列入")
    page.keyboard.press("Enter")
    done(page, 3)
    page.reload()
    done(page, 3)
    assert "已更改为修改：夜市仍在经营，改后续用" in item(page, "夜市管理").locator(".past").text_content()


def test_two_people_and_the_mouse(visit: Enter, carried: dict[str, str]) -> None:
    """Several confirmed at once; who comes second is told and overwrites nothing."""
    mine, other = visit("everyone"), visit("first")
    for page in (mine, other):
        page.goto(carried["place"] + "/items?verdict=none")
        assert page.locator(".item").count() == 2
    mine.get_by_role("button", name="全选本页有建议的").click()
    mine.on("dialog", lambda dialog: dialog.accept())
    mine.get_by_role("button", name="确认所选 2 件").click()
    mine.get_by_text("已确认 2 件").wait_for()
    mine.get_by_text("没有符合条件的文件").wait_for()
    late = item(other, "停车管理")
    here(other, "停车管理")
    late.locator("[name=note]").fill("我看应当废止")
    late.locator("select[name=to]").select_option("废止")
    late.get_by_role("button", name="更改").click()
    other.get_by_role("alert").get_by_text("已被他人处理").wait_for()
    other.goto(carried["place"] + "/items")
    assert item(other, "停车管理").locator(".verdict").inner_text() == "已确认"


def test_closed_and_read_back(visit: Enter, carried: dict[str, str], tmp_path) -> None:  # type: ignore[no-untyped-def]
    """The workbook and the draft hold what people decided."""
    page = visit("everyone")
    page.goto(carried["place"])
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="办结").click()
    page.get_by_text("清理已办结").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="清理清单", exact=True).click()
    download.value.save_as(tmp_path / "list.xlsx")
    book = load_workbook(tmp_path / "list.xlsx")
    rows = {row[13]: row for row in book["清理清单"].iter_rows(min_row=2, max_row=6, values_only=True)}
    assert rows[ENDED][7] == "宣布失效" and "更改为修改" in rows[ENDED][12] and "改后续用" in rows[ENDED][12]
    assert rows[REPEALED][12].startswith("确认（") and rows[SPEECH][12].startswith("暂缓（")
    assert book["未能读取"].cell(2, 2).value == BROKEN
    with page.expect_download() as download:
        page.get_by_role("link", name="废止和宣布失效目录（草案）").click()
    cells = [cell.text for table in docx.Document(str(download.value.path())).tables for cell in table._cells]
    assert any("养犬管理" in text for text in cells) and not any("夜市管理" in text for text in cells)
    page.get_by_role("link", name="清理概览").click()
    page.wait_for_url("**/files/html")
    assert page.evaluate("getComputedStyle(document.querySelector('.tag')).backgroundColor") != "rgba(0, 0, 0, 0)"
    page.goto(carried["place"] + "/items")
    assert page.get_by_role("button", name="更改").count() == 0, "closed"
    page.keyboard.press("j")
    item(page, "养犬管理").get_by_role("link", name="审查报告").click()
    page.wait_for_url("**/report")
    assert "养犬管理" in page.inner_text("body")


def test_a_folder_keeps_its_paths(visit: Enter, tmp_path) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "历年"
    (folder / "2020").mkdir(parents=True)
    for name in ("2020/夜市.txt", "停车.txt", ".hidden", "~$停车.docx"):
        (folder / name).write_text("临河市办法\n第一条 制定本办法。\n", "utf-8")
    (folder / "空.txt").write_bytes(b"")
    page = visit("everyone")
    page.goto("/cleanups/new")
    page.locator("#folder").set_input_files(str(folder))
    page.locator(".files li").nth(2).wait_for()
    assert sorted(page.locator(".files .name").all_inner_texts()) == [
        "历年/2020/夜市.txt",
        "历年/停车.txt",
        "历年/空.txt",
    ]
    page.get_by_role("button", name="开始清理").click()
    page.wait_for_url(re.compile(r"/cleanups/\d+$"))
    page.get_by_role("link", name="处理清单").wait_for()
    assert "历年/空.txt" in page.locator("#unread").inner_text()
    page.get_by_role("link", name="处理清单").click()
    expect(page.locator(".item .detail").first).to_contain_text("历年/2020/夜市.txt")


def test_fits_1280_and_prints(visit: Enter, carried: dict[str, str]) -> None:
    page = visit("everyone")
    unnamed = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button")]
      .filter((field) => !(field.labels?.length || field.getAttribute("aria-label") || field.textContent.trim()))
      .map((field) => field.outerHTML.slice(0, 80))"""
    for path in ("/cleanups", "/cleanups/new", carried["place"], carried["place"] + "/items"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than 1280"
        assert not page.evaluate(unnamed), path
    page.emulate_media(media="print")
    assert page.locator(".bar").is_hidden() and page.locator("form.filters").is_hidden()
    assert item(page, "夜市管理").locator("blockquote").is_visible(), "every reason is on paper"


def test_a_submitting_organ_sees_none_of_it(visit: Enter, carried: dict[str, str]) -> None:
    page = visit("qingling")
    assert page.get_by_role("link", name="清理", exact=True).count() == 0
    for path in ("", "/items", "/status", "/files/xlsx", "/items/1/report"):
        answer = page.request.get(carried["place"] + path)
        assert answer.status == 403 and "停车管理" not in answer.text(), path
