"""OctoPrint: its REST interface for truth and orders, its push socket or its MQTT plugin for what happens meanwhile."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from devices.adapters import obeying
from devices.adapters.base import Fetch, Probe, Settings, Sight, Tools
from devices.adapters.listening import Heard, Listener
from devices.adapters.loose import member, words
from devices.adapters.octoprint.plugin import after_message
from devices.adapters.octoprint.push import Push, kinds_of
from devices.adapters.octoprint.reading import Picture, after_data, after_event, gone
from devices.adapters.octoprint.server import Server, build_of
from devices.adapters.octoprint.showing import sight_of
from devices.adapters.web import Away, tried
from devices.commands import Answer
from devices.printers.states import AT_WORK
from devices.wire import AckResult, Command, Op

QUIET_ASK_S: Final = 30
"""While something tells us what happens: idle is silent, so it is asked from time to time."""
SILENT_ASK_S: Final = 10
"""While it works it tells something all the time: silence is a reason to ask."""
ALONE_ASK_S: Final = 3
AWAY_AFTER: Final = 2
"""Answers missed before the machine counts as offline; while it works, one more."""


class OctoPrint:
    """One OctoPrint. `listen` makes what tells us of events; without it the machine is asked more often."""

    def __init__(self, server: Server, tools: Tools) -> None:
        self._server, self._clock = server, tools.clock
        self._lock = threading.Lock()
        self._picture = Picture()
        self._wake: Callable[[], None] = lambda: None
        self._asked_at = -ALONE_ASK_S
        self._heard_at = 0
        self._is_due = True
        self._missed = 0
        self._last_error = ""
        self._is_listening = False
        self._ears: Push | Listener | None = None

    def listen_by_push(self, name: str) -> None:
        self._ears = Push(name, self._server, self._hear, self._turn)

    def listen_by_mqtt(self, listener: Listener) -> None:
        self._ears = listener

    def open(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        if self._ears is not None:
            self._ears.start()

    def close(self) -> None:
        if self._ears is not None:
            self._ears.stop()
        self._server.close()

    def look(self, now: int) -> Sight:
        if self._is_ask_due(now):
            self._ask(now)
        with self._lock:
            return sight_of(self._picture, now)

    def obey(self, command: Command, fetch: Fetch) -> Answer:
        if command.op is Op.IDENTIFY:
            return Answer(AckResult.DONE)
        return obeying.obey(command, fetch, self, self._clock)

    def diagnose(self) -> dict[str, str | int | float | None]:
        return {
            "is_listening": int(self._is_listening),
            "heard": 0 if self._ears is None else self._ears.messages,
            "missed_answers": self._missed,
            "last_error": self._last_error or None,
            "asked_s_ago": max(0, self._clock() - self._asked_at),
        }

    # -- hands ------------------------------------------------------------------------------------------

    def see(self) -> Sight:
        now = self._clock()
        data = self._server.picture()
        with self._lock:
            self._picture = after_data(self._picture, data, now)
            return sight_of(self._picture, now)

    def send(self, file: Path, name: str) -> str | None:
        return self._server.send(file, name)

    def begin(self, name: str) -> str | None:
        return self._server.begin(name)

    def steer(self, op: Op) -> str | None:
        return self._server.steer(op)

    # -- asking -----------------------------------------------------------------------------------------

    def _is_ask_due(self, now: int) -> bool:
        with self._lock:
            pace = QUIET_ASK_S if self._is_listening and not self._missed else ALONE_ASK_S
            is_silent = self._picture.phase in AT_WORK and now - max(self._heard_at, self._asked_at) >= SILENT_ASK_S
            is_due = self._is_due or self._picture.is_doubtful or is_silent or not 0 <= now - self._asked_at < pace
            self._is_due = False
        return is_due

    def _ask(self, now: int) -> None:
        self._asked_at = now
        try:
            data = self._server.picture()
        except Away as away:
            self._miss(away.code)
            return
        with self._lock:
            self._missed, self._last_error = 0, ""
            self._picture = after_data(self._picture, data, now)

    def _miss(self, code: str) -> None:
        with self._lock:
            self._missed, self._last_error = self._missed + 1, code
            if self._missed >= AWAY_AFTER or code == "wrong_key":
                self._picture = gone(self._picture, code)

    # -- listening: from the thread of the socket or of the broker ---------------------------------------

    def _turn(self, is_up: bool) -> None:
        """Connected or not any more: what happened in between has to be asked."""
        with self._lock:
            is_news = is_up != self._is_listening or is_up
            self._is_listening, self._is_due = is_up, self._is_due or is_news
        if is_news:
            self._wake()

    def _hear(self, message: object) -> None:
        now = self._heard_at = self._clock()
        with self._lock:
            before = self._picture
            for kind, value in kinds_of(message):
                if kind == "event":
                    event, payload = words(member(value, "type")), member(value, "payload")
                    self._picture = after_event(self._picture, event, payload, now)
                else:
                    self._picture = after_data(self._picture, value, now)
            is_news = before != self._picture
        if is_news:
            self._wake()

    def hear_topic(self, heard: Heard) -> None:
        """A message of the plugin, under our base topic."""
        with self._lock:
            before = self._picture
            self._heard_at = self._clock()
            self._picture, must_ask = after_message(self._picture, heard, self._heard_at)
            self._is_due = self._is_due or must_ask
            is_news = must_ask or before != self._picture
        if is_news:
            self._wake()

    def hear_broker(self, is_up: bool) -> None:
        """The venue's broker is there or away: the plugin's events come only while it is there."""
        self._turn(is_up)


def build(settings: Settings, tools: Tools) -> OctoPrint:
    """OctoPrint by REST and push socket."""
    made = OctoPrint(_server(settings), tools)
    made.listen_by_push(tools.device)
    return made


def build_over_mqtt(settings: Settings, tools: Tools) -> OctoPrint:
    """OctoPrint by REST, and by the topics of its MQTT plugin on the venue's broker."""
    made = OctoPrint(_server(settings), tools)
    base = settings.get("base_topic", "").strip().strip("/")
    if tools.bus is not None and base:
        listener = Listener(tools.bus, f"{tools.device}-octoprint", base, ("#",), made.hear_topic, made.hear_broker)
        made.listen_by_mqtt(listener)
    return made


def try_out(settings: Settings) -> Probe:
    """Whether an OctoPrint answers there, and lets us print."""
    return tried(_server(settings), _probe)


def _probe(server: Server) -> Probe:
    reply = server.version()
    if reply.status in (401, 403):
        return Probe(code="wrong_key")
    text = words(member(reply.data, "text"), 80)
    if not reply.is_ok or not text.startswith("OctoPrint") or "Moonraker" in text:
        return Probe(code="wrong_kind")
    server.picture()
    profiles = server.profiles()
    build_mm, nozzle_mm, model = build_of(profiles.data if profiles.is_ok else None)
    return Probe(code="ok", model=model, software=text, build_mm=build_mm, nozzle_mm=nozzle_mm, can_control=True)


def _server(settings: Mapping[str, str]) -> Server:
    return Server(settings.get("address", ""), settings.get("api_key", "").strip())
