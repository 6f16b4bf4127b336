"""Packaging hook: a wheel or an sdist holds the built front end and the compiled translations."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))
import frontend


class FrontEnd(BuildHookInterface[Any]):
    """Runs before files are gathered."""

    def dependencies(self) -> list[str]:
        """Node from the Python index, only when nothing is built and this computer has no node."""
        return [] if frontend.is_built() or frontend.tools() else [frontend.NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is missing or older than its sources."""
        frontend.ensure()
        frontend.compile_words()
