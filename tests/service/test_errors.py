"""Unknown errors leave an id; no text of a document reaches the log."""

from pathlib import Path

import pytest
from beishen.corpora.errors import BadArgument, BeishenError, FileEmpty, IndexInvalid, LawUnknown, ToolMissing
from beishen.service.errors import MEANING, Exit, exit_code, problem, trace, unknown

SECRET = "张某某身份证号三三零"


def failing(text: str) -> None:
    try:
        raise KeyError(text)
    except KeyError as error:
        raise ValueError(f"不能处理 {text}") from error


@pytest.fixture
def error() -> Exception:
    with pytest.raises(ValueError, match="不能处理") as caught:
        failing(SECRET)
    return caught.value


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (BadArgument("x"), Exit.USAGE),
        (FileEmpty("x"), Exit.PROBLEMS),
        (LawUnknown("x"), Exit.PROBLEMS),
        (IndexInvalid("x"), Exit.UNUSABLE),
        (ToolMissing("x"), Exit.UNUSABLE),
        (KeyboardInterrupt(), Exit.INTERRUPTED),
        (RuntimeError("x"), Exit.UNUSABLE),
    ],
)
def test_exit_codes(raised: BaseException, code: Exit) -> None:
    assert exit_code(raised) is code


def test_every_exit_code_has_a_meaning() -> None:
    assert list(MEANING) == list(Exit)


def test_log_has_the_id_and_the_place_but_not_the_text(error: Exception, tmp_path: Path) -> None:
    log = tmp_path / "log" / "beishen.log"
    found = unknown(error, log, "通知.docx")
    written = log.read_text(encoding="utf-8")
    ident = found.message.split("编号 ")[1][:8]
    assert ident in written
    assert "ValueError" in written
    assert "KeyError" in written
    assert "failing" in written
    assert SECRET not in written
    assert SECRET not in found.message
    assert "通知.docx" in found.message


def test_unwritable_log_is_said_and_does_not_hide_the_error(error: Exception, tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file where the folder should be", encoding="utf-8")
    found = unknown(error, tmp_path / "log" / "beishen.log")
    assert "无法写入" in found.message


def test_trace_follows_the_chain_once() -> None:
    first = ValueError(SECRET)
    assert trace(first) == "ValueError"


def test_problem_joins_message_and_remedy() -> None:
    assert problem(FileEmpty("“a”是空文件", "请重新导出")).message == "“a”是空文件。请重新导出"
    assert problem(BeishenError("x")).code == "error"
