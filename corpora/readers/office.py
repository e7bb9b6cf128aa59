"""DOC, WPS, ODT and Word 2003 XML through LibreOffice, headless, in a folder of its own, macros off, bounded time."""

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from ..errors import FileDamaged, FileEncrypted, FileTooLarge, FileUnsupported, ToolMissing
from ..limits import Limits
from ..text import Extract, Source
from . import docx, media

_SUFFIX = {media.DOC: ".doc", media.OLE: ".doc", media.ODT: ".odt", media.WORD_XML: ".xml"}
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel">
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent">
<value>true</value></prop></item>
</oor:items>
"""


def read(source: Source, limits: Limits) -> Extract:
    """Blocks of the file as LibreOffice converts it to DOCX.

    Raises ToolMissing where LibreOffice is absent, FileEncrypted, FileDamaged, FileTooLarge (time).
    """
    if source.media in {media.DOC, media.OLE}:
        _check_ole(source)
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise ToolMissing(
            f"“{source.name}”是 DOC/WPS 文件，需要 LibreOffice 才能读取",
            "请安装：apt-get install libreoffice-writer-nogui，或另存为 DOCX 后提交",
        )
    with tempfile.TemporaryDirectory(prefix="beishen-") as folder:
        data = _convert(program, source, Path(folder), limits)
    return docx.read(replace(source, media=media.DOCX, data=data), limits)


def _convert(program: str, source: Source, folder: Path, limits: Limits) -> bytes:
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    given = folder / f"given{_SUFFIX[source.media]}"
    given.write_bytes(source.data)
    out = folder / "out"
    command = [
        program,
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--convert-to",
        "docx:MS Word 2007 XML",
        "--outdir",
        str(out),
        str(given),
    ]
    _run(command, folder, source, limits)
    made = out / "given.docx"
    if not made.is_file():
        raise FileDamaged(f"“{source.name}”无法转换，文件可能已损坏", "请用办公软件另存为 DOCX 后提交")
    if made.stat().st_size > limits.max_unpacked_bytes:
        raise FileTooLarge(f"“{source.name}”转换后过大", "请拆分后提交")
    return made.read_bytes()


def _run(command: list[str], folder: Path, source: Source, limits: Limits) -> None:
    """Run in a process group of its own, so that nothing is left behind when time is up."""
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder), "no_proxy": ""}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            process.wait(timeout=limits.seconds)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise FileTooLarge(
                f"“{source.name}”转换超过 {limits.seconds:.0f} 秒", "请用办公软件另存为 DOCX 后提交"
            ) from error


def _check_ole(source: Source) -> None:
    """Refuse what is no text document, what is encrypted, and what is cut off, before a program is started."""
    data = source.data
    sector = 1 << min(int.from_bytes(data[30:32], "little"), 16)
    if len(data) < 1536:
        raise FileDamaged(f"“{source.name}”不完整或已损坏", "请重新导出后提交")
    at = data.find("WordDocument".encode("utf-16-le"))
    if at < 0:
        raise FileUnsupported(f"“{source.name}”是复合文档，但不含 Word/WPS 文字", "请另存为 DOCX 或 PDF 后提交")
    start = (int.from_bytes(data[at + 116 : at + 120], "little") + 1) * sector
    header = data[start : start + 12]
    if len(header) < 12:
        raise FileDamaged(f"“{source.name}”不完整或已损坏", "请重新导出后提交")
    if int.from_bytes(header[:2], "little") in {0xA5EC, 0xA5DC} and header[11] & 0x01:
        raise FileEncrypted(f"“{source.name}”设有打开密码，无法读取", "请取消密码后重新提交")
