"""`beishen serve` and `beishen worker`: pages, API and jobs."""

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import tell
from ..settings import Settings, load
from . import arguments

if TYPE_CHECKING:
    from ..office.desk import Office

HOST, PORT = "127.0.0.1", 8765


def serve(
    host: Annotated[str, typer.Option("--host", metavar="HOST", help="监听地址；默认只限本机")] = HOST,
    port: Annotated[str, typer.Option("--port", metavar="PORT", help="端口")] = str(PORT),
    workers: Annotated[
        str, typer.Option("--workers", metavar="N", help="随服务启动的审查进程数；0 表示另行运行 beishen worker")
    ] = "1",
) -> None:
    """启动服务：页面、接口和一个审查进程，使用数据文件夹中的内置数据库。

    BEISHEN_DATABASE_URL=postgresql+psycopg://用户@主机/库 改用 PostgreSQL。Ctrl-C 停止，进行中的审查先完成。

    示例：
    beishen serve
    beishen serve --host 0.0.0.0 --port 8080
    """
    import uvicorn

    from .. import logs
    from ..app import create_app
    from ..store import schema
    from .children import Children

    settings = load()
    where = arguments.count("--port", port, 65_535)
    count = 0 if workers.strip() == "0" else arguments.count("--workers", workers, 16)
    app = create_app(settings)
    office: Office = app.state.office
    schema.upgrade(office.database)
    _welcome(office, f"http://{host}:{where}/")
    logs.start()
    config = uvicorn.Config(
        app, host=host, port=where, log_config=None, access_log=False, timeout_graceful_shutdown=30, server_header=False
    )
    # The server raises the signal once more when it has stopped: by default that would end this process at once, and a
    # supervisor then kills the workers with the reviews that they are to finish first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with Children.start(count):
        uvicorn.Server(config).run()


def worker(
    parent: Annotated[
        str | None, typer.Option("--parent", metavar="PID", help="随此进程结束而结束", hidden=True)
    ] = None,
) -> None:
    """运行一个审查进程；可在任意多台机器上对同一个 PostgreSQL 数据库运行任意多个。

    Ctrl-C 停止，进行中的审查先完成；未完成的由其他审查进程接手。

    示例：
    BEISHEN_DATABASE_URL=postgresql+psycopg://beishen@db/beishen beishen worker
    """
    from .. import logs
    from ..jobs import worker as jobs

    settings = load()
    _wait_for_schema(settings)
    logs.start()
    _give_way(settings.nice)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if parent is not None:
        threading.Thread(target=_follow, args=(int(parent), stop), daemon=True).start()
    if jobs.run(settings, stop):
        # New laws: a fresh process opens them; nothing of this one is kept.
        os.execv(sys.executable, sys.orig_argv)


def _welcome(office: "Office", url: str) -> None:
    """Where the service is, and how to make the first account where there is none."""
    from ..office import accounts
    from ..office.desk import SYSTEM

    tell(f"备审服务：{url}")
    with office.look(SYSTEM) as desk:
        if accounts.any_yet(desk):
            return
    tell("还没有账号。请在另一个终端运行以下命令，设置密码后即可登录：")
    tell("  beishen account add admin --role administrator")


def _wait_for_schema(settings: Settings) -> None:
    """A worker started together with the service waits until the service has brought the database up to date."""
    from ...corpora.errors import StoreInvalid
    from ..errors import DatabaseGone
    from ..jobs.opening import open_office
    from ..store import schema

    office = open_office(settings)
    patience = threading.Event()
    for _ in range(60):
        try:
            office.database.ping()
            schema.check(office.database)
            break
        except (StoreInvalid, DatabaseGone):
            patience.wait(0.5)
    else:
        schema.check(office.database)
    office.close()


def _give_way(nice: int) -> None:
    """Pages and API answer first, reviews take what is left: lower priority, and no waking before the running."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, 0, max(nice, os.getpriority(os.PRIO_PROCESS, 0)))
    if hasattr(os, "SCHED_BATCH") and nice:
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def _follow(parent: int, stop: threading.Event) -> None:
    """Stop when the process that started this one is gone."""
    while not stop.wait(1.0):
        if os.getppid() != parent:
            stop.set()
