"""Organs: level, branch, region; joint issuers; the instrument they issue."""

import pytest
from beishen.corpora.issuer import instrument, organ, organs_of_title
from beishen.corpora.regions import province_of_letter, split_place
from beishen.corpora.text import Instrument, Level, Region


@pytest.mark.parametrize(
    ("name", "level", "branch", "region"),
    [
        ("国务院办公厅", Level.STATE_COUNCIL, "政府", ""),
        ("国家发展改革委", Level.STATE_DEPARTMENT, "部门", ""),
        ("中华人民共和国商务部", Level.STATE_DEPARTMENT, "部门", ""),
        ("中国人民银行办公厅", Level.STATE_DEPARTMENT, "部门", ""),
        ("江苏省人民政府办公厅", Level.PROVINCE_GOVERNMENT, "政府", "江苏省"),
        ("江苏省财政厅", Level.PROVINCE_DEPARTMENT, "部门", "江苏省"),
        ("重庆市财政局", Level.PROVINCE_DEPARTMENT, "部门", "重庆市"),
        ("重庆市铜梁区人民政府", Level.COUNTY_GOVERNMENT, "政府", "重庆市铜梁区"),
        ("苏州市人民政府", Level.CITY_GOVERNMENT, "政府", "江苏省苏州市"),
        ("昆山市人民政府", Level.COUNTY_GOVERNMENT, "政府", "江苏省苏州市昆山市"),
        ("武陟县人民政府办公室", Level.COUNTY_GOVERNMENT, "政府", "河南省焦作市武陟县"),
        ("阿坝州人民政府", Level.CITY_GOVERNMENT, "政府", "四川省阿坝藏族羌族自治州"),
        ("大兴安岭地区行署办公室", Level.CITY_GOVERNMENT, "政府", "黑龙江省大兴安岭地区"),
        ("重庆两江新区管理委员会", Level.COUNTY_GOVERNMENT, "政府", "重庆市两江新区"),
        ("昆明市人民代表大会常务委员会", Level.CITY_CONGRESS, "人大", "云南省昆明市"),
        ("武陟县人民代表大会常务委员会", Level.OTHER, "人大", "河南省焦作市武陟县"),
        ("国家税务总局上海市税务局", Level.PROVINCE_DEPARTMENT, "部门", "上海市"),
        ("重庆市高级人民法院", Level.OTHER, "法院", "重庆市"),
        ("江澜省人民政府", Level.PROVINCE_GOVERNMENT, "政府", "江澜省"),
        ("江澜省云泽市青禾县财政局", Level.COUNTY_DEPARTMENT, "部门", "江澜省云泽市青禾县"),
        ("青禾县人民政府", Level.COUNTY_GOVERNMENT, "政府", "青禾县"),
        ("云泽市城东区人民政府", Level.COUNTY_GOVERNMENT, "政府", "云泽市城东区"),
        ("青禾县柳溪镇人民政府", Level.TOWNSHIP, "政府", "青禾县"),
        ("丰谷县市场监督管理局", Level.COUNTY_DEPARTMENT, "部门", "丰谷县"),
        ("沧州市城市管理综合行政执法局", Level.CITY_DEPARTMENT, "部门", "河北省沧州市"),
        ("兰州市城市管理委员会", Level.CITY_DEPARTMENT, "部门", "甘肃省兰州市"),
        ("云泽市人民政府国有资产监督管理委员会", Level.CITY_DEPARTMENT, "部门", "云泽市"),
        ("云泽市高新技术产业开发区管理委员会", Level.COUNTY_GOVERNMENT, "政府", "云泽市高新技术产业开发区"),
        ("嘉兴市南湖区人民政府（办公室）", Level.COUNTY_GOVERNMENT, "政府", "浙江省嘉兴市南湖区"),
        ("中共青禾县委办公室", Level.COUNTY_GOVERNMENT, "党委", "青禾县"),
        ("蓝湾有限公司", Level.OTHER, "其他", ""),
    ],
)
def test_level_branch_and_region(name: str, level: Level, branch: str, region: str) -> None:
    read = organ(name)
    assert (read.level, read.branch, read.region.name) == (level, branch, region)


def test_a_relative_name_takes_the_place_of_its_home() -> None:
    assert organ("市财政局", home=Region("上海市")).level is Level.PROVINCE_DEPARTMENT
    assert organ("市财政局", home=Region("江澜省", "云泽市")).region == Region("江澜省", "云泽市")


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("青禾县财政局青禾县民政局关于发放补贴的通知", ["青禾县财政局", "青禾县民政局"]),
        ("青禾县财政局、县残疾人联合会关于发放补贴的通知", ["青禾县财政局", "县残疾人联合会"]),
        ("中国人民银行中国银行业监督管理委员会公告", ["中国人民银行", "中国银行业监督管理委员会"]),
        ("国家税务总局上海市税务局关于调整事项的公告", ["国家税务总局上海市税务局"]),
        ("青禾县人民政府印发《青禾县财政局工作办法》的通知", ["青禾县人民政府"]),
        ("关于加强管理的通知", []),
        ("转发国务院办公厅关于加强管理的通知", []),
        ("青禾县财政局等三部门关于加强管理的通知", ["青禾县财政局"]),
    ],
)
def test_organs_at_the_head_of_a_title(title: str, names: list[str]) -> None:
    found = organs_of_title(title)
    assert [name for name, _, _ in found] == names
    assert all(title[start:end] == name for name, start, end in found)


@pytest.mark.parametrize(
    ("name", "title", "number", "kind"),
    [
        ("江澜省人民政府", "江澜省供水办法", "江澜省人民政府令第3号", Instrument.LOCAL_RULE),
        ("云泽市人民政府", "云泽市供水办法", "云泽市人民政府令第3号", Instrument.LOCAL_RULE),
        ("青禾县人民政府", "青禾县供水办法", "青禾县人民政府令第3号", Instrument.NORMATIVE),
        ("云泽市人民政府", "云泽市供水办法", "云政发〔2020〕3号", Instrument.NORMATIVE),
        ("财政部", "某某管理办法", "财政部令第3号", Instrument.DEPARTMENT_RULE),
        ("国务院", "某某条例", "中华人民共和国国务院令第703号", Instrument.ADMIN_REGULATION),
        ("云泽市人民代表大会常务委员会", "云泽市供水条例", "", Instrument.LOCAL_REGULATION),
        ("青禾县人民代表大会常务委员会", "青禾县人大常委会议事规则", "", Instrument.OTHER),
        ("云泽市人民政府", "云泽市政府工作报告", "", Instrument.OTHER),
    ],
)
def test_instrument(name: str, title: str, number: str, kind: Instrument) -> None:
    assert instrument(organ(name), title, number, False) is kind


def test_places() -> None:
    assert split_place("江苏省苏州市昆山市财政局") == (Region("江苏省", "苏州市", "昆山市"), "财政局")
    assert split_place("国家能源局") == (Region(), "国家能源局")
    assert province_of_letter("豫") == "河南省"
    assert province_of_letter("字") == ""
