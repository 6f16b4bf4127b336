"""The lock of the ESPHome terminal on the bench: its C++ compiled here, spoken for over the broker as its file does."""

import hmac
import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable
from functools import cache
from itertools import chain
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any, Final, cast

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

import devices.wire
from devices.link import send_at_once
from devices.terminals.box import Keys
from devices.terminals.pins import PretendedPins
from devices.wire import Availability, Channel, build_topic, decode, encode, parse_topic
from devices.wire.interlocks import Activity, Door, LockAck, LockEvent, LockOrder, LockPolicy, LockState, card_digest

HEADERS: Final = Path(devices.wire.__file__).parents[2] / "deploy" / "terminals" / "esphome"
COMPILER: Final = shutil.which("g++") or shutil.which("clang++")
CONFIRMS: Final = ("stop", "extend", "confirm")
TELLS: Final = {"stop": "button_stop", "extend": "extend", "oops": "oops"}


@cache
def _folder() -> TemporaryDirectory[str]:
    """Held until this process ends, which takes it away."""
    return TemporaryDirectory(prefix="tierslieu-esp-")


@cache
def program() -> Path:
    """The lock as a program, compiled once."""
    assert COMPILER is not None, "the lock of the ESPHome terminal is tested compiled: install g++"
    built = Path(_folder().name) / "esp_host"
    source = Path(__file__).with_name("esp_host.cpp")
    subprocess.run([COMPILER, "-std=c++17", "-I", str(HEADERS), "-o", str(built), str(source)], check=True)
    return built


def _word(value: object) -> str:
    return "-" if value is None or value == "" else str(value)


