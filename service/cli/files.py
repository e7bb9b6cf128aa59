"""From paths to sources: folders are walked, filing packages opened, and nothing that is broken stops the rest."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ...corpora.errors import BeishenError, FileMissing
from ...corpora.limits import Limits
from ...corpora.text import Source

SKIPPED = ("~$", ".")


@dataclass(frozen=True, slots=True)
class Given:
    """A file to read under the name the user will see, or the reason why there is none."""

    name: str
    path: Path | None
    error: BeishenError | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A source, or the coded error that stands in its place."""

    name: str
    source: Source | None
    error: BeishenError | None = None


def expand(paths: list[str]) -> tuple[Given, ...]:
    """The files behind the paths, in the order given; folders by name, hidden and lock files left out."""
    given: list[Given] = []
    for text in paths:
        path = Path(text)
        if not path.is_dir():
            given.append(Given(text, path))
            continue
        found = [Given(str(file), file) for file in _walk(path)]
        empty = FileMissing(f"文件夹“{text}”中没有文件", "请核对路径")
        given += found or [Given(text, None, empty)]
    return tuple(given)


def _walk(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(here) / name for name in sorted(files) if not name.startswith(SKIPPED))


def opened(given: Given, limits: Limits) -> Iterator[Opened]:
    """The sources of one file: itself, or the members of a filing package (ZIP)."""
    from ...corpora.readers import media
    from ...corpora.readers.formats import accept_path

    if given.path is None:
        yield Opened(given.name, None, given.error)
        return
    try:
        source = replace(accept_path(given.path, limits), name=given.name)
        sources = _members(source, limits) if source.media == media.ZIP else (source,)
    except BeishenError as error:
        yield Opened(given.name, None, error)
        return
    for part in sources:
        yield Opened(part.name, part)


def _members(package: Source, limits: Limits) -> tuple[Source, ...]:
    """The members of a package, each under the package's name."""
    from ...corpora.readers.package import members

    return tuple(replace(member, name=f"{package.name}/{member.name}") for member in members(package, limits))
