"""Folders of law texts: dates, rank, region, articles, refusals."""

from pathlib import Path

from beishen.corpora.laws import docx_folder, lawrefbook, waystowork
from beishen.corpora.laws.record import LawText, Provision, Refusal
from beishen.corpora.laws.splitting import detach_annex, split_articles
from beishen.corpora.text import Rank, Region
from docx import Document


def only(texts):  # type: ignore[no-untyped-def]
    (text,) = list(texts)
    return text


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


BOOK = (
    "# 上海市花园条例\n\n2001年2月3日 上海市第一届人民代表大会常务委员会第二次会议通过\n\n{}<!-- INFO END -->\n\n"
    "## 第一章 总 则\n\n第一条 花园归大家。\n\n花园不收门票。\n\n第二条 本条例自2001年5月1日起施行。\n"
)


def test_lawrefbook_reads_rank_region_and_paragraphs(tmp_path: Path) -> None:
    put(tmp_path / "DLC/上海地方法规/地方性法规/上海/上海市花园条例(2001-02-05).md", BOOK.format(""))
    text = only(lawrefbook.read(tmp_path))
    assert isinstance(text, LawText)
    assert (text.rank, text.region, text.version) == (Rank.LOCAL_REGULATION, Region("上海市"), "2001-02-05")
    assert text.provisions[0] == Provision("第一条", "第一章 总则", "花园归大家。\n花园不收门票。")


def test_history_that_outruns_the_file_name_wins(tmp_path: Path) -> None:
    change = "2015年6月7日 上海市第九届人民代表大会常务委员会第八次会议《关于修改〈上海市花园条例〉的决定》修正\n\n"
    put(tmp_path / "地方性法规/上海市花园条例(2001-02-03).md", BOOK.format(change))
    text = only(lawrefbook.read(tmp_path))
    assert isinstance(text, LawText)
    assert (text.version, text.amended) == ("2015-06-07", True)


def test_books_of_a_code_are_one_text(tmp_path: Path) -> None:
    adopted = "2020年5月28日 第十三届全国人民代表大会第三次会议通过"
    head = f"# 中华人民共和国花木法典\n\n# {{}}\n\n{adopted}\n\n<!-- INFO END -->\n\n"
    put(tmp_path / "民法典/总则.md", head.format("总则") + "第一条 甲。\n\n第二条 乙。\n")
    put(tmp_path / "民法典/附则.md", head.format("附则") + "第三条 本法自2021年1月1日起施行。\n")
    text = only(lawrefbook.read(tmp_path))
    assert isinstance(text, LawText)
    assert [p.number for p in text.provisions] == ["第一条", "第二条", "第三条"]
    assert text.provisions[2].chapter == "附则"


def test_waystowork_reads_the_heading(tmp_path: Path) -> None:
    put(
        tmp_path / "住建/灯具管理办法.md",
        "# 灯具管理办法\n\n（2010年3月4日住房和城乡建设部令第9号公布 "
        "根据2018年5月6日《住房和城乡建设部关于修改部分规章的决定》修正）\n\n"
        "目　录\n\n第一章　总则\n\n第一章　总则\n\n"
        "第一条　灯具要亮。\n\n第二条　本办法自2010年6月1日起施行。\n",
    )
    text = only(waystowork.read(tmp_path))
    assert isinstance(text, LawText)
    assert (text.rank, text.version, text.amended) == (Rank.DEPARTMENT_RULE, "2018-05-06", True)
    assert len(text.provisions) == 2


def test_waystowork_local_rule(tmp_path: Path) -> None:
    head = "（2018年4月26日山东省人民政府令第316号公布）"
    put(
        tmp_path / "a/山东省灯具办法.md",
        f"# 山东省灯具办法\n\n{head}\n\n第一条　灯具要亮。\n",
    )
    text = only(waystowork.read(tmp_path))
    assert isinstance(text, LawText)
    assert (text.rank, text.region) == (Rank.LOCAL_RULE, Region("山东省"))


def test_notices_are_refused(tmp_path: Path) -> None:
    put(
        tmp_path / "a/灯具管理办法.md",
        "# 灯具管理办法\n\n某部关于印发《灯具管理办法》的通知\n\n建灯〔2019〕1号\n\n第一条 灯具要亮。\n",
    )
    put(tmp_path / "a/空.md", "# 空\n\n没有条文\n")
    texts = list(waystowork.read(tmp_path))
    assert all(isinstance(text, Refusal) and text.reason for text in texts)


def test_docx_of_the_national_database(tmp_path: Path) -> None:
    document = Document()
    for line in (
        "中华人民共和国灯会法",
        "（2022年3月1日第十三届全国人民代表大会常务委员会第三十次会议通过）",
        "目　　录",
        "第一章　总　　则",
        "第一章　总　　则",
        "第一条　为了办好灯会，制定本法。",
        "第二条　本法自2022年6月1日起施行。",
    ):
        document.add_paragraph(line)
    document.save(str(tmp_path / "中华人民共和国灯会法_20220301.docx"))
    put(tmp_path / "坏.docx", "not a zip")
    put(tmp_path / "旧.doc", "old")
    texts = list(docx_folder.read(tmp_path))
    good = [text for text in texts if isinstance(text, LawText)]
    assert len(texts) == 3
    assert [(t.name, t.version, t.rank, len(t.provisions)) for t in good] == [
        ("中华人民共和国灯会法", "2022-03-01", Rank.LAW, 2)
    ]


def test_references_at_line_starts_are_not_articles() -> None:
    body = "第一条 甲。\n第二条 乙，依照\n第一条的规定办理。\n第三条规定的，从其规定。\n第三条 丙。"
    assert [p.number for p in split_articles(body)] == ["第一条", "第二条", "第三条"]


def test_articles_without_a_space() -> None:
    body = "第一条为了管灯，制定本办法。\n第二条本办法所称灯，是指路灯。\n第三条规划、建设路灯，适用本办法。"
    assert [p.text[:2] for p in split_articles(body)] == ["为了", "本办", "规划"]


def test_points_preamble_and_whole() -> None:
    assert [p.number for p in split_articles("为此，决定：\n一、甲。\n二、乙。")] == ["序言", "条目一", "条目二"]
    assert [p.number for p in split_articles("只有一段话。")] == ["全文"]


def test_inserted_articles_and_annex() -> None:
    body = "第一条 甲。\n第一条之一 乙。\n第二条 丙。\n附件：\n灯具名录\n路灯"
    assert [p.number for p in split_articles(body)] == ["第一条", "第一条之一", "第二条", "附件1"]
    cut = detach_annex((Provision("第二条", "", "本法自公布之日起施行。\n附：\n税目税率表"),))
    assert [p.number for p in cut] == ["第二条", "附件1"]
