"""`beishen train clause`: fit the classifier of what a clause does."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...corpora.errors import BadArgument, ToolMissing
from ..settings import load
from . import arguments
from .terminal import progress, write

if TYPE_CHECKING:
    from ...model.encoder import Encoder
    from ...model.training.clause_examples import Labelled

CLAUSES = Path(__file__).resolve().parents[2] / "model" / "training" / "clauses"


def clause(
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="存放中间结果和成品的文件夹；默认 out/clause")] = (
        "out/clause"
    ),
    home: Annotated[
        str | None, typer.Option("--home", metavar="DIR", help="存放编码模型缓存的数据文件夹；默认 BEISHEN_HOME")
    ] = None,
    seed: Annotated[str, typer.Option("--seed", metavar="S", help="随机种子，也决定训练和测试的划分；默认 17")] = "17",
    clauses: Annotated[
        str | None,
        typer.Option("--clauses", metavar="DIR", help="训练条款（a、b、c.jsonl）的文件夹；默认用源码目录"),
    ] = None,
    add: Annotated[
        str | None,
        typer.Option("--add", metavar="FILE", help="另加的标注条款（JSONL：text、acts、addressee、modality、manner）"),
    ] = None,
    base: Annotated[
        str | None, typer.Option("--base", metavar="FOLDER", help="换用另一个编码模型文件夹（BERT、RoBERTa 类）")
    ] = None,
) -> None:
    """训练条款分类：条款做了什么、对谁、什么语气、新设还是细化；只需 CPU，几分钟完成。

    按领域划分训练、验证和测试，阈值和校准只用验证部分。条款的编码结果留在 DIR，中断后再次运行不必重算。
    成品是 DIR/clause.npz；先打印它在固定测试集上的分数，放入 model/weights/ 后才生效。

    示例：
    beishen train clause
    beishen train clause --add 标注.jsonl --out out/clause-added
    beishen train clause --base models/bge-small-zh
    """
    chance = arguments.count("--seed", seed, 2**31 - 1)
    for option, text in (("--clauses", clauses), ("--add", add), ("--base", base)):
        if text is not None and not Path(text).exists():
            raise BadArgument(f"选项 {option} 的路径不存在：{text}", "请核对路径")
    if find_spec("torch") is None:
        raise ToolMissing("训练需要 torch，没有安装", "请运行 pip install 'beishen[train]' 后重试")
    folder = Path(clauses) if clauses else CLAUSES
    _train(Path(out), (Path(home) if home else load().home, folder), chance, (add, base))


def _train(out: Path, folders: tuple[Path, Path], seed: int, extra: tuple[str | None, str | None]) -> None:
    from ...model.encoder import Encoder
    from ...model.training import clause as training
    from ...model.training import clause_examples

    add, base = extra
    onward = add is not None and base is None
    found = clause_examples.own(folders[1], seed)
    clause_examples.checked(found)
    if add is not None:
        found += clause_examples.added(Path(add), found, seed)
    encoder = Encoder.open(folders[0], load().threads, Path(base) if base else None)
    plan = training.Plan(seed=seed)
    with progress() as meter:
        data = training.table(found, encoder, out, plan, lambda at, of: meter.show("编码条款", at, of))
    weights, facts, log = training.fit(data, encoder.id, plan, write)
    path = training.save(out, weights, facts, log)
    write(f"训练完成：{path}")
    _compare(path, encoder, [clause for clause in found if clause.part == clause_examples.TEST], onward)


def _compare(path: Path, encoder: "Encoder", held: "list[Labelled]", beside: bool) -> None:
    """Scores on the fixed tests; beside those of the weights in use where clauses were added."""
    from ...model.clause import WEIGHTS, ClauseModel
    from ...model.training import clause_scores

    files = [WEIGHTS, path] if beside and WEIGHTS.is_file() else [path]
    tables = []
    for file in files:
        model = ClauseModel.open(encoder, file)
        tables.append(clause_scores.measured(held, model.label([clause.text for clause in held])))
    for name in tables[0]:
        write(f"{name}：" + " → ".join(f"{table[name]:.3f}" for table in tables) + f"（{len(held)} 条）")
    if len(files) > 1:
        write("现有权重没有改动；分数没有下降再替换。")
