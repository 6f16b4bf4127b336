"""Migrations: the schema of an installation moves forward, never back; the same steps on both databases."""

from io import StringIO
from pathlib import Path

from alembic import command
from alembic.config import Config

FOLDER = Path(__file__).parent
HEAD = "0007"
"""The revision this code needs; a test holds it equal to the newest step."""


def config(url: str) -> Config:
    """Alembic's configuration for one database."""
    found = Config(stdout=StringIO())  # what it finds is raised, not printed
    found.set_main_option("script_location", str(FOLDER))
    found.attributes["url"] = url
    return found


def migrate(url: str) -> None:
    """Bring a database to HEAD. Safe to repeat."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(config(url), "head")


def check(url: str) -> None:
    """Raise when the tables in code and the migrated database differ."""
    command.check(config(url))
