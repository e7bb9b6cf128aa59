"""`beishen backup` and `beishen restore`: the whole office as a folder of plain files."""

from pathlib import Path
from typing import Annotated

import typer

from ..settings import load
from .terminal import write

Folder = Annotated[str, typer.Argument(metavar="DIR", help="备份文件夹")]


def backup(folder: Folder) -> None:
    """备份账号、备案件、审查结果、审计日志和全部上传文件；服务可以照常运行。

    两种数据库的备份格式相同。同一文件夹可反复使用，已有的上传文件不再复制。法规库和索引不在其中，可重新导入。

    示例：
    beishen backup /var/backups/beishen
    """
    from ..jobs.opening import open_office
    from ..store import archive, schema

    office = open_office(load())
    schema.check(office.database)
    kept = archive.backup(office.database, office.blobs, Path(folder))
    write(f"已备份 {kept.rows['filing']} 件备案、{sum(kept.rows.values())} 行记录、{kept.files} 个文件到 {folder}")


def restore(folder: Folder) -> None:
    """把备份恢复到空的数据库和数据文件夹，并核验审计日志；未完成的审查将重新进行。

    可把 SQLite 的备份恢复到 PostgreSQL，反之亦可。恢复前请停止服务。

    示例：
    BEISHEN_DATABASE_URL=postgresql+psycopg://beishen@db/beishen beishen restore /var/backups/beishen
    """
    from ..audit import verify
    from ..jobs.opening import open_office
    from ..office.desk import SYSTEM
    from ..store import archive

    office = open_office(load())
    kept = archive.restore(office.database, office.blobs, Path(folder))
    with office.look(SYSTEM) as desk:
        count = verify(desk.session)
    write(f"已恢复 {kept.rows['filing']} 件备案、{kept.files} 个文件；审计日志 {count} 条，哈希链完整")
