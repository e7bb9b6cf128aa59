"""Check the store: gaps, doubled articles, dates that contradict, and how complete it is."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ..numerals import chinese_to_int
from ..text import Article, Rank
from .names import name_key, rank_by_title
from .record import Provision, StoreStatus, TextKind, VersionRecord
from .splitting import breaks_off
from .store import LawStore

_LABEL = re.compile(r"第([^条]+)条(?:之(.+))?")
_NAMED = re.compile(r"《((?:中华人民共和国)?[\u4e00-\u9fff、（）]{2,40}?(?:法|法典|条例))》")
_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,12}?(?:省|自治区|市|自治州|自治县|经济特区)")
MISSING = 20


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault. `kind` is gap, doubled, truncated, overlap, dates, undated, assumed or unconsolidated."""

    kind: str
    law: str
    version: str
    detail: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of the laws and regulations that texts of the store name, how many it holds or knows as repealed."""

    rank: Rank
    named: int
    held: int
    missing: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """Faults by law and version, status per rank and region, coverage of the names the store itself uses."""

    issues: tuple[Issue, ...]
    status: StoreStatus
    coverage: tuple[Coverage, ...]

    def counts(self) -> tuple[tuple[str, int], ...]:
        """Number of faults by kind."""
        return tuple(sorted(Counter(issue.kind for issue in self.issues).items()))


def verify(store: LawStore) -> Verification:
    """Read the whole store once; returns data, prints nothing."""
    issues: list[Issue] = []
    for record in store.laws():
        versions = store.versions(record.name)
        issues += _dates(versions)
        if record.kind is not TextKind.AMENDMENT:
            for version in versions:
                issues += _numbers(version, store.articles_of(version))
    issues += [Issue("unconsolidated", law, day, f"{by}晚于库中最新文本") for law, day, by in store.unconsolidated()]
    return Verification(tuple(issues), store.status(), coverage(store))


def _numbers(version: VersionRecord, articles: tuple[Article, ...]) -> Iterator[Issue]:
    labels = [article.number for article in articles if article.number.startswith("第")]
    doubled = [label for label, count in Counter(labels).items() if count > 1]
    if doubled:
        yield Issue("doubled", version.law, version.version, "、".join(doubled[:8]))
    if breaks_off(tuple(Provision(a.number, a.chapter, a.text) for a in articles)):
        yield Issue("truncated", version.law, version.version, f"第一章之后缺失或未分章（{len(labels)} 条）")
    numbers = sorted({chinese_to_int(found[1]) for label in labels if (found := _LABEL.fullmatch(label))})
    missing = sorted(set(range(1, numbers[-1] + 1)) - set(numbers)) if numbers else []
    if missing and not re.search(r"宪法修正案", version.law):
        shown = "、".join(f"第{number}条" for number in missing[:8])
        yield Issue("gap", version.law, version.version, f"缺 {len(missing)} 条：{shown}")


def _dates(versions: tuple[VersionRecord, ...]) -> Iterator[Issue]:
    for version in versions:
        if not version.version:
            yield Issue("undated", version.law, "", "来源未标日期")
        if version.start_reason == "assumed":
            yield Issue("assumed", version.law, version.version, "施行日期按通过或修改日期推定")
        if version.start and version.end and version.start >= version.end:
            yield Issue("dates", version.law, version.version, f"施行 {version.start} 不早于失效 {version.end}")
    dated = sorted((v for v in versions if v.start), key=lambda v: (v.start, v.version))
    for earlier, later in pairwise(dated):
        if later.start and (earlier.end is None or earlier.end > later.start):
            yield Issue("overlap", earlier.law, earlier.version, f"与 {later.version} 文本同时有效")


def coverage(store: LawStore) -> tuple[Coverage, ...]:
    """Which named laws (法), regulations (条例) and local regulations the store holds."""
    named: Counter[str] = Counter()
    for article in store.articles():
        if "《" in article.text:
            named.update(name_key(name) for name in set(_NAMED.findall(article.text)))
    groups: dict[Rank, list[tuple[str, int]]] = {}
    for name, count in named.items():
        if (rank := _rank(name)) is not None:
            groups.setdefault(rank, []).append((name, count))
    result = []
    for rank in sorted(groups):
        lacking = [(n, c) for n, c in groups[rank] if store.law(n) is None and store.repeal(n) is None]
        worst = sorted(lacking, key=lambda pair: (-pair[1], pair[0]))[:MISSING]
        result.append(Coverage(rank, len(groups[rank]), len(groups[rank]) - len(lacking), tuple(worst)))
    return tuple(result)


def _rank(name: str) -> Rank | None:
    if len(name) < 5 and name.endswith("条例"):
        return None
    if name.endswith("条例"):
        return Rank.LOCAL_REGULATION if _PLACE.match(name) else Rank.ADMIN_REGULATION
    return rank_by_title(name)
