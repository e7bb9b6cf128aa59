"""The overview of a clean-up: one HTML file with figures, charts, list and tables. No script, nothing fetched."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..cleanup.outcome import Outcome
from ..cleanup.proposal import Action
from ..cleanup.statistics import ACTIONS, overall
from . import cleanup_words
from .cleanup_charts import COLORS, stacked, totals

if TYPE_CHECKING:
    from jinja2 import Template

MOST = 3000


def render(outcome: Outcome) -> str:
    """The page of an outcome; a list too long for a page shows what is to be dealt with."""
    from markupsafe import Markup

    listed = tuple(enumerate(outcome.listed, 1))
    cut = len(listed) > MOST
    rows = tuple(pair for pair in listed if pair[1].action is not Action.KEEP)[:MOST] if cut else listed
    counts = overall(outcome.listed)
    shown = outcome.tables[:3] if not outcome.focus else (*outcome.tables[:3], outcome.tables[-1])
    return _template().render(
        outcome=outcome,
        rows=rows,
        cut=cut,
        most=MOST,
        counts=counts,
        colors=COLORS,
        actions=ACTIONS,
        soon=cleanup_words.soon(outcome),
        ruled=sum(item.ruling is not None for item in outcome.settled),
        notice=cleanup_words.NOTICE,
        words=cleanup_words,
        total_chart=Markup(totals(counts)),
        charts=tuple((table.title, Markup(stacked(table))) for table in shown),
    )


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("cleanup.html")
