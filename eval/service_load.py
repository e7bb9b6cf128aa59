"""Does the service hold what an office brings? Load on the loopback, against a PostgreSQL of its own.

    python -m beishen.eval.service_load [--home DIR] [--documents 2000] [--clients 50] [--workers 2]
        [--filings 100000] [--pause 0]

Three questions. Accepting: clients submit short documents at once; how long until each is accepted, how much processor
time does one take, is any lost, and when is the last one reviewed? (The clients speak HTTP by hand: on two cores a
client library would take more of them than the service does.) Pages: how fast are ledger, work list and statistics with
many filings? Memory: how much does a worker grow from its first hundred reviews to the last?
"""

import argparse
import asyncio
import base64
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import func, insert, select

from ..corpora.errors import ToolMissing
from ..service.auth import keys, sessions
from ..service.jobs.opening import open_office
from ..service.office import accounts, organs
from ..service.office.desk import SYSTEM, Actor, Office
from ..service.office.permission import permissions
from ..service.settings import Settings, load
from ..service.store import schema
from ..service.store import tables as t
from .cases import say
from .postgres import free_port, programs, running

TOPICS = ("夜市", "渡口", "公厕", "苗圃", "泳池", "祠堂", "果园", "驿站", "球场", "集市")
CLAUSES = (
    "第{n}条 经营{topic}的单位应当保持场地整洁，在入口公示开放时间和联系电话。",
    "第{n}条 利用{topic}举办活动的，举办者应当提前三日告知管理单位，活动结束后清理现场。",
    "第{n}条 进入{topic}的人员应当爱护设施，不得擅自移动标识。",
    "第{n}条 未经县城市管理局批准，不得在{topic}设摊；违反的处二千元罚款。",
    "第{n}条 {topic}管理单位应当定期检查设施，发现隐患的，及时维修。",
)


@dataclass(frozen=True, slots=True)
class Place:
    """The office under load: settings of every process, where it listens, a key and a session."""

    settings: Settings
    office: Office
    url: str
    token: str
    cookie: str


def text(number: int) -> str:
    """A short document of its own for every number."""
    topic = TOPICS[number % len(TOPICS)]
    body = "\n".join(CLAUSES[(number + at) % len(CLAUSES)].format(n="一二三四五六"[at], topic=topic) for at in range(4))
    head = f"双塔县人民政府关于印发双塔县{topic}管理办法（第{number}号）的通知\n双塔政发〔2026〕{number}号\n"
    return head + f"2026年3月5日\n双塔县{topic}管理办法\n{body}\n第五条 本办法自2026年5月1日起施行。\n"


