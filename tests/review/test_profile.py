"""Profiles: levels and switches, kinds that count, and mistakes told with file and line."""

from dataclasses import replace
from pathlib import Path

import pytest
from beishen.corpora.errors import ProfileInvalid
from beishen.corpora.text import DocumentKind, KindScore, Span
from beishen.review.finding import Citation, Finding, FindingLevel
from beishen.review.profile import Profile, adjusted, load_profile, named
from beishen.review.standard import Standard, load


@pytest.fixture(scope="module")
def standard() -> Standard:
    return load()


def found(rule: str, level: FindingLevel = FindingLevel.DOUBT, *citations: Citation) -> Finding:
    return Finding("", f"{rule}@1", level, ("fee",), "1", Span(0, 2), "甲乙", "请核对。", citations=citations)


def written(folder: Path, text: str) -> str:
    (folder / "本机关.toml").write_text(text, encoding="utf-8")
    return str(folder / "本机关.toml")


def test_shipped_profiles_load_and_the_default_changes_nothing(standard: Standard) -> None:
    assert {"default", "flags"} <= set(named())
    for name in named():
        load_profile(name, standard)
    default = load_profile("default", standard)
    assert replace(default, name="") == Profile()
    every = (found("fee.set"), found("form.title", FindingLevel.FORM))
    assert adjusted(every, default) == every


def test_levels_switch_rules_and_families(standard: Standard, tmp_path: Path) -> None:
    fees = [rule.data.id for rule in standard.rules if rule.data.id.startswith("fee.")]
    text = f'[levels]\n"fee.*" = "hint"\n"{fees[0]}" = "off"\n"compare.number" = "conflict"\n'
    profile = load_profile(written(tmp_path, text), standard)
    governed = Citation("某法", "第一条", "甲乙", "甲乙", "2020-01-01", True, "法律", "conflict")
    kept = adjusted(
        (
            found(fees[0]),
            found(fees[1]),
            found("compare.number"),
            found("compare.number", FindingLevel.DOUBT, governed),
        ),
        profile,
    )
    assert [f.rule for f in kept] == [f"{fees[1]}@1", "compare.number@1", "compare.number@1"]
    assert [f.level for f in kept] == [FindingLevel.HINT, FindingLevel.DOUBT, FindingLevel.CONFLICT]


def test_kinds_that_count(standard: Standard, tmp_path: Path) -> None:
    profile = load_profile(written(tmp_path, 'kinds = ["normative"]\n'), standard)
    assert not profile.counts(KindScore(DocumentKind.INTERNAL, 0.95))
    assert profile.counts(KindScore(DocumentKind.INTERNAL, 0.6)), "a doubtful kind is reviewed"
    assert Profile().counts(KindScore(DocumentKind.INTERNAL, 0.95))
    assert not Profile().counts(KindScore(DocumentKind.OTHER, 0.95))
    assert Profile().counts(KindScore(DocumentKind.OTHER, 0.95, binding=True)), "binding outsiders under another name"


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ('name = "甲"\nkind = ["normative"]\n', 2, "没有这项设置"),
        ('name = "甲"\n\n[levels]\n"fee.*" = "loud"\n', 4, "levels"),
        ('[levels]\n"fee.no_such_rule" = "off"\n', 2, "没有规则 fee.no_such_rule"),
        ('kinds = ["speech"]\n', 1, "kinds"),
        ('name = "甲\n', 1, "TOML"),
        ("[deadlines]\nfeedback = 0\n", 2, "feedback"),
    ],
)
def test_mistakes_name_file_and_line(standard: Standard, tmp_path: Path, text: str, line: int, word: str) -> None:
    with pytest.raises(ProfileInvalid) as caught:
        load_profile(written(tmp_path, text), standard)
    assert f"本机关.toml 第 {line} 行" in caught.value.message
    assert word in caught.value.message
    assert caught.value.code == "profile.invalid"


def test_missing_file_names_the_shipped_ones(standard: Standard, tmp_path: Path) -> None:
    with pytest.raises(ProfileInvalid) as caught:
        load_profile(str(tmp_path / "无.toml"), standard)
    assert "default" in caught.value.remedy
