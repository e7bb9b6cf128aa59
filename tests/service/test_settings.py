"""Settings come from the environment, and nonsense there is refused by name."""

from pathlib import Path

import pytest
from beishen.corpora.errors import BadArgument
from beishen.service.settings import load


def test_environment_is_honoured() -> None:
    found = load({"BEISHEN_HOME": "/data/b", "BEISHEN_THREADS": "3", "BEISHEN_MODEL": "/m", "BEISHEN_MAX_MB": "5"})
    assert (found.home, found.threads, found.model) == (Path("/data/b"), 3, Path("/m"))
    assert found.limits.max_bytes == 5 * 2**20
    assert found.log == Path("/data/b/log/beishen.log")


def test_defaults_need_no_environment() -> None:
    found = load({})
    assert found.home.is_absolute()
    assert found.home.name == "beishen"
    assert 1 <= found.threads <= 4
    assert found.model is None
    assert (found.nice, load({"BEISHEN_WORKER_NICE": "0"}).nice) == (19, 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [("BEISHEN_THREADS", "0"), ("BEISHEN_THREADS", "多"), ("BEISHEN_MAX_MB", "-1"), ("BEISHEN_WORKER_NICE", "20")],
)
def test_nonsense_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadArgument, match=name):
        load({name: value})
