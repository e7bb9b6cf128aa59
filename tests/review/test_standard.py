"""Rule files: what loads, and what stops the start with file, line and reason."""

from pathlib import Path

import pytest
from beishen.corpora.errors import RuleInvalid
from beishen.review.standard import load

GOOD = """
[[rule]]
id = "penalty.set"
version = 1
name = "设定处罚"
check = "power"
act = "penalty"
level = "conflict"
types = ["penalty"]
message = "设定“{matched}”"
advice = "删去"
[rule.when]
any = ["%fine%"]
[[rule.grounds]]
law = "中华人民共和国行政处罚法"
article = "第十六条"
"""


def write(folder: Path, text: str, name: str = "penalty.toml") -> Path:
    (folder / "lexicon.toml").write_text('fine = ["罚款", "处以.{0,4}元"]', encoding="utf-8")
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_rule_loads_with_its_lexicon(tmp_path: Path) -> None:
    (rule,) = load(write(tmp_path, GOOD)).rules
    assert rule.key == "penalty.set@1"
    assert rule.any[0].search("可以处以五十元")
    assert rule.file == "penalty.toml:2"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"%fine%"', '"%nothing%"', "nothing"),
        ('"%fine%"', '"("', "正则"),
        ('types = ["penalty"]', 'types = ["sin"]', "sin"),
        ('act = "penalty"\n', "", "act"),
        ('level = "conflict"', 'level = "illegal"', "level"),
        ('article = "第十六条"', 'article = "第十六条"\nstatus = "mem"', "conflict"),
        ("version = 1", "version = one", "TOML"),
        ("advice", "advise", "advice Field required"),
    ],
)
def test_a_mistake_names_the_file_and_the_reason(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(RuleInvalid, match=said) as caught:
        load(write(tmp_path, GOOD.replace(old, new, 1)))
    assert "penalty.toml" in str(caught.value)


def test_the_line_is_that_of_the_faulty_rule(tmp_path: Path) -> None:
    second = GOOD.replace("penalty.set", "penalty.other").replace("version = 1", "version = 0")
    with pytest.raises(RuleInvalid, match=r"第 18 行"):
        load(write(tmp_path, GOOD + second))


def test_two_rules_of_one_id_are_refused(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    with pytest.raises(RuleInvalid, match="重复"):
        load(write(tmp_path, GOOD, "other.toml"))


def test_the_digest_follows_the_text(tmp_path: Path) -> None:
    before = load(write(tmp_path, GOOD)).digest
    assert load(write(tmp_path, GOOD.replace("删去", "删除"))).digest != before
