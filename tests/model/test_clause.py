"""The clause classifier on a tiny encoder: one pass, coded errors, whole long clauses, training data with reasons."""

import json
from pathlib import Path

import numpy as np
import pytest
from beishen.corpora.errors import BadArgument, FileMissing, ModelInvalid
from beishen.model import clause_file
from beishen.model.clause import ACTS, OUTPUTS, SINGLE, ClauseModel
from beishen.model.clause_file import Facts, Weights
from beishen.model.cues import NAMES, READING, STRINGS
from beishen.model.encoder import Encoder
from beishen.model.training.clause_examples import ACTS_ONLY, OWN, Labelled, added, checked, own, part_of, read

ROW = {"text": "申请人一二三", "acts": ["permit"], "addressee": "outside", "modality": "none", "manner": "sets"}


def _weights(dim: int) -> Weights:
    chance = np.random.default_rng(3)
    count = len(OUTPUTS)
    return Weights(
        chance.normal(0, 0.1, (count, 4 * dim)).astype(np.float32),
        chance.normal(0, 0.1, (count, STRINGS)).astype(np.float32),
        chance.normal(0, 0.1, (count, len(NAMES))).astype(np.float32),
        np.zeros(count, np.float32),
        np.zeros(4 * dim, np.float32),
        np.ones(4 * dim, np.float32),
        np.ones(STRINGS, np.float32),
    )


def _facts(encoder: str) -> Facts:
    acts = len(ACTS)
    return Facts(encoder, OUTPUTS, (1.0,) * acts, (0.0,) * acts, (0.5,) * acts, dict.fromkeys(SINGLE, 1.0), 0, READING)


@pytest.fixture
def encoder(tiny_folder: Path, tmp_path: Path) -> Encoder:
    return Encoder.open(tmp_path / "home", folder=tiny_folder)


@pytest.fixture
def model(encoder: Encoder, tmp_path: Path) -> ClauseModel:
    path = tmp_path / "clause.npz"
    clause_file.write(path, _weights(encoder.dim), _facts(encoder.id))
    return ClauseModel.open(encoder, path)


def test_one_pass_gives_the_vectors_of_encode(encoder: Encoder) -> None:
    texts = ["申请人一二三", "罚款一县", "许可证" * 20]
    before = encoder.encode(texts, "query")
    vectors, taps = encoder.read(texts)
    assert np.array_equal(before, vectors)
    assert np.array_equal(before, encoder.encode(texts, "query"))
    assert taps.shape == (3, 4 * encoder.dim) and np.isfinite(taps).all()


def test_labels_are_probabilities_and_never_without_an_act(model: ClauseModel) -> None:
    vectors, labels = model.read(["申请人一二三", "罚款一县"])
    assert vectors.shape == (2, model.encoder.dim)
    for told in labels:
        assert told.acts and all(0 <= label.probability <= 1 for label in told.acts)
        assert told.modality.name in SINGLE["modality"] and told.addressee.model == model.name
        chances = [label.probability for label in told.acts]
        assert chances == sorted(chances, reverse=True)


def test_the_end_of_a_long_clause_counts(model: ClauseModel) -> None:
    long = "申请人" * 1700
    first, second = model.encoder.read([long, long + "罚款" * 40])[1]
    assert not np.allclose(first, second)
    assert model.label([long])[0].acts


def test_an_empty_clause_is_named(model: ClauseModel) -> None:
    with pytest.raises(BadArgument, match="第 2 条"):
        model.label(["申请人", "  "])


def test_weights_missing_damaged_or_of_another_encoder(model: ClauseModel, tmp_path: Path) -> None:
    with pytest.raises(ModelInvalid, match="缺少"):
        ClauseModel.open(model.encoder, tmp_path / "none.npz")
    damaged = tmp_path / "damaged.npz"
    damaged.write_bytes((tmp_path / "clause.npz").read_bytes()[:-200])
    with pytest.raises(ModelInvalid, match="无法读取"):
        ClauseModel.open(model.encoder, damaged)
    other = tmp_path / "other.npz"
    clause_file.write(other, model.weights, _facts("0123456789abcdef"))
    with pytest.raises(ModelInvalid, match="不属于"):
        ClauseModel.open(model.encoder, other)