class Board:
    """The compiled lock: one command, one answer."""

    def __init__(self) -> None:
        self._child = subprocess.Popen([program()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._turn = threading.Lock()
        self.is_closed = False

    def ask(self, what: str, *words: object) -> Any:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        with self._turn:
            self._child.stdin.write(
                "\t".join([what, *(str(int(w) if isinstance(w, bool) else w) for w in words)]) + "\n"
            )
            self._child.stdin.flush()
            told = json.loads(self._child.stdout.readline())
            self.is_closed = told["is_closed"]
        return told["answer"]

    def end(self) -> None:
        self._child.communicate()


class EspSubject:
    """What terminal.yaml does around the lock: the seal, the pins, topics, and telling in its loop."""

    def __init__(self, place: tuple[str, str, int], keys: Keys, clocks: tuple[Callable[[], float], ...]) -> None:
        """`place` is site, device and the broker's port; `clocks` are the wall's and the one that never jumps."""
        self.site, self.device, self._port = place
        self._keys, (self._wall, self._steady) = keys, clocks
        self.pins, self._board = PretendedPins(), Board()
        # a board draws its boots: whoever writes an order today cannot name the boot that is to come
        self._boots = chain(("boot-001", "boot-002"), iter(lambda: token_hex(4), ""))
        self._lock = threading.RLock()
        self._begin()

    # -- life ---------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self.boot_id = next(self._boots)
        self._board.ask("begin", self._now(), self.boot_id)
        self.pins.relay(False)
        self._mqtt = self._client()

    def _now(self) -> int:
        return int(self._steady() * 1000)

    def _client(self) -> mqtt.Client:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"{self.site}-{self.device}")
        client.username_pw_set(self.device, self.device)
        client.reconnect_delay_set(1, 1)
        client.will_set(self._topic(Channel.AVAILABILITY), self._presence(online=False), qos=1, retain=True)
        client.on_connect, client.on_message = self._on_connect, self._on_message
        client.on_socket_open = send_at_once
        return client

    def start(self) -> None:
        self._mqtt.connect_async("127.0.0.1", self._port)
        self._mqtt.loop_start()
        self.tick()

    def stop(self) -> None:
        self._mqtt.disconnect()
        self._mqtt.loop_stop()
        self._board.end()
        del self._mqtt

    def reboot(self) -> None:
        """The power goes without a farewell, and comes back."""
        if (opened := self._mqtt.socket()) is not None:
            cast(socket.socket, opened).shutdown(socket.SHUT_RDWR)
        self._mqtt.loop_stop()
        with self._lock:
            self._begin()
        self.start()

    @property
    def is_connected(self) -> bool:
        return self._mqtt.is_connected()

    # -- its loop -----------------------------------------------------------------------------------

    def tick(self) -> None:
        with self._lock:
            is_awake = self._look()
        if not is_awake:
            self.reboot()

    def _look(self) -> bool:
        now, pins = self._now(), self.pins
        for card in pins.cards():
            self._board.ask("tell", now, "badge", card_digest(self._keys.card, card))
        for button in pins.pressed():
            self._press(button, now)
        read = pins.read()
        inputs = (bool(read.sense), read.is_estopped, read.activity is Activity.BUSY, read.door is Door.OPEN)
        found = self._board.ask("look", now, *inputs, self.is_connected)
        pins.relay(found["relay"])
        if found["is_awake"] and self.is_connected:
            self._tell(now)
        return bool(found["is_awake"])

    def _press(self, button: str, now: int) -> None:
        if button in CONFIRMS:
            self._board.ask("confirm", now)
        if button in TELLS:
            self._board.ask("tell", now, TELLS[button])

    def _tell(self, now: int) -> None:
        if (state := self._board.ask("state", now)) is not None:
            self._say(Channel.LOCK, msgspec.convert({**state, "boot_id": self.boot_id}, LockState), retain=True)
        for event in self._board.ask("events", now):
            self._say(Channel.EVENT, msgspec.convert({**event, "boot_id": self.boot_id}, LockEvent))

    # -- the bus ------------------------------------------------------------------------------------

    def _topic(self, channel: Channel) -> str:
        return build_topic(self.site, self.device, channel)

    def _presence(self, *, online: bool) -> bytes:
        return encode(Availability(online=online, boot_id=self.boot_id, software="esphome terminal 1"))

    def _say(self, channel: Channel, said: Any, *, retain: bool = False) -> None:
        self._mqtt.publish(self._topic(channel), encode(said), qos=1, retain=retain)

    def _on_connect(self, client: mqtt.Client, *_: Any) -> None:
        client.subscribe([(self._topic(Channel.LOCK_ORDER), 1), (self._topic(Channel.LOCK_POLICY), 1)])
        client.publish(self._topic(Channel.AVAILABILITY), self._presence(online=True), qos=1, retain=True)
        with self._lock:
            self._board.ask("up", self._now())

    def _on_message(self, _client: Any, _data: Any, message: mqtt.MQTTMessage) -> None:
        with self._lock:
            if parse_topic(message.topic).channel is Channel.LOCK_ORDER:
                self._take(decode(LockOrder, bytes(message.payload)))
            else:
                self._believe(decode(LockPolicy, bytes(message.payload)))

    def _take(self, order: LockOrder) -> None:
        words = [
            *(order.cmd_id, order.seq, order.op.value, order.issued_at, order.ttl_s, order.boot_id),
            *(_word(order.lease_id), order.lease_s, order.when.value, _word(order.event_id), *order.text),
        ]
        is_sealed = self._is_sealed("canonical", words, order.mac)
        opened, closed = (stuck if (stuck := self.pins.stuck) is not None else relay for relay in (False, True))
        ack = self._board.ask("order", self._now(), is_sealed, int(self._wall()), opened, closed, *words)
        self.pins.relay(self._board.is_closed)
        if is_sealed and order.text:
            self.pins.show(order.text)
        given = {"cmd_id": order.cmd_id, "seq": order.seq, "boot_id": self.boot_id}
        self._say(Channel.LOCK_ACK, msgspec.convert({**ack, **given}, LockAck))

    def _believe(self, policy: LockPolicy) -> None:
        words = [
            *(policy.version, policy.warn_s, policy.idle_cap_s, policy.confirm_every_s, policy.offline_policy.value),
            *(policy.offline_lease_s, *policy.offline_cards),
        ]
        self._board.ask("policy", self._now(), self._is_sealed("canonical-policy", words, policy.mac), *words)

    def _is_sealed(self, what: str, words: list[Any], mac: str) -> bool:
        covered = bytes.fromhex(self._board.ask(what, self._now(), self.site, self.device, *words))
        return hmac.compare_digest(hmac.new(self._keys.lock, covered, "sha256").hexdigest(), mac)
