"""Mosquitto's accounts and access list, written by the service from the devices it knows."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from devices.wire import ROOT
from tierslieu.people.devices.actions import SALT_BYTES
from tierslieu.people.devices.queries import Enrolled
from tierslieu.people.devices.rules import METERS, Topics, mosquitto_hash, topics_of

PASSWORDS, RIGHTS = "passwords", "rights"
SERVICE_TOPICS = Topics((f"{ROOT}/#", "homeassistant/#"), (f"{ROOT}/#", f"{METERS}/#", "homeassistant/status"))
MOSTLY = 0o640


def write_files(folder: Path, url: str, devices: Iterable[Enrolled]) -> None:
    """Write both files of a folder anew, each whole or not at all; whoever watches the folder tells Mosquitto.

    `url` is how the service itself connects: its name and password become the account that reads and writes our tree.
    A device enrolled before its secret was kept in Mosquitto's form is left out: it is enrolled again.
    """
    own = urlsplit(url)
    lines = [
        f"{unquote(own.username or '')}:{mosquitto_hash(unquote(own.password or ''), secrets.token_bytes(SALT_BYTES))}"
    ]
    rights = [_rights(unquote(own.username or ""), SERVICE_TOPICS)]
    for one in devices:
        if one.broker_hash:
            lines.append(f"{one.key}:{one.broker_hash}")
            rights.append(_rights(one.key, topics_of(one.key, one.kind)))
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / RIGHTS, "\n".join(rights))
    _replace(folder / PASSWORDS, "\n".join(lines) + "\n")


def _rights(name: str, topics: Topics) -> str:
    """The lines of one account. An account without a line may do nothing."""
    lines = [f"user {name}"]
    lines += [f"topic write {one}" for one in topics.publish]
    lines += [f"topic read {one}" for one in topics.subscribe]
    return "\n".join(lines) + "\n"


def _replace(path: Path, content: str) -> None:
    draft = path.with_name(path.name + ".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MOSTLY), "w", encoding="utf-8") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
