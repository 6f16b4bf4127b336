"""The kiosk's scripts, tested by node itself: badge reading against the shared vectors, scanner, outbox, screens."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="needs node")
@pytest.mark.parametrize("suite", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name)
def test_suite(suite: Path) -> None:
    assert NODE is not None
    run = subprocess.run([NODE, "--test", str(suite)], capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
