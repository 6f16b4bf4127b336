"""The built wheel is the whole product: installed in an empty folder, without the sources and without Node."""

import os
import subprocess
import sys
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.postgres import free_port
from tests.support.service import ROOT, clean_environment
from tests.support.waiting import until


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=300,
    )
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel and the pinned libraries; returns its scripts folder."""
    place = tmp_path_factory.mktemp("installed")
    venv.create(place / "venv", with_pip=True, symlinks=True)
    pip = [str(place / "venv/bin/python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "deploy/locks/run.txt")], check=True, timeout=600)
    subprocess.run([*pip, str(wheel)], check=True, timeout=120)
    return place / "venv" / "bin"


def test_it_carries_templates_built_parts_words_and_migrations(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "tierslieu/_web/templates/base.html",
        "tierslieu/_web/dist/manifest.json",
        "tierslieu/words/en/LC_MESSAGES/tierslieu.mo",
        "tierslieu/migrations/versions/0001_the_house.py",
        "tierslieu/demo/nugue.json",
        "devices/wire/__init__.py",
    ):
        assert wanted in names, wanted
    assert not [name for name in names if "node_modules" in name or name.startswith(("tests/", "web/"))]


@pytest.fixture
def demo(installed: Path, tmp_path: Path) -> Iterator[str]:
    port = free_port()
    env = {**clean_environment(), "PATH": f"{installed}:/nowhere"}
    env.pop("PYTHONPATH", None)
    command = [str(installed / "tierslieu"), "demo", "--port", str(port)]
    with (tmp_path / "log").open("wb") as log:
        child = subprocess.Popen(command, cwd=tmp_path, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        until(lambda: b"is ready" in (tmp_path / "log").read_bytes() or child.poll() is not None, "the demo", 60)
        assert child.poll() is None, (tmp_path / "log").read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        child.terminate()
        assert child.wait(30) is not None


def test_the_demo_runs_in_an_empty_folder(demo: str, tmp_path: Path) -> None:
    assert set(os.listdir(tmp_path)) == {"log", "data"}
    page = urllib.request.urlopen(f"{demo}/reserver", timeout=10).read().decode()
    assert "Salle de visio Marne" in page
    style = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert urllib.request.urlopen(demo + style, timeout=10).headers["content-type"].startswith("text/css")
    request = urllib.request.Request(f"{demo}/reserver", headers={"accept-language": "en"})
    assert "Book a space" in urllib.request.urlopen(request, timeout=10).read().decode()
