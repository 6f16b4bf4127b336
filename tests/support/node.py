"""Scripts of the pages run by node, for tests that hold them to the service's own code: JSON in, JSON out."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

NODE: Final = shutil.which("node")


def told_by(script: Path, asked: object) -> Any:
    """What a script that answers by `answering.mjs` says to this."""
    assert NODE is not None
    command = [NODE, "--no-warnings", str(script)]
    run = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
