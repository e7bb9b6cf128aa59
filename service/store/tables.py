"""Every table of the office in one place, for migrations and for whoever queries."""

from .cleanup import Cleanup, CleanupFile, CleanupItem, CleanupRuling
from .columns import Table
from .filing import DocumentVersion, FiledFile, Filing, Letter, LetterVersion, Opinion, Transition
from .people import Account, ApiKey, AuditEntry, AuditHead, AuthSession, Counter, LoginFailure, Organ, Setting
from .powers import PowerListRow
from .review import (
    Decision,
    Delivery,
    FindingRow,
    Idempotency,
    Job,
    LawWatch,
    Reliance,
    ReportRow,
    Webhook,
    Worker,
)

__all__ = [
    "Account", "ApiKey", "AuditEntry", "AuditHead", "AuthSession", "Cleanup", "CleanupFile", "CleanupItem",
    "CleanupRuling", "Counter", "Decision", "Delivery",
    "DocumentVersion", "FiledFile", "Filing", "FindingRow", "Idempotency", "Job", "LawWatch", "Letter",
    "LetterVersion", "LoginFailure", "Opinion", "Organ", "PowerListRow", "Reliance", "ReportRow", "Setting", "Table",
    "Transition", "Webhook", "Worker",
]  # fmt: skip
