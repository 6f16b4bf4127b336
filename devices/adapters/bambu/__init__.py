"""Bambu Lab printers in the local network, without their maker's cloud: MQTT and FTP inside TLS."""

import re
import threading
import time
from typing import Final
from urllib.parse import urlsplit

from devices.adapters.bambu.adapter import Bambu
from devices.adapters.bambu.codes import needs_signature
from devices.adapters.bambu.connection import Connection, Pace, Place, View
from devices.adapters.bambu.reading import word_of
from devices.adapters.bambu.tls import WrongCertificate, first_sight, read_fingerprint
from devices.adapters.base import Probe, Settings, Tools
from devices.adapters.loose import member, number

__all__ = ["Pace", "build", "try_out"]

PORT, FILES_PORT = 8883, 990
TRY_S: Final = 9.0
_SERIAL: Final = re.compile(r"[A-Z0-9]{8,24}")


def build(settings: Settings, tools: Tools, pace: Pace | None = None, files_port: int = FILES_PORT) -> Bambu:
    """The adapter of one printer. It only watches, unless its mode is `control`."""
    can_order = settings.get("mode", "") == "control"
    return Bambu(_place(settings, files_port), tools.device, tools.clock, can_order=can_order, pace=pace)


def try_out(settings: Settings) -> Probe:
    """Look at the certificate, enter, and wait for the first words. `learned` holds the fingerprint to keep."""
    place = _place(settings, FILES_PORT)
    if place is None:
        return Probe(code="bad_setting")
    until = time.monotonic() + TRY_S
    try:
        found = first_sight(place.host, place.port, place.serial)
    except WrongCertificate:
        return Probe(code="wrong_kind", note="serial_differs")
    except TimeoutError:
        return Probe(code="timed_out")
    except OSError:
        return Probe(code="unreachable")
    if place.fingerprint not in ("", found):
        return Probe(code="wrong_kind", note="fingerprint_differs")
    return _enter(place, found, until)


def _enter(place: Place, fingerprint: str, until: float) -> Probe:
    line = Connection(place, "try", lambda: int(time.time()), Pace())
    heard = threading.Event()
    line.open(heard.set)
    try:
        view = _first_words(line, heard, until)
    finally:
        line.close()
    if not view.is_connected:
        return Probe(code=view.last_error if view.last_error == "wrong_key" else "unreachable")
    if not word_of(view.report):
        return Probe(code="timed_out", learned={"fingerprint": fingerprint})
    return Probe(
        code="ok",
        nozzle_mm=number(member(view.report, "nozzle_diameter"), 0.1, 5),
        can_control=not needs_signature(view.report),
        learned={"fingerprint": fingerprint},
    )


def _first_words(line: Connection, heard: threading.Event, until: float) -> View:
    while (left := until - time.monotonic()) > 0:
        heard.wait(left)
        heard.clear()
        view = line.view()
        if view.last_error or word_of(view.report):
            break
    return line.view()


def _place(settings: Settings, files_port: int) -> Place | None:
    address = settings.get("address", "").strip()
    serial = settings.get("serial", "").strip().upper()
    access_code = settings.get("access_code", "").strip()
    fingerprint = read_fingerprint(settings.get("fingerprint", ""))
    try:
        parts = urlsplit(f"//{address.rpartition('://')[2]}")
        host, port = parts.hostname, parts.port or PORT
    except ValueError:
        return None
    if not host or not _SERIAL.fullmatch(serial) or fingerprint is None:
        return None
    if not access_code or not access_code.isascii() or not access_code.isprintable():
        return None
    return Place(
        host=host,
        port=port,
        files_port=files_port,
        serial=serial,
        access_code=access_code,
        fingerprint=fingerprint,
    )
