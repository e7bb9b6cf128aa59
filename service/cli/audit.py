"""`beishen audit`: the hash chain of the audit log, and retention."""

from datetime import timedelta

import typer

from ..settings import load
from .help import Family, Verb
from .terminal import write

FORSAKEN = timedelta(days=7)
app = typer.Typer(cls=Family, help="审计日志：核验；按保存期清理。", no_args_is_help=True, rich_markup_mode=None)


@app.command("verify", cls=Verb)
def verify() -> None:
    """核验审计日志的哈希链：有改动、缺失或插入即报错，退出码为 1。

    示例：
    beishen audit verify
    """
    from ..audit import verify as check
    from ..jobs.opening import open_office
    from ..office.desk import SYSTEM

    office = open_office(load())
    with office.look(SYSTEM) as desk:
        count = check(desk.session)
    write(f"审计日志共 {count} 条，哈希链完整")


@app.command("purge", cls=Verb)
def purge() -> None:
    """按“保存期”设置清理早已办结的备案件、单独的审查和文件清理的文件和文字；台账、步骤、决定和审计日志保留。

    保存期由管理员设置，默认不清理。可由系统定时任务每天运行。
    清理（beishen cleanup --shared）中途停下、七天无人继续的，交给处理进程的文件一并删除，其进度不受影响。

    示例：
    beishen audit purge
    """
    from ..cleanup_crew import forsaken
    from ..jobs.opening import open_office
    from ..office import retention
    from ..office.desk import SYSTEM

    settings = load()
    office = open_office(settings)
    with office.look(SYSTEM) as desk:
        due, reviews, ended = retention.due(desk), retention.due_reviews(desk), retention.due_cleanups(desk)
    for filing_id in due:
        with office.desk(SYSTEM) as desk:
            retention.purge(desk, filing_id)
    for job_id in reviews:
        with office.desk(SYSTEM) as desk:
            retention.purge_review(desk, job_id)
    for cleanup_id in ended:
        with office.desk(SYSTEM) as desk:
            retention.purge_cleanup(desk, cleanup_id)
    with office.desk(SYSTEM) as desk:
        removed = retention.remove_files(desk)
    left = forsaken(settings, FORSAKEN)
    write(
        f"已清理 {len(due) + len(reviews) + len(ended)} 件，删除 {removed} 个文件"
        + (f"；清除无人继续的清理 {len(left)} 次" if left else "")
    )
