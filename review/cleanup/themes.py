"""Themes of special clean-ups: which documents touch one, and by what (`themes.toml`)."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ...corpora.errors import BadArgument, RuleInvalid
from ...corpora.laws.names import name_key
from .card import Card, Hit, Law
from .sentences import Text

_ROLES = ("basis", "apply", "mention")


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme: groups (rows of its table) with their patterns, finding types and laws that belong to it."""

    id: str
    name: str
    groups: tuple[tuple[str, re.Pattern[str]], ...]
    types: frozenset[str]
    laws: frozenset[str]
    least: int = 1


@cache
def themes() -> tuple[Theme, ...]:
    """Every theme. Raises RuleInvalid where the table is damaged."""
    rows = tomllib.loads(files(__package__).joinpath("themes.toml").read_text("utf-8")).get("theme", [])
    try:
        return tuple(_theme(row) for row in rows)
    except (KeyError, re.error) as error:
        raise RuleInvalid(f"清理专题 themes.toml 有误：{error}", "请按文件中的写法改正") from error


def _theme(row: dict[str, object]) -> Theme:
    groups = row["groups"]
    assert isinstance(groups, dict)
    laws = row.get("laws", [])
    types = row.get("types", [])
    assert isinstance(laws, list)
    assert isinstance(types, list)
    compiled = tuple((name, re.compile(pattern)) for name, pattern in groups.items())
    keys = frozenset(name_key(law) for law in laws)
    return Theme(str(row["id"]), str(row["name"]), compiled, frozenset(types), keys, int(str(row.get("least", 1))))


def named(wanted: str) -> Theme:
    """The theme of this id or name; raises BadArgument."""
    for theme in themes():
        if wanted.strip() in (theme.id, theme.name, theme.name.partition("（")[0]):
            return theme
    known = "、".join(f"{theme.id}（{theme.name}）" for theme in themes())
    raise BadArgument(f"选项 --theme 的值“{wanted}”无效", f"可用的值：{known}")


def hits(text: Text) -> tuple[Hit, ...]:
    """The groups of every theme that the provisions of a document touch, with the first place of each."""
    return tuple(hit for theme in themes() for hit in _of(theme, text))


def _of(theme: Theme, text: Text) -> Iterator[Hit]:
    found: list[Hit] = []
    for name, pattern in theme.groups:
        places = [match.start() for match in pattern.finditer(text.document.text)]
        if places:
            found.append(Hit(theme.id, name, len(places), text.sentence(places[0])))
    if sum(hit.count for hit in found) >= theme.least:
        yield from found


def touches(card: Card, theme: Theme) -> bool:
    """Whether a document belongs to the clean-up of a theme: words, findings of its types, laws of its family."""
    if theme.laws:
        return any(name_key(law.name) in theme.laws for law in card.laws)
    return any(hit.theme == theme.id for hit in card.hits) or any(theme.types & set(f.types) for f in card.found)


def relies_on(card: Card, law: str) -> bool:
    """Whether a document names a law, or the rules made to carry it out (of the centre or a place), however spelled."""
    return bool(_named(card, law))


def role_of(card: Card, law: str) -> str:
    """The strongest role in which a document names a law: basis, apply or mention."""
    roles = [law_named.role for law_named in _named(card, law)]
    return min(roles, key=_ROLES.index, default="mention")


def _named(card: Card, law: str) -> list[Law]:
    key = name_key(law)
    own = {key, *(key + rules for rules in ("实施条例", "实施细则", "实施办法", "实施规定"))}
    carried = re.compile(rf"实施[《〈]?(?:中华人民共和国)?{re.escape(key)}[》〉]?(?:办法|条例|细则|规定|若干规定)$")
    return [found for found in card.laws if name_key(found.name) in own or carried.search(found.name)]
