"""Cues of wording: the first modal word of the first unit, hashed strings, sums and times."""

import numpy as np
import pytest
from beishen.model.cues import BUCKETS, NAMES, STRINGS, bag, cues, modal, strings


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("申请人应当提交申请书；逾期不予受理。", "obligation"),
        ("第十二条　任何单位不得设卡收费，应当公示标准。", "prohibition"),
        ("居民可以自愿参加，参加者应当登记。", "permission"),
        ("未取得许可证的，责令改正，可以并处一万元以下罚款。", "none"),
        ("可以当场办理的，应当当场办结。", "obligation"),
        ("公示期不得少于七日。", "obligation"),
        ("补贴标准为每人每月一百元。", ""),
        ("自知道或者应当知道之日起一年内提出，不得延长。", "prohibition"),
    ],
)
def test_modality_is_the_first_modal_word_of_the_first_unit(text: str, name: str) -> None:
    assert modal(text) == name


def test_digits_count_as_one_and_the_bag_is_stable() -> None:
    places, counts = bag("处500元罚款")
    again, _ = bag("处20元罚款")
    assert sorted(places) == sorted(again)
    assert places.max() < BUCKETS and counts.min() >= 1


def test_strings_have_a_bucket_each_and_digits_count_as_one() -> None:
    places, counts = strings("处500元罚款")
    again, _ = strings("处20元罚款")
    assert places.tolist() == again.tolist() == sorted(set(places.tolist()))
    # ^处0元罚款$: seven characters, six pairs, five triples.
    assert len(places) == 7 + 6 + 5 and places.max() < STRINGS and counts.min() >= 1
    more, told = strings("处罚处罚")
    assert told.max() > 1 and not set(more.tolist()) <= set(places.tolist())
    assert len(strings("")[0]) > 0


def test_sums_and_times_are_told_apart() -> None:
    told = dict(zip(NAMES, cues("自受理之日起二十日内作出决定"), strict=True))
    assert told["time"] > 0 and told["sum"] == 0
    told = dict(zip(NAMES, cues("每人补助三百元"), strict=True))
    assert told["time"] == 0 and told["sum"] > 0
    assert np.isfinite(cues("一" * 5000)).all()
