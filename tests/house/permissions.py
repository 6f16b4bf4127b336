"""Writes the matrix of doors and roles: `python -m tests.house.permissions`. Read the change before you keep it."""

import re
import tempfile
from pathlib import Path

from tests.house.sentences import ROOT
from tests.support.doors import ALL_ROLES, Door, doors, roles_of
from tierslieu.app import create_app
from tierslieu.infra.settings import MqttSettings, Settings
from tierslieu.people.roles.rules import ROLES, SCOPE_KINDS, STAFF, USERS, WORKERS

FILE = Path(__file__).parent / "permissions.txt"
GROUPS = ((ROLES, "every person"), (USERS, "users"), (WORKERS, "workers"), (STAFF, "staff"))
"""The named sets of the catalogue, the widest first. Workers and users hold roles of some places too."""
LIVE = ("/flux", "/signal")
"""How the addresses of never-ending answers end."""

ASKED = re.compile(r'(?:may(?:_everywhere)?\(|require\([\w.]+,)\s*(?:\w+\.)*(\w+|"[a-z_.]+")\s*[,)]')
NAMED = re.compile(r'^([A-Z_]+) = "([a-z_]+\.[a-z_]+)"', re.MULTILINE)


def matrix(found: list[Door]) -> str:
    """One line a door: method, path, permission, and the roles that may."""
    roles = roles_of()
    lines = []
    for door in found:
        who = frozenset(role for role in ALL_ROLES if door.permission in roles[role])
        lines.append(
            f"{door.method:6} {door.path}  {'everybody' if door.is_public else door.permission + ': ' + named(who)}"
        )
    return "\n".join(lines) + "\n"


def named(roles: frozenset[str]) -> str:
    """Roles as text: the groups of the catalogue by their name, then each other; "~" marks roles of some places."""
    words: list[str] = []
    for group, word in GROUPS:
        if group <= roles:
            words, roles = [*words, word], roles - group
    return ", ".join([*words, *(f"{role}~" if SCOPE_KINDS.get(role) else role for role in sorted(roles))])


def asked_in_sources() -> set[str]:
    """Permissions that code asks for itself with `may(…)`, by text or by a constant's name."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tierslieu").rglob("*.py")]
    texts += [path.read_text(encoding="utf-8") for path in (ROOT / "web" / "templates").rglob("*.html")]
    names = {name: value for text in texts for name, value in NAMED.findall(text)}
    asked = {item for text in texts for item in ASKED.findall(text)}
    return {item.strip('"') if item.startswith('"') else names.get(item, "") for item in asked}


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=Path(folder), mqtt=MqttSettings(url="off")))
        FILE.write_text(matrix(doors(app)), encoding="utf-8")


if __name__ == "__main__":
    main()
