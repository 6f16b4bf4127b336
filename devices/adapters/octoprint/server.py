"""OctoPrint's REST interface, as far as it is needed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from devices.adapters.loose import member, number, words
from devices.adapters.web import Away, Reply, Web
from devices.wire import Op

_STEER: Final[dict[Op, dict[str, object]]] = {
    Op.PAUSE: {"command": "pause", "action": "pause"},
    Op.RESUME: {"command": "pause", "action": "resume"},
    Op.CANCEL: {"command": "cancel"},
}


class Server:
    """One OctoPrint. Every method may raise Away; a key that is not accepted is `wrong_key`."""

    def __init__(self, address: str, api_key: str) -> None:
        self._web = Web(address, {"X-Api-Key": api_key})

    def close(self) -> None:
        self._web.close()

    def url(self, path: str) -> str:
        return self._web.url(path)

    def version(self) -> Reply:
        return self._web.get("/api/version")

    def profiles(self) -> Reply:
        return self._web.get("/api/printerprofiles")

    def picture(self) -> object:
        """The job and the printer in the shape of the socket's `current`; 409 says that no printer is connected."""
        job, printer = _allowed(self._web.get("/api/job")), _allowed(self._web.get("/api/printer?exclude=sd"))
        if not job.is_ok or (not printer.is_ok and printer.status != 409):
            raise Away("unreachable")
        closed = {"text": member(job.data, "state"), "flags": {"closedOrError": True}, "error": _error(job)}
        return {
            "state": member(printer.data, "state") if printer.is_ok else closed,
            "job": member(job.data, "job"),
            "progress": member(job.data, "progress"),
            "temperature": member(printer.data, "temperature"),
        }

    def session(self) -> tuple[str, str]:
        """Name and session with which the socket is told who we are."""
        reply = _allowed(self._web.post("/api/login", {"passive": True}))
        name, session = words(member(reply.data, "name")), words(member(reply.data, "session"))
        if not reply.is_ok or not session:
            raise Away("unreachable")
        return name, session

    def send(self, file: Path, name: str) -> str | None:
        """Upload without printing: `effectivePrint` of a busy printer would only be known afterwards."""
        reply = self._web.upload("/api/files/local", file, name, {"select": "false", "print": "false"})
        if reply.status == 409:
            return "job_on_machine"  # the file of this name is being printed
        return None if reply.status == 201 else _reason(reply)

    def begin(self, name: str) -> str | None:
        """Select and print by path: a bare `start` with nothing selected is answered with success and does nothing."""
        reply = self._web.post(f"/api/files/local/{quote(name)}", {"command": "select", "print": True})
        if reply.status == 409:  # said while it prints, and with the same words while the printer is off
            text = member(_allowed(self._web.get("/api/job")).data, "state")
            return "offline" if isinstance(text, str) and text.startswith(("Offline", "Error")) else "job_on_machine"
        return None if reply.is_ok else _reason(reply)

    def steer(self, op: Op) -> str | None:
        reply = self._web.post("/api/job", _STEER[op])
        if reply.status == 409:
            return "wrong_state"
        return None if reply.is_ok else _reason(reply)


def build_of(profiles: object) -> tuple[tuple[int, int, int] | None, float | None, str]:
    """Volume in millimetres, nozzle and model of the profile in use, as far as they are there."""
    found = member(profiles, "profiles")
    every = list(found.values()) if isinstance(found, Mapping) else []
    used = next((one for one in every if member(one, "current") is True), None)
    sides = [number(member(used, "volume", side), 1, 10_000) for side in ("width", "depth", "height")]
    width, depth, height = sides
    volume = None if None in sides else (int(width or 0), int(depth or 0), int(height or 0))
    return volume, number(member(used, "extruder", "nozzleDiameter"), 0.05, 5), words(member(used, "model"), 80)


def _allowed(reply: Reply) -> Reply:
    if reply.status in (401, 403):
        raise Away("wrong_key")
    return reply


def _error(job: Reply) -> str:
    return words(member(job.data, "error"))


def _reason(reply: Reply) -> str:
    if reply.status in (401, 403):
        return "forbidden"
    return {404: "file_unavailable", 413: "file_too_large", 415: "file_type"}.get(reply.status, "device_error")
