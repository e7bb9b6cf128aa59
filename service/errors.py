"""Errors at the edge: exit codes, problems for reports, and unknown errors that leave an id for the visitor.

The trace of an unknown error goes to the log file as types, files and line numbers only: messages of exceptions
may quote the document, and document text never goes into a log.

BeishenError
└── OfficeError           what the office refuses or cannot do now
    ├── NotFound          office.not_found      404   (absent, or not the asker's to see)
    ├── Unauthenticated   access.unauthenticated 401
    ├── Forbidden         access.forbidden      403
    ├── Throttled         access.throttled      429   (`after` seconds)
    ├── StateConflict     state.conflict        409   (a step that the state does not allow)
    ├── Duplicate         state.duplicate       409   (name taken, Idempotency-Key used for another request)
    ├── Stale             state.stale           412   (somebody changed it in between)
    ├── JobPoisonous      job.poisonous         422   (the file ended its worker again and again)
    ├── DatabaseGone      database.gone         503
    ├── DiskFull          storage.full          507
    ├── BlobMissing       storage.missing       500
    └── AuditBroken       audit.broken          500
"""

import enum
import logging
import sys
import traceback
import uuid
from pathlib import Path

from ..corpora.errors import BadArgument, BeishenError, EngineError
from ..corpora.text import Problem

UNKNOWN = "error.unknown"


class OfficeError(BeishenError):
    code = "office.error"
    status = 400


class NotFound(OfficeError):
    code = "office.not_found"
    status = 404


class Unauthenticated(OfficeError):
    code = "access.unauthenticated"
    status = 401


class Forbidden(OfficeError):
    code = "access.forbidden"
    status = 403


class Throttled(OfficeError):
    """Too many tries; `after` is how many seconds to wait."""

    code = "access.throttled"
    status = 429

    def __init__(self, message: str, remedy: str = "", after: int = 60) -> None:
        super().__init__(message, remedy)
        self.after = after


class StateConflict(OfficeError):
    code = "state.conflict"
    status = 409


class Duplicate(OfficeError):
    code = "state.duplicate"
    status = 409


class Stale(OfficeError):
    code = "state.stale"
    status = 412


class JobPoisonous(OfficeError):
    code = "job.poisonous"
    status = 422


class DatabaseGone(OfficeError):
    code = "database.gone"
    status = 503


class DiskFull(OfficeError):
    code = "storage.full"
    status = 507


class BlobMissing(OfficeError):
    code = "storage.missing"
    status = 500


class AuditBroken(OfficeError):
    code = "audit.broken"
    status = 500


class Exit(enum.IntEnum):
    """Exit codes of the command line, documented in docs/cli.md."""

    DONE = 0
    PROBLEMS = 1
    USAGE = 2
    UNUSABLE = 3
    INTERRUPTED = 130


MEANING = {
    Exit.DONE: "全部完成",
    Exit.PROBLEMS: "已完成，但有文件未能（完整）审查，或所查的法、条不存在；其余结果有效",
    Exit.USAGE: "用法有误：参数、选项、日期或环境变量",
    Exit.UNUSABLE: "安装不可用：法规库、索引、模型或规则缺失、损坏，或缺少程序",
    Exit.INTERRUPTED: "被用户中断（Ctrl-C）；已输出的结果有效",
}


def exit_code(error: BaseException) -> Exit:
    """The exit code an error ends the program with."""
    if isinstance(error, KeyboardInterrupt):
        return Exit.INTERRUPTED
    if isinstance(error, BadArgument):
        return Exit.USAGE
    if isinstance(error, EngineError):
        return Exit.UNUSABLE
    return Exit.PROBLEMS if isinstance(error, BeishenError) else Exit.UNUSABLE


def problem(error: BeishenError) -> Problem:
    """A coded error as a problem of a report: what is wrong and what to do, in one line."""
    return Problem(error.code, error.message + (f"。{error.remedy}" if error.remedy else ""))


def unknown(error: Exception, log: Path, file: str = "") -> Problem:
    """Log the trace of an unforeseen error under a fresh id and give the visitor that id."""
    ident = uuid.uuid4().hex[:8]
    where = f"“{file}”" if file else "本次操作"
    try:
        _record(ident, error, log)
    except OSError as unwritable:
        reason = unwritable.strerror or type(unwritable).__name__
        return Problem(UNKNOWN, f"{where}遇到未预料的错误，编号 {ident}；日志 {log} 无法写入（{reason}）")
    return Problem(UNKNOWN, f"{where}遇到未预料的错误，编号 {ident}。请将此编号和日志 {log} 交给维护人员")


def _record(ident: str, error: Exception, log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(log, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.Logger("beishen.unknown")
    logger.addHandler(handler)
    try:
        logger.error("%s %s", ident, trace(error))
    finally:
        handler.close()


def trace(error: BaseException) -> str:
    """The chain of an error without any message: type, file, line and function of each frame."""
    parts = []
    link: BaseException | None = error
    while link is not None:
        frames = traceback.extract_tb(link.__traceback__)
        parts.append(type(link).__qualname__)
        parts += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        link = link.__cause__ or link.__context__
    return "\n".join(parts)


def tell(message: str) -> None:
    """One line to the standard error stream, whatever its encoding."""
    stream = sys.stderr
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(message.encode(encoding, "replace").decode(encoding) + "\n")
    stream.flush()