@contextmanager
def serving(home: Path, database: str, workers: int) -> Iterator[tuple[Place, list[int]]]:
    """`beishen serve` and workers as processes of their own; the pids of the service and of the workers."""
    folder = home / "load"
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(home=home, threads=1, database=database, blobs=str(folder / "files"))
    environ = os.environ | {
        "BEISHEN_HOME": str(home), "BEISHEN_THREADS": "1", "BEISHEN_DATABASE_URL": database,
        "BEISHEN_BLOBS": settings.blobs, "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    office = open_office(settings)
    schema.upgrade(office.database)
    token, cookie = _caller(office)
    port = free_port()
    command = [sys.executable, "-m", "beishen.service.cli.main"]
    quiet = {"env": environ, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([*command, "serve", "--port", str(port), "--workers", "0"], **quiet)  # type: ignore[call-overload]
    hands = [subprocess.Popen([*command, "worker"], **quiet) for _ in range(workers)]  # type: ignore[call-overload]
    try:
        url = f"http://127.0.0.1:{port}"
        _until_ready(url)
        yield Place(settings, office, url, token, cookie), [server.pid, *(hand.pid for hand in hands)]
    finally:
        for process in (server, *hands):
            process.terminate()
        for process in (server, *hands):
            process.wait(60)
        office.close()


def _caller(office: Office) -> tuple[str, str]:
    """A registrar's key and session."""
    with office.desk(SYSTEM) as desk:
        organs.add(desk, "双塔县人民政府")
        person = accounts.add(desk, accounts.NewAccount("load", ("registrar", "first"), "correct horse battery"))
    with office.desk(Actor(person.id, person.name, person.display, person.roles)) as desk:
        token = keys.create(desk, "load", tuple(permissions().scopes)).token
    return token, sessions.login(office, "load", "correct horse battery", "127.0.0.1").token


def _until_ready(url: str) -> None:
    for _ in range(1200):
        try:
            if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise ToolMissing("服务没有在两分钟内就绪", "请查看 beishen serve 的输出")


async def submit(place: Place, documents: int, clients: int, pause: float) -> list[float]:
    """Seconds from request to 202 of every document; any other answer ends the run. `pause` between two of a client."""
    waits: list[float] = []
    numbers = iter(range(1, documents + 1))
    port = int(place.url.rpartition(":")[2])

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            sent = request(place.token, number)
            begun = time.perf_counter()
            writer.write(sent)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]))
            waits.append(time.perf_counter() - begun)
            if not head.startswith(b"HTTP/1.1 202 "):
                raise ToolMissing(f"第 {number} 份没有被接收：{head[:40]!r}", "请查看服务的日志")
            await asyncio.sleep(pause)
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(client() for _ in range(clients)))
    return waits


