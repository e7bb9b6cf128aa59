"""A PostgreSQL of one's own for as long as a test or a measurement runs: on a free port of the loopback."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `database` makes a fresh one and gives its SQLAlchemy URL."""

    port: int
    programs: Path
    process: "subprocess.Popen[bytes]"

    def database(self, template: str = "template1") -> str:
        name = f"t{uuid.uuid4().hex[:12]}"
        with psycopg.connect(f"postgresql://beishen@127.0.0.1:{self.port}/postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return f"postgresql+psycopg://beishen@127.0.0.1:{self.port}/{name}"


def programs() -> Path | None:
    """The folder of initdb and postgres, None where PostgreSQL is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return known[-1].parent if known else None


@contextmanager
def running(bin_folder: Path, durable: bool = False) -> Iterator[Server]:
    """A server in a folder of its own, gone afterwards; `durable` keeps fsync on, as an office would."""
    place = Path(tempfile.mkdtemp(prefix="beishen-pg-"))
    owner = _owner()
    if owner is not None:
        os.chown(place, owner.pw_uid, owner.pw_gid)
    switch: dict[str, Any] = {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    port = free_port()
    make: list[str | Path] = [
        bin_folder / "initdb",
        "-D",
        place / "data",
        "-U",
        "beishen",
        "--auth=trust",
        "-E",
        "UTF8",
        "-N",
    ]
    try:
        subprocess.run([*make, "--locale=C"], check=True, capture_output=True, cwd=place, **switch)
        options = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "max_connections": 200}
        options |= {} if durable else {"fsync": "off", "full_page_writes": "off"}
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        process = subprocess.Popen(
            [bin_folder / "postgres", "-D", place / "data", *words],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=place, **switch,
        )  # fmt: skip
        try:
            _wait(port)
            yield Server(port, bin_folder, process)
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _owner() -> pwd.struct_passwd | None:
    """Who runs the server: ourselves, or somebody without rights where we are root (initdb refuses root)."""
    if os.geteuid():
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    for attempt in range(600):
        try:
            psycopg.connect(f"postgresql://beishen@127.0.0.1:{port}/postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            if attempt == 599:
                raise
            time.sleep(0.05)
        else:
            return
