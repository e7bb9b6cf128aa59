"""A clean-up from a folder or a catalogue to its results: enlist, examine in a pool, judge the set, write.

Everything up to the judgement is in the journal; what follows is computed anew from it and always gives the same
files. A person's decisions are applied with `confirm`. The service can call each step by itself.
"""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..corpora.errors import BadArgument, FileMissing
from ..corpora.laws.names import clean_title
from ..corpora.text import Problem
from ..review.cleanup import catalogue, decision, profile, propose, shelf, statistics, themes
from ..review.cleanup.card import Card, card, plain
from ..review.cleanup.facts import unread
from ..review.cleanup.outcome import Outcome
from ..review.render import cleanup_files
from ..review.render.json import dumps
from .cleanup_journal import NAME, Journal, Listed, Task, guarded
from .cleanup_pool import Pool
from .cleanup_work import Bench
from .settings import Settings

if TYPE_CHECKING:
    from .cleanup_crew import Crew

DECISIONS = "decisions.jsonl"
REPORTS = "reports"
MADE = ("code", "laws", "index", "models", "standards")
_BATCH = 64
_SKIPPED = ("~$", ".")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What to clean up: a folder, a catalogue (XLSX) or both; on which day; by which profile, theme or law."""

    folder: Path
    out: Path
    day: date
    catalogue: Path | None = None
    profile: str = ""
    theme: str = ""
    law: str = ""

    def facts(self) -> dict[str, str]:
        """What must be the same when the run goes on."""
        return {"folder": str(self.folder.resolve()), "day": self.day.isoformat()}

    def choices(self) -> dict[str, str]:
        """What may differ from one judgement to the next, because no card depends on it."""
        listed = str(self.catalogue.resolve()) if self.catalogue else ""
        return {"catalogue": listed, "profile": self.profile, "theme": self.theme, "law": self.law}


def remembered(out: Path) -> Request:
    """The request that an output folder was made with. Raises BadArgument where there is none."""
    if not (out / NAME).is_file():
        raise BadArgument(f"{out} 中没有清理结果", "请给出清理的输出文件夹")
    with Journal.open(out) as journal:
        known = journal.meta()
    if "folder" not in known:
        raise BadArgument(f"{out} 中的清理没有开始", "请重新运行 beishen cleanup")
    listed = known.get("catalogue")
    return Request(
        Path(known["folder"]),
        out,
        date.fromisoformat(known["day"]),
        Path(listed) if listed else None,
        **{key: known.get(key, "") for key in ("profile", "theme", "law")},
    )


def request(paths: list[str], out: Path, day: date) -> Request:
    """The request of the paths a user gave: a folder, a catalogue whose folder is meant, or one of each."""
    folder: Path | None = None
    listed: Path | None = None
    for text in paths:
        path = Path(text)
        if path.is_dir() and folder is None:
            folder = path
        elif path.suffix.lower() in (".xlsx", ".xlsm") and path.is_file() and listed is None:
            listed = path
        elif not path.exists():
            raise FileMissing(f"“{text}”不存在", "请核对路径")
        else:
            raise BadArgument(f"“{text}”不是文件夹或 XLSX 目录，或给了不止一个", "请给出一个文件夹、一个目录，或各一个")
    if folder is None and listed is None:
        raise BadArgument("没有给出要清理的文件夹或目录", "请给出一个文件夹或 XLSX 目录")
    return Request(folder or (listed.parent if listed else Path()), out, day, listed)


def themed(wanted: Request, profile_name: str, theme: str, law: str) -> Request:
    """The same request with profile, theme or law."""
    return replace(wanted, profile=profile_name, theme=theme, law=clean_title(law) if law else "")


def files(wanted: Request) -> Iterator[Listed]:
    """The files of the set in a stable order; output folder, catalogue, hidden and lock files left out."""
    out = wanted.out.resolve()
    skipped = wanted.catalogue.resolve() if wanted.catalogue else None
    for here, folders, names in os.walk(wanted.folder):
        place = Path(here)
        folders[:] = sorted(n for n in folders if not n.startswith(".") and (place / n).resolve() != out)
        for name in sorted(names):
            path = place / name
            if name.startswith(_SKIPPED) or (skipped is not None and path.resolve() == skipped):
                continue
            stat = path.lstat()
            if path.is_file():
                yield Listed(path.relative_to(wanted.folder).as_posix(), str(path), stat.st_size, stat.st_mtime_ns)


def run(wanted: Request, settings: Settings, crew: int | None, resume: bool, progress: Progress) -> Outcome:
    """Do the whole clean-up, or what is left of it; see `examine`. Raises BadArgument, DiskFull, EngineErrors."""
    _checked(wanted)
    with opened(wanted, resume) as journal:
        examine(wanted, settings, journal, crew, progress)
        outcome = judge(wanted, journal)
    return written(wanted, outcome)


def _checked(wanted: Request) -> None:
    """Names of profile and theme, before anything is done."""
    if wanted.profile:
        profile.named(wanted.profile)
    if wanted.theme:
        themes.named(wanted.theme)
    if wanted.catalogue:
        catalogue.read(wanted.catalogue)


def opened(wanted: Request, resume: bool) -> Journal:
    """The journal with the files of the set in it. Raises BadArgument where a journal is there and must not be."""
    with guarded(wanted.out / NAME):
        try:
            wanted.out.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError, PermissionError) as error:
            raise BadArgument(f"无法建立输出文件夹 {wanted.out}（{error.strerror}）", "请换一个位置") from error
    there = (wanted.out / NAME).exists()
    journal = Journal.open(wanted.out)
    try:
        known = journal.meta()
        if there and known and not resume:
            raise BadArgument(f"{wanted.out} 中已有一次清理", "请加 --resume 继续，或换一个输出文件夹")
        for key, value in wanted.facts().items():
            if known and known.get(key, value) != value:
                raise BadArgument(f"{wanted.out} 中的清理是另一次（{key}：{known[key]}）", "请换一个输出文件夹")
        journal.enlist(files(wanted))
        journal.describe(wanted.facts() | wanted.choices())
    except BaseException:
        journal.close()
        raise
    return journal


def examine(wanted: Request, settings: Settings, journal: Journal, crew: int | None, progress: Progress) -> None:
    """Read and review every open file; each is kept as soon as it is done.

    `crew` is the number of processes here, or None for the workers of the office (`beishen worker`).
    """
    done, total = journal.counts()
    progress(done, total)
    if done == total:
        _dismissed(journal, settings, crew)
        return
    bench = Bench(settings, wanted.day, wanted.out / REPORTS)
    with _pool(bench, journal) if crew is None else Pool(bench, max(1, min(crew, total - done))) as pool:
        _same_engine(journal, pool.identity, done)
        for result in pool.results(_open_tasks(journal), lambda task: journal.tried(task.seq)):
            journal.finish(result.task.seq, result.cards if result.cards is not None else _killed(result.task))
            pool.settled(result)
            done += 1
            progress(done, total)


def _pool(bench: Bench, journal: Journal) -> "Crew":
    """The workers of the office, under the name this clean-up has had from its first run."""
    from .cleanup_crew import Crew

    run_name = journal.meta().get("run") or uuid.uuid4().hex[:12]
    journal.describe({"run": run_name})
    return Crew(bench, run_name)


def _dismissed(journal: Journal, settings: Settings, crew: int | None) -> None:
    """What a caller killed behind its last file left with the office goes."""
    from .cleanup_crew import dismissed

    name = journal.meta().get("run")
    if crew is None and name:
        dismissed(settings, name)


def _open_tasks(journal: Journal) -> Iterator[Task]:
    after = 0
    while batch := journal.waiting(after, _BATCH):
        yield from batch
        after = batch[-1].seq


def _same_engine(journal: Journal, identity: dict[str, str], done: int) -> None:
    """A run may only go on with the engine it began with."""
    known = journal.meta()
    changed = [key for key, value in identity.items() if done and known.get(key, value) != value]
    if changed:
        names = {"code": "程序", "laws": "法规库", "index": "索引", "models": "模型", "standards": "审查标准"}
        what = "、".join(names[key] for key in changed)
        raise BadArgument(f"中断以来{what}有变化，续做会得到前后不一的结果", "请换一个输出文件夹重新清理")
    journal.describe(identity)


def _killed(task: Task) -> tuple[str, ...]:
    told = f"审查“{task.name}”的进程两次异常结束，可能是文件过大或已损坏，请另存为 DOCX 后重试"
    return (dumps(plain(unread(task.name, "", Problem("job.poisonous", told)))),)


def judge(wanted: Request, journal: Journal) -> Outcome:
    """The set as a whole, from the journal: proposals, mismatches, statistics."""
    cards = tuple(card(body) for body in journal.cards())
    return judged(wanted, cards, journal.meta())


def judged(wanted: Request, cards: tuple[Card, ...], made: dict[str, str]) -> Outcome:
    """The outcome of a set of cards with the decisions that lie in the output folder."""
    rows = catalogue.read(wanted.catalogue) if wanted.catalogue else ()
    matched = catalogue.match(cards, rows)
    whole = shelf.shelve(matched.cards)
    chosen = profile.named(wanted.profile) if wanted.profile else None
    proposals = propose.propose(whole, wanted.day, chosen)
    settled = decision.settle(proposals, audit(wanted.out))
    theme = themes.named(wanted.theme) if wanted.theme else None
    touched = frozenset(
        item.proposal.card.file
        for item in settled
        if (theme is None or themes.touches(item.proposal.card, theme))
        and (not wanted.law or themes.relies_on(item.proposal.card, wanted.law))
    )
    return Outcome(
        day=wanted.day,
        settled=settled,
        touched=touched,
        focus=theme.name if theme else f"《{wanted.law}》及依据它的文件" if wanted.law else "",
        unread=tuple(c for c in whole.cards if not c.read),
        without_file=matched.without_file,
        without_row=tuple(whole.cards[place].file for place in matched.without_row) if rows else (),
        twins=tuple(tuple(whole.cards[place] for place in group) for group in whole.twins),
        tables=tables(settled, theme, wanted.law, touched),
        made=tuple((key, made[key]) for key in MADE if key in made),
    )


def tables(
    settled: tuple[decision.Settled, ...], theme: themes.Theme | None, law: str, touched: frozenset[str]
) -> tuple[statistics.Table, ...]:
    """The statistics: organ, year, reason, then the theme asked for or all of them."""
    held = tuple(item for item in settled if item.proposal.card.file in touched)
    plain_tables = (statistics.by_organ(held), statistics.by_year(held), statistics.by_reason(held))
    if theme is not None:
        return (*plain_tables, statistics.of_theme(settled, theme))
    if law:
        return (*plain_tables, statistics.of_law(settled, law))
    return (*plain_tables, *statistics.every_theme(settled))


def audit(out: Path) -> tuple[decision.Ruling, ...]:
    """The decisions taken so far; raises BadArgument where the chain of the file is broken."""
    path = out / DECISIONS
    return decision.read(path.read_text(encoding="utf-8").splitlines()) if path.is_file() else ()


def written(wanted: Request, outcome: Outcome) -> Outcome:
    """Write every result beside the old ones and swap them in one by one."""
    with guarded(wanted.out / NAME):
        aside = wanted.out / ".writing"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir()
        try:
            cleanup_files.write(outcome, aside)
            for made in sorted(aside.iterdir()):
                os.replace(made, wanted.out / made.name)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return outcome


def confirm(out: Path, lines: list[str], by: str, at: datetime) -> Outcome:
    """Take a person's decisions into the audit and write the results anew. Raises BadArgument for what does not fit."""
    wanted = remembered(out)
    with Journal.open(wanted.out) as journal:
        before = judge(wanted, journal)
        path = wanted.out / DECISIONS
        last = path.read_text(encoding="utf-8").splitlines()[-1:] if path.is_file() else []
        proposals = tuple(item.proposal for item in before.settled)
        made = decision.recorded(proposals, decision.parse(lines, by, at), last[0] if last else "")
        with guarded(path), path.open("a", encoding="utf-8") as audit_file:
            audit_file.write("".join(ruling.line() + "\n" for ruling in made))
            audit_file.flush()
            os.fsync(audit_file.fileno())
        return written(wanted, judge(wanted, journal))
