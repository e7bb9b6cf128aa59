"""Labelled clauses for the classifier: reading with reasons for every refused line, and the split by field."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...corpora.errors import BadArgument, FileMissing
from ..clause import ACTS, SINGLE
from .examples import share

TRAIN, VALID, TEST = "train", "valid", "test"
# Of a hundred fields.
TESTED, HELD = 20, 15
OWN = ("a.jsonl", "b.jsonl", "c.jsonl")
# Clauses of which only the acts are known or were read again: trained on, never measured with.
ACTS_ONLY = ("acts.jsonl", "d1.jsonl", "d2.jsonl")
REMEDY = (
    "每行一个 JSON 对象：text、acts，addressee、modality、manner（可三项都不写），可有 field、pair、id；"
    "标签见训练条款的 README.md"
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A clause with its labels; `part` is train, valid or test, `place` file and line, `field` the matter.

    `single` is empty where only the acts are known.
    """

    id: str
    text: str
    acts: tuple[str, ...]
    single: dict[str, str]
    pair: str
    part: str
    place: str
    field: str = ""


def own(folder: Path, seed: int) -> list[Labelled]:
    """The own clauses of all parts, split by field: a field and its pairs are in one part. Raises FileMissing.

    The files of which only the acts count, where they are there, are for training, but for fields of the test.
    """
    found = [clause for name in OWN for clause in read(folder / name, seed)]
    tested = {clause.field for clause in found if clause.part == TEST}
    for path in (folder / name for name in ACTS_ONLY):
        more = read(path, seed, TRAIN) if path.is_file() else []
        found += [replace(clause, single={}) for clause in more if clause.field not in tested]
    return _together(found)


def read(path: Path, seed: int, part: str | None = None) -> list[Labelled]:
    """The clauses of one file, in `part` or where their field falls.

    Raises FileMissing, and BadArgument naming line and reason.
    """
    if not path.is_file():
        raise FileMissing(f"缺少训练条款：{path}", "训练数据不随安装包分发，请在源码目录中运行，或核对路径")
    lines = path.read_text("utf-8").splitlines()
    return [_line(line, f"{path.name} 第 {at} 行", seed, part) for at, line in enumerate(lines, 1) if line.strip()]


def added(path: Path, beside: Sequence[Labelled], seed: int) -> list[Labelled]:
    """Reviewers' clauses, all for training. Raises BadArgument when one of them is a clause of the fixed tests."""
    found = read(path, seed, TRAIN)
    checked([*beside, *found])
    return found


def checked(clauses: Iterable[Labelled]) -> None:
    """Raise BadArgument where one text is in two parts."""
    seen: dict[str, Labelled] = {}
    for clause in clauses:
        other = seen.setdefault(_key(clause.text), clause)
        if other.part != clause.part:
            raise BadArgument(
                f"{clause.place}：条款与{other.place}相同，却分属 {clause.part} 和 {other.part}", "请删去其中一条"
            )


def _key(text: str) -> str:
    return "".join(text.split())


def _together(clauses: list[Labelled]) -> list[Labelled]:
    """Without the later copies of a text: the wording of one law comes back under another field."""
    seen: set[str] = set()
    kept = []
    for clause in clauses:
        if _key(clause.text) not in seen:
            seen.add(_key(clause.text))
            kept.append(clause)
    return kept


def _line(line: str, place: str, seed: int, part: str | None) -> Labelled:
    try:
        row: dict[str, Any] = json.loads(line)
        text, acts = str(row["text"]), tuple(str(act) for act in row["acts"])
        single = {kind: str(row[kind]) for kind in SINGLE} if any(kind in row for kind in SINGLE) else {}
    except (ValueError, KeyError, TypeError) as error:
        raise BadArgument(f"{place}：不是完整的条款（{error}）", REMEDY) from error
    if not text.strip():
        raise BadArgument(f"{place}：条款为空", REMEDY)
    unknown = [act for act in acts if act not in ACTS]
    unknown += [label for kind, label in single.items() if label not in SINGLE[kind]]
    if unknown or not acts:
        raise BadArgument(f"{place}：{'未知标签 ' + '、'.join(unknown) if unknown else '没有 acts'}", REMEDY)
    name = str(row.get("id") or place)
    field = str(row.get("field") or name)
    return Labelled(name, text, acts, single, str(row.get("pair") or name), part or part_of(field, seed), place, field)


def part_of(field: str, seed: int) -> str:
    """Where a field falls: the same for every clause of it."""
    number = share(f"field:{field}", seed)
    return TEST if number < TESTED else VALID if number < TESTED + HELD else TRAIN
