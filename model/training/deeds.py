"""What clauses do, learned by the query layers beside retrieval: one pass then serves search and labels.

The head reads the states of the last layer: for each act a weighted sum over the tokens, the weights by attention of
one learned query, and their mean. It travels with the layers (`HEAD`); `clause.py` mixes its scores with those of
strings and cues. Clauses that the labels are calibrated on (the validation part) only say how well it goes; those of
the test are left out.
"""

import random
from collections.abc import Sequence

import torch

from ..clause import ACTS
from ..layers import HEAD, KEEN
from .clause_examples import TEST, TRAIN, Labelled

# Rare acts weigh more, up to this often; a clause of which only the acts are known weighs less: labelled faster.
RARE, MOST, SHARE, DROPPED = 0.35, 4.0, 0.6, 0.1


class Deeds:
    """Labelled clauses in batches of like length, and the head that tells their acts from the states of a pass."""

    def __init__(self, clauses: Sequence[Labelled], hidden: int, batch: int, seed: int) -> None:
        self.clauses = [clause for clause in clauses if clause.part != TEST]
        self.known = [at for at, clause in enumerate(self.clauses) if clause.part == TRAIN]
        self.held = [at for at, clause in enumerate(self.clauses) if clause.part != TRAIN]
        self.batch, self.seed = batch, seed
        chance = torch.Generator().manual_seed(seed)
        value, mean = (torch.randn(len(ACTS), hidden, generator=chance) * hidden**-0.5 for _ in range(2))
        made = (torch.zeros(len(ACTS), hidden), value, mean, torch.zeros(len(ACTS)))
        self.head = dict(zip(HEAD, made, strict=True))
        self.truth = torch.tensor([[float(act in clause.acts) for act in ACTS] for clause in self.clauses])
        self.share = torch.tensor([1.0 if clause.single else SHARE for clause in self.clauses])
        held = self.share[self.known] @ self.truth[self.known] if self.known else torch.zeros(len(ACTS))
        self.rare = ((self.share[self.known].sum() - held) / (held + 1)).clamp(min=1).pow(RARE).clamp(1, MOST)

    def parameters(self) -> dict[str, torch.Tensor]:
        """What the head learns, by name; nothing where there are no clauses to learn from."""
        return self.head if self.known else {}

    def texts(self) -> list[str]:
        return [clause.text for clause in self.clauses]

    def chosen(self, step: int) -> list[int]:
        """The clauses of a step: all of them once before any comes again, neighbours of like length."""
        each = max(1, -(-len(self.known) // self.batch))
        chance = random.Random(self.seed * 7919 + step // each)
        order = list(self.known)
        chance.shuffle(order)
        size = self.batch * 16
        pools = [sorted(order[at : at + size], key=self._length) for at in range(0, len(order), size)]
        made = [pool[at : at + self.batch] for pool in pools for at in range(0, len(pool), self.batch)]
        chance.shuffle(made)
        return made[step % each]

    def scores(self, states: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """Log odds of the acts, (clauses, acts), from states (clauses, tokens, hidden) and what of them is real."""
        query, value, mean, bias = (self.head[name] for name in HEAD)
        weights = (KEEN * states @ query.T).masked_fill(real[:, :, None] == 0, -1e9).softmax(1)
        middle = (states * real[:, :, None]).sum(1) / real.sum(1, keepdim=True)
        found: torch.Tensor = (weights * (states @ value.T)).sum(1) + middle @ mean.T + bias
        return found

    def loss(self, chosen: Sequence[int], states: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """Cross entropy summed over the acts, mean over the clauses of a step."""
        raw = self.scores(torch.nn.functional.dropout(states, DROPPED), real)
        each = torch.nn.functional.binary_cross_entropy_with_logits(
            raw, self.truth[chosen], pos_weight=self.rare, reduction="none"
        )
        share = self.share[chosen]
        return (each.sum(1) * share).sum() / share.sum()

    def _length(self, at: int) -> int:
        return len(self.clauses[at].text)
