"""From a file to a document: title, parts, clauses, metadata and kind, on texts written for these tests."""

import re
from datetime import date
from pathlib import Path

import pytest
from beishen.corpora.errors import InputError
from beishen.corpora.intake import Overrides, read
from beishen.corpora.readers.formats import accept
from beishen.corpora.text import Document, DocumentKind, Instrument, Level
from hypothesis import given, settings
from hypothesis import strategies as st

WRAPPED = """青禾县人民政府办公室
关于印发《青禾县河道采砂管理办法
（试行）》的通知
青政办〔2021〕7号
各乡镇人民政府，县直各单位：
《青禾县河道采砂管理办法（试行）》已经县政府同意，现印发给你们，请遵照执行。
青禾县人民政府办公室
2021年3月5日
（此件公开发布）
青禾县河道采砂管理办法（试行）
目录
第一章 总则
第二章 管理
第一章 总则
第一条 为了加强河道采砂管理，根据《中华人民共和国水法》，制定本办法。
第二条 本办法适用于本县行政区域内的河道采砂活动。
第三条 本办法所称河道采砂，是指在河道内采挖砂石的行为。
第二章 管理
第四条 采砂人应当遵守下列规定：
（一）按照规定的范围采砂；
（二）按照规定的时间采砂。
第五条 违反第四条规定的，由县水利局责令改正。
第六条 本办法自2021年5月1日起施行，有效期二年。
附件：采砂申请表
附件
采砂申请表
申请人：
住址：
年 月 日
"""

NOTICE = """江澜省云泽市财政局、云泽市民政局关于做好临时救助资金发放的通知
云财社〔2022〕15号
各县（区）财政局、民政局：
为规范临时救助资金发放，现将有关事项通知如下：
一、救助对象
（一）家庭遭遇突发事件，基本生活陷入困境的居民。申请人应当向户籍所在地的乡镇人民政府提出申请。
（二）持有本市居住证的外来人员。申请人应当提供居住证原件，由受理单位核对后当场退还。
二、资金发放。县级民政部门应当在五个工作日内把救助资金发放到申请人的账户，不得以现金方式发放。
三、申请人应当提交下列材料：
1.申请书；
2.身份证明；
3.收入情况说明。
本通知自2022年6月1日起执行，有效期至2025年5月31日。
联系人：张某某，联系电话：12345678
云泽市财政局
云泽市民政局
2022年5月10日
"""


LINES = (
    *(
        "第一条 为了管理。",
        "第二条 应当遵守。",
        "第九条规定的",
        "一、总则",
        "（一）办理。",
        "1.材料；",
        "（2）其他",
        "①甲",
    ),
    *("附件", "（2）其他", "附件：1.表", "目录", "第一章 总则", "青禾县财政局", "2020年1月1日", "各单位："),
    *("关于甲的通知", "“", "云泽市人民政府令", "（2020年3月", "主要内容：", "1.1 目的", "1 总则"),
)


def document(text: str, name: str = "文件.txt", overrides: Overrides | None = None) -> Document:
    return read(accept(name, text.encode()), overrides=overrides or Overrides())


def test_a_notice_that_prints_a_measure() -> None:
    read_back = document(WRAPPED)
    assert read_back.title is not None
    assert read_back.title.value == "青禾县人民政府办公室关于印发《青禾县河道采砂管理办法（试行）》的通知"
    assert read_back.number is not None and read_back.number.value == "青政办〔2021〕7号"
    assert [(o.name, o.level) for o in read_back.issuers] == [("青禾县人民政府办公室", Level.COUNTY_GOVERNMENT)]
    assert [(part.role, part.title) for part in read_back.parts] == [
        ("carrier", "青禾县人民政府办公室关于印发《青禾县河道采砂管理办法（试行）》的通知"),
        ("body", "青禾县河道采砂管理办法（试行）"),
        ("form", "采砂申请表"),
    ]
    assert read_back.instrument is Instrument.NORMATIVE
    assert read_back.kind.value is DocumentKind.NORMATIVE
    assert read_back.issued is not None and read_back.issued.value == date(2021, 3, 5)
    assert read_back.effective is not None and read_back.effective.value == date(2021, 5, 1)
    assert read_back.validity is not None and (read_back.validity.months, read_back.validity.trial) == (24, True)
    assert read_back.expires == date(2023, 4, 30)


