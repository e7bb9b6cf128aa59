"""Where reports go: standard output, streamed one by one, or one file each in a folder."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from ...corpora.errors import BadArgument
from ...corpora.text import Source
from ...review.finding import Report
from ...review.render import json as as_json
from ...review.render import words
from .arguments import ReportFormat
from .terminal import write

ENDINGS: Mapping[ReportFormat, str] = MappingProxyType(
    {
        ReportFormat.TEXT: ".txt",
        ReportFormat.JSON: ".json",
        ReportFormat.JSONL: ".jsonl",
        ReportFormat.HTML: ".html",
        ReportFormat.DOCX: "-批注.docx",
        ReportFormat.LETTER: "-审查意见书.docx",
    }
)
WORD = (ReportFormat.DOCX, ReportFormat.LETTER)


class Stream:
    """Objects on standard output. JSON: one object as it is, several (or `many`) as an array."""

    def __init__(self, form: ReportFormat, many: bool) -> None:
        self.form = form
        self.many = many
        self.held: object | None = None
        self.written = 0

    def put(self, value: object) -> None:
        """One JSON value; the first is held back until it is known whether it stays alone."""
        if self.form is ReportFormat.JSONL:
            write(as_json.dumps(value))
        elif self.held is None and not self.many and not self.written:
            self.held = value
        else:
            self._flush()
            self._item(value)

    def _flush(self) -> None:
        if self.held is not None:
            held, self.held = self.held, None
            self._item(held)

    def _item(self, value: object) -> None:
        write(("," if self.written else "[") + as_json.dumps(value, indent=1))
        self.written += 1

    def close(self) -> None:
        """End the array, or write the only object."""
        if self.form is ReportFormat.JSONL:
            return
        if self.written:
            write("]")
        elif self.held is not None:
            write(as_json.dumps(self.held, indent=1))
        elif self.many:
            write("[]")


class Reports:
    """A sink for reports in one format."""

    def __init__(self, form: ReportFormat, many: bool, out: Path | None, days: int | None = None) -> None:
        if form is ReportFormat.HTML and many and out is None:
            raise BadArgument("多份文件的 HTML 报告不能写到标准输出", "请用 --out 指定文件夹")
        if form in WORD and out is None:
            raise BadArgument(f"--format {form.value} 写成 Word 文件，不能输出到屏幕", "请用 --out 指定文件夹")
        self.form = form
        self.out = out
        self.stream = Stream(form, many)
        self.names: set[str] = set()
        self.days = days

    def __enter__(self) -> Self:
        if self.out is not None:
            try:
                self.out.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise BadArgument(f"无法建立输出文件夹 {self.out}（{error.strerror}）", "请换一个位置") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.out is None and self.form in (ReportFormat.JSON, ReportFormat.JSONL):
            self.stream.close()

    def put(self, report: Report, source: Source | None = None) -> None:
        """Write one report now; `source` is what an annotated copy is made of."""
        if self.out is not None:
            self._file(report, self.out, source)
        elif self.form in (ReportFormat.JSON, ReportFormat.JSONL):
            self.stream.put(as_json.to_json(report))
        elif self.form is ReportFormat.HTML:
            write(self._rendered(report))
        else:
            self._show(report)

    def _show(self, report: Report) -> None:
        from rich.console import Console

        from ...review.render.text import show

        show(report, Console(soft_wrap=False))

    def _rendered(self, report: Report) -> str:
        if self.form is ReportFormat.HTML:
            from ...review.render.html import render

            return render(report)
        if self.form is ReportFormat.TEXT:
            from ...review.render.text import plain

            return plain(report)
        return as_json.dumps(as_json.to_json(report), 1 if self.form is ReportFormat.JSON else None) + "\n"

    def _file(self, report: Report, out: Path, source: Source | None) -> None:
        if self.form in WORD and report.document is None:
            write(f"{report.file}：{words.summary(report)}，没有写成 Word 文件")
            return
        target = out / self._name(report.file)
        data, remark = self._word(report, source) if self.form in WORD else (self._rendered(report).encode(), "")
        try:
            target.write_bytes(data)
        except OSError as error:
            raise BadArgument(f"无法写入 {target}（{error.strerror}）", "请检查权限和剩余空间") from error
        write(f"{report.file}：{words.summary(report)} → {target}{remark}")

    def _word(self, report: Report, source: Source | None) -> tuple[bytes, str]:
        """The Word file and what the user should know of it."""
        if self.form is ReportFormat.LETTER or source is None:
            from ...review.render.letter import Choice, letter

            return letter(report, Choice(days=self.days)), ""
        from ...review.render.annotated import annotate

        found = annotate(report, source)
        remark = "" if found.copied else "（原件不是可写的 DOCX，批注写在正文文本上）"
        if found.nearest:
            remark += f"（{len(found.nearest)} 条批注只能放在最近的段落）"
        return found.data, remark

    def _name(self, file: str) -> str:
        """A file name of its own for each report, whatever folders the files came from."""
        stem, number = Path(file).stem or "report", 1
        name = stem + ENDINGS[self.form]
        while name in self.names:
            number += 1
            name = f"{stem}-{number}{ENDINGS[self.form]}"
        self.names.add(name)
        return name
