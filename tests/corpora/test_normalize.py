"""One canonical text: what each step does, and that every character can be traced."""

from collections import Counter
from pathlib import Path

import pytest
from beishen.corpora import script
from beishen.corpora.normalize import normalize
from beishen.corpora.readers.formats import accept_path, extract
from beishen.corpora.text import Block, Canonical, Extract
from hypothesis import given, settings
from hypothesis import strategies as st


def canon(*texts: str, kind: str = "text") -> Canonical:
    return normalize(Extract(tuple(Block(text=text, kind=kind) for text in texts)))


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("第１２条　处５％以下罚款，Ａ类除外。", "第12条 处5%以下罚款，A类除外。"),
        ("关于印发《办法》的通　　知", "关于印发《办法》的通知"),
        ("第 一 条　本办法适用于本县。", "第一条 本办法适用于本县。"),
        ("第三章　法 律 责 任", "第三章 法律责任"),
        ("测试县财政局　测试县水利局", "测试县财政局 测试县水利局"),
        ("处 2000 元以上 5 万元以下罚款。", "处2000元以上5万元以下罚款。"),
        ("应当公开\n办事程序，\n接受监督。", "应当公开办事程序，接受监督。"),
        ("apply the\nrule now", "apply the rule now"),
        ("零\u200b宽\ufeff字\xad符\x07。", "零宽字符。"),
        ("㈠总体要求", "（一）总体要求"),
        ("⒉具体措施", "2.具体措施"),
        ("⽂件由⺠政局负责", "文件由民政局负责"),
        ("采砂（cǎi shā）管理", "采砂管理"),
        ("不当?shù)的执法", "不当?的执法"),
        ("采cǎi砂shā管guǎn理lǐ", "采砂管理"),
        ("本条例（草案）(修订稿)所称WTO规则（rules）", "本条例（草案）(修订稿)所称WTO规则（rules）"),
        ("**第五条** 甲**年乙", "第五条 甲**年乙"),
        ("测政发〔2015〕24号", "测政发〔2015〕24号"),
    ],
)
def test_what_each_step_does(given_text: str, expected: str) -> None:
    assert canon(given_text).text == expected


def test_traditional_text_becomes_simplified_of_the_same_length() -> None:
    source = "測試縣人民政府關於全面落實行政執法責任制的通知，各鄉鎮應當隨著形勢發展執行。"
    found = canon(source)
    assert found.text == "测试县人民政府关于全面落实行政执法责任制的通知，各乡镇应当随着形势发展执行。"
    assert found.origin == tuple(range(len(source)))


def test_a_traditional_name_in_simplified_text_stays() -> None:
    text = "由测试县人民政府办公室会同鍾氏宗亲联谊会负责本办法的实施和解释工作，并接受监督。"
    assert canon(text).text == text


def test_glosses_without_tones_go_only_where_the_document_is_glossed() -> None:
    assert canon("行(xíng)政(zhèng)執(zhí)法的(de)通知").text == "行政执法的通知"
    assert canon("本办法所称甲(de)类").text == "本办法所称甲(de)类"


def test_a_line_of_pinyin_is_removed_and_recorded() -> None:
    found = canon("cǎi shā guǎn lǐ", "采砂管理")
    assert found.text == "采砂管理"
    assert [(r.reason, r.text) for r in found.removed] == [("pinyin", "cǎi shā guǎn lǐ")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("第 1 页 共 3 页", "page"),
        ("— 12 —", "page"),
        ("Page 2 of 9", "page"),
        ("https://www.example.gov.cn/art/2020/1/2/art_1.html 2020/1/2", "print"),
        ("日期:2021-03-04 09:12 来源:测试县司法局", "site"),
        ("您当前的位置：首页 > 政务公开 > 文件", "site"),
        ("版权所有：测试县人民政府 测ICP备12345678号", "site"),
        ("【打印】【关闭窗口】", "site"),
        ("本站不保证用户上传的文档完整", "watermark"),
        ("……（未完，全文共5000字，当前仅显示2000字）", "watermark"),
    ],
)
def test_furniture_is_removed_and_recorded(line: str, reason: str) -> None:
    found = canon("第一条 甲。", line, "第二条 乙。")
    assert found.text == "第一条 甲。\n第二条 乙。"
    assert [(r.text, r.reason) for r in found.removed] == [(line, reason)]


@pytest.mark.parametrize(
    "line",
    [
        "第八条 网络平台应当对用户上传的文档予以审核，不得提供下载。",
        "二、主办单位：测试县文化局",
        "来源：各乡镇上报的数据经核实后由县统计局汇总，统一公布。",
        "12",
        "（四）通过首页公开办事指南；",
        "请登录测试县水利局网站（www.example.gov.cn）查询。",
        "2020年3月4日",
    ],
)
def test_provisions_that_look_like_furniture_stay(line: str) -> None:
    found = canon("第一条 甲。", line)
    assert found.text == f"第一条 甲。\n{line}"
    assert found.removed == ()


def test_omitted_passages_inside_a_paragraph_are_recorded() -> None:
    found = canon("前文……(某文秘网http://www.example.com省略936字,正式会员可完整阅读)……后文")
    assert found.text == "前文后文"
    assert [r.reason for r in found.removed] == ["watermark"]


