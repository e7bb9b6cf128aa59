"""The bench of one run: settings, and the engine, opened once when the first readable file needs it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from ... import __version__
from ...corpora.errors import BeishenError, EngineError, StoreInvalid
from ...corpora.text import Document, Problem, Source
from ...review.finding import Provenance, Report, Status, failed
from ..errors import Exit, problem, unknown
from ..settings import Settings
from .files import Given, Opened, opened
from .terminal import Meter

if TYPE_CHECKING:
    from ...corpora.intake import Overrides
    from ...review.engine import Engine
    from ...review.profile import Profile

Result = TypeVar("Result")
READING = "审查"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Files of the user that shape a review: a profile, earlier answers, a report to compare with."""

    profile: str | None = None
    decisions: str | None = None
    baseline: str | None = None


@dataclass(slots=True)
class Bench:
    """Opens the engine on demand and closes it at the end."""

    settings: Settings
    meter: Meter
    wanted: Wanted = field(default_factory=Wanted)
    _engine: "Engine | None" = field(default=None, init=False)
    _profile: "Profile | None" = field(default=None, init=False)
    _seen: frozenset[str] | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        """Read the user's files before any work; raises ProfileInvalid."""
        wanted = self.wanted
        if wanted.profile or wanted.decisions or wanted.baseline:
            from ...review.profile import Profile, load_profile
            from ...review.quiet import baseline, load_decisions
            from ...review.standard import load

            self._profile = load_profile(wanted.profile, load()) if wanted.profile else Profile()
            if wanted.decisions:
                answers = (*self._profile.decisions, *load_decisions(Path(wanted.decisions)))
                self._profile = replace(self._profile, decisions=answers)
            self._seen = baseline(Path(wanted.baseline)) if wanted.baseline else None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._engine is not None:
            self._engine.close()

    @property
    def feedback_days(self) -> int | None:
        """Days the profile gives for the reply to a letter."""
        return self._profile.deadlines.feedback if self._profile else None

    @property
    def engine(self) -> "Engine":
        """The engine; raises the EngineErrors of corpora.errors."""
        if self._engine is None:
            from ...review.engine import Engine, EngineSettings

            settings = self.settings
            try:
                settings.home.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreInvalid(
                    f"数据文件夹 {settings.home} 无法使用（{error.strerror}）", "请设置 BEISHEN_HOME 指向可写的文件夹"
                ) from error
            self._engine = Engine.open(EngineSettings(settings.home, settings.threads, settings.model, self.meter.show))
        return self._engine

    def reports(self, given: tuple[Given, ...], day: date, overrides: "Overrides") -> Iterator[Report]:
        """The report of every source, in order; what cannot be reviewed gives a failed report."""
        for report, _ in self.reviews(given, day, overrides):
            yield report

    def reviews(
        self, given: tuple[Given, ...], day: date, overrides: "Overrides"
    ) -> Iterator[tuple[Report, Source | None]]:
        """The same, each with its source (None where there is none to open)."""
        for item in self._sources(given):
            yield self._report(item, day, overrides), item.source

    def documents(
        self, given: tuple[Given, ...], overrides: "Overrides"
    ) -> Iterator[tuple[str, Document | None, tuple[Problem, ...]]]:
        """Every source as read, with its problems; no engine is opened."""
        from ...corpora.intake import read

        def reading(source: Source) -> tuple[str, Document | None, tuple[Problem, ...]]:
            document = read(source, self.settings.limits, overrides)
            return source.name, document, document.problems

        for item in self._sources(given):
            yield self._guarded(item, reading, partial(_unread, item.name))

    def _sources(self, given: tuple[Given, ...]) -> Iterator[Opened]:
        for number, file in enumerate(given):
            self.meter.show(READING, number, len(given))
            self.meter.name(READING, f"{READING} {file.name[-40:]}")
            yield from opened(file, self.settings.limits)
        self.meter.show(READING, len(given), len(given))

    def _report(self, item: Opened, day: date, overrides: "Overrides") -> Report:
        from ...review.pipeline import Options, review

        # Opened outside the guard: a broken installation ends the run, a broken file does not.
        engine = self.engine if item.source else None

        options = Options(day, overrides, self.settings.limits)
        if self._profile is not None:
            options = replace(options, profile=self._profile)

        def reviewing(source: Source) -> Report:
            return self._compared(review(source, engine or self.engine, options))

        return self._guarded(item, reviewing, lambda found: failed(item.name, found, self._provenance(day)))

    def _compared(self, report: Report) -> Report:
        if self._seen is None:
            return report
        from ...review.quiet import only_new

        return only_new(report, self._seen)

    def _guarded(self, item: Opened, work: Callable[[Source], Result], instead: Callable[[Problem], Result]) -> Result:
        """The work on one source; any error of its own becomes the result `instead`, so that the rest goes on."""
        if item.source is None:
            error = item.error or EngineError(f"“{item.name}”没有内容")
            return instead(problem(error))
        try:
            return work(item.source)
        except BeishenError as error:
            return instead(problem(error))
        except Exception as error:
            return instead(unknown(error, self.settings.log, item.name))

    def _provenance(self, day: date) -> Provenance:
        if self._engine is None:
            return Provenance(__version__, "", "", (), "", day)
        from ...review.pipeline import provenance_of

        return provenance_of(self._engine, day)


def _unread(name: str, found: Problem) -> tuple[str, Document | None, tuple[Problem, ...]]:
    return name, None, (found,)


def exit_of(statuses: Iterable[Status]) -> Exit:
    """Done when every file was reviewed in full."""
    return Exit.DONE if all(status is Status.OK for status in statuses) else Exit.PROBLEMS
