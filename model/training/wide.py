"""Fitting the linear experts: logistic regression with an L2 penalty over hashed bags, by L-BFGS.

For the pairs they are fitted on, logits come from folds by group that left the group out; otherwise the head would
learn to trust what the experts know by heart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch

from ..relation import LABELS
from ..wide import BUCKETS, EXPERTS, told
from .examples import share
from .pairs import Pair

Array = npt.NDArray[np.float32]
Places = npt.NDArray[np.int32]
FOLDS = 4
STEPS = 50
OWN = ("own", "added")


@dataclass(frozen=True, slots=True)
class Bags:
    """Training pairs and their bags, in one order."""

    pairs: tuple[Pair, ...]
    places: tuple[Places, ...] = field(repr=False)

    def where(self, flags: Sequence[bool]) -> "Bags":
        kept = [at for at, flag in enumerate(flags) if flag]
        return Bags(tuple(self.pairs[at] for at in kept), tuple(self.places[at] for at in kept))


def fitted(bags: Bags) -> dict[str, Array]:
    """Weights and biases of both experts."""
    made: dict[str, Array] = {}
    for name in EXPERTS:
        part = bags.where([(pair.origin in OWN) == (name == EXPERTS[0]) for pair in bags.pairs])
        made |= _expert(name, part)
    return made


def crossed(bags: Bags, seed: int) -> list[Array]:
    """Logits for each pair by experts that did not see its twins."""
    folds = [share(f"fold:{pair.group.split(':')[0].split('#')[0]}", seed) % FOLDS for pair in bags.pairs]
    logits: list[Array] = [np.zeros(0, np.float32)] * len(folds)
    for fold in range(FOLDS):
        tensors = fitted(bags.where([other != fold for other in folds]))
        for at, own in enumerate(folds):
            if own == fold:
                logits[at] = told(bags.places[at], tensors)
    return logits


def _expert(name: str, bags: Bags) -> dict[str, Array]:
    """One conflict logit; for edited articles the logits of the labels too."""
    width = 1 if name == EXPERTS[0] else 1 + len(LABELS)
    weight = torch.zeros(BUCKETS, width, requires_grad=True)
    bias = torch.zeros(width, requires_grad=True)
    if bags.pairs:
        _descend(bags, weight, bias)
    made = weight.detach().numpy(), bias.detach().numpy()
    return {f"wide.{name}": made[0], f"wide.{name}.bias": made[1]}


def _descend(bags: Bags, weight: torch.Tensor, bias: torch.Tensor) -> None:
    rows = _rows(bags)
    guilty = torch.tensor([float(pair.conflict) for pair in bags.pairs])
    labels = torch.tensor([LABELS.index(pair.label) for pair in bags.pairs])
    shares = torch.tensor([pair.weight for pair in bags.pairs])
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=STEPS, history_size=10, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        logits = torch.sparse.mm(rows, weight) + bias
        each = torch.nn.functional.binary_cross_entropy_with_logits(logits[:, 0], guilty, reduction="none")
        if logits.shape[1] > 1:
            each = each + torch.nn.functional.cross_entropy(logits[:, 1:], labels, reduction="none")
        total = (each * shares).sum() + 0.5 * weight.square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(loss)  # type: ignore[no-untyped-call]


def _rows(bags: Bags) -> torch.Tensor:
    lengths = [len(places) for places in bags.places]
    rows = np.repeat(np.arange(len(lengths)), lengths)
    values = np.repeat([6 / max(1.0, length**0.5) for length in lengths], lengths).astype(np.float32)
    indices = torch.from_numpy(np.stack([rows, np.concatenate(bags.places)]).astype(np.int64))
    made = torch.sparse_coo_tensor(indices, torch.from_numpy(values), (len(lengths), BUCKETS), check_invariants=True)
    return made.coalesce()
