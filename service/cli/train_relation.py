"""`beishen train relation`: train the model of how a clause stands to an article."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...corpora.errors import BadArgument, ToolMissing
from ..settings import load
from . import arguments
from .terminal import progress, write

if TYPE_CHECKING:
    from ...model.training.pairs import Pair

CLAUSES = Path(__file__).resolve().parents[2] / "model" / "training" / "clauses"
LONGEST = 24 * 60


def relation(
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="存放检查点和成品的文件夹；默认 out/relation")] = (
        "out/relation"
    ),
    home: Annotated[
        str | None, typer.Option("--home", metavar="DIR", help="取法规库的数据文件夹；默认 BEISHEN_HOME")
    ] = None,
    minutes: Annotated[
        str, typer.Option("--minutes", metavar="N", help="本次最多训练几分钟，未完成的下次接着训练；默认 60")
    ] = "60",
    seed: Annotated[str, typer.Option("--seed", metavar="S", help="随机种子；默认 17")] = "17",
    add: Annotated[
        str | None,
        typer.Option("--add", metavar="FILE", help="审查人员的结论（JSONL：clause、article、verdict、type）一并训练"),
    ] = None,
    base: Annotated[
        str | None, typer.Option("--base", metavar="FOLDER", help="换用另一个编码模型文件夹（BERT、RoBERTa 类）")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume/--fresh", help="接着检查点训练（默认），或从头开始")] = True,
) -> None:
    """训练条款与法条的关系模型：训练数据由法规库的条文改写生成，另加自写条款。

    可中断，再次运行从检查点继续。成品是 DIR/relation.npz；先打印它在固定测试集上的分数，
    放入 model/weights/ 后才生效。--add 从现有权重出发，并列打印前后的分数；同时换用 --base 时从头训练。

    示例：
    beishen train relation --minutes 30
    beishen train relation --add 结论.jsonl --out out/relation-added
    beishen train relation --base models/bge-small-zh --fresh
    """
    limit = arguments.count("--minutes", minutes, LONGEST)
    chance = arguments.count("--seed", seed, 2**31 - 1)
    folders = _existing("--home", home), _existing("--add", add), _existing("--base", base)
    if find_spec("torch") is None or find_spec("transformers") is None:
        raise ToolMissing("训练需要 torch 和 transformers，没有安装", "请运行 pip install 'beishen[train]' 后重试")
    _train(Path(out), (limit, chance), folders, resume)


def _existing(option: str, text: str | None) -> Path | None:
    path = None if text is None else Path(text)
    if path is not None and not path.exists():
        raise BadArgument(f"选项 {option} 的路径不存在：{path}", "请核对路径")
    return path


def _train(
    out: Path, numbers: tuple[int, int], folders: tuple[Path | None, Path | None, Path | None], resume: bool
) -> None:
    from ...corpora.laws.default import open_default
    from ...model import relation as shipped
    from ...model.training import pairs, relation_job
    from ...model.training.relation import Plan, Reader, Run

    settings, (home, add, base) = load(), folders
    source = relation_job.source_of(base)
    onward = add is not None and base is None
    plan = Plan(seed=numbers[1], first=relation_job.depth(source), epochs=2 if onward else Plan().epochs)
    with open_default(home or settings.home) as laws:
        shelf = pairs.Shelf(laws)
        found = relation_job.collect(shelf, CLAUSES, plan.seed)
        found += [] if add is None else pairs.added(add, shelf, found)
    if not resume:
        (out / "progress.json").unlink(missing_ok=True)
    run = Run(Reader(source, plan, settings.threads), found, plan, out)
    if onward:
        run.start_from(shipped.WEIGHTS)
    with progress() as meter:
        done = run.train(numbers[0], write, lambda at, of: meter.show("准备文本", at, of))
        if not done:
            write("时间到，再次运行可继续")
            return
        path = relation_job.finish(run, source, base, settings.threads, lambda at, of: meter.show("校准", at, of))
    write(f"训练完成：{path}")
    _compare(path, [pair for pair in found if pair.part == pairs.TEST], (out, base, onward))


def _compare(path: Path, held: "list[Pair]", where: tuple[Path, Path | None, bool]) -> None:
    """Scores on the fixed tests; beside those of the weights in use where examples were added."""
    from ...model.relation import WEIGHTS, Relation
    from ...model.training import relation_job

    out, base, beside = where
    files = [WEIGHTS, path] if beside else [path]
    tables = []
    with progress() as meter:
        for file in files:
            model = Relation.open(out, load().threads, base, file)
            scores = relation_job.scored(model, held, lambda at, of: meter.show("测试", at, of))
            tables.append(relation_job.measured(held, scores))
    for name in tables[0]:
        write(f"{name}：" + " → ".join(f"{table[name]:.3f}" for table in tables) + f"（{len(held)} 对）")
    if beside:
        write("现有权重没有改动；分数没有下降再替换。")
