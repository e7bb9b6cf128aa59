"""Every file a clean-up hands over, by name."""

from pathlib import Path

from ..cleanup.outcome import Outcome
from . import cleanup_docx, cleanup_html, cleanup_json, cleanup_xlsx

LIST, OVERVIEW, LINES = "清理清单.xlsx", "清理概览.html", "清理清单.jsonl"
ENDED, AMENDED, KEPT = "废止和宣布失效目录（草案）.docx", "修改清单（草案）.docx", "继续有效目录（草案）.docx"


def write(outcome: Outcome, folder: Path) -> None:
    """Write all of them into a folder; the same outcome gives the same bytes."""
    with (folder / LINES).open("w", encoding="utf-8") as target:
        for line in cleanup_json.lines(outcome):
            target.write(line + "\n")
    (folder / LIST).write_bytes(cleanup_xlsx.workbook(outcome))
    (folder / OVERVIEW).write_text(cleanup_html.render(outcome), encoding="utf-8")
    (folder / ENDED).write_bytes(cleanup_docx.ended(outcome))
    (folder / AMENDED).write_bytes(cleanup_docx.amended(outcome))
    (folder / KEPT).write_bytes(cleanup_docx.kept(outcome))
