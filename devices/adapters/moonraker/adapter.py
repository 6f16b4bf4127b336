"""Klipper by its Moonraker: REST for truth and orders, and its MQTT topics for what happens meanwhile."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from msgspec import structs

from devices.adapters import obeying
from devices.adapters.base import Fetch, Probe, Settings, Sight, Tools
from devices.adapters.listening import Heard, Listener
from devices.adapters.loose import member, words
from devices.adapters.moonraker.reading import (
    Picture,
    after_history,
    after_info,
    after_objects,
    estimate_of,
    gone,
    sight_of,
)
from devices.adapters.moonraker.server import Server, build_of
from devices.adapters.moonraker.topics import FILTERS, after_message
from devices.adapters.web import Away, tried
from devices.commands import Answer
from devices.printers.states import AT_WORK
from devices.wire import AckResult, Command, MachineState, Op

HEARING_ASK_S: Final = (5, 15)
"""At work and at rest, while its topics tell us: a Klipper that died says nothing there, only an answer tells."""
ALONE_ASK_S: Final = (2, 5)
OFFLINE_ASK_S: Final = 3
SIDE_ASK_S: Final = 15
AWAY_AFTER: Final = 2


class Moonraker:
    """One Klipper behind one Moonraker."""

    def __init__(self, server: Server, tools: Tools) -> None:
        self._server, self._clock = server, tools.clock
        self._lock = threading.Lock()
        self._picture = Picture()
        self._wake: Callable[[], None] = lambda: None
        self._asked_at = self._side_asked_at = -SIDE_ASK_S
        self._is_due = True
        self._missed = 0
        self._last_error = ""
        self._is_hearing = False
        self._listener: Listener | None = None
        self._sha256: str | None = None

    def listen(self, listener: Listener) -> None:
        self._listener = listener

    def open(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        if self._listener is not None:
            self._listener.start()

    def close(self) -> None:
        if self._listener is not None:
            self._listener.stop()
        self._server.close()

    def look(self, now: int) -> Sight:
        if self._is_ask_due(now):
            try:
                self._ask(now)
            except Away as away:
                self._miss(away.code)
        with self._lock:
            return sight_of(self._picture, now)

    def obey(self, command: Command, fetch: Fetch) -> Answer:
        if command.op is Op.IDENTIFY:
            return Answer(AckResult.DONE)
        self._sha256 = command.job.file_sha256 if command.job is not None else None
        return obeying.obey(command, fetch, self, self._clock)

    def diagnose(self) -> dict[str, str | int | float | None]:
        return {
            "is_listening": int(self._is_hearing),
            "heard": 0 if self._listener is None else self._listener.messages,
            "missed_answers": self._missed,
            "last_error": self._last_error or None,
            "klippy": self._picture.klippy or None,
            "own_queue": self._picture.queued,
            "asked_s_ago": max(0, self._clock() - self._asked_at),
        }

    # -- hands ------------------------------------------------------------------------------------------

    def see(self) -> Sight:
        now = self._clock()
        self._ask(now)
        with self._lock:
            return sight_of(self._picture, now)

    def send(self, file: Path, name: str) -> str | None:
        if self._server.queued():
            return "own_queue_not_empty"  # it would begin the next file by itself, the part still on the bed
        return self._server.send(file, name, self._sha256)

    def begin(self, name: str) -> str | None:
        return self._server.begin(name)

    def steer(self, op: Op) -> str | None:
        return self._server.steer(op)

    # -- asking -----------------------------------------------------------------------------------------

    def _is_ask_due(self, now: int) -> bool:
        with self._lock:
            is_told = self._is_hearing and not self._missed and self._picture.is_there
            at_work, at_rest = HEARING_ASK_S if is_told else ALONE_ASK_S
            state = sight_of(self._picture, now).state
            pace = at_work if state in AT_WORK else OFFLINE_ASK_S if state is MachineState.OFFLINE else at_rest
            is_due, self._is_due = self._is_due or not 0 <= now - self._asked_at < pace, False
        return is_due

    def _ask(self, now: int) -> None:
        """Everything, anew. Raises Away."""
        self._asked_at = now
        klippy = self._server.klippy()
        objects = None if klippy == "disconnected" else self._server.objects()
        queued, machine_id = self._ask_aside(now)
        with self._lock:
            is_mute = objects is None and klippy == "ready"
            picture = after_info(self._picture, "disconnected" if is_mute else klippy, queued)
            if objects is not None:
                picture = after_objects(picture, objects, now, is_whole=True)
            self._picture = _named(picture, machine_id)
            self._missed, self._last_error = 0, ""
        self._ask_more()

    def _ask_aside(self, now: int) -> tuple[int, str]:
        """What changes seldom: the queue that must be empty, and which board this is."""
        if 0 <= now - self._side_asked_at < SIDE_ASK_S and self._picture.is_there:
            return self._picture.queued, self._picture.machine_id
        self._side_asked_at = now
        queued = self._server.queued()
        return queued, self._server.machine_id() if not self._picture.is_there else self._picture.machine_id

    def _ask_more(self) -> None:
        """The history where Klipper has forgotten its last job, the slicer's estimate where one prints."""
        picture = self._picture
        if picture.of("print_stats", "state") == "standby":
            history = self._server.history()
            with self._lock:
                self._picture = after_history(self._picture, history)
        elif picture.file and picture.estimated_s is None:
            estimate = estimate_of(self._server.metadata(picture.file))
            with self._lock:
                self._picture = _estimated(self._picture, picture.file, estimate or 0)

    def _miss(self, code: str) -> None:
        with self._lock:
            self._missed, self._last_error = self._missed + 1, code
            if self._missed >= AWAY_AFTER or code == "wrong_key":
                self._picture = gone(self._picture, code)
            else:
                self._is_due = True

    # -- hearing: from the thread of the broker -----------------------------------------------------------

    def hear_topic(self, heard: Heard) -> None:
        """A message of Moonraker's MQTT part, under its instance name."""
        with self._lock:
            before = sight_of(self._picture, 0)
            self._picture, must_ask = after_message(self._picture, heard, self._clock())
            self._is_due = self._is_due or must_ask
            is_news = must_ask or sight_of(self._picture, 0) != before
        if is_news:
            self._wake()

    def hear_broker(self, is_up: bool) -> None:
        """The venue's broker is there or away: what was said meanwhile has to be asked."""
        with self._lock:
            self._is_hearing, self._is_due = is_up, True
        self._wake()


