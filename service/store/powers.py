"""The table of power lists (权责清单) that offices imported for the organs that file with them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Json, Moment, Table


class PowerListRow(Table):
    """The list in use for an organ: the workbook as it came (`sha256` in the blobs) and its items by kind."""

    __tablename__ = "power_list"
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"), primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    items: Mapped[int] = mapped_column()
    kinds: Mapped[dict[str, int]] = mapped_column(Json)
    changed: Mapped[datetime] = mapped_column(Moment)
    changed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
