"""Folders of LawRefBook: markdown with a title, history lines, `<!-- INFO END -->`, then the articles.

The file name carries a date of publication or version, which the history in the header may outrun; the folder
shows the rank; the book of a code (民法典/总则.md) is one file with two titles.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from ..errors import LawSourceInvalid
from ..regions import MUNICIPALITIES, split_place
from ..text import Rank
from .heading import Heading, rank_of_heading, read_heading, region_of
from .names import clean_title, kind_of, rank_by_title
from .record import NATIONAL, LawText, Provision, Refusal
from .splitting import split_articles

END = "<!-- INFO END -->"
_LAWS = ("刑法", "宪法相关法", "行政法", "经济法", "社会法", "民法商法", "民法典", "诉讼与非诉讼程序法")
_FOLDERS = dict.fromkeys(_LAWS, Rank.LAW) | {
    "宪法": Rank.CONSTITUTION,
    "行政法规": Rank.ADMIN_REGULATION,
    "司法解释": Rank.JUDICIAL,
    "部门规章": Rank.DEPARTMENT_RULE,
    "地方性法规": Rank.LOCAL_REGULATION,
}
_BOOKS = ("总则", "物权编", "合同编", "人格权编", "婚姻家庭编", "继承编", "侵权责任编", "附则")
_DATED = re.compile(r"\((\d{4})-(\d{2})-(\d{2})\)")


def read(folder: Path) -> Iterator[LawText | Refusal]:
    """Every text below `folder`, in the order of paths; the books of a code come as one text."""
    if not folder.is_dir():
        raise LawSourceInvalid(f"不是文件夹：{folder}", "给出 lawrefbook 文件夹的路径")
    books: dict[str, list[LawText]] = {}
    for path in sorted(folder.rglob("*.md")):
        origin = path.relative_to(folder).as_posix()
        text = read_file(path, origin, rank_of_folder(path, folder))
        if isinstance(text, LawText) and is_book(path):
            books.setdefault(text.name, []).append(text)
        else:
            yield text
    for texts in books.values():
        yield bind(texts)


def rank_of_folder(path: Path, root: Path) -> Rank | None:
    """Rank by the nearest folder that names one; the root's own name counts too."""
    inside = path.relative_to(root).parts[:-1]
    for part in (*reversed(inside), root.name):
        if part in _FOLDERS:
            return _FOLDERS[part]
    return None


def read_file(path: Path, origin: str, rank: Rank | None) -> LawText | Refusal:
    """One markdown file of this layout."""
    raw = path.read_text("utf-8", errors="replace")
    head, mark, body = raw.partition(END)
    titles = [clean_title(line.lstrip("#")) for line in head.split("\n") if line.startswith("#")]
    if not mark or not titles or not titles[0]:
        return Refusal(origin, "没有标题或缺少 INFO END 标记")
    title = titles[0]
    lines = "\n".join(line for line in head.split("\n") if not line.startswith("#"))
    rank = rank_by_title(title) or rank or rank_of_heading(lines)
    if rank is None:
        return Refusal(origin, "无法判断效力位阶，不是法律、法规、规章或司法解释")
    if rank is Rank.DEPARTMENT_RULE and re.search(r"的(?:通知|意见|批复|复函|公告)$", title):
        return Refusal(origin, "规范性文件，不属于法律、法规、规章")
    provisions = split_articles(body)
    if not provisions:
        return Refusal(origin, "没有条文")
    return _text(path, origin, title, rank, (provisions, lines))


def _text(path: Path, origin: str, title: str, rank: Rank, content: tuple[tuple[Provision, ...], str]) -> LawText:
    provisions, head = content
    heading = read_heading(head, date.today())
    return LawText(
        name=title,
        version=version_of(path.stem, heading),
        rank=rank,
        kind=kind_of(title),
        provisions=provisions,
        origin=origin,
        issuer=heading.issuer,
        region=region_of(title, head, _province(path)) if rank is Rank.LOCAL_REGULATION else NATIONAL,
        stated=heading.stated,
        amended=heading.amended,
    )


def version_of(stem: str, heading: Heading) -> str:
    """The later of the file name's date and the last date of the history; "" where neither exists."""
    named = _DATED.search(stem)
    days = list(heading.days)
    if named:
        days.append(date(*(int(part) for part in named.groups())))
    return max(days).isoformat() if days else ""


def _province(path: Path) -> str:
    for part in path.parts[:-1]:
        if part.endswith("地方法规"):
            name = part.removesuffix("地方法规")
            return _full_province(name)
    return ""


def _full_province(name: str) -> str:
    """上海 → 上海市, 广东 → 广东省."""
    return name + "市" if name + "市" in MUNICIPALITIES else split_place(name + "省")[0].province


def is_book(path: Path) -> bool:
    """True for a file that holds one book of a code."""
    return path.stem in _BOOKS and path.parent.name.endswith("法典")


def bind(texts: list[LawText]) -> LawText:
    """The books of a code as one text, in the order of the code."""
    ordered = sorted(texts, key=lambda text: _BOOKS.index(Path(text.origin).stem))
    parts = []
    for text in ordered:
        book = Path(text.origin).stem
        parts += [Provision(p.number, f"{book} {p.chapter}".strip(), p.text) for p in text.provisions]
    first = ordered[0]
    origin = Path(first.origin).parent.as_posix()
    return LawText(
        first.name, first.version, first.rank, first.kind, tuple(parts), origin, first.issuer, stated=first.stated
    )