@pytest.mark.parametrize(
    ("text", "masks"),
    [
        ("20*年，**市对*乡镇开展检查", ["*", "**", "*"]),
        ("经××县研究，李×、张××同意", ["××", "×", "××"]),
        ("20XX年X月X日，XX局", ["XX", "X", "X", "XX"]),
        ("突出中端_，加强监督_机制", ["_", "_"]),
        ("税额=收购价格×适用税率，面积3×5米，A*B，5*3", []),
        ("用X光检查，XML格式，带*标记的", []),
        ("姓名________电话________", []),
    ],
)
def test_masked_characters_are_kept_and_marked(text: str, masks: list[str]) -> None:
    found = canon(text)
    assert found.text == text
    assert [span.of(found.text) for span in found.masked] == masks


def test_asides_are_recorded_and_rows_keep_their_cells() -> None:
    found = normalize(
        Extract(
            (
                Block("测试县公报", page=1, kind="header"),
                Block("项 目 | 金　额 | 第 1 页 共 2 页", page=1, kind="row"),
                Block("发文机关: 甲", kind="meta"),
                Block("内部", page=2, kind="watermark"),
                Block("- 1 -", page=1, kind="footer"),
            )
        )
    )
    assert found.text == "项目 | 金额 | 第1页共2页"
    assert [(r.reason, r.page) for r in found.removed] == [("header", 1), ("meta", 0), ("watermark", 2), ("footer", 1)]
    assert (found.pieces[0].block, found.pieces[0].page, found.pieces[0].kind) == (1, 1, "row")


def test_doubt_travels() -> None:
    assert normalize(Extract((Block("第一条", doubtful=True),))).pieces[0].doubtful


SIGNS = "第一二条章（）()《》，。、；：*×Xx_-—|/%.０１９ａＺ％　 \t\n\u200b\ufeff\x00年月日县市号附件页共国國辦實責政府"
WORDS = "hào lǐ de https://a.cn 来源： 2020-01-02 会员可 ü é ﬁ \U00020000 ㈠ ⒈ ⺠ first"
ALPHABET = st.sampled_from([*SIGNS, *WORDS.split()])
TEXTS = st.lists(ALPHABET, max_size=30).map("".join)
BLOCKS = st.lists(
    st.builds(Block, text=TEXTS, page=st.integers(0, 3), kind=st.sampled_from(["text", "row", "heading", "header"])),
    max_size=6,
)


def gone(char: str) -> bool:
    """A character that may go without a record: blanks and what nobody sees."""
    return char.isspace() or bool(script.INVISIBLE.match(char))


@settings(max_examples=400, deadline=None)
@given(BLOCKS)
def test_every_character_is_in_the_text_or_in_the_record(blocks: list[Block]) -> None:
    found = normalize(Extract(tuple(blocks)))
    assert len(found.origin) == len(found.text)
    assert "\n".join(piece.span.of(found.text) for piece in found.pieces) == found.text
    kept: Counter[str] = Counter()
    for piece in found.pieces:
        places = found.origin[piece.span.start : piece.span.end]
        assert list(places) == sorted(places)
        original = blocks[piece.block].text
        kept.update(original[at] for at in set(places))
    kept.update("".join(removed.text for removed in found.removed))
    everything = Counter("".join(block.text for block in blocks))
    lost = {char: n - kept[char] for char, n in everything.items() if n > kept[char] and not gone(char)}
    assert not lost


@settings(max_examples=300, deadline=None)
@given(BLOCKS)
def test_it_is_deterministic_and_spans_stay_inside(blocks: list[Block]) -> None:
    found = normalize(Extract(tuple(blocks)))
    assert found == normalize(Extract(tuple(blocks)))
    assert all(0 <= span.start < span.end <= len(found.text) for span in found.masked)
    assert not script.INVISIBLE.search(found.text)
    assert all(piece.span.of(found.text).strip() == piece.span.of(found.text) != "" for piece in found.pieces)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_plain_characters_map_to_themselves(text: str) -> None:
    found = canon(text)
    for char, at in zip(found.text, found.origin, strict=True):
        before = text[at]
        assert (
            char == before
            or before.translate(script.WIDTH) == char
            or len(script.compatible(before)) == 1
            or before.isspace()
        )


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from("各乡镇人民政府应当按照规定执行，。；一二三"), min_size=1, max_size=60).map("".join))
def test_clean_prose_is_untouched(text: str) -> None:
    found = canon(text)
    assert found.text == text
    assert found.origin == tuple(range(len(text)))


@pytest.mark.shared
def test_the_glossed_traditional_seed_reads_as_simplified(shared: Path) -> None:
    place = next((shared / "seeds").glob("003_*.txt"))
    found = normalize(extract(accept_path(place)))
    lines = found.text.split("\n")
    assert lines[0] == "武政办〔2015〕24号"
    assert lines[1:3] == ["武陟县人民政府办公室", "关于全面落实行政执法责任制的通知"]
    assert lines[-1] == "2015年6月16日"
    assert script.traditional_share(found.text) == 0
    assert sum(r.reason == "pinyin" for r in found.removed) > 500


@pytest.mark.shared
@pytest.mark.parametrize(("seed", "least"), [("000", 1), ("002", 20), ("004", 5)])
def test_masks_of_the_seeds_are_marked(shared: Path, seed: str, least: int) -> None:
    found = normalize(extract(accept_path(next((shared / "seeds").glob(f"{seed}_*.txt")))))
    assert len(found.masked) >= least
    assert not any(word in found.text for word in ("本站", "会员可", "wm114", "全文共"))