def request(token: str, number: int) -> bytes:
    """The bytes of one submission: JSON with the document in base64."""
    content = base64.b64encode(text(number).encode()).decode()
    body = json.dumps({"files": [{"name": f"{number}.txt", "content": content}]}).encode()
    asked = ["POST /v1/reviews HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {token}"]
    lines = [*asked, "Content-Type: application/json", f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def processor(pid: int, tree: bool = False) -> float:
    """Seconds of processor time that a process has taken, with `tree` those of its children too, ended or not."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    ticks = sum(int(value) for value in fields[11 : 15 if tree else 13])
    found = ticks / os.sysconf("SC_CLK_TCK")
    if tree:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        found += sum(processor(int(child)) for child in children)
    return found


def finished(place: Place, documents: int, limit: float) -> tuple[dict[str, int], int]:
    """Jobs by state once none is waiting, and how many reports there are."""
    deadline = time.monotonic() + limit
    while True:
        with place.office.look(SYSTEM) as desk:
            rows = desk.session.execute(select(t.Job.state, func.count()).group_by(t.Job.state)).all()
            reports = int(desk.session.scalar(select(func.count()).select_from(t.ReportRow)) or 0)
        states = {str(state): int(count) for state, count in rows}
        done = states.get("done", 0) + states.get("failed", 0)
        if done >= documents or time.monotonic() > deadline:
            return states, reports
        time.sleep(0.5)


def resident(pid: int) -> int:
    """Resident memory of a process in KiB."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


def fill(office: Office, filings: int) -> None:
    """Filings of the last three years straight into the table, one in twenty still open."""
    now = datetime.now(UTC)
    with office.desk(SYSTEM) as desk:
        organ = desk.session.scalars(select(t.Organ.id).limit(1)).one()
        person = desk.session.scalars(select(t.Account.id).limit(1)).one()
        rows: list[dict[str, object]] = [
            {
                "kind": "normative", "organ_id": organ, "submitted_by": person,
                "title": f"双塔县{topic}管理办法（{n}）", "number": f"双塔政发〔2025〕{n}号",
                "level": "县级政府", "instrument": "规范性文件", "field": "城市管理",
                "received": now - timedelta(minutes=15 * n), "state": "closed" if n % 20 else "registered",
                "outcome": "lawful" if n % 20 else "", "clock": "", "missing": [], "facts": {}, "current": 1,
                "due": None if n % 20 else now.date() + timedelta(days=n % 60),
                "registration": f"负载〔2025〕{n}号", "version": 1,
            }
            for n in range(1, filings + 1)
            for topic in (TOPICS[n % len(TOPICS)],)
        ]  # fmt: skip
        for at in range(0, len(rows), 5000):
            desk.session.execute(insert(t.Filing), rows[at : at + 5000])


def pages(place: Place, rounds: int = 40) -> dict[str, list[float]]:
    """Seconds of every page, asked for in turn by one browser."""
    paths = ("/", "/ledger", "/ledger?q=渡口", "/ledger?state=registered", "/statistics")
    found: dict[str, list[float]] = {path: [] for path in paths}
    with httpx.Client(base_url=place.url, cookies={"beishen_session": place.cookie}, timeout=60) as http:
        for number in range(rounds + 2):
            for path in paths:
                begun = time.perf_counter()
                answer = http.get(path)
                answer.raise_for_status()
                if number >= 2:
                    found[path].append(time.perf_counter() - begun)
    return found


def p95(values: list[float]) -> float:
    """The 95th percentile in milliseconds."""
    return statistics.quantiles(values, n=20)[-1] * 1000 if len(values) > 1 else 1000 * sum(values)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=None, help="data folder with law store and index")
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--filings", type=int, default=100_000)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds each client waits after an answer")
    asked = parser.parse_args(arguments)
    found = programs()
    if found is None:
        raise ToolMissing("没有 PostgreSQL（initdb、postgres）", "请安装 PostgreSQL")
    home = asked.home or load().home
    with running(found, durable=True) as server, serving(home, server.database(), asked.workers) as (place, pids):
        (service, *hands), database = pids, server.process.pid
        begun = time.monotonic()
        before = (processor(service), processor(database, tree=True))
        waits = asyncio.run(submit(place, asked.documents, asked.clients, asked.pause))
        accepted = time.monotonic() - begun
        cost = (processor(service) - before[0], processor(database, tree=True) - before[1])
        while _done(place) < min(100 * asked.workers, asked.documents // 2):
            time.sleep(0.2)
        early = [resident(pid) for pid in hands]
        states, reports = finished(place, asked.documents, 3600)
        took = time.monotonic() - begun
        late = [resident(pid) for pid in hands]
        middle = statistics.median(waits) * 1000
        say(f"accept: {asked.documents} by {asked.clients} clients: p50 {middle:.0f} ms, p95 {p95(waits):.0f} ms")
        say(f"  (asked p95 150 ms), all accepted after {accepted:.1f} s")
        _say_cost(cost, asked.documents)
        say(f"review: {states}, reports {reports}, {took:.1f} s, {asked.documents / took:.1f} documents a second")
        grown = [f"{(after - before) / before * 100:+.1f} %" for before, after in zip(early, late, strict=True)]
        sizes = f"{[k // 1024 for k in early]} MiB after 100 reviews each, {[k // 1024 for k in late]} MiB at the end"
        say(f"memory of the workers: {sizes}: {', '.join(grown)} (asked 5 %)")
        fill(place.office, asked.filings)
        for path, values in pages(place).items():
            middle = statistics.median(values) * 1000
            say(f"page {path}: {asked.filings} filings, p50 {middle:.0f} ms, p95 {p95(values):.0f} ms (asked 200)")
        whole = states.get("done", 0) == reports == asked.documents
    return 0 if whole else 1


def _say_cost(seconds: tuple[float, float], documents: int) -> None:
    service, database = (1000 * value / documents for value in seconds)
    say(f"  processor time a document: service {service:.2f} ms, PostgreSQL {database:.2f} ms (with that of workers)")


def _done(place: Place) -> int:
    with place.office.look(SYSTEM) as desk:
        query = select(func.count()).select_from(t.Job).where(t.Job.state.in_(("done", "failed")))
        return int(desk.session.scalar(query) or 0)


if __name__ == "__main__":
    raise SystemExit(main())
