"""Where things live and how much of the machine may be used: read once from the environment, passed down."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..corpora.errors import BadArgument
from ..corpora.limits import Limits

MAX_THREADS, MAX_NICE = 64, 19


@dataclass(frozen=True, slots=True)
class SignOn:
    """A sign-on server (OpenID Connect) and what it knows this service by."""

    issuer: str
    client: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the process was told.

    `home` holds the law store, the index cache and the exported encoder (BEISHEN_HOME, else the user's data
    folder); `threads` bounds the encoder (BEISHEN_THREADS); `model` is another base encoder (BEISHEN_MODEL).
    `database` is a SQLAlchemy URL, empty for the embedded SQLite (BEISHEN_DATABASE_URL); `blobs` a folder or
    s3://bucket/prefix, empty for a folder in `home` (BEISHEN_BLOBS); `profile` the office's own profile.toml
    (BEISHEN_PROFILE); `sign_on` the server of single sign-on (BEISHEN_OIDC_ISSUER, _CLIENT, _SECRET). `nice` is how
    far a worker gives way to other processes of its machine, 0 to 19 (BEISHEN_WORKER_NICE).
    """

    home: Path
    threads: int = 1
    model: Path | None = None
    limits: Limits = field(default_factory=Limits)
    database: str = ""
    blobs: str = ""
    profile: Path | None = None
    sign_on: SignOn | None = None
    nice: int = MAX_NICE

    @property
    def office(self) -> Path:
        """The folder of the embedded database and of uploaded files."""
        return self.home / "office"

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{(self.office / 'beishen.sqlite').absolute()}"

    @property
    def queue_url(self) -> str:
        """Where the engine of durable jobs keeps its state: a schema of its own in PostgreSQL, else its own file."""
        kept = self.database.startswith("postgresql")
        return self.database if kept else f"sqlite:///{(self.office / 'jobs.sqlite').absolute()}"

    @property
    def blob_store(self) -> str:
        return self.blobs or str(self.office / "files")

    @property
    def log(self) -> Path:
        """The file for traces of unknown errors. It never receives text of a document."""
        return self.home / "log" / "beishen.log"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment. Raises BadArgument for a value that makes no sense."""
    environ = os.environ if environ is None else environ
    return Settings(
        home=_home(environ.get("BEISHEN_HOME", "")),
        threads=_threads(environ.get("BEISHEN_THREADS", "")),
        model=Path(environ["BEISHEN_MODEL"]).expanduser() if environ.get("BEISHEN_MODEL") else None,
        limits=_limits(environ.get("BEISHEN_MAX_MB", "")),
        database=environ.get("BEISHEN_DATABASE_URL", ""),
        blobs=environ.get("BEISHEN_BLOBS", ""),
        profile=Path(environ["BEISHEN_PROFILE"]).expanduser() if environ.get("BEISHEN_PROFILE") else None,
        sign_on=_sign_on(environ),
        nice=_number("BEISHEN_WORKER_NICE", environ.get("BEISHEN_WORKER_NICE", str(MAX_NICE)), MAX_NICE, 0),
    )


def _sign_on(environ: Mapping[str, str]) -> SignOn | None:
    issuer, client, secret = (environ.get(f"BEISHEN_OIDC_{name}", "") for name in ("ISSUER", "CLIENT", "SECRET"))
    if not issuer:
        return None
    if not client or not issuer.startswith(("https://", "http://")):
        raise BadArgument("单点登录的设置不完整", "请设置 BEISHEN_OIDC_ISSUER（网址）、_CLIENT 和 _SECRET")
    return SignOn(issuer, client, secret)


def _home(value: str) -> Path:
    if value:
        return Path(value).expanduser()
    from platformdirs import user_data_path

    return user_data_path("beishen", appauthor=False)


def _threads(value: str) -> int:
    if not value:
        return min(os.cpu_count() or 1, 4)
    return _number("BEISHEN_THREADS", value, MAX_THREADS)


def _limits(value: str) -> Limits:
    return Limits(max_bytes=_number("BEISHEN_MAX_MB", value, 2048) * 2**20) if value else Limits()


def _number(name: str, value: str, most: int, least: int = 1) -> int:
    if not value.isdecimal() or not least <= int(value) <= most:
        raise BadArgument(f"环境变量 {name} 的值“{value}”无效", f"请设为 {least} 到 {most} 的整数")
    return int(value)
