"""The command line as a user meets it: help, wrong usage, exit codes, all in Chinese."""

import re
import subprocess
import sys
import time

import pytest
import typer
from beishen.service.cli.main import app

VERBS = [
    "review",
    "quiet",
    "inspect",
    "package",
    "search",
    "serve",
    "worker",
    "backup",
    "restore",
    "cleanup run",
    "cleanup confirm",
    "law show",
    "laws status",
    "laws import",
    "laws verify",
    "rules list",
    "rules check",
    "train clause",
    "train relation",
    "train export",
    "train encoder",
    "account add",
    "account list",
    "account password",
    "account close",
    "account open",
    "audit verify",
    "audit purge",
]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_in_chinese_with_examples(cli, verb: str) -> None:  # type: ignore[no-untyped-def]
    found = cli(*verb.split(), "--help")
    assert found.code == 0
    assert found.out.startswith(f"用法：beishen {verb}")
    assert f"beishen {verb}" in found.out.split("示例：")[1]
    assert not re.search(r"Usage|Options|Arguments|\[required\]|\[default", found.out)


def test_verbs_are_the_documented_ones() -> None:
    group = typer.main.get_command(app)
    found = []
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        children = getattr(command, "commands", None)
        found += [f"{name} {child}" for child in children] if children else [name]
    assert sorted(found) == sorted(VERBS)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["审查"], "没有命令 审查"),
        (["review"], "缺少参数 PATH"),
        (["review", "--fromat", "x"], "--format"),
        (["review", "x", "--format"], "--format"),
        (["review", "x", "--format", "pdf"], "html"),
        (["review", "x", "--level", "县"], "--level"),
        (["review", "x", "--as-of", "2024-02-30"], "不存在"),
        (["search"], "查询"),
        (["search", "a", "--file", "b"], "两者取一"),
        (["search", "a", "--top", "0"], "--top"),
        (["law", "show", "行政许可法", "1", "2"], "参数过多"),
        (["laws", "import", "wiki", "."], "lawrefbook"),
    ],
)
def test_wrong_usage_is_two_and_chinese(cli, args: list[str], words: str) -> None:  # type: ignore[no-untyped-def]
    found = cli(*args)
    assert found.code == 2, found
    assert "[argument.invalid]" in found.err
    assert words in found.err
    assert found.out == ""
    assert "Traceback" not in found.err


def test_no_verb_shows_the_help(cli) -> None:  # type: ignore[no-untyped-def]
    found = cli()
    assert found.code == 2
    assert "用法：beishen" in found.err


def test_version(cli) -> None:  # type: ignore[no-untyped-def]
    assert re.fullmatch(r"beishen \d+\.\d+\.\d+\n", cli("--version").out)


def test_bad_environment_is_named(cli, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("BEISHEN_THREADS", "许多")
    found = cli("laws", "status")
    assert found.code == 2
    assert "BEISHEN_THREADS" in found.err


def test_help_is_quick() -> None:
    """0.5 s on the reference machine; the bound here leaves room for a loaded one."""
    best = 9.0
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "beishen.service.cli.main", "--help"], check=True, capture_output=True)
        best = min(best, time.perf_counter() - start)
    assert best < 1.0
