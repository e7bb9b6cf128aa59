"""The relation model on a tiny encoder: what it reads, what it refuses, and its graph against torch."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from beishen.corpora.errors import BadArgument, ModelInvalid
from beishen.model import relation_file
from beishen.model.focus import ARTICLE_LENGTH, CLAUSE_LENGTH, LEAST, focus, parts
from beishen.model.marks import ABOVE, ALONE, BELOW, EQUAL, INSIDE, SHARED, UNMATCHED, features, marks, token_marks
from beishen.model.relation import LABELS, WEIGHTS, Claim, Reading, Relation, extended, head, joined
from beishen.model.source import FolderSource
from beishen.model.training.pairs import Pair
from beishen.model.training.relation import Net, Plan, Reader, facts_of
from beishen.model.wide import BUCKETS, CLOSENESS, bag, beside, size, told

SMALL = Plan(seed=3, first=1, layers=2, width=16, dropout=0.0)
FULL = Plan(seed=3, first=1, layers=1, width=0, dropout=0.0)
CLAIM = Claim("申请人应当在十日内提交许可证。", "甲县人民政府", "县级政府")
ARTICLE = "申请人可以在三十日内提交许可证。"


@pytest.fixture
def folder(tiny_folder: Path, wide_positions: None) -> Path:  # noqa: ARG001
    return tiny_folder


@pytest.fixture
def wide_positions(tiny_folder: Path) -> None:
    """Positions for the texts of this file: the tiny encoder has sixteen."""
    from safetensors.numpy import load_file, save_file

    settings = json.loads((tiny_folder / "config.json").read_text("utf-8"))
    (tiny_folder / "config.json").write_text(json.dumps({**settings, "max_position_embeddings": 300}), "utf-8")
    tensors = load_file(tiny_folder / "model.safetensors")
    chance = np.random.default_rng(5)
    tensors["embeddings.position_embeddings.weight"] = chance.normal(0, 0.3, (300, 32)).astype(np.float32)
    save_file(tensors, tiny_folder / "model.safetensors")


def experts() -> dict[str, np.ndarray]:
    """Linear experts of random weights."""
    chance = np.random.default_rng(2)
    sizes = {"wide.own": (BUCKETS, 1), "wide.made": (BUCKETS, 1 + len(LABELS))}
    made = {name: chance.normal(0, 0.05, size).astype(np.float16).astype(np.float32) for name, size in sizes.items()}
    return made | {f"{name}.bias": np.zeros(size[1], np.float32) for name, size in sizes.items()}


def written(folder: Path, place: Path, plan: Plan = SMALL) -> tuple[Net, Path]:
    """A net of random weights and its file."""
    source = FolderSource.find(folder)
    net = Net(source.read(), plan)
    path = place / "relation.npz"
    weights = {name: values.detach().numpy() for name, values in net.exported().items()} | experts()
    relation_file.write(path, weights, facts_of(source, plan))
    return net, path


@pytest.mark.parametrize("plan", [SMALL, FULL])
def test_the_graph_computes_what_was_trained(folder: Path, tmp_path: Path, plan: Plan) -> None:
    net, path = written(folder, tmp_path, plan)
    model = Relation.open(tmp_path / "home", 1, folder, path)
    reader = Reader(FolderSource.find(folder), plan, 1)
    pair = Pair("1", "1", CLAIM, ARTICLE, "number", "test", "own")
    reader.prepare([pair], lambda at, of: None)  # noqa: ARG005
    net.eval()
    seen = reader.kept["1"]
    with torch.no_grad():
        kinds, conflict = net([replace(seen, facts=extended(seen, experts()))])
    told = model.score([CLAIM], [ARTICLE])[0]
    wanted = torch.softmax(kinds[0], 0).numpy()
    assert np.abs(np.array(told.probabilities) - wanted).max() < 0.05
    assert abs(told.conflict - float(torch.sigmoid(conflict[0]))) < 0.05
    assert sum(told.probabilities) == pytest.approx(1)


def test_the_score_depends_on_the_article(folder: Path, tmp_path: Path) -> None:
    model = Relation.open(tmp_path / "home", 1, folder, written(folder, tmp_path)[1])
    same, other = model.score([CLAIM, CLAIM], [ARTICLE, "罚款一百元。"])
    assert same.article == ARTICLE and same.conflict != other.conflict
    assert model.score([CLAIM], [ARTICLE]) == (same,)


def test_a_long_clause_is_read_whole_and_the_worst_part_told(folder: Path, tmp_path: Path) -> None:
    model = Relation.open(tmp_path / "home", 2, folder, written(folder, tmp_path)[1])
    text = "申请人应当在十日内提交许可证，并缴纳罚款。" * 240
    assert len(text) > 5000
    score = model.score([Claim(text)], [ARTICLE])[0]
    cut = parts(text)
    assert score.clause in cut and "".join(cut) == text and all(len(part) <= CLAUSE_LENGTH for part in cut)
    every = model.score([Claim(part) for part in dict.fromkeys(cut)], [ARTICLE] * len(dict.fromkeys(cut)))
    assert score.conflict == max(one.conflict for one in every)


def test_a_short_tail_stays_with_the_sentence_before_it() -> None:
    long = "申请人应当在收到通知之日起十日内向登记机关提交下列材料并说明理由，" * 4
    for text in (f"{long}逾期视为撤回。各镇做好宣传。", f"甲县。{long[:-1]}。{long[:-1]}。"):
        cut = parts(text)
        assert "".join(cut) == text and all(LEAST <= len(part) <= CLAUSE_LENGTH + LEAST for part in cut)


def test_refusals_name_the_place(folder: Path, tmp_path: Path) -> None:
    model = Relation.open(tmp_path / "home", 1, folder, written(folder, tmp_path)[1])
    with pytest.raises(BadArgument, match="第 2 对"):
        model.score([CLAIM, Claim("  ")], [ARTICLE, ARTICLE])
    with pytest.raises(BadArgument, match="第 1 对"):
        model.score([CLAIM], [""])
    with pytest.raises(BadArgument, match="数目不一致"):
        model.score([CLAIM], [])
    assert model.score([], []) == ()


def test_missing_damaged_and_foreign_weights_are_refused(folder: Path, tmp_path: Path) -> None:
    path = written(folder, tmp_path)[1]
    with pytest.raises(ModelInvalid, match="不属于当前编码模型"):
        Relation.open(tmp_path / "home", 1, None, path)
    with pytest.raises(ModelInvalid, match="缺少关系模型权重"):
        Relation.open(tmp_path / "home", 1, folder, tmp_path / "none.npz")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ModelInvalid, match="无法读取"):
        Relation.open(tmp_path / "home", 1, folder, path)


def test_weights_of_other_labels_are_refused(folder: Path, tmp_path: Path) -> None:
    path = written(folder, tmp_path)[1]
    tensors, facts = relation_file.read(path)
    relation_file.write(path, tensors, relation_file.Facts(facts.base, 1, 2, 16, ("unrelated", "consistent")))
    with pytest.raises(ModelInvalid, match="标签"):
        Relation.open(tmp_path / "home", 1, folder, path)


def test_a_damaged_cache_is_refused_with_the_way_out(folder: Path, tmp_path: Path) -> None:
    path = written(folder, tmp_path)[1]
    Relation.open(tmp_path / "home", 1, folder, path)
    for made in (tmp_path / "home").rglob("upper.onnx"):
        made.write_bytes(b"damaged")
    with pytest.raises(ModelInvalid, match="缓存") as caught:
        Relation.open(tmp_path / "home", 1, folder, path)
    assert "删除" in caught.value.remedy


def test_the_weights_file_keeps_small_parts_exactly_and_layers_to_a_step(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    matrix = chance.normal(0, 1, (8, 4)).astype(np.float32)
    tensors = {"encoder.layer.0.output.dense.weight": matrix, "marks": np.full((2, 4), 0.5, np.float32)}
    facts = relation_file.Facts("base", 6, 3, 128, LABELS, 1.5, 0.7, -0.2, 0.61, 17)
    relation_file.write(tmp_path / "w.npz", tensors, facts)
    read, told = relation_file.read(tmp_path / "w.npz")
    assert told == facts
    assert (read["marks"] == 0.5).all()
    assert np.abs(read["encoder.layer.0.output.dense.weight"] - matrix).max() <= np.abs(matrix).max() / 63 / 2 + 1e-6


def test_joined_and_head_by_hand() -> None:
    """Segments and marks are added to the states; the head is tanh, then linear over hidden and facts."""

    reading = Reading(
        np.ones((1, 2), np.float16), np.array([1], np.int8), np.zeros((1, 2), np.float16), np.array([0], np.int8),
        np.array([2.0], np.float32), np.array([3], np.int32),
    )  # fmt: skip
    tensors = {
        "segments": np.array([[10, 10], [20, 20]], np.float32),
        "marks": np.array([[0, 0], [1, 2]], np.float32),
        "head.hidden.weight": np.array([[0.5, 0.0]], np.float32),
        "head.hidden.bias": np.array([0.25], np.float32),
        "head.out.weight": np.array([[1.0, 1.0], [2.0, 0.0]], np.float32),
        "head.out.bias": np.array([0.0, 1.0], np.float32),
    }
    assert joined(reading, tensors).tolist() == [[12, 13], [20, 20]]
    kinds, conflict = head(np.array([1.0], np.float32), reading.facts, tensors)
    assert kinds[0] == pytest.approx(np.tanh(0.75) + 2)
    assert conflict == pytest.approx(2 * np.tanh(0.75) + 1)


@pytest.mark.parametrize(
    ("mine", "other", "mark"),
    [
        ("应当在十日内办结", "应当在十日内办结", EQUAL),
        ("应当在五日内办结", "应当在十日内办结", BELOW),
        ("应当在三十日内办结", "应当在十日内办结", ABOVE),
        ("处三万元罚款", "处一万元以上五万元以下罚款", INSIDE),
        ("处九万元罚款", "处一万元以上五万元以下罚款", ABOVE),
        ("处三万元罚款", "应当在十日内办结", UNMATCHED),
    ],
)
def test_numbers_are_compared(mine: str, other: str, mark: int) -> None:
    found = marks(mine, other)
    assert mark in found.tolist()
    assert not {EQUAL, INSIDE, BELOW, ABOVE, UNMATCHED} - {mark} & set(found.tolist())


def test_words_shared_and_alone() -> None:
    assert marks("申请人，面试", "由申请人提交").tolist() == [SHARED, SHARED, SHARED, 0, ALONE, ALONE]


def test_marks_of_tokens_follow_their_characters() -> None:
    found = np.array([SHARED, SHARED, ALONE, EQUAL], np.int8)
    offsets = [(0, 0), (0, 2), (2, 5), (5, 6)]
    assert token_marks(found, offsets, 2).tolist() == [0, 0, SHARED, EQUAL]


def test_features_have_their_size_and_know_the_speaker() -> None:
    one = features("不得收费", "可以收费", "县级政府", "规范性文件")
    assert one.shape == features("", "", "", "").shape and one.dtype == np.float32
    assert (one != features("不得收费", "可以收费", "市级人大", "地方性法规")).any()


def test_focus_keeps_what_the_clause_speaks_of_in_order() -> None:
    filler = "本款与前述事项没有关系仅仅作为填充之用。" * 5
    article = f"许可申请应当书面提出。\n{filler}\n许可机关应当在二十日内决定。"
    kept = focus("许可机关应当在三十日内对许可申请作出决定。", article)
    assert kept.index("许可申请") < kept.index("二十日") and len(kept) <= ARTICLE_LENGTH
    assert focus("任何条款", "短的条文。") == "短的条文。"


def test_focus_keeps_the_lead_of_an_item() -> None:
    items = "\n".join(f"（{n}）第{n}种与此无关的填充情形并且写得相当长以便超出限度。" for n in "一二三四五六")
    article = f"有下列情形之一的，不予退还押金：\n{items}\n（七）自行车丢失。"
    assert focus("自行车丢失的，押金不退。", article).startswith("有下列情形之一的，不予退还押金：")


@pytest.mark.skipif(not WEIGHTS.is_file(), reason="the trained weights are not in this tree")
def test_the_shipped_model_tells_a_longer_limit_from_a_kept_one(tmp_path: Path) -> None:
    model = Relation.open(tmp_path, 1)
    article = "行政机关应当自受理申请之日起二十日内作出许可决定。"
    long_, kept = (
        Claim(f"许可机关应当自受理申请之日起{days}日内作出许可决定。", "青河县人民政府", "县级政府")
        for days in ("六十", "二十")
    )
    worse, fine = model.score([long_, kept], [article, article])
    assert worse.conflict > fine.conflict


def test_the_bag_tells_added_repeated_and_left_out_apart() -> None:
    same, added, less = bag("不得收费", "不得收费"), bag("不得收费用", "不得收费"), bag("不得收", "不得收费")
    assert set(same) < set(added) and len(added) == len(same) + 2
    assert len(set(less) - set(same)) == 1 and (np.diff(added) > 0).all()


def test_an_expert_sums_the_weights_of_its_places_by_length() -> None:
    tensors = experts()
    places = np.array([1, 5, 9, 11], np.int32)
    made = told(places, tensors)
    assert made[0] == pytest.approx(float(tensors["wide.own"][places].sum()) * 3 * 0.3, rel=1e-4)
    assert len(made) == 2 + len(LABELS)


def test_the_closeness_of_the_texts_weighs_the_experts() -> None:
    close, far = (features(text, "申请人提交许可证", "", "") for text in ("申请人提交许可证", "罚款十元"))
    assert (close[CLOSENESS], far[CLOSENESS]) == (1, 0)
    said = np.arange(2, 2 + 2 + len(LABELS), dtype=np.float32)
    assert beside(close, said)[-2:].tolist() == [2, 3] and beside(far, said)[-2:].tolist() == [0, 0]
    assert len(beside(close, said)) == len(close) + size(len(LABELS))
