"""Running the demonstration: the service, its embedded broker, simulated machines, and what to try first."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import msgspec

from tierslieu.asgi import run_service
from tierslieu.demo import day, doors, here, measures, terminals, terms, venue_file
from tierslieu.demo.loading import load_once
from tierslieu.demo.people import PASSWORD
from tierslieu.infra.feature import Companion
from tierslieu.infra.house import House
from tierslieu.infra.settings import Settings
from tierslieu.infra.transaction import Tx
from tierslieu.people.devices.actions import enrol_device

SITE = "oasis"
STOP_SECONDS = 5


def run_demo(settings: Settings, *, is_day: bool, speed: float, reload: bool) -> int:
    """Serve the demonstration until Ctrl-C."""
    companions: list[Companion] = [load_demo, partial(simulators, speed=speed)]
    if is_day:
        settings = settings.model_copy(update={"clock_offset": day.offset(settings.zone)})
    companions.append(day.lively_day if is_day else day.workshop)
    return run_service(settings, reload=reload, companions=companions, on_ready=partial(say_hello, settings))


@asynccontextmanager
async def load_demo(house: House) -> AsyncIterator[None]:
    """The invented venue, its people and its rules, once. Tests begin without these rules."""
    await load_once(house.db, house.settings.zone, terms.load, measures.load, here.load_for_show)
    yield


@asynccontextmanager
async def simulators(house: House, *, speed: float) -> AsyncIterator[None]:
    """One simulated machine per machine of the venue, in a process of its own, on the real broker."""
    if not house.broker_port:
        yield
        return
    path = await _credentials(house)
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "devices.simulators", "--until-eof"),
        *("--url", f"mqtt://127.0.0.1:{house.broker_port}", "--credentials", str(path), "--site", SITE),
        *("--speed", str(speed), "--spool", str(path.parent / "spool")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        await _end(child)


async def _credentials(house: House) -> Path:
    """New secrets for the machines, in a file only its owner can read."""
    machines = [(m["id"], m["kind"], m["name"]) for m in venue_file.read()["machines"]]
    box_of = await house.db.write(terminals.accounts_of, house.secret)
    speaking = [one for one in machines if one[0] not in box_of]  # a machine behind a terminal has no network
    secret_of = await house.db.write(_enrol, speaking)
    rows = [*box_of.values()]
    rows += [{"device": k, "kind": kind, "username": k, "password": secret_of[k]} for k, kind, _name in speaking]
    rows += await house.db.write(doors.accounts_of, house.secret)
    path = house.settings.data_dir / "broker" / "simulators.json"
    service_url = f"http://127.0.0.1:{house.settings.port}"
    write_secret(path, msgspec.json.encode({"machines": rows, "service_url": service_url}))
    await asyncio.gather(*house.tasks)
    return path


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)


def _enrol(tx: Tx, machines: list[tuple[str, str, str]]) -> dict[str, str]:
    return {key: enrol_device(tx, key, "machine", name) for key, _kind, name in machines}


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        child.terminate()
    try:
        await asyncio.wait_for(child.wait(), STOP_SECONDS)
    except TimeoutError:
        child.kill()
        await child.wait()


def say_hello(settings: Settings, port: int) -> None:
    """The address, the accounts, and what to try first."""
    address = f"http://{'localhost' if settings.host in ('127.0.0.1', '::1') else settings.host}:{port}"
    lines = (
        "",
        f"  {settings.venue_name}: the demonstration is ready at  {address}",
        "",
        f"  Accounts (password for all: {PASSWORD})",
        "    sofia.moreau@example.org   member: reserves, prints",
        "    claire@example.org         reception: does everything for everyone",
        "    lucie@example.org          FabLab manager: machines, queue, badges",
        "    ines@example.org           Inès, administrator: rules, floor plans, roles",
        "    Staff give a second proof: the page that asks for it shows the code to type.",
        "",
        "  Try first",
        f"    {address}/reserver   pick a free time, sign in, confirm",
        f"    {address}/recherche  say when and for how many: what is free, and what comes close",
        f"    {address}/planning   as Claire: move a reservation with the mouse or the arrow keys; close a room",
        f"    {address}/regles     as Inès: prepare a rule, try it on the last months",
        f"    {address}/fablab     send a G-code file (there are two in tierslieu/demo/samples), start it as Lucie",
        f"    {address}/mur        every machine live",
        f"    {address}/mon-badge  as Sofia: the badge on the phone, new every 30 seconds",
        f"    {address}/presence   as Claire: who is here, how full it is; /appels: somebody calls from a kiosk",
        f"    {address}/acces/portes  as Inès: simulated doors; /acces/essai says who may enter, and why",
        f"    {address}/kiosk      the kiosk at the door: open a code on /bornes as Claire, type it in another browser",
        "",
        "  Ctrl-C stops everything. The data stays in " + str(settings.data_dir),
        "",
    )
    print("\n".join(lines), flush=True)
