"""`beishen inspect`: what was read, without judging."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...review.finding import Status
from ...review.render.json import inspect_json
from ..settings import load
from . import arguments
from .bench import Bench, exit_of
from .files import expand
from .sink import Stream
from .terminal import progress

if TYPE_CHECKING:
    from ...corpora.text import Document
    from ...model.clause import ClauseLabels, ClauseModel, Label


def inspect(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="文件、文件夹或 ZIP 送审包，可给多个")],
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="输出格式：json（默认）、jsonl")] = "json",
    labels: Annotated[bool, typer.Option("--labels", help="给出每个条款的分类：行为、对象、语气、方式及概率")] = False,
) -> None:
    """识别文件：标题、文号、机关、日期、条款和性质，不作审查。

    每个识别出的字段附有原文位置；识别不出的为 null，不作猜测。

    示例：
    beishen inspect 办法.docx
    beishen inspect 文件夹/ --format jsonl > 结构.jsonl
    beishen inspect 办法.docx --labels
    """
    from ...corpora.intake import Overrides

    chosen = arguments.choice("--format", form, arguments.DataFormat)
    given = expand(paths)
    many = len(given) > 1 or any(Path(path).is_dir() for path in paths)
    stream = Stream(arguments.ReportFormat(chosen.value), many)
    statuses = []
    model = _model() if labels else None
    with progress() as meter, Bench(load(), meter) as bench:
        try:
            for name, document, problems in bench.documents(given, Overrides()):
                found = inspect_json(name, document, problems)
                if model is not None and document is not None:
                    _add_labels(found, document, model)
                stream.put(found)
                statuses.append(Status(str(found["status"])))
        finally:
            stream.close()
    raise typer.Exit(exit_of(statuses))


def _model() -> "ClauseModel":
    from ...model.clause import ClauseModel
    from ...model.encoder import Encoder

    settings = load()
    return ClauseModel.open(Encoder.open(settings.home, settings.threads))


def _add_labels(found: dict[str, Any], document: "Document", model: "ClauseModel") -> None:
    """Put `labels` into every clause of the document that has text."""
    texts = [clause.span.of(document.text) for clause in document.clauses]
    filled = [at for at, text in enumerate(texts) if text.strip()]
    for at, told in zip(filled, model.label([texts[at] for at in filled]), strict=True):
        found["document"]["clauses"][at]["labels"] = _labels(told)


def _labels(told: "ClauseLabels") -> dict[str, object]:
    return {
        "acts": [_label(label) for label in told.acts],
        "addressee": _label(told.addressee),
        "modality": _label(told.modality),
        "manner": _label(told.manner),
        "model": told.modality.model,
    }


def _label(label: "Label") -> dict[str, object]:
    return {"name": label.name, "probability": round(label.probability, 4)}
