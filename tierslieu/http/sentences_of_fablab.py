"""The sentences for stable codes about files, jobs, machines, terminals and materials."""

from collections.abc import Mapping
from typing import Final

FABLAB: Final[Mapping[str, str]] = {}