def test_articles_with_their_items_are_one_clause_each() -> None:
    read_back = document(WRAPPED)
    articles = [c for c in read_back.clauses if c.part == 1 and c.role not in ("heading", "preamble", "signature")]
    assert [c.id for c in articles] == ["1", "2", "3", "4", "5", "6"]
    assert [c.role for c in articles] == ["purpose", "scope", "definition", "provision", "provision", "commencement"]
    assert articles[3].path == ("第二章 管理", "第四条")
    assert articles[3].span.of(read_back.text).count("\n") == 2
    headings = [c.path for c in read_back.clauses if c.role == "heading"]
    assert headings == [("第一章 总则",), ("第二章 管理",)]


def test_a_numbered_notice() -> None:
    read_back = document(NOTICE)
    assert [o.name for o in read_back.issuers] == ["江澜省云泽市财政局", "云泽市民政局"]
    assert read_back.issuers[0].region.name == "江澜省云泽市"
    assert [c.id for c in read_back.clauses] == ["0", "1", "1.1", "1.2", "2", "3", "end", "sign"]
    by_id = {c.id: c for c in read_back.clauses}
    assert by_id["1"].role == "heading" and by_id["1.2"].path == ("一、救助对象", "（二）")
    assert by_id["3"].span.of(read_back.text).endswith("3.收入情况说明。")
    assert by_id["end"].role == "commencement"
    assert "联系人" in by_id["sign"].span.of(read_back.text)
    assert not any("联系人" in c.span.of(read_back.text) for c in read_back.clauses if c.role != "signature")
    assert read_back.validity is not None and read_back.validity.until == date(2025, 5, 31)
    assert read_back.effective is not None and read_back.effective.value == date(2022, 6, 1)


def test_an_order_names_number_and_instrument() -> None:
    text = (
        "云泽市人民政府令\n（第12号）\n《云泽市户外广告管理办法》已经市政府常务会议通过，现予公布，自公布之日起30日后施行。\n"
        "市长 王某某\n2020年1月1日\n云泽市户外广告管理办法\n第一条 为了规范户外广告，制定本办法。\n"
        "第二条 设置户外广告应当符合规划。\n"
    )
    read_back = document(text)
    assert read_back.title is not None and read_back.title.value == "云泽市户外广告管理办法"
    assert read_back.number is not None and read_back.number.value == "云泽市人民政府令第12号"
    assert read_back.instrument is Instrument.LOCAL_RULE
    assert read_back.effective is not None and read_back.effective.value == date(2020, 1, 31)


def test_a_note_of_promulgation() -> None:
    text = (
        "江澜省湿地保护办法\n（2019年3月4日江澜省人民政府令第8号公布 自2019年5月1日起施行）\n"
        "第一条 为了保护湿地，制定本办法。\n第二条 湿地保护应当坚持保护优先。\n第三条 禁止在湿地内取土。\n"
    )
    read_back = document(text)
    assert read_back.number is not None and read_back.number.value == "江澜省人民政府令第8号"
    assert read_back.issuer is not None and read_back.issuer.name == "江澜省人民政府"
    assert read_back.published is not None and read_back.published.value == date(2019, 3, 4)
    assert read_back.effective is not None and read_back.effective.value == date(2019, 5, 1)


def test_the_day_of_adoption_is_not_the_day_of_promulgation() -> None:
    text = (
        "云泽市供水条例\n（2019年3月4日云泽市第三届人民代表大会常务委员会第五次会议通过）\n"
        "第一条 为了规范供水，制定本条例。\n第二条 供水单位应当保障水质。\n第三条 本条例自公布之日起施行。\n"
    )
    read_back = document(text)
    assert read_back.issued is not None and read_back.issued.value == date(2019, 3, 4)
    assert read_back.effective is None
    assert read_back.issuer is not None and read_back.issuer.level is Level.CITY_CONGRESS
    assert read_back.instrument is Instrument.LOCAL_REGULATION


def test_articles_quoted_in_an_amendment_are_not_its_articles() -> None:
    text = (
        "青禾县人民政府关于修改《青禾县采砂管理办法》的决定\n一、将第三条修改为：\n“第三条 采砂人应当办理登记。\n"
        "第四条 采砂人应当缴纳费用。”\n二、删去第九条。\n三、将第十条中的“三日”修改为“五日”。\n"
        "青禾县人民政府\n2020年2月3日\n"
    )
    read_back = document(text)
    assert [c.id for c in read_back.clauses] == ["1", "2", "3", "sign"]


def test_long_articles_are_split_at_their_items() -> None:
    items = "\n".join(f"（{n}）{'申请人应当按照规定提交材料并接受检查，' * 20}；" for n in "一二三四五")
    text = (
        f"青禾县采砂管理办法\n第一条 为了管理，制定本办法。\n第二条 申请人应当：\n{items}\n第三条 县水利局负责实施。\n"
    )
    read_back = document(text)
    assert [c.id for c in read_back.clauses] == ["1", "2", "2.1", "2.2", "2.3", "2.4", "2.5", "3"]


