"""The Mosquitto that is shipped, with the accounts that the service writes: who may say what, over TLS."""

import contextlib
import datetime
import ipaddress
import re
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.devices.brokers import DEADLINE_S, MOSQUITTO
from tests.support.clients import HouseUnderTest
from tests.support.inside import read, write
from tierslieu.people.devices.actions import enrol_device, revoke_device
from tierslieu.people.devices.mosquitto import write_files
from tierslieu.people.devices.queries import devices

SHIPPED = Path(__file__).parents[2] / "deploy/server/mosquitto.conf"
NOT_AUTHORIZED = 135
pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")


def certificate(folder: Path) -> None:
    """A certificate of this computer, which vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    day = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(day - datetime.timedelta(days=1))
        .not_valid_after(day + datetime.timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "server.crt").write_bytes(made.public_bytes(pem))
    (folder / "server.key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Shipped:
    """The shipped configuration in a folder of its own: only paths and ports are other ones."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.plain_port = folder, free_port(), free_port()
        certificate(folder)
        text = SHIPPED.read_text(encoding="utf-8")
        text = text.replace("/var/lib/tierslieu/mosquitto/", f"{folder}/").replace("/var/lib/mosquitto/", f"{folder}/")
        text = text.replace("/etc/mosquitto/certs/", f"{folder}/").replace("listener 8883", f"listener {self.port}")
        text = re.sub("listener 1883 ", f"listener {self.plain_port} ", text)
        self._config = folder / "mosquitto.conf"
        self._config.write_text(text + "user root\nlog_type none\n")

    def start(self) -> None:
        assert MOSQUITTO is not None
        self.child = subprocess.Popen([MOSQUITTO, "-c", str(self._config)], stderr=subprocess.DEVNULL)
        waiting = threading.Event()
        for _ in range(400):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            waiting.wait(0.05)
        raise AssertionError("mosquitto does not listen")

    def kill(self) -> None:
        self.child.kill()
        self.child.wait()

    def saved(self, topic: str) -> bool:
        """Whether what is retained has reached the disk."""
        kept = self.folder / "mosquitto.db"
        waiting = threading.Event()
        for _ in range(400):
            if kept.exists() and topic.encode() in kept.read_bytes():
                return True
            waiting.wait(0.05)
        return False


class Peer:
    """One client that remembers what it was told."""

    def __init__(self, broker: Shipped, name: str | None, password: str = "") -> None:
        self.heard: list[tuple[str, bytes, bool]] = []
        self._news = threading.Condition()
        self._said: dict[int, int] = {}
        self.refused: bool | None = None
        client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        if name is not None:
            client.username_pw_set(name, password)
        client.tls_set(ca_certs=str(broker.folder / "server.crt"))
        client.on_connect, client.on_message, client.on_publish = self._on_connect, self._on_message, self._on_publish
        client.on_subscribe = lambda *_: self._tell(lambda: self._said.update({-1: 0}))
        client.connect("127.0.0.1", broker.port)
        client.loop_start()
        self._client = client
        self._wait(lambda: self.refused is not None)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def read(self, wanted: str) -> None:
        self._client.subscribe(wanted, qos=1)
        self._wait(lambda: -1 in self._said)

    def say(self, topic: str, payload: bytes = b"x", *, retain: bool = False) -> int:
        """What the broker answers: a reason code of MQTT 5."""
        sent = self._client.publish(topic, payload, qos=1, retain=retain)
        self._wait(lambda: sent.mid in self._said)
        return self._said[sent.mid]

    def topics(self, count: int) -> list[str]:
        self._wait(lambda: len(self.heard) >= count)
        return [topic for topic, _payload, _retain in self.heard]

    def _wait(self, until: Any) -> None:
        with self._news:
            assert self._news.wait_for(until, DEADLINE_S)

    def _tell(self, what: Any) -> None:
        with self._news:
            what()
            self._news.notify_all()

    def _on_connect(self, _client: Any, _data: Any, _flags: Any, reason: Any, _props: Any) -> None:
        self._tell(lambda: setattr(self, "refused", bool(reason.is_failure)))

    def _on_message(self, _client: Any, _data: Any, message: mqtt.MQTTMessage) -> None:
        self._tell(lambda: self.heard.append((message.topic, bytes(message.payload), message.retain)))

    def _on_publish(self, _client: Any, _data: Any, mid: int, reason: Any, _props: Any) -> None:
        self._tell(lambda: self._said.update({mid: reason.value}))


