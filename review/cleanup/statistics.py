"""Tables of a clean-up: by organ, year, reason, and one for each theme. Counts only, with totals."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .decision import Settled
from .proposal import Action, kinds
from .shelf import moment
from .themes import Theme, relies_on, role_of, themes, touches

ACTIONS = tuple(Action)
TOTAL = "合计"
_UNNAMED = "仅由审查意见或所引法律涉及"
_ROLES = {"basis": "作为制定依据", "apply": "引用其规定", "mention": "提及"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table: rows of (name, counts per action in the order of ACTIONS), the total last. `first` heads the names."""

    title: str
    first: str
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    note: str = ""

    @property
    def total(self) -> tuple[int, ...]:
        return self.rows[-1][1]


def overall(settled: tuple[Settled, ...]) -> tuple[tuple[Action, int], ...]:
    """How many documents per action, zeroes included."""
    tally = Counter(item.action for item in settled)
    return tuple((action, tally[action]) for action in ACTIONS)


def by_organ(settled: tuple[Settled, ...]) -> Table:
    return _table("按制定机关", "制定机关", settled, lambda item: item.proposal.card.organs[:1] or ("未识别",))


def by_year(settled: tuple[Settled, ...]) -> Table:
    def year(item: Settled) -> tuple[str, ...]:
        day = moment(item.proposal.card)
        return (str(day.year) if day else "年份不明",)

    return _table("按公布年份", "年份", settled, year, by_name=True)


def by_reason(settled: tuple[Settled, ...]) -> Table:
    """Each document once, under the reason that leads."""

    def reason(item: Settled) -> tuple[str, ...]:
        leading = item.proposal.leading
        if leading is not None:
            return (leading.name,)
        return ("需人工判断" if item.proposal.action is Action.PERSON else kinds()["none"].name,)

    return _table("按主要理由", "理由", settled, reason)


def of_theme(settled: tuple[Settled, ...], theme: Theme) -> Table:
    """The table of a special clean-up: documents per group (a document may touch several), the total once each."""
    touched = [item for item in settled if touches(item.proposal.card, theme)]
    groups: dict[str, list[Settled]] = {name: [] for name, _ in theme.groups}
    for item in touched:
        for hit in item.proposal.card.hits:
            if hit.theme == theme.id:
                groups[hit.group].append(item)
    unnamed = [item for item in touched if not any(hit.theme == theme.id for hit in item.proposal.card.hits)]
    if unnamed:
        groups[_UNNAMED] = unnamed
    rows = [(name, _counts(items)) for name, items in groups.items()]
    note = f"审阅 {len(settled)} 件，涉及 {len(touched)} 件；一件文件可涉及多类，合计按件计"
    return Table(f"专题：{theme.name}", "涉及事项", (*rows, (TOTAL, _counts(touched))), note)


def of_law(settled: tuple[Settled, ...], law: str) -> Table:
    """The documents that rely on a law, by how they do."""
    touched = [item for item in settled if relies_on(item.proposal.card, law)]
    groups: dict[str, list[Settled]] = {name: [] for name in _ROLES.values()}
    for item in touched:
        groups[_ROLES[role_of(item.proposal.card, law)]].append(item)
    rows = [(name, _counts(items)) for name, items in groups.items()]
    note = f"审阅 {len(settled)} 件，涉及 {len(touched)} 件"
    return Table(f"专题：《{law}》及依据它的文件", "怎样涉及", (*rows, (TOTAL, _counts(touched))), note)


def every_theme(settled: tuple[Settled, ...]) -> tuple[Table, ...]:
    return tuple(of_theme(settled, theme) for theme in themes())


def _table(
    title: str,
    first: str,
    settled: tuple[Settled, ...],
    names: Callable[[Settled], tuple[str, ...]],
    by_name: bool = False,
) -> Table:
    groups: dict[str, list[Settled]] = defaultdict(list)
    for item in settled:
        for name in names(item):
            groups[name].append(item)
    ordered = sorted(groups.items(), key=lambda pair: pair[0] if by_name else (-len(pair[1]), pair[0]))
    return Table(title, first, (*((name, _counts(items)) for name, items in ordered), (TOTAL, _counts(settled))))


def _counts(items: Iterable[Settled]) -> tuple[int, ...]:
    tally = Counter(item.action for item in items)
    return tuple(tally[action] for action in ACTIONS)
