"""What the workbench asks beside findings: the remarks of reviewers."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select

from ..store import tables as t
from . import filings
from .desk import Desk, local_day
from .permission import require


def remarks(desk: Desk, filing_id: int) -> Mapping[str, tuple[str, ...]]:
    """Every remark on the findings of a filing, oldest first, by fingerprint: who, when, what."""
    require(desk.actor, "finding.read")
    filing = filings.row(desk, filing_id)
    query = (
        select(t.Decision.fingerprint, t.Decision.comment, t.Decision.at, t.Account.display, t.Account.name)
        .join(t.Account, t.Account.id == t.Decision.account_id)
        .where(t.Decision.filing_id == filing.id, t.Decision.comment != "")
        .order_by(t.Decision.id)
    )
    found = defaultdict(list)
    for key, comment, at, display, name in desk.session.execute(query):
        found[key].append(f"{display or name}　{local_day(at).isoformat()}：{comment}")
    return {key: tuple(said) for key, said in found.items()}
