"""Moonraker's REST interface, as far as it is needed."""

from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

from devices.adapters.loose import member, whole, words
from devices.adapters.moonraker.reading import HEATERS, OBJECTS
from devices.adapters.web import Away, Reply, Web
from devices.wire import Op

_STEER: Final = {Op.PAUSE: "pause", Op.RESUME: "resume", Op.CANCEL: "cancel"}
_QUERY: Final = "&".join(quote(name) for name in (*OBJECTS, *(name for name in HEATERS if name not in OBJECTS)))


class Server:
    """One Moonraker. Every method may raise Away; a key that is not accepted is `wrong_key`."""

    def __init__(self, address: str, api_key: str) -> None:
        self._web = Web(address, {"X-Api-Key": api_key})

    def close(self) -> None:
        self._web.close()

    def klippy(self) -> str:
        """How Klipper is, by the server's own word."""
        info = self._result("/server/info")
        return words(member(info, "klippy_state"), 32) or "disconnected"

    def objects(self) -> object | None:
        """Everything that Klipper shows; None where it is gone."""
        reply = _allowed(self._web.get(f"/printer/objects/query?{_QUERY}"))
        return member(reply.data, "result", "status") if reply.is_ok else None

    def queued(self) -> int:
        """How many files wait in Moonraker's own queue."""
        jobs = member(self._result("/server/job_queue/status"), "queued_jobs")
        return len(jobs) if isinstance(jobs, list) else 0

    def history(self) -> object:
        return self._result("/server/history/list?limit=1&order=desc")

    def metadata(self, file: str) -> object:
        return self._result(f"/server/files/metadata?{urlencode({'filename': file})}")

    def machine_id(self) -> str:
        """The serial number of the board that Moonraker runs on, where it has one."""
        info = self._result("/machine/system_info")
        return words(member(info, "system_info", "cpu_info", "serial_number"), 64)

    def software(self) -> Reply:
        return self._web.get("/server/info")

    def config(self) -> object:
        """Klipper's settings as it read them."""
        reply = self._web.get("/printer/objects/query?configfile=settings")
        return member(reply.data, "result", "status", "configfile", "settings")

    def send(self, file: Path, name: str, sha256: str | None) -> str | None:
        fields = {"root": "gcodes", "print": "false"} | ({"checksum": sha256} if sha256 else {})
        reply = self._web.upload("/server/files/upload", file, name, fields)
        if reply.status == 403:
            return "job_on_machine"  # the file of this name is loaded
        return None if reply.status == 201 else _reason(reply)

    def begin(self, name: str) -> str | None:
        return self._tell(f"/printer/print/start?{urlencode({'filename': name})}")

    def steer(self, op: Op) -> str | None:
        return self._tell(f"/printer/print/{_STEER[op]}")

    def _tell(self, path: str) -> str | None:
        reply = self._web.post(path)
        return None if reply.is_ok else _reason(reply)

    def _result(self, path: str) -> object:
        """The result of an answer; nothing for one that is refused: parts of Moonraker may be switched off."""
        return member(_allowed(self._web.get(path)).data, "result")


def _allowed(reply: Reply) -> Reply:
    if reply.status in (401, 403):
        raise Away("wrong_key")
    if reply.data is None and reply.is_ok:
        raise Away("wrong_kind")
    return reply


def _reason(reply: Reply) -> str:
    text = words(member(reply.data, "error", "message")).lower()
    if "busy" in text:
        return "job_on_machine"
    if "open file" in text or "not exist" in text or reply.status == 404:
        return "file_unavailable"
    if reply.status == 422:
        return "bad_checksum"
    return {401: "forbidden", 413: "file_too_large", 503: "offline"}.get(reply.status, "device_error")


def build_of(settings: object) -> tuple[tuple[int, int, int] | None, float | None]:
    """Volume in millimetres and nozzle out of Klipper's settings, as far as they are there."""
    sides = [whole(member(settings, f"stepper_{axis}", "position_max"), 1, 10_000) for axis in "xyz"]
    width, depth, height = sides
    volume = None if None in sides else (width or 0, depth or 0, height or 0)
    nozzle = member(settings, "extruder", "nozzle_diameter")
    return volume, float(nozzle) if isinstance(nozzle, int | float) and 0.05 <= nozzle <= 5 else None
