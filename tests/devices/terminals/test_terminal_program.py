"""The program of the terminal: its file, its start, its end."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from devices.boards import read_config
from devices.terminals.__main__ import Config

GOOD = """
url = "mqtt://127.0.0.1:1"
site = "oasis"
device = "laser-1"
username = "laser-1"
password = "p"
lock_key = "00"
card_key = "01"
"""


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "terminal.toml"
    file.write_text(GOOD)
    file.chmod(0o644)
    with pytest.raises(PermissionError):
        read_config(file, Config)


def test_it_starts_without_a_broker_and_ends_when_asked(tmp_path: Path) -> None:
    file = tmp_path / "terminal.toml"
    file.write_text(GOOD + f'memory = "{tmp_path}"\n')
    file.chmod(0o600)
    child = subprocess.Popen(
        [sys.executable, "-m", "devices.terminals", "--config", str(file)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGTERM)
    assert child.wait(20) == 0
    child.stdout.close()


def test_a_file_with_an_unknown_word_says_so(tmp_path: Path) -> None:
    file = tmp_path / "terminal.toml"
    file.write_text(GOOD + 'relays = "1"\n')
    file.chmod(0o600)
    done = subprocess.run(
        [sys.executable, "-m", "devices.terminals", "--config", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "relays" in done.stderr
