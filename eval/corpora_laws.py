"""Does the law store hold enough, build and open fast enough, and answer right across versions?

Builds a store in a temporary folder from the default source and all of SHARED/corpora, imports everything a second
time (nothing may change), opens it, and asks the version traps. A trap is (what, found, expected).

Run: python -m beishen.eval.corpora_laws [SHARED]
"""

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..corpora.citation import mentions
from ..corpora.laws.default import build_default
from ..corpora.laws.resolving import Resolution, resolve
from ..corpora.laws.sources import import_source
from ..corpora.laws.store import LawStore
from ..corpora.laws.verify import Verification, verify
from .cases import shared_folder

LEAST_PROVISIONS, MOST_BUILD, MOST_OPEN = 170_000, 180.0, 0.3
KINDS = ("lawrefbook", "waystowork")


@dataclass(frozen=True, slots=True)
class Trap:
    """One question whose answer a status field or a first commencement line would get wrong."""

    name: str
    found: str
    expected: str

    @property
    def right(self) -> bool:
        return self.found == self.expected


@dataclass(frozen=True, slots=True)
class StoreScore:
    """Sizes, seconds and traps of one built store."""

    provisions: int
    laws: int
    refused: int
    build_s: float
    again_s: float
    changed_again: int
    open_s: float
    digest: str
    traps: tuple[Trap, ...]
    verification: Verification


def build(shared: Path, path: Path) -> tuple[int, int]:
    """Import everything into `path`; returns (texts added or changed, texts refused)."""
    if not path.is_file():
        build_default(path)
    summaries = [import_source(path, kind, shared / "corpora" / kind) for kind in KINDS]
    return sum(len(s.added) + len(s.changed) for s in summaries), sum(len(s.refused) for s in summaries)


def score(shared: Path, folder: Path) -> StoreScore:
    """Build, import again, open, ask."""
    path = folder / "laws.db"
    started = time.perf_counter()
    _, refused = build(shared, path)
    built = time.perf_counter()
    changed, _ = build(shared, path)
    again = time.perf_counter()
    with LawStore.open(path) as store:
        store.article("道交法", 1, date(2026, 11, 23))
        opened = time.perf_counter()
        status = store.status()
        return StoreScore(
            provisions=status.provisions,
            laws=status.laws,
            refused=refused,
            build_s=built - started,
            again_s=again - built,
            changed_again=changed,
            open_s=opened - again,
            digest=status.digest,
            traps=traps(store),
            verification=verify(store),
        )


def traps(store: LawStore) -> tuple[Trap, ...]:
    """The version traps of the issue, by date arithmetic and by citation."""
    return (*_version_traps(store), *_citation_traps(store))


def _version_traps(store: LawStore) -> tuple[Trap, ...]:
    asked = (
        ("amended, old line: the day before", "安全生产法", date(2021, 8, 31), ""),
        ("amended, old line: the day", "安全生产法", date(2021, 9, 1), "2021-06-10"),
        ("amended, decision in the store", "食品安全法", date(2025, 11, 30), "2021-04-29"),
        ("amended, decision in the store, after", "食品安全法", date(2025, 12, 1), "2025-09-12"),
        ("called in force, is not yet", "商标法", date(2026, 11, 23), "2019-04-23"),
        ("called history, is in force", "农业法", date(2026, 11, 23), "2012-12-28"),
        ("not yet in force then in force", "商标法", date(2027, 1, 1), "2026-06-26"),
        ("repealed by a code not yet in force", "环境保护法", date(2026, 8, 14), "2014-04-24"),
        ("repealed by a code in force", "环境保护法", date(2026, 8, 15), ""),
        ("amended three times", "道路交通安全法", date(2015, 1, 1), "2011-04-22"),
        ("curated commencement", "立法法", date(2023, 3, 14), "2015-03-15"),
        ("revised, clause of its own", "公司法", date(2024, 6, 30), "2018-10-26"),
        ("regulation replaced under a new title", "法规规章备案条例", date(2024, 11, 1), ""),
        ("called repealed, is in force", "农村土地承包法", date(2026, 11, 23), "2018-12-29"),
    )
    return tuple(Trap(what, _version(store, name, day), expected) for what, name, day, expected in asked)


def _version(store: LawStore, name: str, day: date) -> str:
    version = store.version_on(name, day)
    return version.version if version else ""


def _citation_traps(store: LawStore) -> tuple[Trap, ...]:
    day = date(2026, 11, 23)
    asked: tuple[tuple[str, str, date | None, str], ...] = (
        ("no such article", "依照《行政许可法》第三百条处理", None, "no_such_article 第三百条"),
        ("repealed by a code", "根据《环境保护法》第四十二条", None, "repealed 中华人民共和国生态环境法典 2026-08-15"),
        ("repealed, not in the store", "依照《合同法》第八条", None, "repealed 中华人民共和国民法典 2021-01-01"),
        ("renamed", "按照《法规规章备案条例》第三条", None, "renamed 法规规章备案审查条例 2024-11-01"),
        ("not yet in force", "依据《医疗保障法》第一条", None, "not_yet_in_force 2027-01-01"),
        ("renumbered", "依照《立法法》第八十条制定", date(2020, 5, 1), "renumbered 第八十条→第九十一条"),
        ("not in the store", "根据《某县畜禽养殖条例》制定", None, "not_in_store"),
        (
            "found by a short name",
            "违反道路交通安全法第九十一条",
            None,
            "found 中华人民共和国道路交通安全法 第九十一条",
        ),
    )
    found = []
    for what, text, written, expected in asked:
        resolutions = [resolve(store, mention, day, written) for mention in mentions(text)]
        found.append(Trap(what, " | ".join(map(_words, resolutions)), expected))
    return tuple(found)


def _words(resolution: Resolution) -> str:
    since = resolution.since.isoformat() if resolution.since else ""
    parts = [resolution.reason.value, resolution.by, since, *resolution.missing]
    if resolution.reason.value == "found":
        parts = [resolution.reason.value, resolution.law, *(article.number for article in resolution.articles)]
    parts += [f"{old}→{new}" for old, new in resolution.moved]
    return " ".join(part for part in parts if part)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", nargs="?", type=Path, default=shared_folder(), help="folder of the shared material")
    shared = parser.parse_args(arguments).shared
    with tempfile.TemporaryDirectory() as folder:
        result = score(shared, Path(folder))
    for trap in result.traps:
        sys.stdout.write(f"{'ok   ' if trap.right else 'WRONG'} {trap.name}: {trap.found or '-'}\n")
        if not trap.right:
            sys.stdout.write(f"      expected {trap.expected or '-'}\n")
    for kind, count in result.verification.counts():
        sys.stdout.write(f"verify {kind} {count}\n")
    for row in result.verification.coverage:
        sys.stdout.write(f"coverage {row.rank}: {row.held} of {row.named} named\n")
    right = sum(trap.right for trap in result.traps)
    sys.stdout.write(
        f"laws {result.laws}  provisions {result.provisions}  refused {result.refused}  build {result.build_s:.1f} s  "
        f"again {result.again_s:.1f} s ({result.changed_again} changed)  open {result.open_s:.3f} s  "
        f"traps {right}/{len(result.traps)}\n"
    )
    fast = result.build_s <= MOST_BUILD and result.open_s <= MOST_OPEN
    return 0 if fast and result.provisions >= LEAST_PROVISIONS and right == len(result.traps) else 1


if __name__ == "__main__":
    sys.exit(main())
