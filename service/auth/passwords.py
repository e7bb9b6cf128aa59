"""Passwords: argon2id hashes (RFC 9106), and what a password must be."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from ...corpora.errors import BadArgument

LEAST, MOST = 10, 200


@cache
def _hasher() -> PasswordHasher:
    # RFC 9106, second recommended option (64 MiB), with one lane: a log-in costs one core some 50 ms.
    return PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1)


@cache
def _nobody() -> str:
    return _hasher().hash("no account has this password")


def hashed(password: str, name: str) -> str:
    """The hash to store. BadArgument for a password too short, too long, or built from the account's name."""
    if not LEAST <= len(password) <= MOST:
        raise BadArgument(f"密码须为 {LEAST} 到 {MOST} 个字符", "可使用几个不相关的词")
    if len(set(password)) < 4 or (name and name.lower() in password.lower() and len(password) < len(name) + LEAST):
        raise BadArgument("密码过于简单", "请不要使用账号名或重复字符")
    return _hasher().hash(password)


def right(stored: str, password: str) -> bool:
    """Whether the password is right; costs the same where there is no account (stored is empty)."""
    try:
        verified = _hasher().verify(stored or _nobody(), password[: MOST + 1])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return verified and bool(stored)
