"""Fixtures every room shares. No network; material beside the project is optional."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The read-only material beside the project (`BEISHEN_SHARED` overrides its place)."""
    place = Path(os.environ.get("BEISHEN_SHARED", ROOT.parent / "shared"))
    if not place.is_dir():
        pytest.skip(f"the shared material is not at {place}; set BEISHEN_SHARED")
    return place
