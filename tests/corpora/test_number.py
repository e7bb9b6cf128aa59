"""Document numbers: every spelling of one number gives one canonical form."""

import pytest
from beishen.corpora.number import find, normalize
from hypothesis import given
from hypothesis import strategies as st

SPELLINGS = (
    *("青政办〔2021〕7号", "青政办[2021]7号", "青政办(2021)7号", "青政办（2021）7号", "青政办【2021】7号"),
    *(
        "青政办 〔2021〕 7 号",
        "青政办［２０２１］７号",
        "青政办﹝2021﹞7号",
        "青政办〔2021〕第7号",
        "青政办〔2021〕07号",
    ),
    *("青政办2021〕7号", "青政办C2021J7号", "青政办〔2O21〕7号", "\u200b青政办〔2021〕7号", "（青政办〔2021〕7号）"),
    *("发文字号：青政办〔2021〕7号", "的通知青政办〔2021〕7号"),
)


@pytest.mark.parametrize("text", SPELLINGS)
def test_one_number_in_many_spellings(text: str) -> None:
    assert normalize(text) == "青政办〔2021〕7号"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("江澜省人民政府令第19号", "江澜省人民政府令第19号"),
        ("省政府令 第9号", "省政府令第9号"),
        ("江澜省人民政府第14号令发布", "江澜省人民政府令第14号"),
        ("中华人民共和国主席令第四十九号", "中华人民共和国主席令第49号"),
        ("某某部公告2024年第3号", "某某部公告2024年第3号"),
        ("某某银行公告〔2020〕第3号", "某某银行公告〔2020〕第3号"),
        ("江澜省人民代表大会常务委员会公告〔十五届〕第59号", "江澜省人民代表大会常务委员会公告〔十五届〕第59号"),
        ("江政发[98]12号", "江政发〔1998〕12号"),
        ("江政发[05]12号", "江政发〔2005〕12号"),
        ("（83）财某字第116号", "财某字〔1983〕116号"),
        ("（2019年3月4日江澜省人民政府令第8号公布）", "江澜省人民政府令第8号"),
    ],
)
def test_orders_announcements_and_old_years(text: str, value: str) -> None:
    assert normalize(text) == value


@pytest.mark.parametrize("text", ["", "第423号", "见附件（2016）", "2019年5月1日", "共30号楼", "青政办〔20*1〕7号"])
def test_what_is_no_number(text: str) -> None:
    assert normalize(text) is None


def test_running_text_gives_each_number_its_own_range() -> None:
    text = "根据青政发〔2020〕1号和《办法》（江政办〔2021〕22号）"
    found = find(text)
    assert [number.value for number in found] == ["青政发〔2020〕1号", "江政办〔2021〕22号"]
    assert [text[number.start : number.end] for number in found] == ["青政发〔2020〕1号", "江政办〔2021〕22号"]


@given(
    st.text("京津沪渝豫鄂政府办发函", min_size=1, max_size=6),
    st.integers(1950, 2049),
    st.integers(1, 9999),
    st.sampled_from(("〔〕", "[]", "()", "（）", "【】", "﹝﹞")),
    st.sampled_from(("", " ", "\u3000")),
)
def test_any_prefix_year_and_serial_round_trip(prefix: str, year: int, serial: int, pair: str, gap: str) -> None:
    assert normalize(f"{prefix}{gap}{pair[0]}{year}{pair[1]}{gap}{serial}{gap}号") == f"{prefix}〔{year}〕{serial}号"


@given(st.text(max_size=60))
def test_any_text_is_searched_without_error(text: str) -> None:
    for number in find(text):
        assert 0 <= number.start < number.end <= len(text)
