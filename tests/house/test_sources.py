"""Files: short, without addresses of this machine or of other people's hosts, locked with hashes, in their floors."""

import ast
import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from tests.house.sentences import ROOT

LONGEST = {"tierslieu": 400, "devices": 400, "web": 400, "tests": 500}
FUNCTION = 60
LOCKS = sorted((ROOT / "deploy" / "locks").glob("*.txt"))
TEXT = {
    *(".py", ".html", ".js", ".mjs", ".css", ".toml", ".json", ".md", ".txt", ".yml", ".yaml", ".sh", ".po", ".svg"),
    *("", ".service", ".conf", ".ini", ".cfg"),
}
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home|Users|mnt|private/tmp)/[\w.-]+|\b[A-Z]:\\Users\\|/tmp/lab\b")
REGISTRY = re.compile(
    r"\b(?:registry\.npmjs\.org|registry\.yarnpkg\.com|pypi\.org|files\.pythonhosted\.org|npmmirror|unpkg\.com"
    r"|jsdelivr|cdnjs|fonts\.g(?:oogleapis|static)\.com|esm\.sh)\b"
)
SCRIPT_HOST = re.compile(r"""(?:from|import\(|src=|url\(|fetch\()\s*["'(]?(?:https?:)?//(?!\$|\{)[\w.-]+\.[a-z]{2,}""")


@lru_cache(maxsize=1)
def tracked() -> tuple[Path, ...]:
    """Files that are or will be in the repository."""
    command = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    found = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=60)
    paths = (ROOT / name for name in found.stdout.decode().split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def texts() -> list[tuple[str, str]]:
    """Tracked text files: name and content."""
    return [
        (path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in tracked()
        if path.suffix in TEXT and path != Path(__file__)
    ]


def python() -> list[Path]:
    """Python files of the house; the steps of migrations are history and stay as they were written."""
    return [path for path in tracked() if path.suffix == ".py" and "versions" not in path.parts]


def test_files_are_short() -> None:
    counted = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in python()}
    assert {str(path): lines for path, lines in counted.items() if lines > LONGEST.get(path.parts[0], 400)} == {}


def test_functions_fit_a_screen() -> None:
    long = {}
    for path in python():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION:
                    long[f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"] = lines
    assert long == {}


def test_every_file_says_what_it_is_for() -> None:
    """The first line of a Python file is a sentence, when the file holds anything."""
    without = []
    for path in python():
        source = path.read_text(encoding="utf-8")
        if source.strip() and not ast.get_docstring(ast.parse(source)):
            without.append(str(path.relative_to(ROOT)))
    assert without == []


def test_what_the_product_offers_is_described() -> None:
    """Public functions and classes of the product say their contract (handlers' nested helpers aside)."""
    silent = []
    for path in python():
        is_started_by_others = path.name == "env.py"
        if path.relative_to(ROOT).parts[0] in ("tierslieu", "devices") and not is_started_by_others:
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                is_offer = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                if is_offer and not node.name.startswith("_") and node.name != "main" and not ast.get_docstring(node):  # type: ignore[attr-defined,arg-type]
                    silent.append(f"{path.relative_to(ROOT)}: {node.name}")  # type: ignore[attr-defined]
    assert silent == []


def test_no_path_of_somebodys_machine() -> None:
    assert {name: MACHINE_PATH.findall(text) for name, text in texts() if MACHINE_PATH.search(text)} == {}


def test_no_address_of_a_registry() -> None:
    assert {name: REGISTRY.findall(text) for name, text in texts() if REGISTRY.search(text)} == {}


def test_pages_and_scripts_come_from_here_alone() -> None:
    parts = [(name, text) for name, text in texts() if name.startswith("web/") and not name.endswith(".md")]
    assert {name: SCRIPT_HOST.findall(text) for name, text in parts if SCRIPT_HOST.search(text)} == {}


def test_no_unfinished_work() -> None:
    mark = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
    assert {name for name, text in texts() if mark.search(text)} == set()


def test_no_waiting_in_tests() -> None:
    waiting = re.compile(r"\btime\.sleep\(|\bsleep\(0\.[1-9]|\basyncio\.sleep\([1-9]")
    tests = [(name, text) for name, text in texts() if name.startswith("tests/") and "/bench/" not in name]
    assert {name for name, text in tests if waiting.search(text)} == set()


@pytest.mark.parametrize("path", LOCKS, ids=[path.name for path in LOCKS])
def test_each_requirement_is_pinned_and_hashed(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert lines
    for line in lines:
        assert re.match(
            r"^[a-z0-9._-]+(?:\[[a-z0-9,_-]+\])?==[\w.!+-]+(?: *;[^-]*)? +--hash=sha256:[0-9a-f]{64}", line
        ), line
        assert "://" not in line


def test_the_lock_of_front_end_parts_names_no_address() -> None:
    text = (ROOT / "web" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert text.count('"integrity": "sha512-') >= text.count('"node_modules/')


def test_the_house_has_no_secret_of_its_own() -> None:
    key = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}|\bxox[abp]-\w{10,}")
    assert {name for name, text in texts() if key.search(text)} == set()


def test_floors_hold() -> None:
    command = (str(Path(sys.executable).with_name("lint-imports")), "--no-cache")
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert found.returncode == 0, found.stdout
    assert "0 broken" in found.stdout


def test_every_feature_is_in_the_floors() -> None:
    """A package that no contract names could import anything."""
    floors = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    packages = {path.parent.name for path in (ROOT / "tierslieu").glob("*/__init__.py")} - {"migrations"}
    assert {name for name in packages if f"tierslieu.{name}" not in floors} == set()
