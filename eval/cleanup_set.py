"""Makes a set of documents for a clean-up and what each should be proposed for: real texts, varied by script.

    python -m beishen.eval.cleanup_set OUT [--count 1400] [--seed 8]

Bodies are clauses of real documents (shared `documents/`), mixed and moved to other places, organs, numbers and dates;
bases come from the law store. Kinds are planted by share: term over, trial over, no term, replaced by a later document,
listed as repealed, lapsed or kept, repealed law as basis, dated task, abolished organ, no date, unreadable. The truth
lies beside the set in `truth.jsonl`. Nothing of it is kept in the repository.
"""

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from ..corpora.laws.default import open_default
from ..corpora.laws.store import LawStore
from ..service.cli.terminal import write
from ..service.settings import load
from .cases import DAY, shared_folder

LENGTH = (15, 50)
_CITIES = (
    "南通市", "温州市", "烟台市", "襄阳市", "岳阳市", "遵义市", "绵阳市", "洛阳市", "赣州市", "桂林市",
    "芜湖市", "泉州市", "大同市", "咸阳市", "保定市", "吉林市",
)  # fmt: skip
_ORGANS = (
    ("人民政府", "政发"), ("人民政府办公室", "政办发"), ("民政局", "民发"), ("财政局", "财规"), ("教育局", "教发"),
    ("住房和城乡建设局", "住建规"), ("人力资源和社会保障局", "人社规"), ("交通运输局", "交规"), ("水利局", "水规"),
)  # fmt: skip
_MATTERS = (
    "公园管理", "建筑垃圾处置", "养老服务", "城市停车", "农村公路养护", "河道保护", "校车安全", "物业维修资金",
    "科技项目", "电梯安全", "夜市经营", "户外广告", "供热计量", "人才公寓", "殡葬服务", "出租汽车",
    "餐厨废弃物", "志愿服务", "技能培训", "历史建筑", "防洪排涝", "水源地保护", "体育场馆", "社区食堂",
    "公益林", "燃气使用", "信用信息", "政务公开", "数据共享", "招商引资", "农产品质量", "渔业资源",
    "气象灾害", "地名标志", "残疾人就业", "困难救助", "学前教育", "职业伤害", "装配式建筑",
)  # fmt: skip
_WORDS = ("服务", "补助", "监督", "考核", "保护", "安全", "资金", "使用", "评价", "建设", "维护", "运营")
_OLD = (
    ("工商行政管理局", "工商规"),
    ("国土资源局", "国土资发"),
    ("环境保护局", "环发"),
    ("安全生产监督管理局", "安监发"),
)
_KINDS = (
    ("kept", 40), ("over", 10), ("trial", 6), ("unstated", 8), ("replaced", 8), ("repealed", 5), ("lapsed", 4),
    ("listed", 4), ("basis", 5), ("task", 5), ("organ", 3), ("undated", 1), ("unreadable", 1),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """One document to be written and what should be proposed for it (several where more than one is right)."""

    kind: str
    title: str
    number: str
    organ: str
    day: date
    body: str
    wanted: tuple[str, ...]
    tail: str = ""
    basis: str = ""

    def text(self) -> str:
        stamp = f"{self.day.year}年{self.day.month}月{self.day.day}日" if self.kind != "undated" else ""
        head = f"{self.title}\n{self.number}\n各区县人民政府，各有关单位：\n" if self.number else f"{self.title}\n"
        return f"{head}{self.basis}{self.body}\n{self.tail}\n{self.organ}\n{stamp}\n"


class Maker:
    """Draws everything from one seeded generator."""

    def __init__(self, seed: int, folder: Path, store: LawStore, length: tuple[int, int] = LENGTH) -> None:
        self.draw = random.Random(seed)
        self.length = length
        self.clauses = tuple(_clauses(folder))
        names = sorted({law.name for law in store.laws() if not law.repealed_by and law.name.endswith("法")})
        self.live = tuple(names)
        gone = [law for law in store.laws() if law.repealed_by and law.repealed_from and law.repealed_from < DAY]
        self.gone = tuple(sorted(law.name for law in gone))
        self.serial = 0

    def one(self, kind: str) -> list[Made]:
        """The documents of one planted case."""
        base = self._base(kind)
        return [*getattr(self, f"_{kind}")(base)]

    def _base(self, kind: str) -> Made:
        city = self.draw.choice(_CITIES)
        office, letters = self.draw.choice(_OLD if kind == "organ" else _ORGANS)
        self.serial += 1
        day = DAY - timedelta(days=self.draw.randrange(200, 1300))
        matter = self.draw.choice(_MATTERS) + self.draw.choice(_WORDS)
        title = f"{city}{office}关于印发《{city}{matter}管理办法》的通知"
        number = f"{city[0]}{letters}〔{day.year}〕{self.serial}号"
        basis = f"根据《{self.draw.choice(self.live)}》等有关规定，结合本市实际，制定本办法。\n"
        return Made(kind, title, number, city + office, day, self._body(), ("继续有效",), _from(day), basis)

    def _body(self) -> str:
        count = self.draw.randrange(*self.length)
        picked = self.draw.sample(self.clauses, count)
        return "\n".join(f"第{_chinese(at)}条 {text}" for at, text in enumerate(picked, 1))

    def _kept(self, base: Made) -> Iterator[Made]:
        # A third of what stays has a term that is not over.
        if self.draw.random() < 0.33:
            yield replace(base, tail=_from(base.day) + "，有效期五年。", wanted=("继续有效", "修改"))
        else:
            yield replace(base, wanted=("继续有效", "修改"))

    def _over(self, base: Made) -> Iterator[Made]:
        old = self._aged(base, 1500, 4000)
        words = self.draw.choice(("，有效期三年。", "，有效期为2年。", "，试行期一年。"))
        yield replace(old, tail=_from(old.day) + words, wanted=("宣布失效",))

    def _trial(self, base: Made) -> Iterator[Made]:
        old = self._aged(base, 900, 1600)
        yield replace(old, title=old.title.replace("管理办法", "管理办法（试行）"), wanted=("宣布失效",))

    def _unstated(self, base: Made) -> Iterator[Made]:
        yield replace(self._aged(base, 2200, 6000), wanted=("宣布失效",))

    def _replaced(self, base: Made) -> Iterator[Made]:
        """An older text and its successor, with the repeal clause or without."""
        day = base.day - timedelta(days=self.draw.randrange(100, 400))
        old = replace(base, day=day, number=self._number(base, day), wanted=("废止",), tail=_from(day))
        kept = [line for line in base.body.split("\n") if self.draw.random() < 0.85]
        clause = f"《{old.title}》（{old.number}）同时废止。" if self.draw.random() < 0.5 else ""
        new = replace(base, body="\n".join(kept), tail=_from(base.day) + "。" + clause, wanted=("继续有效", "修改"))
        yield old
        yield new

    def _repealed(self, base: Made) -> Iterator[Made]:
        yield replace(base, wanted=("废止",))

    def _lapsed(self, base: Made) -> Iterator[Made]:
        yield replace(base, wanted=("宣布失效",))

    def _listed(self, base: Made) -> Iterator[Made]:
        yield replace(self._aged(base, 2200, 4000), wanted=("继续有效", "修改"))

    def _basis(self, base: Made) -> Iterator[Made]:
        law = self.draw.choice(self.gone)
        yield replace(base, basis=f"根据《{law}》等有关规定，制定本办法。\n", wanted=("修改", "废止"))

    def _task(self, base: Made) -> Iterator[Made]:
        year = base.day.year
        city = base.organ[:3]
        title = f"{base.organ}关于开展{year}年{city}{self.draw.choice(_MATTERS)}专项检查的通知"
        over = year < DAY.year
        yield replace(base, title=title, wanted=("宣布失效",) if over else ("继续有效", "修改"))

    def _organ(self, base: Made) -> Iterator[Made]:
        old = replace(base, day=date(2017, 3, 1), number=self._number(base, date(2017, 3, 1)))
        yield replace(old, tail=_from(old.day) + "，有效期十五年。", wanted=("修改",))

    def _undated(self, base: Made) -> Iterator[Made]:
        yield replace(base, number="", tail="", wanted=("需人工判断",))

    def _unreadable(self, base: Made) -> Iterator[Made]:
        yield replace(base, wanted=("unread",))

    def _aged(self, base: Made, least: int, most: int) -> Made:
        day = DAY - timedelta(days=self.draw.randrange(least, most))
        return replace(base, day=day, number=self._number(base, day), tail=_from(day))

    def _number(self, base: Made, day: date) -> str:
        self.serial += 1
        return re.sub(r"〔\d+〕\d+", f"〔{day.year}〕{self.serial}", base.number)


def _from(day: date) -> str:
    return f"第三十条 本办法自{day.year}年{day.month}月{day.day}日起施行"


def _chinese(number: int) -> str:
    from ..corpora.numerals import int_to_chinese

    return int_to_chinese(number)


def _clauses(folder: Path) -> Iterator[str]:
    """Clauses of real documents that can stand anywhere: no dates, organs, titles, terms or references."""
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            match = re.match(r"\s*第[一二三四五六七八九十百]+条[\s　]*(.{30,260}[。；])\s*$", line)
            if match and not re.search(r"\d{4}年|废止|有效期|施行|《|本条例|暂行|试行|[省市县州]", match[1]):
                yield match[1]


def generate(
    out: Path, count: int, seed: int, store: LawStore, shared: Path, length: tuple[int, int] = LENGTH
) -> dict[str, int]:
    """Write the set; how many documents of each kind. `length` bounds the clauses of a document (the last not met)."""
    maker = Maker(seed, shared / "documents", store, length)
    kinds = [kind for kind, share in _KINDS for _ in range(share)]
    made: list[Made] = []
    while len(made) < count:
        made += maker.one(kinds[len(made) * 37 % len(kinds)])
    made = made[: count - len(list(_lists(made[:count])))]
    made += _lists(made)
    while len(made) < count:
        made += maker.one("kept")
    out.mkdir(parents=True, exist_ok=True)
    (out / "set").mkdir(exist_ok=True)
    tally: dict[str, int] = {}
    with (out / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for place, document in enumerate(made):
            name = f"{place:05d}.txt"
            text = document.text().encode()
            (out / "set" / name).write_bytes(maker.draw.randbytes(900) if document.kind == "unreadable" else text)
            truth.write(json.dumps({"file": name, "kind": document.kind, "wanted": document.wanted}) + "\n")
            tally[document.kind] = tally.get(document.kind, 0) + 1
    return tally


def score(truth: Path, lines: Path) -> dict[str, tuple[int, int]]:
    """Of each planted kind how many documents were proposed for what they should be, and how many there are."""
    rows = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    actions = {row["file"]: row["action"] for row in rows if row["kind"] == "document"}
    actions |= {row["file"]: "unread" for row in rows if row["kind"] == "unread"}
    found: dict[str, tuple[int, int]] = {}
    for line in truth.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        right, total = found.get(row["kind"], (0, 0))
        found[row["kind"]] = (right + (actions.get(row["file"]) in row["wanted"]), total + 1)
    return dict(sorted(found.items()))


def _lists(made: list[Made]) -> Iterator[Made]:
    """One listing document per organ for what its documents are listed as."""
    words = {"repealed": "废止", "lapsed": "宣布失效", "listed": "继续有效"}
    for organ in sorted({document.organ for document in made}):
        parts, at = [], 0
        for kind, name in words.items():
            rows = [document for document in made if document.kind == kind and document.organ == organ]
            if rows:
                at += 1
                lines = (f"{n}. {row.title}（{row.number}）" for n, row in enumerate(rows, 1))
                parts.append(f"附件{at}\n{name}的规范性文件目录\n" + "\n".join(lines))
        if parts:
            day = DAY - timedelta(days=60)
            number = f"{organ[0]}清理〔{day.year}〕{sum(map(ord, organ)) % 900 + 1}号"
            title = f"{organ}关于公布规范性文件清理结果的通知"
            body = "经清理，现将清理结果予以公布，自公布之日起执行。"
            yield Made("list", title, number, organ, day, body, ("继续有效",), "\n".join(parts))


def main() -> int:
    """Write a set and say what is in it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=1400)
    parser.add_argument("--seed", type=int, default=8)
    given = parser.parse_args()
    with open_default(load().home) as store:
        tally = generate(given.out, given.count, given.seed, store, shared_folder())
    write(", ".join(f"{kind} {count}" for kind, count in sorted(tally.items())) + f"; total {sum(tally.values())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
