"""Writes the output shown in README anew: `python -m beishen.service.cli.excerpt README.md`.

The block between the two `output` comments shows the head of a review, some of its findings by number, and its end.
Which findings are shown stays as it is; their lines become what the program prints today.
"""

import argparse
import contextlib
import io
import re
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from .main import run

BEGIN, END = "<!-- output -->\n```text\n", "```\n<!-- /output -->"
ITEM = re.compile(r"\n(?= {1,2}\d+  )")
NUMBER = re.compile(r" {1,2}(\d+)  ")
REST = "（其余从略）"
AS_OF = "2026-11-23"


def renewed(readme: str, printed: str) -> str:
    """README with the block renewed from the whole output of a review. Raises KeyError where a finding is gone."""
    before, block = readme.split(BEGIN, 1)
    block, after = block.split(END, 1)
    head, *found = ITEM.split(printed.rstrip())
    items = {item.split(maxsplit=1)[0]: "\n".join(_own(item)) for item in found}
    shown = [items[one[1]] for one in map(NUMBER.match, ITEM.split(block)) if one]
    return (
        f"{before}{BEGIN}"
        + "\n\n".join([head.strip(), *shown, REST, printed.rstrip().splitlines()[-1]])
        + f"\n{END}{after}"
    )


def _own(item: str) -> Iterator[str]:
    """The lines of a finding without what follows the last one."""
    return takewhile(lambda line: line.startswith(" "), item.splitlines())


def main() -> None:
    """Review the sample beside README and write the block."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readme", type=Path)
    readme: Path = parser.parse_args().readme
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        run(["review", str(readme.parent / "examples" / "faulty.docx"), "--as-of", AS_OF])
    readme.write_text(renewed(readme.read_text("utf-8"), printed.getvalue()), "utf-8")


if __name__ == "__main__":
    main()
