"""A learned ranker over features of candidates: boosted trees, written as numbers in JSON, added up by onnxruntime.

Questions of laypeople have trees of their own: what tells the article that governs a clause does not tell the one that
answers a question. The operator for trees takes a tenth of the time that comparing all splits at once takes in numpy.
The file `data/ranker.json` and its card `data/ranker.md` travel with the project; `python -m beishen.eval.index_ranker`
trains both again. Scores are comparable within one query only.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from ..corpora.errors import IndexInvalid
from .features import NAMES

FILE = Path(str(resources.files(__package__))) / "data" / "ranker.json"
REMEDY = "请重新安装本软件，或运行 python -m beishen.eval.index_ranker 重新训练"
FUSED = NAMES.index("fused")
Matrix = npt.NDArray[np.float32]
Tree = list[list[float]]


@dataclass(frozen=True, slots=True)
class Ranker:
    """Trees as a session of onnxruntime; `fused` is the weight of the two lists' own score beside them.

    `questions` is the ranker for questions, None where these have no trees of their own.
    """

    session: Any = field(repr=False)
    fused: float = 0.0
    questions: "Ranker | None" = None

    @classmethod
    def load(cls, path: Path = FILE) -> Self:
        """Read the file; raises IndexInvalid when it is missing, damaged or made for other features."""
        try:
            facts: dict[str, Any] = json.loads(path.read_text("utf-8"))
            if facts["features"] != list(NAMES):
                raise IndexInvalid(f"排序模型与程序版本不符：{path}", REMEDY)
            fused = float(facts["fused"])
            return cls.of(facts["trees"], fused, cls.of(facts["questions"], fused))
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            raise IndexInvalid(f"排序模型无法读取：{path}", REMEDY) from error

    @classmethod
    def of(cls, trees: list[Tree], fused: float = 0.0, questions: "Ranker | None" = None) -> Self:
        """From trees of nodes [feature, threshold, left, right, value]; a leaf has feature -1, children come later.

        A split goes right where the feature is greater. Raises ValueError for a tree whose nodes point outside or back.
        """
        for tree in trees:
            for at, (feature, _, left, right, _) in enumerate(tree):
                inside = at < left < len(tree) and at < right < len(tree)
                if feature >= 0 and not (inside and feature < len(NAMES)):
                    raise ValueError("a node points outside")
        return cls(_session(trees), fused, questions)

    def meant(self, question: bool) -> "Ranker":
        """The ranker for a question, or for a clause."""
        return self.questions if question and self.questions is not None else self

    def scores(self, features: Matrix) -> npt.NDArray[np.float64]:
        """One score per row of features."""
        added = self.session.run(None, {"features": np.ascontiguousarray(features, np.float32)})[0]
        summed: npt.NDArray[np.float64] = added[:, 0].astype(np.float64)
        return summed + self.fused * features[:, FUSED]


def _session(trees: list[Tree]) -> Any:
    """(rows, len(NAMES)) float32 to the sum of one leaf of each tree, (rows, 1)."""
    import onnxruntime  # type: ignore[import-untyped]
    from onnx import TensorProto, helper

    nodes = [(tree, at, *node) for tree, each in enumerate(trees) for at, node in enumerate(each)]
    ends = [(tree, at, value) for tree, at, feature, *_, value in nodes if feature < 0]
    made = helper.make_node(
        "TreeEnsembleRegressor",
        ["features"],
        ["scores"],
        domain="ai.onnx.ml",
        n_targets=1,
        nodes_treeids=[tree for tree, *_ in nodes],
        nodes_nodeids=[at for _, at, *_ in nodes],
        nodes_featureids=[max(int(feature), 0) for _, _, feature, *_ in nodes],
        nodes_values=[float(threshold) for *_, threshold, _, _, _ in nodes],
        nodes_modes=["LEAF" if feature < 0 else "BRANCH_LEQ" for _, _, feature, *_ in nodes],
        nodes_truenodeids=[int(left) for *_, left, _, _ in nodes],
        nodes_falsenodeids=[int(right) for *_, right, _ in nodes],
        target_treeids=[tree for tree, _, _ in ends],
        target_nodeids=[at for _, at, _ in ends],
        target_ids=[0] * len(ends),
        target_weights=[float(value) for *_, value in ends],
    )
    graph = helper.make_graph(
        [made],
        "ranker",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["rows", len(NAMES)])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["rows", 1])],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


@cache
def shipped() -> Ranker:
    """The ranker that travels with the project; raises IndexInvalid where it is missing or damaged."""
    return Ranker.load()
