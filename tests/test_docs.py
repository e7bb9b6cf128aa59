"""The pages that the program writes are current, and the pages people write keep their promises."""

import re
from pathlib import Path

import pytest
from beishen.service.cli.reference import files
from beishen.service.errors import Exit

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = files()


@pytest.mark.parametrize("name", WRITTEN)
def test_reference_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == WRITTEN[name], "run `make docs`"


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_and_paths_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!http|#)([^)#]+)", text):
        assert (ROOT / link).exists(), f"{page} links to {link}"


def test_readme_names_every_make_word_and_exit_code() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    words = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"setup", "demo", "test", "check", "eval", "serve"} <= set(words)
    for word in ("demo", "test"):
        assert f"make {word}" in readme
    for code in Exit:
        assert re.search(rf"^\| {code.value} \|", readme, re.MULTILINE), f"exit code {code.value} is not in README.md"


def test_readme_names_every_verb() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for heading in re.findall(r"^## (beishen \S+(?: \S+)?)$", WRITTEN["cli.md"], re.MULTILINE):
        if heading not in ("beishen law", "beishen laws", "beishen rules"):
            assert f"`{heading}" in readme, f"{heading} is not in README.md"


def test_examples_in_help_are_real_commands() -> None:
    """Every option that an example uses is an option of that verb."""
    for section in re.findall(r"```text\n(.*?)```", WRITTEN["cli.md"], re.DOTALL):
        usage, _, examples = section.partition("示例：")
        for option in re.findall(r"(--[a-z-]+)", examples):
            assert option in usage, f"{option} is used in an example but not documented:\n{section}"
