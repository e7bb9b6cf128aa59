"""A superior document imported into the store is compared like any article (层层加码 shows)."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from beishen.corpora.intake import read
from beishen.corpora.laws.sources import import_source
from beishen.corpora.readers.formats import accept
from beishen.eval.cases import DAY
from beishen.review.engine import Engine, EngineSettings
from beishen.review.pipeline import examine

RULE = "\n".join(
    (
        "第一条 为了规范灯笼会展，制定本办法。",
        "第二条 灯笼会展的志愿服务人员应当年满十六周岁。",
        "第三条 县级文化主管部门应当自收到灯笼会展报告之日起十日内书面答复主办者。",
        "第四条 本办法自2020年3月1日起施行。",
    )
)
TIGHT = ("灯笼会展的志愿服务人员应当年满十八周岁。", "志愿服务人员佩戴统一标识。")
KEPT = ("灯笼会展的志愿服务人员应当年满十六周岁。", "志愿服务人员佩戴统一标识。")


@pytest.fixture(scope="module")
def town(engine: Engine, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on a copy of the session's data with a provincial rule imported from a text of our own."""
    own = tmp_path_factory.mktemp("town")
    shutil.copytree(home, own, dirs_exist_ok=True)
    row = {"name": "江苏省灯笼会展管理办法", "version": "2020-02-01", "rank": "地方政府规章", "province": "江苏省"}
    (own / "上级.jsonl").write_text(json.dumps({**row, "text": RULE}, ensure_ascii=False) + "\n", encoding="utf-8")
    assert import_source(own / engine.store.path.name, "jsonl", own / "上级.jsonl").added
    with Engine.open(EngineSettings(own, threads=1)) as opened:
        yield opened


@pytest.mark.encoder
@pytest.mark.parametrize(("clauses", "tightened"), [(TIGHT, True), (KEPT, False)])
def test_a_tightened_requirement_is_shown_with_the_superior_article(
    town: Engine, clauses: tuple[str, ...], tightened: bool
) -> None:
    lines = [f"第{'一二三四'[i]}条　{words}" for i, words in enumerate(("根据有关规定，制定本细则。", *clauses))]
    text = "\n".join(("昆山市灯笼会展管理细则", *lines, "昆山市人民政府", "2026年3月5日"))
    found = examine(read(accept("细则.txt", text.encode())), town, DAY).findings
    cited = {(c.law, c.article) for finding in found for c in finding.citations if c.role == "conflict"}
    assert (("江苏省灯笼会展管理办法", "第二条") in cited) == tightened
