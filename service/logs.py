"""Structured logs: one JSON object a line on standard error, never text of a document.

Messages are fixed words of ours; what varies goes into named fields (ids, codes, figures). Of other libraries only
level, place and the types of an exception are kept: their messages may quote what they were given.
"""

import json
import logging
import sys
from datetime import UTC, datetime

from .errors import trace

# Fields of a record that are ours to print; anything else that a library adds is left out.
FIELDS = (
    "job", "worker", "workers", "code", "trace", "method", "route", "status", "ms", "request", "actor", "pid", "exit",
    "host", "port",
)  # fmt: skip
LEVEL = logging.INFO


class Lines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.startswith("beishen")
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage() if ours else f"{record.filename}:{record.lineno}",
        }
        line |= {name: getattr(record, name) for name in FIELDS if ours and hasattr(record, name)}
        if record.exc_info and record.exc_info[1]:
            line["trace"] = trace(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def start(level: int = LEVEL) -> None:
    """All logs of this process to standard error as JSON lines; quiet libraries stay at warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("beishen").setLevel(level)
    # The job engine adds a handler of its own where it finds none.
    engine = logging.getLogger("dbos")
    engine.handlers[:] = [handler]
    engine.propagate = False
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
        logger.setLevel(logging.WARNING)
