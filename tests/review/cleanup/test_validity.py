"""A document's own period of validity: what counts as such, and what does not."""

from collections.abc import Callable
from datetime import date

import pytest
from beishen.review.cleanup.sentences import Text
from beishen.review.cleanup.validity import begun, ends, term_of

TITLE = "青州市停车管理办法"


@pytest.mark.parametrize(
    ("clause", "until"),
    [
        ("第二条 本办法自2021年5月1日起施行，有效期5年。", date(2026, 4, 30)),
        ("第二条 本办法自2021年5月1日起施行，有效期限为三年。", date(2024, 4, 30)),
        ("第二条 本办法自2021年5月1日起施行，有效期至2024年6月30日。", date(2024, 6, 30)),
        ("第二条 本办法自2021年5月1日起施行。有效期两年。", date(2023, 4, 30)),
        ("第二条 本办法自2021年5月1日起施行，至2022年12月31日止。", date(2022, 12, 31)),
        ("第二条 本办法自2021年5月1日起试行，试行期为一年。", date(2022, 4, 30)),
        ("第二条 本办法自2021年5月1日起施行，试行期十八个月。", date(2022, 10, 31)),
        ("第二条 本办法执行期限为2021年5月1日至2023年底。", date(2023, 12, 31)),
        ("第二条 本办法自2021年5月1日起实施，实施期限至2023年6月。", date(2023, 6, 30)),
        ("第二条 本办法于2025年12月31日自动失效。", date(2025, 12, 31)),
        ("第二条 本办法自印发之日起施行，有效期5年。", date(2026, 2, 28)),
    ],
)
def test_own_term(text: Callable[..., Text], clause: str, until: date) -> None:
    made = text(TITLE, "第一条 停车场应当明码标价。", clause)
    term = term_of(made)
    assert term is not None
    assert ends(term, begun(made.document)) == until
    assert term.at.quote == made.document.text[term.at.start : term.at.end]
    assert term.at.place == "第二条"


@pytest.mark.parametrize(
    "clause",
    [
        "第二条 停车证有效期为三年，期满应当重新申领。",
        "第二条 申请人应当提交在有效期内的营业执照。",
        "第二条 协议期限至2024年12月31日。",
        "第二条 资质证书自颁发之日起有效期五年。",
        "第二条 本办法自2021年5月1日起施行。",
        "第二条 本办法自2021年5月1日起施行，《青州市停车收费规定》有效期至2020年12月31日的条款不再适用。",
    ],
)
def test_the_term_of_something_else_is_none(text: Callable[..., Text], clause: str) -> None:
    made = text(TITLE, "第一条 停车场应当明码标价。", clause)
    assert ends(term_of(made), begun(made.document)) is None


def test_trial_without_term(text: Callable[..., Text]) -> None:
    made = text("青州市停车管理办法（试行）", "第一条 停车场应当明码标价。", "第二条 本办法自2021年5月1日起施行。")
    term = term_of(made)
    assert term is not None
    assert term.trial
    assert ends(term, begun(made.document)) is None


def test_the_last_of_several_terms_counts(text: Callable[..., Text]) -> None:
    made = text(
        "青州市人民政府关于印发停车管理办法等两个办法的通知",
        "第一条 本办法自2021年5月1日起施行，有效期二年。",
        "第二条 本办法自2021年5月1日起施行，有效期四年。",
    )
    assert ends(term_of(made), begun(made.document)) == date(2025, 4, 30)
