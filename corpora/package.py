"""The filing package: which material each document of a package is, what is missing, and whether it was filed in time.

Materials and days are data (`filing.toml`); a receiving body's own profile may replace them.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from .errors import BadArgument, RuleInvalid
from .text import Document, DocumentKind, Instrument

TEXT = "text"
_LAWS = (Instrument.LAW, Instrument.ADMIN_REGULATION, Instrument.LOCAL_REGULATION)


@dataclass(frozen=True, slots=True)
class Material:
    """A kind of material: its key, its Chinese name, and the patterns that show it in a title or a text."""

    key: str
    name: str
    required: bool
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What a receiving body asks for: materials in order of recognition, and days from publication to filing."""

    days: int
    materials: tuple[Material, ...]


@dataclass(frozen=True, slots=True)
class Recognition:
    """A document of the package, the material it was taken for (None: none), and why."""

    file: str
    material: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Package:
    """The checked package; `elapsed` is days from publication to filing, None where a date is unknown."""

    recognised: tuple[Recognition, ...]
    missing: tuple[str, ...]
    elapsed: int | None
    allowed: int

    @property
    def late(self) -> bool | None:
        """Whether it was filed after the days allowed; None where a date is unknown."""
        return None if self.elapsed is None else self.elapsed > self.allowed


def default_profile() -> Profile:
    """The profile that travels with the program."""
    return _profile(files(__package__).joinpath("filing.toml").read_text("utf-8"), "filing.toml")


def read_profile(path: Path) -> Profile:
    """A local profile. Raises BadArgument without the file, RuleInvalid where a field is absent or malformed."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadArgument(f"备案材料配置 {path} 无法读取", "请核对路径，文件应为 UTF-8 编码的 TOML") from error
    return _profile(text, str(path))


def _profile(text: str, where: str) -> Profile:
    try:
        raw: dict[str, Any] = tomllib.loads(text)
        materials = tuple(
            Material(row["key"], row["name"], bool(row["required"]), row["title"], row["text"])
            for row in raw["material"]
        )
        for material in materials:
            re.compile(material.title)
            re.compile(material.text)
        return Profile(int(raw["days"]), materials)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, re.error) as error:
        raise RuleInvalid(f"备案材料配置 {where} 有误：{error}", "请按 corpora/filing.toml 的写法改正") from error


def check(documents: Sequence[Document], filed: date | None = None, profile: Profile | None = None) -> Package:
    """Recognise the materials of a package, name those missing, count the days from publication to filing."""
    profile = profile or default_profile()
    names = {material.key: material.name for material in profile.materials}
    keys = [_recognise(document, profile) for document in documents]
    main = _main_text(documents, keys)
    if main is not None:
        keys[main] = (TEXT, "有文号、条文或者公文标题，不是其他材料")
    recognised = tuple(
        Recognition(document.source, names.get(key) if key else None, reason)
        for document, (key, reason) in zip(documents, keys, strict=True)
    )
    present = {key for key, _ in keys}
    missing = tuple(m.name for m in profile.materials if m.required and m.key not in present)
    return Package(recognised, missing, _elapsed(documents[main] if main is not None else None, filed), profile.days)


def _recognise(document: Document, profile: Profile) -> tuple[str | None, str]:
    """The material a document shows itself to be: by title, by file name, then by its opening text."""
    title = document.title.value if document.title else ""
    stem = re.sub(r"\.[A-Za-z0-9]{2,5}$", "", document.source.rsplit("/", 1)[-1])
    for where, shown in (("标题", title), ("文件名", stem)):
        for material in profile.materials:
            if material.title and shown and re.search(material.title, shown):
                return material.key, f"{where}“{shown[:40]}”"
    if document.instrument in _LAWS:
        return "basis", "是法律、法规"
    if document.kind.value is DocumentKind.NORMATIVE:
        return None, "是规范性文件"
    for material in profile.materials:
        match = re.search(material.text, document.text[:1500]) if material.text else None
        if match:
            return material.key, f"正文“{match[0][:40]}”"
    return None, "没有认出"


def _main_text(documents: Sequence[Document], keys: Sequence[tuple[str | None, str]]) -> int | None:
    """The filed document itself: the likeliest normative one among those not taken for another material."""
    ranked = [
        (document.kind.value is DocumentKind.NORMATIVE, document.number is not None, len(document.clauses), -index)
        for index, document in enumerate(documents)
        if keys[index][0] is None
    ]
    if not ranked:
        return None
    best = max(ranked)
    return -best[3] if best[0] or best[1] else None


def _elapsed(document: Document | None, filed: date | None) -> int | None:
    if document is None or filed is None:
        return None
    published = document.published or document.issued
    return (filed - published.value).days if published else None
