"""A command line in process, on the data folder of the session."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from beishen.service.cli.main import run

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self):  # type: ignore[no-untyped-def]
        return json.loads(self.out)

    @property
    def lines(self):  # type: ignore[no-untyped-def]
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def cli(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Outcome]]:
    """Runs one command; both streams are captured as a pipe would be."""
    monkeypatch.setenv("BEISHEN_HOME", str(home))
    monkeypatch.setenv("BEISHEN_THREADS", "1")

    def call(*args: object) -> Outcome:
        out, err = io.StringIO(), io.StringIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            code = run([str(arg) for arg in args])
        return Outcome(code, out.getvalue(), err.getvalue())

    yield call


@pytest.fixture
def examples() -> Path:
    return ROOT / "examples"
