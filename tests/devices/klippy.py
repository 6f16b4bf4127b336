"""A Klipper that is not there: it speaks Klipper's socket protocol to a real Moonraker, and prints nothing, quickly."""

import asyncio
import contextlib
import json
import re
import threading
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

END = b"\x03"
TICK_S = 0.05
ENDPOINTS = [
    *("info", "list_endpoints", "objects/list", "objects/query", "objects/subscribe", "gcode/script", "gcode/help"),
    *("gcode/subscribe_output", "register_remote_method", "emergency_stop", "gcode/restart", "gcode/firmware_restart"),
    *("pause_resume/pause", "pause_resume/resume", "pause_resume/cancel", "query_endstops/status"),
]
START = re.compile(r'SDCARD_PRINT_FILE FILENAME="?([^"]+?)"?$')


class Klippy:
    """Prints each file in `seconds`; a file whose text holds `BAD` ends with an error of its G-code half-way."""

    def __init__(self, socket: Path, gcodes: Path, seconds: float = 1.0) -> None:
        self._socket, self._gcodes, self.seconds = socket, gcodes, seconds
        self.state, self.message = "ready", "Printer is ready"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._peers: set[asyncio.StreamWriter] = set()
        self._wanted: dict[asyncio.StreamWriter, tuple[dict[str, Any], dict[str, Any]]] = {}
        self._told: dict[asyncio.StreamWriter, dict[str, Any]] = {}
        self._clock: asyncio.Task[None] | None = None
        self._rest()

    # -- the test's side -----------------------------------------------------------------------------------

    def start(self) -> None:
        self._run(self._listen())

    def die(self) -> None:
        """The process is gone: its socket closes, nothing is said."""
        self._run(self._leave())

    def shut_down(self, message: str = "MCU shutdown: Thermal runaway") -> None:
        """An emergency: `webhooks` says so, and a print that was on reads `paused`."""
        self._loop.call_soon_threadsafe(self._halt, message)

    def restart(self) -> None:
        """FIRMWARE_RESTART: ready again, and nothing of the last print is known."""
        self.die()
        self.state, self.message = "ready", "Printer is ready"
        self._rest()
        self.start()

    def close(self) -> None:
        self.die()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, doing: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(doing, self._loop).result(10)

    # -- the socket ----------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        if self._clock is not None:
            await self._leave()
        self._socket.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, str(self._socket), limit=2**20)
        self._clock = asyncio.create_task(self._tick())

    async def _leave(self) -> None:
        if (clock := self._clock) is not None:
            clock.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await clock
            self._server.close()
            self._clock = None
        for peer in list(self._peers):
            peer.close()
        self._socket.unlink(missing_ok=True)
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._peers.add(writer)
        try:
            while True:
                request = json.loads((await reader.readuntil(END))[:-1])
                answer = self._answer(request["method"], request.get("params") or {}, writer)
                if "id" in request:
                    self._send(writer, {"id": request["id"], **answer})
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._peers.discard(writer)
            self._wanted.pop(writer, None)
            writer.close()

    def _send(self, writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
        writer.write(json.dumps(message).encode() + END)

    def _answer(self, method: str, params: dict[str, Any], writer: asyncio.StreamWriter) -> dict[str, Any]:
        if method == "info":
            return {"result": self._info()}
        if method == "list_endpoints":
            return {"result": {"endpoints": ENDPOINTS}}
        if method == "objects/list":
            return {"result": {"objects": [*self._objects(), "gcode", "pause_resume", "toolhead", "configfile"]}}
        if method in ("objects/query", "objects/subscribe"):
            found = self._picked(params["objects"])
            if method == "objects/subscribe":
                self._wanted[writer] = (params["objects"], params.get("response_template", {}))
                self._told[writer] = found
            return {"result": {"eventtime": time.monotonic(), "status": found}}
        return self._command(method, params)

    def _command(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        if method == "gcode/script":
            return self._script(str(params.get("script", "")))
        if method == "emergency_stop":
            self._halt("Shutdown due to webhooks request")
        elif method == "pause_resume/pause" and self._stats["state"] == "printing":
            self._stats["state"] = "paused"
        elif method == "pause_resume/resume" and self._stats["state"] == "paused":
            self._stats["state"] = "printing"
        elif method == "pause_resume/cancel" and self._stats["state"] in ("printing", "paused"):
            self._stats["state"], self._is_active = "cancelled", False
        return {"result": {}}

    def _script(self, script: str) -> dict[str, Any]:
        if (start := START.search(script)) is None:
            return {"result": {}}
        if self.state != "ready" or self._stats["state"] in ("printing", "paused"):
            return {"error": {"error": "WebRequestError", "message": "SD busy"}}
        file = self._gcodes / start[1]
        if not file.is_file():
            self._rest()
            return {"error": {"error": "WebRequestError", "message": "Unable to open file"}}
        self._rest()
        self._stats |= {"state": "printing", "filename": start[1]}
        self._is_bad, self._is_active = "BAD" in file.read_text(), True
        return {"result": {}}

    # -- the machine ---------------------------------------------------------------------------------------

    def _rest(self) -> None:
        self._stats: dict[str, Any] = {
            "filename": "",
            "state": "standby",
            "message": "",
            "filament_used": 0.0,
            "total_duration": 0.0,
            "print_duration": 0.0,
            "info": {"total_layer": None, "current_layer": None},
        }
        self._done, self._is_active, self._is_bad = 0.0, False, False

    def _halt(self, message: str) -> None:
        self.state, self.message = "shutdown", f"{message}\nOnce the underlying issue is corrected, restart\n"
        if self._stats["state"] == "printing":
            self._stats["state"] = "paused"
        self._is_active = False

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self._print()
            for writer, (wanted, template) in list(self._wanted.items()):
                found = self._picked(wanted)
                if changes := _changes(self._told[writer], found):
                    self._told[writer] = found
                    self._send(writer, template | {"params": {"eventtime": time.monotonic(), "status": changes}})

    def _print(self) -> None:
        if self._stats["state"] not in ("printing", "paused") or self.state != "ready":
            return
        self._stats["total_duration"] = round(self._stats["total_duration"] + TICK_S, 3)
        if self._stats["state"] == "paused":
            return
        self._done = min(1.0, self._done + TICK_S / self.seconds)
        self._stats["print_duration"] = round(self._stats["print_duration"] + TICK_S, 3)
        self._stats["filament_used"] = round(100 * self._done, 2)
        if self._is_bad and self._done >= 0.5:
            self._stats |= {"state": "error", "message": "Extrude when no extruder present"}
            self._is_active = False
        elif self._done >= 1:
            self._stats["state"], self._is_active = "complete", False

    def _info(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "state_message": self.message,
            "hostname": "test",
            "software_version": "v0",
            "klipper_path": "k",
            "python_path": "p",
            "process_id": 1,
            "user_id": 0,
            "group_id": 0,
            "log_file": "k.log",
            "config_file": "printer.cfg",
            "cpu_info": "test",
        }

    def _objects(self) -> dict[str, dict[str, Any]]:
        heat = 210.0 if self._is_active else 0.0
        return {
            "webhooks": {"state": self.state, "state_message": self.message},
            "print_stats": dict(self._stats),
            "virtual_sdcard": {"progress": round(self._done, 3), "is_active": self._is_active, "file_position": 0},
            "display_status": {"progress": 0.0, "message": None},
            "idle_timeout": {"state": "Printing" if self._is_active else "Ready", "printing_time": 0.0},
            "extruder": {"temperature": heat or 22.0, "target": heat},
            "heater_bed": {"temperature": 22.0, "target": 0.0},
            "configfile": {"config": {}, "settings": SETTINGS, "save_config_pending": False, "warnings": []},
        }

    def _picked(self, wanted: dict[str, list[str] | None]) -> dict[str, Any]:
        every = self._objects()
        return {
            name: {key: value for key, value in every.get(name, {}).items() if fields is None or key in fields}
            for name, fields in wanted.items()
        }


SETTINGS = {
    **{f"stepper_{axis}": {"position_max": size} for axis, size in (("x", 250.0), ("y", 210.0), ("z", 220.0))},
    "extruder": {"nozzle_diameter": 0.4},
    "virtual_sdcard": {"path": "gcodes"},
}


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    changed = {
        name: {key: value for key, value in fields.items() if before.get(name, {}).get(key) != value}
        for name, fields in after.items()
    }
    return {name: fields for name, fields in changed.items() if fields}
