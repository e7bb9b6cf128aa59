"""The sets e and f of own clauses: form, closeness of twins, distance from the shared pairs; f stays blind.

Only numbers of lines are named when something fails: who writes rules must not read the clauses of f.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from beishen.eval import articles, index_examples
from beishen.model.training import clause_examples, examples, grids

CLAUSES = Path(__file__).resolve().parents[2] / "model" / "training" / "clauses"
# Pairs of each set, and the least share of pairs of characters that twins have in common.
SIZES = {"e": 240, "f": 200}
CLOSE = {"e": 0.35, "f": 0.3}
KEYS = [
    "id",
    "pair",
    "field",
    "issuer",
    "level",
    "instrument",
    "title",
    "text",
    "faulty",
    "types",
    "laws",
    "acts",
    "addressee",
    "modality",
    "manner",
    "why",
]
VALUES = {
    "level": {"县级政府", "县级部门", "市级政府", "市级部门", "市级人大", "省级政府", "省级部门", "省级人大", "乡镇"},
    "instrument": {"规范性文件", "地方政府规章", "地方性法规"},
    "addressee": {"outside", "organ", "subordinate"},
    "modality": {"obligation", "prohibition", "permission", "none"},
    "manner": {"sets", "specifies", "restates", "none"},
}
TYPES = {
    "procedure",
    "right",
    "authority",
    "deadline",
    "amount",
    "condition",
    "permit",
    "competition",
    "penalty",
    "fee",
    "coercion",
    "concept",
    "proof",
    "retroactive",
    "duty",
    "scope",
}
ACTS = {
    "permit",
    "penalty",
    "coercion",
    "fee",
    "proof",
    "condition",
    "competition",
    "duty",
    "right",
    "benefit",
    "procedure",
    "organ",
    "deadline",
    "amount",
    "definition",
    "internal",
    "general",
}


def grams(text: str, length: int) -> frozenset[str]:
    bare = re.sub(r"\s", "", text)
    return frozenset(bare[at : at + length] for at in range(len(bare) - length + 1))


@pytest.fixture(scope="module", params=SIZES)
def rows(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    path = CLAUSES / f"{request.param}.jsonl"
    if not path.is_file():
        pytest.skip("the clauses are not shipped with the package")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_every_line_has_the_form_of_the_readme(rows: list[dict[str, Any]]) -> None:
    wrong = [
        at
        for at, row in enumerate(rows)
        if list(row) != KEYS
        or row["id"] != f"{row['pair']}{'f' if row['faulty'] else 'l'}"
        or bool(row["types"]) != row["faulty"]
        or not row["laws"]
        or not row["acts"]
        or any(row[key] not in allowed for key, allowed in VALUES.items())
        or not TYPES.issuperset(row["types"])
        or not ACTS.issuperset(row["acts"])
    ]
    assert not wrong


def test_twins_are_close_and_nothing_stands_twice(rows: list[dict[str, Any]]) -> None:
    name = rows[0]["id"][0]
    assert len({str(row["text"]) for row in rows}) == len(rows) == 2 * SIZES[name]
    sides = Counter(row["pair"] for row in rows)
    assert set(sides.values()) == {2}
    for faulty, lawful in zip(rows[::2], rows[1::2], strict=True):
        assert faulty["pair"] == lawful["pair"]
        assert faulty["faulty"] and not lawful["faulty"], faulty["pair"]
        one, other = grams(str(faulty["text"]), 2), grams(str(lawful["text"]), 2)
        assert len(one & other) >= CLOSE[name] * min(len(one), len(other)), faulty["pair"]


def test_no_clause_rewords_a_shared_pair(rows: list[dict[str, Any]], shared: Path) -> None:
    lines = (shared / "cases" / "pairs.jsonl").read_text("utf-8").splitlines()
    given = [grams(json.loads(line)[side], 3) for line in lines for side in ("violating", "lawful")]
    near = [
        row["pair"]
        for row in rows
        for mine in [grams(str(row["text"]), 3)]
        if any(len(mine & other) >= 0.3 * len(mine | other) for other in given)
    ]
    assert not near


def test_no_training_and_no_table_of_open_sets_takes_the_blind_set() -> None:
    lists = (
        clause_examples.OWN,
        clause_examples.ACTS_ONLY,
        examples.FILES,
        examples.TRAINED,
        grids.PARTS,
        index_examples.FILES,
        articles.OPEN_SETS,
    )
    assert not [names for names in lists if {"f", "f.jsonl"}.intersection(names)]
    assert all(names for names in lists)
