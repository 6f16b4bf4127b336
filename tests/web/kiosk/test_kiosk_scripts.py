"""The kiosk's scripts, tested by node itself: badges, scanners, outbox, list of badges, decisions, screens."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="needs node")
def test_suites() -> None:
    assert NODE is not None
    suites = [str(path) for path in sorted(HERE.glob("*.test.mjs"))]
    assert len(suites) > 6
    command = [NODE, "--test", "--test-reporter=spec", *suites]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