@pytest.mark.parametrize(
    "text",
    [
        (
            "在全县推进会议上的讲话\n"
            "同志们：\n"
            "今天我们召开会议，主要任务是总结经验。\n"
            "一、提高认识\n"
            "各单位要高度重视。\n"
            "二、抓好落实\n"
            "不得松懈。\n"
        ),
        (
            "各位代表：\n"
            "现在，我代表市人民政府向大会报告工作，请予审议。\n"
            "一、过去一年工作回顾\n"
            "经济增长百分之五。\n"
            "二、今年的任务\n"
            "继续努力。\n"
        ),
        (
            "关于县政府食堂改造项目的批复\n"
            "县机关事务服务中心：\n"
            "你中心的请示收悉。经研究，同意改造。\n"
            "青禾县发展和改革委员会\n"
            "2020年3月4日\n"
        ),
        ("青禾县召开春季造林现场会\n3月12日，青禾县召开春季造林现场会。会议强调，要抓住时机。\n"),
        (
            "青禾县财政局关于下达2022年救灾资金预算的通知\n"
            "青财〔2022〕4号\n"
            "柳溪镇人民政府：\n"
            "现下达资金十万元，请专款专用。\n"
            "青禾县财政局\n"
            "2022年3月4日\n"
        ),
    ],
)
def test_what_has_no_general_force(text: str) -> None:
    kind = document(text).kind
    assert kind.value is DocumentKind.OTHER
    assert 0 < kind.score <= 1 and kind.reasons


def test_overrides_win() -> None:
    overrides = Overrides("江澜省水利厅", Level.CITY_DEPARTMENT, Instrument.OTHER)
    read_back = document(WRAPPED, overrides=overrides)
    assert read_back.issuer is not None
    assert (read_back.issuer.name, read_back.issuer.level) == ("江澜省水利厅", Level.CITY_DEPARTMENT)
    assert read_back.instrument is Instrument.OTHER


def test_masked_dates_stay_absent() -> None:
    text = "青禾县人民政府关于禁渔的通告\n禁渔期内禁止捕捞。\n青禾县人民政府\n20**年3月1日\n"
    assert document(text).issued is None


def check_spans(read_back: Document) -> None:
    """Evidence spans lie in the text; clauses are ordered, do not overlap, have unique ids and tile their part."""
    text = read_back.text
    recognised = [read_back.title, read_back.number, read_back.issued, read_back.effective, *read_back.issuers]
    assert all(0 <= r.span.start < r.span.end <= len(text) for r in recognised if r is not None and r.span is not None)
    ids = [clause.id for clause in read_back.clauses]
    assert len(ids) == len(set(ids))
    for before, after in zip(read_back.clauses, read_back.clauses[1:], strict=False):
        assert before.span.end <= after.span.start
        if before.part == after.part:
            assert not text[before.span.end : after.span.start].strip(" \n#*")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(LINES),
        min_size=1,
        max_size=14,
    )
)
def test_any_order_of_lines_is_read_with_sound_spans(lines: list[str]) -> None:
    check_spans(document("\n".join(lines)))


def test_shared_documents_are_read_with_sound_spans(shared: Path) -> None:
    paths = sorted((shared / "documents").glob("*.txt"))[::8]
    assert len(paths) >= 15
    for path in paths:
        check_spans(read(accept(path.name, path.read_bytes())))


def test_of_the_five_seeds_none_but_the_notice_may_count(shared: Path) -> None:
    read_back = {}
    for path in sorted((shared / "seeds").glob("*.txt")):
        read_back[path.name[:3]] = read(accept(path.name, path.read_bytes()))
    assert len(read_back) == 5
    notice = read_back.pop("003")
    assert {d.kind.value for d in read_back.values()} == {DocumentKind.OTHER}
    assert notice.title is not None and notice.title.value.startswith("武陟县人民政府办公室关于")
    assert notice.number is not None and notice.number.value == "武政办〔2015〕24号"
    assert notice.issued is not None and notice.issued.value == date(2015, 6, 16)
    assert notice.issuer is not None and notice.issuer.level is Level.COUNTY_GOVERNMENT


def test_a_file_without_text_is_refused() -> None:
    with pytest.raises(InputError):
        read(accept("空.txt", b"  \n \n"))


