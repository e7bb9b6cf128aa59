"""The office and the review engine, opened from the settings of the process."""

from typing import TYPE_CHECKING

from ...corpora.errors import StoreInvalid
from ..office.desk import Office
from ..office.profile import load as load_profile
from ..settings import Settings
from ..store.blobs import open_blobs
from ..store.database import Database

if TYPE_CHECKING:
    from ...review.engine import Engine


def open_office(settings: Settings, pool: int = 10) -> Office:
    """The office of a process. Raises StoreInvalid where the data folder cannot be used, BadArgument, RuleInvalid."""
    try:
        settings.office.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreInvalid(
            f"数据文件夹 {settings.office} 无法使用（{error.strerror}）", "请设置 BEISHEN_HOME 指向可写的文件夹"
        ) from error
    database = Database.open(settings.database_url, pool)
    return Office(database, open_blobs(settings.blob_store), load_profile(settings.profile), settings.limits)


def open_engine(settings: Settings) -> "Engine":
    """The review engine of a process; raises the EngineErrors of corpora.errors."""
    from ...review.engine import Engine, EngineSettings

    return Engine.open(EngineSettings(settings.home, settings.threads, settings.model))
