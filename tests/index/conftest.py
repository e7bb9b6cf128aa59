"""A small law store of our own invention, and an encoder of character counts that needs no weights."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pytest
from beishen.corpora.laws.loading import load
from beishen.corpora.laws.record import LawText, Provision, TextKind
from beishen.corpora.laws.store import LawStore
from beishen.corpora.text import Rank, Region
from beishen.index.search import Index

JIANG, HU = Region("江苏省"), Region("江苏省", "苏州市")
OTHER_CITY, OTHER_PROVINCE = Region("江苏省", "无锡市"), Region("浙江省")
# Name, version, rank, region, kind, articles.
LAWS = (
    ("花灯法", "2010-01-01", Rank.LAW, Region(), ("制作花灯应当取得许可证。", "无证制作花灯的，处一千元以下罚款。")),
    (
        "花灯法",
        "2020-01-01",
        Rank.LAW,
        Region(),
        ("制作花灯不需要许可证。", "花灯失火的，处五千元罚款。", "花灯税另行规定。"),
    ),
    (
        "花灯管理条例",
        "2015-01-01",
        Rank.ADMIN_REGULATION,
        Region(),
        ("花灯展览应当提前十日备案。", "场地应当配备灭火器。"),
    ),
    ("花灯展览办法", "2016-01-01", Rank.DEPARTMENT_RULE, Region(), ("展览备案材料包括场地图纸。",)),
    ("关于审理花灯案件的解释", "2017-01-01", Rank.JUDICIAL, Region(), ("花灯失火造成损失的，制作者承担赔偿责任。",)),
    ("江苏省花灯条例", "2018-01-01", Rank.LOCAL_REGULATION, JIANG, ("花灯展览的备案期限为五日。",)),
    ("苏州市花灯条例", "2019-01-01", Rank.LOCAL_REGULATION, HU, ("古城区内禁止燃放花灯。",)),
    ("无锡市花灯条例", "2019-01-01", Rank.LOCAL_REGULATION, OTHER_CITY, ("湖区内禁止燃放花灯。",)),
    ("浙江省花灯条例", "2019-01-01", Rank.LOCAL_REGULATION, OTHER_PROVINCE, ("花灯展览不需要备案。",)),
    ("江苏省花灯办法", "2019-01-01", Rank.LOCAL_RULE, JIANG, ("县级人民政府负责花灯展览的监督管理。",)),
    ("苏州市花灯办法", "2019-01-01", Rank.LOCAL_RULE, HU, ("花灯制作者应当登记姓名。",)),
    ("渔船法", "2012-01-01", Rank.LAW, Region(), ("渔船出海应当报告。", "船员应当年满十八周岁。")),
)
SIGNS = "一二三四五六七八九"


class CharacterEncoder:
    """Unit vectors of a fixed random direction per character and pair of characters; counts what it encoded."""

    dim = 64

    def __init__(self, name: str = "characters-1") -> None:
        self.id = self.passages = name
        self.encoded = 0

    def encode(
        self,
        texts: Sequence[str],
        kind: Literal["query", "passage"],
        progress: Callable[[int, int], None] | None = None,
    ) -> npt.NDArray[np.float32]:
        made = np.zeros((len(texts), self.dim), np.float32)
        for at, text in enumerate(texts):
            made[at, 0] = 1e-3
            for piece in [*text, *(text[i : i + 2] for i in range(len(text) - 1))]:
                seed = int.from_bytes(hashlib.sha256((self.id + piece).encode()).digest()[:8], "big")
                made[at] += np.random.default_rng(seed).normal(size=self.dim).astype(np.float32)
            if kind == "passage":
                self.encoded += 1
            if progress is not None:
                progress(at + 1, len(texts))
        return made / np.linalg.norm(made, axis=1, keepdims=True)


def law_text(name: str, version: str, rank: Rank, region: Region, articles: Sequence[str]) -> LawText:
    provisions = (
        *(Provision(f"第{SIGNS[at]}条", "第一章 总则", text) for at, text in enumerate(articles)),
        Provision(f"第{SIGNS[len(articles)]}条", "第二章 附则", f"本文本自{version[:4]}年1月1日起施行。"),
    )
    day = date.fromisoformat(version)
    return LawText(name, version, rank, TextKind.BODY, provisions, "test", region=region, stated=day)


@pytest.fixture(scope="session")
def law_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("laws") / "laws.db"
    load(path, "jsonl", [law_text(*law) for law in LAWS], "tests", date(2026, 1, 1))
    return path


@pytest.fixture
def laws(law_file: Path) -> Iterator[LawStore]:
    with LawStore.open(law_file) as store:
        yield store


@pytest.fixture
def encoder() -> CharacterEncoder:
    return CharacterEncoder()


@pytest.fixture
def kite_law() -> LawText:
    """A law of two articles that the store does not have."""
    return law_text("风筝法", "2021-01-01", Rank.LAW, Region(), ["风筝应当登记。"])


@pytest.fixture
def without_first() -> list[LawText]:
    """The laws of the store without the first version of the first."""
    return [law_text(*law) for law in LAWS[1:]]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, law_file: Path) -> Path:
    """A data folder whose index is built."""
    home = tmp_path_factory.mktemp("built")
    with LawStore.open(law_file) as store:
        Index.open(home, store, CharacterEncoder())
    return home


@pytest.fixture
def index(tmp_path: Path, built: Path, laws: LawStore, encoder: CharacterEncoder) -> Index:
    """The index, opened from a copy of its folder under `tmp_path`."""
    shutil.copytree(built / "cache", tmp_path / "cache")
    return Index.open(tmp_path, laws, encoder)
