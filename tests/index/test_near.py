"""Near-duplicates: the estimate against exact Jaccard, the search against all pairs."""

import random

import numpy as np
import pytest
from beishen.index.near import PLACES, pairs, share, signature

ALPHABET = "管理办法规定应当行政机关申请材料许可条件期限日内提交审查决定公告企业单位个人责任处罚监督检查标准服务"


def text(seed: int, length: int = 900) -> str:
    draw = random.Random(seed)
    return "".join(draw.choice(ALPHABET) for _ in range(length))


def changed(original: str, seed: int, places: int) -> str:
    draw = random.Random(seed)
    letters = list(original)
    for _ in range(places):
        letters[draw.randrange(len(letters))] = draw.choice(ALPHABET)
    return "".join(letters)


def jaccard(one: str, other: str) -> float:
    a, b = ({words[i : i + 5] for i in range(len(words) - 4)} for words in (one, other))
    return len(a & b) / len(a | b)


@pytest.mark.parametrize("places", [0, 5, 20, 60])
def test_share_estimates_jaccard(places: int) -> None:
    one = text(1, 3000)
    other = changed(one, 2, places)
    assert share(signature(one), signature(other)) == pytest.approx(jaccard(one, other), abs=0.13)


def test_signature_ignores_blanks_and_is_the_same_everywhere() -> None:
    assert signature("第一条 本办法\n适用于全市") == signature("第一条本办法适用于全市")
    assert len(signature(text(3))) == PLACES * 4
    assert signature("短") == b""
    # A fixed point: another machine or version must sign alike, for signatures are kept.
    first = np.frombuffer(signature("本办法自公布之日起施行"), "<u4")[:3].tolist()
    assert first == [78828626, 430949415, 1305275240]


def test_pairs_are_those_of_all_pairs() -> None:
    texts = [text(seed) for seed in range(40)]
    texts += [changed(texts[at], 100 + at, places) for at, places in enumerate((0, 3, 8, 15, 200, 400))]
    signs = [signature(words) for words in texts]
    exact = {(a, b) for a in range(len(texts)) for b in range(a + 1, len(texts)) if share(signs[a], signs[b]) >= 0.75}
    assert exact
    assert {(pair.one, pair.other) for pair in pairs(signs, 0.75)} == exact


def test_copies_form_a_star_not_a_mesh() -> None:
    sign = signature(text(9))
    found = pairs([sign] * 300, 0.9)
    assert [(pair.one, pair.other, pair.share) for pair in found] == [(0, at, 1.0) for at in range(1, 300)]


def test_nothing_pairs_with_nothing() -> None:
    assert pairs([], 0.5) == ()
    assert pairs([b"", b"", signature(text(1))], 0.1) == ()
