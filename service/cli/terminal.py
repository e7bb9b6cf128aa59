"""The two streams: results on standard output, one object at a time; progress on standard error, terminals only."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


def prepare() -> None:
    """UTF-8 on both streams wherever they lead; a character no terminal knows never ends the program."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if stream.isatty():
            reconfigure(errors="replace")
        else:
            reconfigure(encoding="utf-8", errors="replace")


def write(text: str) -> None:
    """Text to standard output at once, so that a reader of the pipe sees each result as it comes."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()


class Meter:
    """A progress bar, or nothing where nobody watches."""

    def __init__(self, bar: "Progress | None" = None) -> None:
        self._bar = bar
        self._tasks: dict[str, TaskID] = {}

    def show(self, what: str, done: int, total: int) -> None:
        """How far a piece of work named `what` is; done when `done` reaches `total`."""
        if self._bar is None:
            return
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(what, total=total)
        self._bar.update(self._tasks[what], completed=done, total=total, visible=done < total)

    def name(self, what: str, text: str) -> None:
        """Change the words beside a bar."""
        if self._bar is not None and what in self._tasks:
            self._bar.update(self._tasks[what], description=text)


@contextmanager
def progress() -> Iterator[Meter]:
    """A meter on standard error, cleared at the end. In a pipe it stays silent."""
    if not sys.stderr.isatty():
        yield Meter()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
        yield Meter(bar)