def _file(path: Path, *rows: dict[str, object] | str) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({**ROW, "acts": ["tax"]}, "未知标签 tax"),
        ({**ROW, "modality": "maybe"}, "未知标签 maybe"),
        ({**ROW, "acts": []}, "没有 acts"),
        ({**ROW, "text": " "}, "条款为空"),
        ({"text": "申请人"}, "不是完整的条款"),
        ({"text": "申请人", "acts": ["permit"], "modality": "none"}, "不是完整的条款"),
        ("{", "不是完整的条款"),
    ],
)
def test_a_bad_line_is_refused_with_place_and_reason(tmp_path: Path, row: dict[str, object] | str, reason: str) -> None:
    path = _file(tmp_path / "more.jsonl", ROW, row)
    with pytest.raises(BadArgument, match=f"more.jsonl 第 2 行：{reason}"):
        read(path, 17)


def test_clauses_of_which_only_the_acts_count_are_trained_on(tmp_path: Path) -> None:
    tested = next(f"领域{at}" for at in range(60) if part_of(f"领域{at}", 17) == "test")
    for name in OWN:
        _file(tmp_path / name, ROW | {"text": f"申请人 {name}", "field": tested})
    known = {"text": f"申请人 {OWN[0]}", "acts": ["fee"]}
    _file(tmp_path / ACTS_ONLY[0], {"text": "处罚款。", "acts": ["penalty"]}, known)
    fields = (("别的领域", "花灯"), ("同一领域", tested))
    _file(tmp_path / ACTS_ONLY[1], *(ROW | {"text": text, "field": name} for text, name in fields))
    more = [c for c in own(tmp_path, 17) if c.part != "test"]
    assert [(c.text, c.acts, c.single) for c in more] == [
        ("处罚款。", ("penalty",), {}),
        ("别的领域", tuple(ROW["acts"]), {}),
    ]


def test_copies_of_test_clauses_are_refused(tmp_path: Path) -> None:
    held = Labelled("t", "申请人 一二三", ("permit",), {}, "t", "test", "c.jsonl 第 9 行")
    path = _file(tmp_path / "more.jsonl", ROW)
    with pytest.raises(BadArgument, match="第 1 行：条款与c"):
        added(path, [held], 17)
    checked([held, held])
    with pytest.raises(FileMissing):
        read(tmp_path / "absent.jsonl", 17)


def test_a_field_is_in_one_part_only() -> None:
    parts = {part_of(f"领域{at}", 17) for at in range(60)}
    assert parts == {"train", "valid", "test"}
    assert part_of("物业", 17) == part_of("物业", 17)


def test_the_shipped_weights_tell_plain_clauses(home: Path) -> None:
    encoder = Encoder.open(home)
    model = ClauseModel.open(encoder)
    texts = [
        "违反前款规定的，由城市管理部门责令改正，处二百元以上五百元以下罚款。",
        "申请人应当在开业前向县文化主管部门申请经营许可证，未取得许可证的不得营业。",
        "本办法所称集贸市场，是指由开办者提供场地、若干经营者入场独立经营的交易场所。",
        "任何单位和个人不得在消防车通道停放车辆、堆放杂物。",
    ]
    before = encoder.encode(texts, "query")
    vectors, labels = model.read(texts)
    assert np.array_equal(before, vectors)
    for told, name in zip(labels, ("penalty", "permit", "definition", "duty"), strict=True):
        assert name in [label.name for label in told.acts]
    assert [told.modality.name for told in labels] == ["none", "obligation", "none", "prohibition"]