@pytest.mark.parametrize(
    ("name", "title", "organ"),
    [
        (
            "青禾县人民政府关于禁止在城区燃放烟花爆竹的通告.txt",
            "青禾县人民政府关于禁止在城区燃放烟花爆竹的通告",
            "青禾县人民政府",
        ),
        ("03_青禾县财政局关于做好票据管理的通知(1).txt", "青禾县财政局关于做好票据管理的通知", "青禾县财政局"),
        ("附件1：青禾县河道采砂管理实施细则（试行）定稿.txt", "青禾县河道采砂管理实施细则（试行）", None),
        ("扫描件20210305.txt", None, None),
        ("通知.txt", None, None),
    ],
)
def test_a_text_without_title_takes_that_of_its_file_and_says_so(
    name: str, title: str | None, organ: str | None
) -> None:
    text = "为保障公共安全，现就有关事项规定如下：\n一、任何单位不得违反。\n二、自2021年5月1日起施行。\n"
    found = read(accept(name, text.encode()))
    assert (found.title.value if found.title else None) == title
    assert (found.issuer.name if found.issuer else None) == organ
    codes = [problem.code for problem in found.problems]
    assert ("document.title_of_file" in codes) == (title is not None)
    assert found.title is None or found.title.span is None


def test_a_plan_numbered_in_decimals_is_the_body_of_its_notice() -> None:
    text = (
        "青禾县人民政府办公室关于印发青禾县防汛应急预案的通知\n青政办〔2021〕9号\n各乡镇人民政府：\n"
        "现将《青禾县防汛应急预案》印发给你们，请组织实施。\n2021年6月1日\n青禾县防汛应急预案\n1 总则\n1.1 目的\n"
        "为了做好防汛工作，保障群众生命财产安全，减少洪水造成的损失，根据有关规定，制定本预案，各单位应当遵守。\n"
        "1.2 范围\n本预案适用于本县。\n2 职责\n2.1 指挥部\n县防汛指挥部负责指挥。\n2.2 成员\n成员单位各负其责。\n"
        "3 附则\n3.1 实施\n本预案自发布之日起实施。\n"
    )
    found = read(accept("预案.txt", text.encode()))
    assert [part.role for part in found.parts] == ["carrier", "body"]
    assert found.effective is not None
    assert found.effective.value == date(2021, 6, 1)


@pytest.mark.parametrize(
    "genre", ["通告", "公告", "决定", "意见", "办法", "细则", "规定", "通知", "通报", "批复", "函"]
)
@pytest.mark.parametrize("layout", ["{t}\n{n}\n", "{n}\n{t}\n", "{a}\n{b}\n{n}\n"])
def test_titles_of_every_genre_are_found_on_one_line_or_two(genre: str, layout: str) -> None:
    first, second = "青禾县人民政府", f"关于规范城区养犬管理的{genre}"
    number = "青政〔2021〕12号"
    text = layout.format(t=first + second, a=first, b=second, n=number)
    text += "各乡镇人民政府：\n为了加强管理，现就有关事项规定如下：\n一、养犬应当登记。\n"
    text += "二、禁止携犬进入学校。\n青禾县人民政府\n2021年5月1日\n"
    found = read(accept("1.txt", text.encode()))
    assert found.title is not None
    assert re.sub(r"\s", "", found.title.value) == first + second
    assert found.number is not None
    assert found.number.value == number
    assert [organ.name for organ in found.issuers] == [first]


def test_a_joint_order_whose_head_runs_into_its_text() -> None:
    organs = ("中国人民银行", "中国银行业监督管理委员会", "中国证券监督管理委员会", "国家外汇管理局")
    text = (
        f"{''.join(organs)}令〔2007〕第6号根据《中华人民共和国中国人民银行法》，四部门制定了《灯笼券管理办法》，"
        "现予发布，自2007年9月1日起施行。\n行长：王某甲主席：李某乙主席：赵某丙局长：钱某丁二〇〇七年七月二日\n"
        "灯笼券管理办法\n第一条 为了规范灯笼券，制定本办法。\n第二条 灯笼券应当编号。\n第三条 本办法由发布机关解释。\n"
    )
    found = read(accept("a.txt", text.encode()))
    assert tuple(organ.name for organ in found.issuers) == organs
    assert found.number is not None
    assert found.number.value == f"{''.join(organs)}令〔2007〕第6号"
    assert found.title is not None
    assert found.title.value == "灯笼券管理办法"
    assert found.instrument is Instrument.DEPARTMENT_RULE
    assert (found.issued and found.issued.value, found.effective and found.effective.value) == (
        date(2007, 7, 2),
        date(2007, 9, 1),
    )
    assert [part.role for part in found.parts] == ["carrier", "body"]
