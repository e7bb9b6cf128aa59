"""Fixtures every room shares. No network; material beside the project is optional."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from beishen.review.engine import Engine

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The read-only material beside the project (`BEISHEN_SHARED` overrides its place)."""
    place = Path(os.environ.get("BEISHEN_SHARED", ROOT.parent / "shared"))
    if not place.is_dir():
        pytest.skip(f"the shared material is not at {place}; set BEISHEN_SHARED")
    return place


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the session: law store, encoder and index are made in it once, on first use.

    `BEISHEN_TEST_HOME` names one to keep between runs while writing tests.
    """
    kept = os.environ.get("BEISHEN_TEST_HOME")
    return Path(kept) if kept else tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def engine(home: Path) -> Iterator[Engine]:
    """The real engine with the default law store, opened once."""
    from beishen.review.engine import Engine, EngineSettings

    with Engine.open(EngineSettings(home, threads=1)) as opened:
        yield opened
