"""The command line: `tierslieu serve`, `demo`, `migrate`, `check`, `settings`, and `tierslieu admin …`."""

import argparse
import gc
import sys
from collections.abc import Sequence
from getpass import getpass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from tierslieu.infra import logs
from tierslieu.infra.settings import PREFIX, BadSettings, Settings, load


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status.

    0: done; 1: a fault while starting, the log says which; 2: the settings or the command must change; 3: the database
    needs a person (damaged, gone, of a newer version), or a check found something; 4: the disk or the database server
    refuses for now.
    """
    chosen = _parser().parse_args(arguments)
    try:
        given = {
            name: value for name in ("data_dir", "port", "host") if (value := getattr(chosen, name, None)) is not None
        }
        if chosen.command == "demo":
            given["demo"] = True
        settings = load(**given)
    except BadSettings as error:
        print(error, file=sys.stderr)
        return 2
    logs.set_up(settings.log_level if chosen.command == "serve" else "warning")
    run = {
        "serve": _serve,
        "demo": _demo,
        "migrate": _migrate,
        "check": _check,
        "settings": _settings,
        "admin": _admin,
    }[chosen.command]
    return run(settings, chosen)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("tierslieu", description="The system that runs a shared public venue.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("serve", "run the service"),
        ("demo", "run the demonstration venue, with simulated machines"),
        ("migrate", "bring the database to this version's schema"),
        ("check", "look through a whole installation: database, presence, disk, clock; a line for each thing"),
        ("settings", "list every setting, its default and its meaning"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--data-dir", type=Path, help="folder of the database and files (default: data)")
        if name in ("serve", "demo"):
            command.add_argument("--port", type=int, help="port of the web server (default: 8080)")
            command.add_argument("--host", help="address of the web server (default: 127.0.0.1)")
            command.add_argument("--reload", action="store_true", help="for developers: read templates anew")
        if name == "demo":
            command.add_argument("--day", action="store_true", help="replay a lively fictional day")
            command.add_argument("--speed", type=float, default=30.0, help="how fast simulated machines work")
    _add_admin(commands.add_parser("admin", help="what only the person who runs the server may do"))
    return parser


def _add_admin(admin: argparse.ArgumentParser) -> None:
    acts = admin.add_subparsers(dest="act", required=True)
    grant = acts.add_parser("grant", help="give a role, for instance to the first administrator")
    password = acts.add_parser("password", help="give somebody a password, typed here twice")
    factor = acts.add_parser("reset-factor", help="let somebody who lost every second proof begin anew")
    log = acts.add_parser("verify-log", help="read the audit log through: was an entry changed or removed?")
    for act in (grant, password, factor):
        act.add_argument("who", help="e-mail address, or the id shown in the address of the person's page")
    grant.add_argument("role", help="for instance: administrator")
    grant.add_argument("--name", default="", help="'First Last': create this person when nobody has the address")
    for act in (grant, password, factor, log):
        act.add_argument("--data-dir", type=Path, help="folder of the database and files (default: data)")


def _serve(settings: Settings, chosen: argparse.Namespace) -> int:
    gc.disable()  # what is built at start stays: the collector begins when the service is ready
    from tierslieu.asgi import run_service

    return run_service(settings, reload=chosen.reload)


def _demo(settings: Settings, chosen: argparse.Namespace) -> int:
    gc.disable()  # as above
    from tierslieu.demo.running import run_demo

    return run_demo(settings, is_day=chosen.day, speed=chosen.speed, reload=chosen.reload)


def _migrate(settings: Settings, _chosen: argparse.Namespace) -> int:
    from tierslieu.infra.soundness import Unsound
    from tierslieu.starting import prepare, say

    try:
        prepare(settings)
    except Unsound as error:
        return say(settings, error)
    print("The database has the schema of this version.")
    return 0


def _check(settings: Settings, _chosen: argparse.Namespace) -> int:
    from tierslieu.checking import every_check
    from tierslieu.starting import NEEDS_A_PERSON

    is_sound = True
    for told in every_check(settings):
        print("  bien " if told.is_sound else "À VOIR ", told.text, flush=True)
        is_sound = is_sound and told.is_sound
    return 0 if is_sound else NEEDS_A_PERSON


def _admin(settings: Settings, chosen: argparse.Namespace) -> int:
    from tierslieu import administration

    if chosen.act == "grant":
        said, is_done = administration.grant_by_hand(settings, chosen.who, chosen.role, chosen.name)
    elif chosen.act == "reset-factor":
        said, is_done = administration.reset_factor_by_hand(settings, chosen.who)
    elif chosen.act == "verify-log":
        said, is_done = administration.verify_log(settings)
    else:
        said, is_done = _typed_twice(settings, chosen.who)
    print(said, file=sys.stdout if is_done else sys.stderr)
    return 0 if is_done else 2


def _typed_twice(settings: Settings, who: str) -> tuple[str, bool]:
    from tierslieu.administration import set_password_by_hand

    first, again = getpass("New password: "), getpass("The same once more: ")
    if first != again:
        return "These are two different passwords: nothing was changed.", False
    return set_password_by_hand(settings, who, first)


def _settings(_settings: Settings, _chosen: argparse.Namespace) -> int:
    for line in _described(Settings, PREFIX):
        print(line)
    return 0


def _described(model: type[BaseModel], prefix: str) -> list[str]:
    lines = []
    for name, field in model.model_fields.items():
        kind: Any = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            lines.extend(_described(kind, f"{prefix}{name.upper()}__"))
            continue
        default = field.get_default(call_default_factory=True)
        lines.append(
            f"{prefix}{name.upper()}  (default: {str(default) or 'empty'})  {field.description or ''}".rstrip()
        )
    return lines


if __name__ == "__main__":
    sys.exit(main())