@pytest.fixture
def secrets(quick_nugue: HouseUnderTest) -> dict[str, str]:
    kinds = {"p3d-9": "machine", "laser-9": "machine", "plug-9": "meter", "agent-9": "agent", "wall-9": "listener"}
    kinds |= {"kiosk-9": "kiosk", "porte-8": "reader", "porte-9": "reader"}
    found = {key: write(quick_nugue, enrol_device, key, kind, key) for key, kind in kinds.items()}
    found["gone-9"] = write(quick_nugue, enrol_device, "gone-9", "machine", "gone")
    write(quick_nugue, revoke_device, "gone-9")
    return found


@pytest.fixture
def broker(quick_nugue: HouseUnderTest, secrets: dict[str, str], tmp_path: Path) -> Iterator[Shipped]:
    shipped = Shipped(tmp_path)
    write_files(tmp_path, "mqtt://service:l%2Fong@127.0.0.1", read(quick_nugue, devices))
    shipped.start()
    yield shipped
    shipped.kill()


def test_nobody_is_anonymous_and_a_revoked_device_is_out(broker: Shipped, secrets: dict[str, str]) -> None:
    for name, password in ((None, ""), ("p3d-9", "wrong"), ("gone-9", secrets["gone-9"]), ("nobody", "x")):
        peer = Peer(broker, name, password)
        assert peer.refused, name
        peer.close()


