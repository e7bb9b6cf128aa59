"""Every module of eval that can be run says what it does."""

import sys
from importlib import import_module
from pathlib import Path

import pytest
from beishen import eval as room

MODULES = sorted(path.stem for path in Path(room.__path__[0]).glob("*.py") if "__main__" in path.read_text("utf-8"))


@pytest.mark.parametrize("name", MODULES)
def test_help_shows_the_docstring(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = import_module(f"beishen.eval.{name}")
    monkeypatch.setattr(sys, "argv", [name, "--help"])
    with pytest.raises(SystemExit) as ended:
        module.main()
    assert ended.value.code == 0
    assert (module.__doc__ or "").strip() in capsys.readouterr().out
