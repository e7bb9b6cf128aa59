"""The tree of errors. Every error has a stable code, a Chinese message and what to do next.

BeishenError
├── InputError            the file or argument of the user (exit code 1 for a file, 2 for an argument)
│   ├── FileMissing       file.missing
│   ├── FileEmpty         file.empty
│   ├── FileTooLarge      file.too_large
│   ├── FileUnsupported   file.unsupported
│   ├── FileEncrypted     file.encrypted
│   ├── FileDamaged       file.damaged
│   ├── FileUnsafe        file.unsafe          (bombs, traversal, entity expansion)
│   ├── NoText            file.no_text         (a scan without OCR, an image)
│   └── BadArgument       argument.invalid
│       └── ProfileInvalid profile.invalid     (a profile, decisions, power list or baseline of the user)
├── LawError              the law store
│   ├── LawUnknown        law.unknown
│   ├── ArticleUnknown    law.article_unknown
│   ├── NotInForce        law.not_in_force
│   └── LawSourceInvalid  law.source_invalid
└── EngineError           the installation (exit code 3)
    ├── StoreInvalid      store.invalid
    ├── IndexInvalid      index.invalid
    ├── ModelInvalid      model.invalid
    ├── RuleInvalid       rule.invalid
    └── ToolMissing       tool.missing         (an extra or a program that is not installed)
"""

from typing import ClassVar


class BeishenError(Exception):
    """An error with a stable code, the user's wording and an HTTP status.

    `message` says what is wrong and where; `remedy` says what to do. Both are Chinese.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"[{self.code}] {self.message}" + (f"。{self.remedy}" if self.remedy else "")


class InputError(BeishenError):
    code = "input.invalid"
    status = 400


class FileMissing(InputError):
    code = "file.missing"
    status = 404


class FileEmpty(InputError):
    code = "file.empty"
    status = 422


class FileTooLarge(InputError):
    code = "file.too_large"
    status = 413


class FileUnsupported(InputError):
    code = "file.unsupported"
    status = 415


class FileEncrypted(InputError):
    code = "file.encrypted"
    status = 422


class FileDamaged(InputError):
    code = "file.damaged"
    status = 422


class FileUnsafe(InputError):
    code = "file.unsafe"
    status = 422


class NoText(InputError):
    code = "file.no_text"
    status = 422


class BadArgument(InputError):
    code = "argument.invalid"
    status = 400


class ProfileInvalid(BadArgument):
    code = "profile.invalid"
    status = 422


class LawError(BeishenError):
    code = "law.error"
    status = 404


class LawUnknown(LawError):
    code = "law.unknown"


class ArticleUnknown(LawError):
    code = "law.article_unknown"


class NotInForce(LawError):
    code = "law.not_in_force"


class LawSourceInvalid(LawError):
    code = "law.source_invalid"
    status = 422


class EngineError(BeishenError):
    code = "engine.error"


class StoreInvalid(EngineError):
    code = "store.invalid"


class IndexInvalid(EngineError):
    code = "index.invalid"


class ModelInvalid(EngineError):
    code = "model.invalid"


class RuleInvalid(EngineError):
    code = "rule.invalid"


class ToolMissing(EngineError):
    code = "tool.missing"
    status = 501
