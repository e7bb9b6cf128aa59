"""What a document says about others: repeal clauses and lists in every form."""

from collections.abc import Callable
from datetime import date

from beishen.review.cleanup.card import Says
from beishen.review.cleanup.listing import orders
from beishen.review.cleanup.sentences import Text


def said(text: Text) -> list[tuple[str, str, str]]:
    return [(order.says.value, order.title, order.number) for order in orders(text)]


def test_repeal_clause_with_number(text: Callable[..., Text]) -> None:
    made = text(
        "青州市停车管理办法",
        "第一条 停车场应当明码标价。",
        "第二条 本办法自2021年5月1日起施行。"
        "《青州市停车收费管理规定》（青政发〔2015〕7号）、青政办发〔2016〕12号文件同时废止。",
    )
    assert said(made) == [
        ("废止", "青州市停车收费管理规定", "青政发〔2015〕7号"),
        ("废止", "", "青政办发〔2016〕12号"),
    ]
    first = orders(made)[0]
    assert made.document.text[first.at.start : first.at.end] == first.at.quote
    assert not first.listed


def test_laws_that_a_basis_names_are_not_ended(text: Callable[..., Text]) -> None:
    made = text(
        "青州市人民政府关于废止《青州市夜市管理办法》的决定",
        "根据《规范性文件管理规定》（晋政发〔2018〕3号），决定废止《青州市夜市管理办法》（青政发〔2012〕9号）。",
    )
    assert ("废止", "青州市夜市管理办法", "青政发〔2012〕9号") in said(made)
    assert not [row for row in said(made) if "晋政发" in row[2]]


def test_numbered_lists_under_headings(text: Callable[..., Text]) -> None:
    made = text(
        "青州市人民政府关于公布规范性文件清理结果的通知",
        "经清理，现将结果公布如下。",
        "附件1",
        "废止的规范性文件目录",
        "1. 青州市人民政府关于加强夜市管理的通知（青政发〔2012〕9号）",
        "2．青州市人民政府关于印发《青州市养犬管理办法》的通知　青政发〔2013〕4号",
        "附件2",
        "继续有效的规范性文件目录",
        "一、青州市公园管理办法（青政发〔2020〕8号）",
        "附件3",
        "宣布失效的规范性文件目录",
        "1",
        "青州市人民政府关于做好2019年防汛工作的通知",
        "青政发〔2019〕6号",
    )
    assert said(made) == [
        ("废止", "青州市人民政府关于加强夜市管理的通知", "青政发〔2012〕9号"),
        ("废止", "青州市人民政府关于印发《青州市养犬管理办法》的通知", "青政发〔2013〕4号"),
        ("继续有效", "青州市公园管理办法", "青政发〔2020〕8号"),
        ("失效", "青州市人民政府关于做好2019年防汛工作的通知", "青政发〔2019〕6号"),
    ]
    assert all(order.listed for order in orders(made))


def test_a_table_and_entries_without_number(text: Callable[..., Text]) -> None:
    made = text(
        "青州市民政局关于宣布失效一批规范性文件的公告",
        "现将宣布失效的文件公布如下：",
        "序号 | 文件名称 | 文号",
        "1 | 青州市临时救助实施细则 | 青民发〔2014〕21号",
        "2 | 青州市殡葬补贴管理办法 | ",
    )
    assert said(made) == [
        ("失效", "青州市临时救助实施细则", "青民发〔2014〕21号"),
        ("失效", "青州市殡葬补贴管理办法", ""),
    ]


def test_extension_says_until_when(text: Callable[..., Text]) -> None:
    made = text(
        "青州市民政局关于延长《青州市临时救助实施细则》有效期的通知",
        "经评估，《青州市临时救助实施细则》（青民发〔2014〕21号）有效期延长至2029年12月31日。",
    )
    moved = [order for order in orders(made) if order.says is Says.EXTEND and order.day]
    assert [(order.number, order.day) for order in moved] == [("青民发〔2014〕21号", date(2029, 12, 31))]


def test_words_about_repeal_in_general_end_nothing(text: Callable[..., Text]) -> None:
    made = text(
        "青州市规范性文件管理办法",
        "第一条 起草单位认为《青州市停车管理办法》需要修改或者废止的，应当提出建议。",
        "第二条 未及时续期的《停车许可证》自动失效。",
    )
    assert said(made) == []
