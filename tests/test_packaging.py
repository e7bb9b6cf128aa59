"""The wheel carries exactly the files of the rooms, and the tree stays small enough to clone."""

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("corpora", "index", "model", "review", "service", "eval")
# Written by programs for people to read; no part of the installed package.
NOT_SHIPPED = ("eval/results/", "eval/gold/", "eval/expected/", "model/training/clauses/")
IGNORED = shutil.ignore_patterns(
    ".git", ".venv", ".typing", "build", "dist", "out", "__pycache__", "*.egg-info", ".*_cache", ".hypothesis"
)


def package_files() -> set[str]:
    files = {"__init__.py", "client.py", "py.typed"}
    for room in ROOMS:
        for path in (ROOT / room).rglob("*"):
            name = path.relative_to(ROOT).as_posix()
            if path.is_file() and "__pycache__" not in path.parts and not name.startswith(NOT_SHIPPED):
                files.add(name)
    return files


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel built from a copy of the tree, relative to the package."""
    work = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT, work / "tree", ignore=IGNORED)
    code = f"from setuptools import build_meta; print(build_meta.build_wheel({str(work)!r}))"
    build = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        check=False,
        cwd=work / "tree",
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert build.returncode == 0, build.stderr[-2000:]
    with zipfile.ZipFile(next(work.glob("*.whl"))) as archive:
        names = archive.namelist()
    stray = [name for name in names if not name.startswith(("beishen/", "beishen-"))]
    assert not stray, f"the wheel puts {stray[:5]} beside the package"
    return {name.removeprefix("beishen/") for name in names if name.startswith("beishen/")}


def test_wheel_holds_the_tree(wheel: set[str]) -> None:
    tree = package_files()
    assert not tree - wheel, f"missing from the wheel: {sorted(tree - wheel)[:10]}"
    assert not wheel - tree, f"only in the wheel: {sorted(wheel - tree)[:10]}"


def test_package_list_is_the_tree() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        listed = tomllib.load(file)["tool"]["setuptools"]["packages"]
    found = {"beishen"} | {
        "beishen." + ".".join(init.parent.relative_to(ROOT).parts)
        for room in ROOMS
        for init in (ROOT / room).rglob("__init__.py")
    }
    assert listed == sorted(listed)
    assert set(listed) == found


def test_every_dependency_is_pinned_with_a_reason() -> None:
    lines = (
        (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("dependencies = [")[1].split("]")[0].splitlines()
    )
    for line in lines:
        entry, _, reason = line.strip().partition('",')
        if entry:
            assert "==" in entry, f"not pinned: {entry}"
            assert reason.strip().startswith("#") or "numpy==" in entry, f"no reason given: {entry}"


def tracked() -> list[Path]:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: the tree's own files cannot be told from what was built here")
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / os.fsdecode(name) for name in listing.split(b"\0") if name and (ROOT / os.fsdecode(name)).is_file()]


def test_sizes() -> None:
    sizes = {path: path.stat().st_size for path in tracked()}
    big = [path.name for path, size in sizes.items() if size > 40 * 2**20]
    assert not big, f"over 40 MB: {big}"
    assert sum(sizes.values()) < 120 * 2**20


def test_nothing_tracked_is_ignored_by_kind() -> None:
    """Caches, databases and pickles never travel with the repository."""
    unwanted = {".pyc", ".pkl", ".pickle", ".db", ".sqlite", ".joblib"}
    assert not [path.name for path in tracked() if path.suffix in unwanted]
