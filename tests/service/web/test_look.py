"""What can be checked of the pages without a browser: contrast, wording, nothing inline, nothing from elsewhere."""

import re
from pathlib import Path

import pytest
from beishen.service.web import door, router
from beishen.service.web.letter import policy

WEB = Path(router.__file__).parent
TEMPLATES = sorted((WEB / "templates").glob("*.html"))
SCRIPTS = sorted((WEB / "static").glob("*.js"))
STYLES = sorted((WEB / "static").glob("*.css"))


def tones() -> dict[str, str]:
    text = (WEB / "static" / "base.css").read_text("utf-8")
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", text))


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


PAIRS = [
    ("ink", "paper"), ("ink", "desk"), ("soft", "paper"), ("soft", "desk"), ("soft", "tint"), ("accent", "paper"),
    ("accent", "desk"), ("accent-dark", "accent-tint"), ("conflict", "conflict-bg"), ("doubt", "doubt-bg"),
    ("hint", "hint-bg"), ("form", "form-bg"), ("good", "good-bg"), ("paper", "accent"), ("paper", "conflict"),
    ("paper", "doubt"), ("paper", "hint"), ("paper", "form"), ("faint", "paper"),
]  # fmt: skip


@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_text_reaches_aa(front: str, back: str) -> None:
    """WCAG 2.1, 1.4.3: 4.5 to 1."""
    known = tones()
    assert contrast(known[front], known[back]) >= 4.5


@pytest.mark.parametrize("path", [*TEMPLATES, *SCRIPTS, *STYLES], ids=lambda path: path.name)
def test_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", text)
    assert "@import" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_nothing_inline_and_nothing_unescaped(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\son[a-z]+=|\sstyle=|<style|\|\s*safe|autoescape", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("path", [*TEMPLATES, *SCRIPTS, *sorted(WEB.glob("*.py"))], ids=lambda path: path.name)
def test_the_tool_gives_no_verdict(path: Path) -> None:
    text = path.read_text("utf-8").replace("合法性", "")
    assert not re.search("通过|违法|合法|合规|违规", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_posting_form_carries_the_token(path: Path) -> None:
    for form in re.findall(r'<form[^>]*method="post".*?</form>', path.read_text("utf-8"), re.DOTALL):
        assert "{{ token() }}" in form, form[:120]


def test_the_policy_allows_no_inline_script() -> None:
    found = door.SECURITY["Content-Security-Policy"]
    assert "unsafe" not in found and "default-src 'none'" in found and "frame-ancestors 'none'" in found


def test_the_report_is_styled_by_hash_only() -> None:
    found = policy("<style>p { color: red }</style>")
    assert re.search(r"style-src 'sha256-[A-Za-z0-9+/=]{44}'", found)
    assert "script-src" not in found and "unsafe" not in found
