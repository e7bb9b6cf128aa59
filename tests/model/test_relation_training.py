"""Training data and training of the relation model: edits, splits, refusals, a run that goes on where it stopped."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from beishen.corpora.errors import BadArgument, FileMissing, ModelInvalid
from beishen.corpora.laws.default import open_default
from beishen.corpora.quantities import quantities
from beishen.model import relation_file
from beishen.model.relation import CONFLICTS, LABELS, Claim
from beishen.model.training import calibration, pairs, paraphrase
from beishen.model.training.counterfactual import EDITORS
from beishen.model.training.pairs import TEST, TRAIN, VALID, Pair, Shelf
from beishen.model.training.quantity_edits import amount, deadline, fine
from beishen.model.training.relation import Plan, Reader, Run, facts_of

LIMIT = "行政机关应当自受理申请之日起二十日内作出许可决定。"
APPEAL = "当事人可以自收到决定之日起六十日内申请复议。"
FINE = "违反规定的，处一万元以上五万元以下罚款。"


def seeds() -> list[random.Random]:
    return [random.Random(at) for at in range(12)]


def test_a_limit_on_an_organ_is_lengthened_and_its_twin_kept_or_shortened() -> None:
    for chance in seeds():
        made = deadline(LIMIT, chance)
        assert made is not None
        faulty, lawful = (quantities(text)[0].high for text in made[:2])
        assert faulty > 20 >= lawful


def test_a_limit_for_a_party_is_shortened() -> None:
    for chance in seeds():
        made = deadline(APPEAL, chance)
        assert made is not None and made[1] == APPEAL
        assert quantities(made[0])[0].high < 60


def test_a_fine_leaves_its_range_or_gains_a_kind_and_its_twin_stays_inside() -> None:
    for chance in seeds():
        made = fine(FINE, chance)
        assert made is not None
        inside = quantities(made[1])[0]
        assert inside.low >= 10_000 and inside.high <= 50_000
        outside = quantities(made[0])[0]
        assert (outside.low, outside.high) != (10_000, 50_000) or len(made[0]) > len(FINE)


def test_floors_go_down_and_ceilings_up() -> None:
    floor = amount("检查人员不得少于四人。", random.Random(1))
    ceiling = amount("押金不得超过五百元。", random.Random(1))
    assert floor is not None and ceiling is not None
    assert quantities(floor[0])[0].high < 4 and quantities(ceiling[0])[0].high > 500


def test_a_sum_too_large_for_words_is_written_in_digits() -> None:
    for chance in seeds():
        made = amount("注册资本不得超过九千万元。", chance)
        large = amount("注册资本不得超过五千万人。", chance)
        assert made is not None and large is not None and quantities(large[0])[0].high > 50_000_000


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("condition", "申请开办托管班的，应当提交场所证明。"),
        ("exception", "不得在禁渔期捕捞，但是经批准科研捕捞的除外。"),
        ("listing", "不得在学校、医院、车站、机场和码头吸烟。"),
        ("people", "经营者应当明码标价。"),
        ("modality", "主管部门应当公开收费目录。"),
        ("actor", "由县级以上人民政府教育行政部门负责认定。"),
        ("procedure", "作出决定前应当组织听证，并听取意见。"),
        ("narrowing", "村民有权查阅账目。"),
        ("charge", "免费提供查询服务。"),
    ],
)
def test_every_editor_gives_two_different_texts_of_a_known_label(name: str, text: str) -> None:
    for chance in seeds():
        change = EDITORS[name](text, chance)
        assert change is not None
        assert change.label in CONFLICTS and change.faulty not in (change.lawful, text)


@pytest.mark.parametrize("name", sorted(EDITORS))
def test_an_editor_without_its_matter_gives_nothing(name: str) -> None:
    assert EDITORS[name]("本章说明术语含义。", random.Random(1)) is None


def test_paraphrase_keeps_numbers_and_drops_the_number_of_the_article() -> None:
    for chance in seeds():
        text = paraphrase.clause("第九条 " + LIMIT, chance)
        assert [q.high for q in quantities(text)] == [20]
        assert "第九条 " not in text


@pytest.fixture(scope="module")
def laws(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(open_default(tmp_path_factory.mktemp("laws")))


def row(**other: object) -> dict[str, object]:
    """A labelled clause in the form of the own files."""
    return {
        "id": "t-1f", "pair": "t-1", "field": "测试", "issuer": "甲县人民政府", "level": "县级政府",
        "instrument": "规范性文件", "text": "许可决定应当在九十日内作出。", "faulty": True, "types": ["deadline"],
        "laws": [{"law": "中华人民共和国行政许可法", "article": "第四十二条"}], **other,
    }  # fmt: skip


def file_of(place: Path, *rows: object) -> Path:
    path = place / "rows.jsonl"
    path.write_text("\n".join(json.dumps(item, ensure_ascii=False) for item in rows) + "\n", "utf-8")
    return path


def test_own_clauses_stand_beside_the_article_they_name(laws: Shelf, tmp_path: Path) -> None:
    twin = row(id="t-1l", faulty=False, types=[], text="许可决定应当在二十日内作出。")
    found = pairs.own([file_of(tmp_path, row(), twin)], laws, 17)
    assert [pair.label for pair in found] == ["number", "consistent"]
    assert found[0].group == found[1].group and "二十日" in found[0].article


def test_unknown_types_missing_fields_and_bad_json_name_the_line(laws: Shelf, tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match=r"第 2 行有未知类型 taxes"):
        pairs.own([file_of(tmp_path, row(), row(types=["taxes"]))], laws, 17)
    broken = row()
    del broken["laws"]
    with pytest.raises(BadArgument, match=r"第 1 行缺少字段 laws"):
        pairs.own([file_of(tmp_path, broken)], laws, 17)
    (tmp_path / "rows.jsonl").write_text("{\n", "utf-8")
    with pytest.raises(BadArgument, match=r"第 1 行不是有效的 JSON"):
        pairs.own([tmp_path / "rows.jsonl"], laws, 17)
    with pytest.raises(FileMissing):
        pairs.own([tmp_path / "none.jsonl"], laws, 17)


DECISION = {
    "clause": "许可决定应当在九十日内作出。", "article": "《中华人民共和国行政许可法》第四十二条",
    "verdict": "accepted", "type": "deadline",
}  # fmt: skip


def test_decisions_of_reviewers_become_examples(laws: Shelf, tmp_path: Path) -> None:
    other = {**DECISION, "verdict": "rejected", "article": "决定应当在二十日内作出。"}
    accepted, rejected = pairs.added(file_of(tmp_path, DECISION, other), laws, [])
    assert accepted.label == "number" and "二十日" in accepted.article
    assert rejected.label == "consistent" and rejected.article == other["article"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"type": "taxes"}, "未知类型 taxes"),
        ({"verdict": "maybe"}, "未知结论 maybe"),
        ({"clause": " "}, "缺少字段 clause"),
        ({"article": "《没有的法》第一条"}, "不在法规库中"),
    ],
)
def test_bad_decisions_name_line_and_reason(laws: Shelf, tmp_path: Path, change: dict[str, str], reason: str) -> None:
    with pytest.raises(BadArgument, match=f"第 2 行.*{reason}"):
        pairs.added(file_of(tmp_path, DECISION, {**DECISION, **change}), laws, [])


def test_a_decision_that_repeats_a_held_out_pair_is_refused(laws: Shelf, tmp_path: Path) -> None:
    [known] = pairs.added(file_of(tmp_path, DECISION), laws, [])
    with pytest.raises(BadArgument, match=r"第 1 行.*重复"):
        pairs.added(tmp_path / "rows.jsonl", laws, [replace(known, part=TEST)])
    with pytest.raises(BadArgument, match="同时属于"):
        pairs.checked([known, replace(known, part=VALID)])
    with pytest.raises(BadArgument, match="未知标签"):
        pairs.checked([replace(known, label="taxes")])


def test_generated_pairs_split_by_law_and_repeat(laws: Shelf) -> None:
    amounts = {TRAIN: 30, VALID: 6, TEST: 6}
    found = pairs.generated(laws, 17, amounts)
    assert found == pairs.generated(laws, 17, amounts)
    assert {part: sum(p.part == part for p in found) for part in amounts} == {p: 2 * n for p, n in amounts.items()}
    assert len({pair.label for pair in found}) >= 6
    groups: dict[str, list[Pair]] = {}
    for pair in found:
        groups.setdefault(pair.group, []).append(pair)
    assert all(sorted(p.conflict for p in g) == [False, True] and g[0].article == g[1].article for g in groups.values())


def test_calibration_by_hand() -> None:
    logits = np.eye(len(LABELS))[[0, 1, 1]]
    scores = calibration.f1_by_label(["unrelated", "consistent", "scope"], logits)
    assert scores["unrelated"] == 1 and scores["scope"] == 0 and scores["penalty"] is None
    assert scores["consistent"] == pytest.approx(2 / 3)
    assert calibration.macro_f1([], np.zeros((0, len(LABELS)))) == 0
    assert calibration.error(np.array([0.9, 0.9, 0.1]), [True, False, False]) == pytest.approx((2 * 0.4 + 0.1) / 3)
    chances = np.linspace(0.01, 0.9, 100)
    cut = calibration.threshold(chances, [False] * 100, 0.02)
    assert (chances >= cut).mean() <= 0.02
    chance = np.random.default_rng(3)
    logit = chance.normal(0, 2, 4000)
    truth = chance.random(4000) < 1 / (1 + np.exp(-(0.5 * logit - 1)))
    slope, shift = calibration.platt(logit, truth.tolist())
    assert slope == pytest.approx(0.5, abs=0.08) and shift == pytest.approx(-1, abs=0.15)
    # Overconfident logits, from which whole Newton steps run away.
    slope, shift = calibration.platt(40 * logit, truth.tolist())
    assert slope == pytest.approx(0.5 / 40, abs=0.003) and shift == pytest.approx(-1, abs=0.15)


PLAN = Plan(seed=3, epochs=12, units=4, rate=3e-3, first=1, layers=1, width=16, dropout=0.0, patience=12)


def lessons() -> list[Pair]:
    """A clause with a fine beside an article without one conflicts; the twin repeats the article."""
    made = []
    for at, word in enumerate("甲乙丙丁县市"):
        for part in (TRAIN, VALID):
            group = f"{part}{at}"
            for label, text in (("penalty", f"{word}罚款"), ("consistent", f"{word}申请")):
                claim = Claim(f"{text}许可证" if part == TRAIN else text, "", "", "")
                made.append(Pair(f"{group}{label}", group, claim, f"{word}申请许可", label, part, "own"))
    return made


@pytest.fixture
def reader(tiny_folder: Path) -> Callable[[], Reader]:
    from beishen.model.source import FolderSource

    return lambda: Reader(FolderSource.find(tiny_folder), PLAN, 1)


def quiet(_done: int, _total: int) -> None:
    """Nobody watches."""


def test_it_learns_and_goes_on_where_it_stopped(reader: Callable[[], Reader], tmp_path: Path) -> None:
    said: list[str] = []
    whole = Run(reader(), lessons(), PLAN, tmp_path / "whole")
    assert whole.train(2, said.append, quiet)
    assert whole.log[-1]["own twins"] == 1.0
    broken = Run(reader(), lessons(), PLAN, tmp_path / "broken")
    assert not broken.train(0, said.append, quiet)
    again = Run(reader(), lessons(), PLAN, tmp_path / "broken")
    assert again.train(2, said.append, quiet)
    assert again.step == whole.step
    assert [entry["step"] for entry in again.log] == [entry["step"] for entry in whole.log]


def test_a_killed_run_goes_on_from_its_last_checkpoint(reader: Callable[[], Reader], tmp_path: Path) -> None:
    whole = Run(reader(), lessons(), PLAN, tmp_path / "whole")
    assert whole.train(2, [].append, quiet)
    told: list[str] = []

    def killed(line: str) -> None:
        told.append(line)
        if len(told) == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Run(reader(), lessons(), PLAN, tmp_path / "killed").train(2, killed, quiet)
    again = Run(reader(), lessons(), PLAN, tmp_path / "killed")
    assert again.train(2, told.append, quiet) and again.step == whole.step
    assert again.log[-1]["step"] == whole.log[-1]["step"] and again.log[-1]["own twins"] == 1.0


def test_a_damaged_checkpoint_is_named(reader: Callable[[], Reader], tmp_path: Path) -> None:
    assert not Run(reader(), lessons(), PLAN, tmp_path).train(0, [].append, quiet)
    kept = tmp_path / "checkpoint.safetensors"
    kept.write_bytes(kept.read_bytes()[:40])
    with pytest.raises(ModelInvalid, match="检查点无法读取"):
        Run(reader(), lessons(), PLAN, tmp_path).train(1, [].append, quiet)


def test_a_new_run_starts_from_given_weights_of_its_shape_only(
    reader: Callable[[], Reader], tiny_folder: Path, tmp_path: Path
) -> None:
    from beishen.model.source import FolderSource

    run = Run(reader(), lessons(), PLAN, tmp_path)
    facts = facts_of(FolderSource.find(tiny_folder), PLAN)
    weights = {name: values.detach().numpy() + 1 for name, values in run.net.exported().items()}
    relation_file.write(tmp_path / "w.npz", weights, facts)
    run.start_from(tmp_path / "w.npz")
    assert np.abs(run.net.segments.detach().numpy() - weights["segments"]).max() < 1e-2
    relation_file.write(tmp_path / "w.npz", weights, replace(facts, width=32))
    with pytest.raises(ModelInvalid, match="层数"):
        run.start_from(tmp_path / "w.npz")
