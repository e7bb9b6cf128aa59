"""Documents and cards of the clean-up's tests, in our own words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from beishen.corpora.intake import read
from beishen.corpora.readers.formats import accept
from beishen.corpora.text import Document
from beishen.review.cleanup.card import Card
from beishen.review.cleanup.sentences import Text

HEAD = "青州市人民政府关于印发《青州市{matter}》的通知\n青政发〔{year}〕{number}号\n各镇人民政府，各街道办事处：\n"


@pytest.fixture
def document() -> Callable[..., Document]:
    """A document of a title, lines, an organ and a date."""

    def make(title: str, *lines: str, name: str = "办法.txt", signed: str = "青州市人民政府\n2021年3月1日") -> Document:
        text = "\n".join((title, *lines, signed))
        return read(accept(name, text.encode()))

    return make


@pytest.fixture
def text(document: Callable[..., Document]) -> Callable[..., Text]:
    def make(title: str, *lines: str, **named: str) -> Text:
        return Text.of(document(title, *lines, **named))

    return make


@pytest.fixture
def card() -> Callable[..., Card]:
    """A card of a normative document of one city; fields may be changed."""
    base = Card(
        file="a.txt",
        title="青州市人民政府关于印发《青州市停车管理办法》的通知",
        number="青政发〔2024〕5号",
        organs=("青州市人民政府",),
        level="县级政府",
        province="山西省",
        region="山西省青州市",
        instrument="规范性文件",
        kind="normative",
        certainty=0.9,
        issued=date(2024, 5, 1),
    )

    def make(**changes: object) -> Card:
        return replace(base, **changes)

    return make