def _named(picture: Picture, machine_id: str) -> Picture:
    return picture if picture.machine_id == machine_id else structs.replace(picture, machine_id=machine_id)


def _estimated(picture: Picture, file: str, estimate: int) -> Picture:
    return structs.replace(picture, estimated_s=estimate) if picture.file == file else picture


def build(settings: Settings, tools: Tools) -> Moonraker:
    """Moonraker by REST alone."""
    return Moonraker(_server(settings), tools)


def build_over_mqtt(settings: Settings, tools: Tools) -> Moonraker:
    """Moonraker by REST, and by its topics on the venue's broker."""
    made = Moonraker(_server(settings), tools)
    instance = settings.get("instance", "").strip().strip("/")
    if tools.bus is not None and instance:
        name = f"{tools.device}-moonraker"
        made.listen(Listener(tools.bus, name, instance, FILTERS, made.hear_topic, made.hear_broker))
    return made


def try_out(settings: Settings) -> Probe:
    """Whether a Moonraker answers there, and lets us print."""
    return tried(_server(settings), _probe)


def _probe(server: Server) -> Probe:
    reply = server.software()
    if reply.status in (401, 403):
        return Probe(code="wrong_key")
    version = words(member(reply.data, "result", "moonraker_version"), 40)
    if not reply.is_ok or not version:
        return Probe(code="wrong_kind")
    build_mm, nozzle_mm = build_of(server.config())
    klippy = server.klippy()
    note = "" if klippy == "ready" else f"klippy_{klippy}"
    note = note or ("own_queue_not_empty" if server.queued() else "")
    return Probe(
        code="ok", software=f"Moonraker {version}", build_mm=build_mm, nozzle_mm=nozzle_mm, can_control=True, note=note
    )


def _server(settings: Mapping[str, str]) -> Server:
    return Server(settings.get("address", ""), settings.get("api_key", "").strip())
