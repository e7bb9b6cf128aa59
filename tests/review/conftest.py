"""A clause as the checks see it: read inside a short document, searched with the real index."""

from collections.abc import Callable
from datetime import date

import pytest
from beishen.corpora.intake import Overrides, read
from beishen.corpora.limits import Limits
from beishen.corpora.text import Document, Instrument, Level
from beishen.eval.casedoc import FIRST, document
from beishen.eval.rulecases import load, reviewed
from beishen.review.engine import Engine
from beishen.review.finding import Finding
from beishen.review.pipeline import citations_of, setting_of, views_of
from beishen.review.view import ClauseView

DAY = date(2026, 11, 23)
Look = Callable[..., ClauseView]


def written(clause: str, title: str = "双塔镇环境卫生管理办法", issuer: str = "双塔镇人民政府") -> Document:
    """The clause among neutral ones, as a document of a township unless told otherwise."""
    return read(document(clause, issuer, title), Limits(), Overrides(issuer))


@pytest.fixture(scope="session")
def look(engine: Engine) -> Look:
    """Clause text (and title, issuer, level, instrument) to the view of that clause."""

    def view(
        clause: str,
        title: str = "双塔镇环境卫生管理办法",
        issuer: str = "双塔镇人民政府",
        level: Level | None = None,
        instrument: Instrument | None = None,
    ) -> ClauseView:
        source = document(clause, issuer, title)
        found = read(source, Limits(), Overrides(issuer, level, instrument))
        setting = setting_of(found, engine, DAY)
        views = views_of(setting, engine, citations_of(setting))
        return next(v for v in views if v.clause.id.split(".")[0] == str(FIRST))

    return view


@pytest.fixture(scope="session")
def heard(engine: Engine) -> dict[str, tuple[Finding, ...]]:
    """The findings on the clause of every case of every rule, by case id; reviewed once."""
    return reviewed(load(), engine)