def test_a_connection_in_clear_is_refused(broker: Shipped) -> None:
    with socket.create_connection(("127.0.0.1", broker.port)) as plain:
        plain.settimeout(DEADLINE_S)
        answer = b""
        with contextlib.suppress(ConnectionError):
            plain.sendall(b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x0a\x00\x00")
            answer = plain.recv(64)
        assert b"\x20\x02\x00\x00" not in answer  # the broker's « welcome »


def test_a_device_writes_its_own_tree_and_reads_its_own_orders(broker: Shipped, secrets: dict[str, str]) -> None:
    service = Peer(broker, "service", "l/ong")
    service.read("tierslieu/v1/+/+/up/#")
    printer, laser = Peer(broker, "p3d-9", secrets["p3d-9"]), Peer(broker, "laser-9", secrets["laser-9"])
    printer.read("#")
    assert printer.say("tierslieu/v1/oasis/p3d-9/up/state") < NOT_AUTHORIZED
    for foreign in ("laser-9/up/state", "p3d-9/down/cmd", "laser-9/down/cmd"):
        assert printer.say(f"tierslieu/v1/oasis/{foreign}") == NOT_AUTHORIZED
    assert printer.say("plugs/plug-9/cmnd/POWER") == NOT_AUTHORIZED
    service.say("tierslieu/v1/oasis/laser-9/down/cmd")
    service.say("tierslieu/v1/oasis/p3d-9/down/cmd")
    laser.say("tierslieu/v1/oasis/laser-9/up/state")
    assert service.topics(2) == ["tierslieu/v1/oasis/p3d-9/up/state", "tierslieu/v1/oasis/laser-9/up/state"]
    assert printer.topics(1) == ["tierslieu/v1/oasis/p3d-9/down/cmd"]
    for peer in (service, printer, laser):
        peer.close()


def test_a_door_hears_its_own_orders_and_nobody_speaks_for_another_door(
    broker: Shipped, secrets: dict[str, str]
) -> None:
    service = Peer(broker, "service", "l/ong")
    first, second = Peer(broker, "porte-8", secrets["porte-8"]), Peer(broker, "porte-9", secrets["porte-9"])
    for door in (first, second):
        door.read("#")
    assert first.say("tierslieu/v1/oasis/porte-8/up/door") < NOT_AUTHORIZED
    for foreign in ("porte-9/up/door-ack", "porte-9/up/door-event", "porte-9/down/door", "porte-8/down/door"):
        assert first.say(f"tierslieu/v1/oasis/{foreign}") == NOT_AUTHORIZED
    service.say("tierslieu/v1/oasis/porte-9/down/door")
    service.say("tierslieu/v1/oasis/porte-8/down/door")
    assert first.topics(1) == ["tierslieu/v1/oasis/porte-8/down/door"]
    assert second.topics(1) == ["tierslieu/v1/oasis/porte-9/down/door"]
    for peer in (service, first, second):
        peer.close()


def test_plugs_agents_listeners_and_kiosks_have_what_they_need_and_no_more(
    broker: Shipped, secrets: dict[str, str]
) -> None:
    plug, agent = Peer(broker, "plug-9", secrets["plug-9"]), Peer(broker, "agent-9", secrets["agent-9"])
    wall, kiosk = Peer(broker, "wall-9", secrets["wall-9"]), Peer(broker, "kiosk-9", secrets["kiosk-9"])
    service = Peer(broker, "service", "l/ong")
    for peer in (agent, wall, kiosk):
        peer.read("#")
    assert plug.say("plugs/plug-9/tele/SENSOR") < NOT_AUTHORIZED
    assert plug.say("plugs/other/tele/SENSOR") == NOT_AUTHORIZED
    assert agent.say("plugs/plug-9/cmnd/POWER") < NOT_AUTHORIZED
    assert agent.say("tierslieu/v1/oasis/p3d-9/up/state") == NOT_AUTHORIZED
    for nobody in (wall, kiosk):
        assert nobody.say("tierslieu/v1/oasis/p3d-9/up/state") == NOT_AUTHORIZED
    for topic in ("up/state", "down/cmd", "board"):  # what a listener may read names no file and nobody
        service.say(f"tierslieu/v1/oasis/p3d-9/{topic}")
    assert wall.topics(1) == ["tierslieu/v1/oasis/p3d-9/board"]
    assert set(agent.topics(1)) <= {"plugs/plug-9/tele/SENSOR", "plugs/plug-9/cmnd/POWER"}
    assert kiosk.heard == []
    for peer in (plug, agent, wall, kiosk, service):
        peer.close()


def test_what_is_retained_survives_a_power_cut(broker: Shipped, secrets: dict[str, str]) -> None:
    topic = "tierslieu/v1/oasis/p3d-9/up/state"
    printer = Peer(broker, "p3d-9", secrets["p3d-9"])
    printer.say(topic, b"the last word", retain=True)
    printer.close()
    assert broker.saved(topic)
    broker.kill()
    broker.start()
    service = Peer(broker, "service", "l/ong")
    service.read("tierslieu/v1/+/+/up/#")
    assert service.topics(1) == [topic]
    assert service.heard == [(topic, b"the last word", True)]
    service.close()


def test_an_enrolment_is_read_by_the_running_broker(
    broker: Shipped, quick_nugue: HouseUnderTest, tmp_path: Path
) -> None:
    password = write(quick_nugue, enrol_device, "new-9", "machine", "new")
    stranger = Peer(broker, "new-9", password)
    assert stranger.refused
    stranger.close()
    write_files(tmp_path, "mqtt://service:l%2Fong@127.0.0.1", read(quick_nugue, devices))
    broker.child.send_signal(signal.SIGHUP)
    assert write_seen(broker, password)


def write_seen(broker: Shipped, password: str) -> bool:
    """Whether the broker comes to know the account; it reads its files at its next turn."""
    waiting = threading.Event()
    for _ in range(200):
        peer = Peer(broker, "new-9", password)
        peer.close()
        if not peer.refused:
            return True
        waiting.wait(0.05)
    return False
