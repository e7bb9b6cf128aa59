"""A folder of a hundred thousand files: what listing, journal, catalogue, pool and lists take, in time and memory.

    python -m beishen.eval.cleanup_folder [--home DIR] [--count 100000] [--workers 2]

Nearly all files are of no kind that can be read (a review of each would measure the review), one in a thousand is a
short document, one in ten has no row in the catalogue, and as many rows have no file. Everything is made in a folder
that goes afterwards.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from ..service import cleanup_run
from ..service.cli.terminal import write
from ..service.settings import Settings, load
from .cases import DAY

_BIN = 24
_HEAD = ("序号", "文件名称", "发文字号", "制定机关", "发布日期", "文件")
_MOST = 2048


def made(place: Path, count: int) -> cleanup_run.Request:
    """The folder and its catalogue."""
    from openpyxl import Workbook  # type: ignore[import-untyped]

    draw = random.Random(8)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("目录")
    sheet.append(_HEAD)
    folder = place / "set"
    for at in range(count):
        below = folder / f"{at // 1000:03d}"
        below.mkdir(parents=True, exist_ok=True)
        short = at % 1000 == 7
        path = below / f"{at:06d}.{'txt' if short else 'bin'}"
        path.write_bytes(_text(at).encode() if short else draw.randbytes(_BIN))
        row = (at, f"青州市第{at}号办法", f"青政发〔2020〕{at}号", "青州市人民政府", "2020-03-01")
        named = path.relative_to(folder).as_posix()
        sheet.append((*row, named if at % 10 else f"没有/{at}"))
    book.save(place / "目录.xlsx")
    return cleanup_run.Request(folder, place / "out", DAY, place / "目录.xlsx")


def _text(number: int) -> str:
    title = f"青州市人民政府关于印发《青州市第{number}号场地管理办法》的通知\n青政发〔2024〕{number}号\n"
    return title + "第一条 场地应当免费开放。\n第二条 本办法自2024年5月1日起施行。\n青州市人民政府\n2024年4月1日\n"


def peak() -> int:
    """The largest this process has been, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> int:
    """Print each stage; 1 where the parent grows beyond the bound or a file is missing from the lists."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    settings = Settings(home=given.home or load().home)
    with tempfile.TemporaryDirectory(prefix="cleanup-") as name:
        wanted = made(Path(name), given.count)
        begun = [time.perf_counter(), time.process_time()]
        write(f"{given.count} files made, {peak()} MB")

        def told(stage: str) -> None:
            wall, used = time.perf_counter() - begun[0], time.process_time() - begun[1]
            write(f"{stage}: wall {wall:.1f} s, processor {used:.1f} s, peak {peak()} MB")
            begun[:] = [time.perf_counter(), time.process_time()]

        with cleanup_run.opened(wanted, resume=False) as journal:
            told("listed and in the journal")
            cleanup_run.examine(wanted, settings, journal, given.workers, lambda _done, _total: None)
            told("examined (parent)")
            outcome = cleanup_run.judge(wanted, journal)
            told("catalogue and judgement")
        cleanup_run.written(wanted, outcome)
        told("lists written")
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        write(
            f"workers: processor {children.ru_utime + children.ru_stime:.1f} s, largest {children.ru_maxrss // 1024} MB"
        )
    counts = (len(outcome.settled), len(outcome.unread), len(outcome.without_file), len(outcome.without_row))
    write("documents {}, unread {}, rows without file {}, files without row {}".format(*counts))
    return int(counts[0] + counts[1] != given.count or peak() > _MOST)


if __name__ == "__main__":
    sys.exit(main())
