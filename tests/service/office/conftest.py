"""Filing a short document, and examining it as a worker does."""

from collections.abc import Callable, Iterator

import pytest
from beishen.review.engine import Engine
from beishen.service.jobs import examining
from beishen.service.office import submission

TEXT = """青岭县人民政府关于印发青岭县停车管理办法的通知
青岭政规〔2026〕5号
各乡镇人民政府：
现将《青岭县停车管理办法》印发给你们，请遵照执行。
青岭县人民政府
2026年11月1日
青岭县停车管理办法
第一条 为了加强停车管理，根据《中华人民共和国道路交通安全法》，制定本办法。
第二条 经营停车场的，应当向县城市管理局申领停车场经营许可证。
第三条 未取得停车场经营许可证的，处一万元罚款。
第四条 本办法自2026年12月1日起施行。
"""


@pytest.fixture
def submit(staff) -> Callable[..., submission.Submitted]:
    """Submits texts by name for an account."""

    def work(files: dict[str, str] | None = None, role: str = "submitter", **stated: object) -> submission.Submitted:
        files = files or {"停车管理办法.txt": TEXT}
        uploads = [submission.Upload(name, text.encode()) for name, text in files.items()]
        with staff.office.desk(staff[role]) as desk:
            return submission.submit(desk, submission.Submission(**stated), uploads)

    return work


@pytest.fixture
def bench(staff, engine: Engine) -> Iterator[examining.Bench]:
    found = examining.Bench(staff.office, engine, 60)
    yield found
    found.thread.shutdown()


@pytest.fixture
def examine(bench: examining.Bench) -> Callable[[str], None]:
    """What a worker's two steps do."""

    def work(job_id: str) -> None:
        examining.keep(bench, job_id, examining.examine(bench, job_id))

    return work


@pytest.fixture
def text() -> str:
    return TEXT
