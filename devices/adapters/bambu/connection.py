"""The connection to one Bambu printer: the printer is a broker, and we are its guest."""

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from devices.adapters.bambu.merge import Merged
from devices.adapters.bambu.orders import WHOLE_STATE, refusal
from devices.adapters.bambu.reading import Run, follow
from devices.adapters.bambu.tls import WrongCertificate, context_of, first_sight
from devices.adapters.loose import member, parsed, whole
from devices.wire import AckResult

log: Final = logging.getLogger(__name__)
KEEPALIVE_S: Final = 30
CONNECT_S: Final = 5.0


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a printer is and how it is entered. Without a fingerprint the first certificate seen is kept."""

    host: str
    port: int
    files_port: int
    serial: str
    access_code: str
    fingerprint: str


class Pace(msgspec.Struct, frozen=True):
    """Seconds: how long silence is normal, how often a printer may be called and asked for all it knows."""

    stale: int = 60
    again: float = 30
    whole_state: int = 300
    echo: float = 20.0
    beat: float = 0.5


class View(msgspec.Struct, frozen=True):
    """What is known at one instant. Incomplete: the printer has not yet said what it does since it was called."""

    report: Mapping[str, Any]
    run: Run
    is_connected: bool
    heard_at: int | None
    last_error: str


class Connection:
    """Keeps the connection, merges what is heard. Nothing is ever sent later than asked: no connection, no order."""

    def __init__(self, place: Place, device: str, clock: Callable[[], int], pace: Pace) -> None:
        self._place, self._clock, self._pace = place, clock, pace
        self._news = threading.Condition()
        self._merged, self._run = Merged(), Run()
        self._heard_at: int | None = None
        self._asked_at: int | None = None
        self._cut_at = clock()
        self._is_connected, self._last_error, self._number = False, "", 1
        self._denied: dict[int, tuple[AckResult, str]] = {}
        self._pending = 0
        self._wake: Callable[[], None] = lambda: None
        self._closing, self._over = threading.Event(), threading.Event()
        self._keeper: threading.Thread | None = None
        self._fingerprint = place.fingerprint
        self._device = device
        self._client: mqtt.Client | None = None
        self.messages = self.connections = 0

    # -- life ---------------------------------------------------------------------------------------------

    def open(self, wake: Callable[[], None]) -> None:
        """Call the printer, in a thread of its own: a certificate has to be seen before it can be kept."""
        self._wake = wake
        self._keeper = threading.Thread(target=self._keep, name=f"bambu {self._device}", daemon=True)
        self._keeper.start()

    def close(self) -> None:
        self._closing.set()
        self._over.set()
        with self._news:
            self._news.notify_all()
        if self._keeper is not None:
            self._keeper.join()

    def _keep(self) -> None:
        """One life of the connection after the other, never more often than the pace allows."""
        while not self._closing.is_set():
            try:
                self._live()
            except WrongCertificate:
                self._last_error = "wrong_certificate"
            except OSError:
                self._last_error = "unreachable"
            except Exception:
                log.exception("%s: connection failed", self._device)
                self._last_error = "device_error"
            self._forget()
            self._wake()
            self._closing.wait(self._pace.again)

    def _live(self) -> None:
        """From the call to the end of the connection. Raises OSError."""
        place = self._place
        if not self._fingerprint:
            self._fingerprint = first_sight(place.host, place.port, place.serial)
        client = self._build()
        self.connections += 1
        self._over.clear()
        try:
            client.connect(place.host, place.port, KEEPALIVE_S)
            self._client = client
            client.loop_start()
            while not self._over.wait(self._pace.beat):
                if self._is_silent():
                    self._last_error = "silent"
                    return
        finally:
            self._client = None
            client.disconnect()
            client.loop_stop()

    def _is_silent(self) -> bool:
        heard = self._cut_at if self._heard_at is None else self._heard_at
        return self._clock() - max(heard, self._cut_at) >= self._pace.stale

    def _forget(self) -> None:
        """What was known is a memory now; what the printer does is to be said anew. Nothing waits to be sent."""
        with self._news:
            self._is_connected, self._cut_at = False, self._clock()
            self._merged = Merged()
            self._news.notify_all()

    def _build(self) -> mqtt.Client:
        place = self._place
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"tierslieu-{secrets.token_hex(4)}",
            protocol=MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        client.username_pw_set("bblp", place.access_code)
        client.tls_set_context(context_of(self._fingerprint, place.serial))
        client.tls_insecure_set(True)  # the certificate is pinned: its name was checked when it was first seen
        client.connect_timeout = CONNECT_S
        client.on_connect, client.on_message = self._on_connect, self._on_message
        client.on_disconnect = lambda *_: self._over.set()
        return client

    # -- hearing, in the thread of the connection ---------------------------------------------------------

    def _on_connect(self, client: mqtt.Client, _userdata: Any, _flags: Any, reason: ReasonCode, _p: Any) -> None:
        if reason.is_failure:
            self._last_error = "wrong_key"
            return
        self._is_connected, self._last_error, self._cut_at = True, "", self._clock()
        client.subscribe(f"device/{self._place.serial}/report")
        self.ask()

    def ask(self) -> None:
        """Ask for the whole state, if the printer may be asked again."""
        now = self._clock()
        is_due = self._asked_at is None or now - self._asked_at >= self._pace.whole_state
        if is_due and self._is_connected and self._publish(WHOLE_STATE):
            self._asked_at = now

    def _on_message(self, _client: Any, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        said = parsed(bytes(message.payload))
        if not isinstance(said, Mapping):
            return
        now, told = self._clock(), member(said, "print")
        with self._news:
            self.messages += 1
            self._heard_at = now
            if isinstance(told, Mapping):
                if member(told, "command") in (None, "push_status"):
                    self._merged.take(told, whole(member(told, "sequence_id"), 0, 2**53))
                self._run = follow(self._run, self._merged.tree(), now)
            if self._pending and (denied := refusal(said, self._pending)) is not None:
                self._denied[self._pending] = denied
            self._news.notify_all()
        self._wake()

    # -- looking and telling, in the thread of the adapter -------------------------------------------------

    def view(self) -> View:
        with self._news:
            return View(self._merged.tree(), self._run, self._is_connected, self._heard_at, self._last_error)

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def next_number(self) -> int:
        """The number of the next order; answers that refuse it are listened for from now on."""
        with self._news:
            self._number += 1
            self._pending = self._number
            return self._number

    def order(self, payload: bytes) -> bool:
        """Say it now, or never: False without a connection."""
        return self._is_connected and self._publish(payload)

    def _publish(self, payload: bytes) -> bool:
        client = self._client
        topic = f"device/{self._place.serial}/request"
        return client is not None and client.publish(topic, payload, qos=0).rc == MQTTErrorCode.MQTT_ERR_SUCCESS

    def wait(self, number: int, is_shown: Callable[[View], bool]) -> tuple[AckResult, str | None]:
        """Until the printer shows it, or says no, or the time is over, or the connection."""
        with self._news:
            self._news.wait_for(
                lambda: self._closing.is_set() or number in self._denied or is_shown(self.view()), self._pace.echo
            )
            self._pending = 0
            if number in self._denied:
                return self._denied.pop(number)
            return (AckResult.DONE, None) if is_shown(self.view()) else (AckResult.UNKNOWN, "no_echo")
