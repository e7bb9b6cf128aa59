"""HTML: main text, metadata table, chrome."""

import pytest
from beishen.corpora.errors import BeishenError
from beishen.corpora.readers.formats import accept, extract
from beishen.corpora.text import Extract

ARTICLES = "".join(f"<p>第{n}条　各乡镇人民政府应当按照规定开展第{n}项工作，并接受监督。</p>" for n in "一二三四五六")
PAGE = f"""<!DOCTYPE html><html><head><title>t</title><style>p{{}}</style><script>var a="第九条";</script></head><body>
<div class="header"><ul class="nav"><li><a href="/">首页</a></li><li><a href="/x">政务公开</a></li></ul></div>
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a>政策文件</a></div>
<table class="info"><tr><td>索 引 号：</td><td>A12-0-2020-003</td><td>发文机关：</td><td>测试县人民政府</td></tr>
<tr><td>标　　题：</td><td colspan="3">关于加强采砂管理的通知</td></tr>
<tr><td>文&nbsp;号</td><td>测政发〔2020〕3号</td><td>成文日期</td><td>2020年5月6日</td></tr></table>
<div class="MAIN"><h1>关于加强采砂管理的通知</h1>{ARTICLES}
<table><tr><th>项目</th><th>金额</th></tr><tr><td><p>采砂</p></td><td>五<br>万元</td></tr></table>
<div style="display: none">看不见</div></div>
<div class="footer"><p>主办：测试县人民政府办公室</p><p>测ICP备00000000号</p></div></body></html>"""


def read(text: str, encoding: str = "utf-8") -> Extract:
    return extract(accept("a.html", text.encode(encoding)))


@pytest.mark.parametrize("container", ["plain", "TRS_Editor", "zoom", "article-content"])
def test_main_text_metadata_and_chrome(container: str) -> None:
    found = read(PAGE.replace("MAIN", container))
    assert dict(found.meta) == {
        "索引号": "A12-0-2020-003",
        "发文机关": "测试县人民政府",
        "标题": "关于加强采砂管理的通知",
        "发文字号": "测政发〔2020〕3号",
        "成文日期": "2020年5月6日",
    }
    inside = [(b.kind, b.text) for b in found.blocks if b.kind not in {"meta", "header", "footer"}]
    assert inside[0] == ("heading", "关于加强采砂管理的通知")
    assert [text for kind, text in inside if kind == "row"] == ["项目 | 金额", "采砂 | 五 万元"]
    assert sum(kind == "text" for kind, _ in inside) == 6
    outside = " ".join(b.text for b in found.blocks if b.kind in {"header", "footer"})
    assert "首页" in outside
    assert "ICP备" in outside
    assert "看不见" not in " ".join(b.text for b in found.blocks)
    assert "第九条" not in " ".join(b.text for b in found.blocks)


def test_metadata_as_list_items_and_synonyms() -> None:
    page = PAGE.replace(
        PAGE[PAGE.index('<table class="info">') : PAGE.index("</table>") + 8],
        "<ul><li><b>发布机构：</b>测试县水利局</li><li><b>发文字号：</b>测水〔2021〕1号</li><li><b>公开日期：</b>2021-02-03</li></ul>",
    )
    assert dict(read(page).meta) == {
        "发文机关": "测试县水利局",
        "发文字号": "测水〔2021〕1号",
        "发布日期": "2021-02-03",
    }


def test_a_sentence_with_a_label_is_no_metadata() -> None:
    found = read("<html><body><p>名称：采砂许可。</p><p>第一条　发文机关应当公开文号：由办公室负责。</p></body></html>")
    assert found.meta == ()
    assert [b.text for b in found.blocks] == ["名称：采砂许可。", "第一条　发文机关应当公开文号：由办公室负责。"]


def test_fragments_and_soft_structure() -> None:
    found = read('<div class="nav"><p>第<span>一</span>条&emsp;甲</p><p>乙<br/>丙</p><ul><li>丁</li></ul>戊</div>')
    assert [b.text for b in found.blocks] == ["第一条\u2003甲", "乙", "丙", "丁", "戊"]


@pytest.mark.parametrize(("declared", "actual"), [("gb2312", "gb18030"), ("utf-8", "gb18030"), ("gbk", "utf-8")])
def test_the_declared_encoding_yields_to_the_bytes(declared: str, actual: str) -> None:
    page = PAGE.replace("<head>", f'<head><meta http-equiv="Content-Type" content="text/html; charset={declared}">')
    assert dict(read(page, actual).meta)["发文机关"] == "测试县人民政府"


def test_layout_tables_are_not_rows() -> None:
    inner = f"<table><tr><td>{ARTICLES}</td></tr></table>"
    page = f"<html><body><table><tr><td width=10></td><td>{inner}</td></tr></table></body></html>"
    found = read(page)
    assert [b.kind for b in found.blocks] == ["text"] * 6


@pytest.mark.parametrize(
    "markup", ["<div>" * 3000 + "甲", "<table><tr><td>" * 800 + "甲", "<p>甲" + "<b><i></b>" * 2000]
)
def test_hostile_nesting_ends_in_text_or_a_code(markup: str) -> None:
    try:
        assert extract(accept("a.html", f"<html><body>{markup}</body></html>".encode())).blocks
    except BeishenError as error:
        assert error.code.startswith("file.")


def test_a_page_inside_a_row_of_spacers_is_no_row() -> None:
    found = read(f"<html><body><table><tr><td>&nbsp;</td><td>{ARTICLES * 3}</td><td></td></tr></table></body></html>")
    assert [b.kind for b in found.blocks] == ["text"] * 18
