"""A FabLab under test: its machines, what they say, and who asks for what."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import msgspec

from devices.wire import (
    Ack,
    AckResult,
    Availability,
    Channel,
    Job,
    JobEnded,
    JobStarted,
    MachineState,
    Outcome,
    Report,
    Snapshot,
    Telemetry,
    Temperature,
    build_topic,
    encode,
)
from devices.wire import Message as WireMessage
from tests.support.clients import FAB_MANAGER, MEMBER, Caller, HouseUnderTest
from tierslieu.demo import fablab as demo
from tierslieu.fablab import inbox, queries
from tierslieu.fablab.telemetry import intake
from tierslieu.infra.broker import Broker
from tierslieu.infra.feature import Message
from tierslieu.infra.jobs import waiting

CAPTURES = Path(__file__).parent / "captures"
CUBE = CAPTURES / "cube.gcode"
SITE = "oasis"


def load_machines(house: HouseUnderTest) -> None:
    """The demonstration's machines, unless they are there already."""
    if not house.read(queries.machines):
        house.write(demo.load)


class Spy(Broker):
    """The house's side of the bus: keeps what was published, or is away."""

    def __init__(self, house: HouseUnderTest) -> None:
        super().__init__(house.house.metrics)
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.is_up = True

    def publish(self, topic: str, payload: bytes, qos: int = 1, retain: bool = False) -> None:
        if not self.is_up:
            super().publish(topic, payload, qos, retain)
        if topic.endswith(("/board", "/config")):
            return
        assert not retain, "a command is never retained"
        self.sent.append((topic, msgspec.json.decode(payload)))


class Box:
    """The box of one machine, as the inbox hears it."""

    def __init__(self, house: HouseUnderTest, key: str = "p3d-1", boot: str = "boot-1") -> None:
        self.house, self.key, self.boot, self.seq = house, key, boot, 0

    def say(self, channel: Channel, message: WireMessage, *, retain: bool = False) -> None:
        payload = encode(message)
        heard = Message(build_topic(SITE, self.key, channel), payload, retain)
        if channel is Channel.TELEMETRY:
            assert not self.house.write(intake.take_in, [heard])
        else:
            self.house.write(inbox.handle, heard)

    def reboot(self, boot: str) -> None:
        self.boot, self.seq = boot, 0
        self.appear()

    def appear(self, *, online: bool = True, boot: str = "", retain: bool = False) -> None:
        said = Availability(online=online, boot_id=boot or self.boot, kind="printer_3d")
        self.say(Channel.AVAILABILITY, said, retain=retain)

    def show(self, state: MachineState, ref: str | None = None, *, seq: int | None = None, **more: Any) -> None:
        self.seq = self.seq + 1 if seq is None else self.seq
        retain = bool(more.pop("retain", False))
        job = None if ref is None else Job(job_ref=ref, progress_percent=more.pop("percent", 0.0), seconds_left=600)
        snapshot = Snapshot(
            state=state,
            boot_id=more.pop("boot", self.boot),
            seq=self.seq if seq is None else seq,
            observed_at=self.house.clock.instant,
            job=job,
            **more,
        )
        self.say(Channel.STATE, snapshot, retain=retain)

    def measure(self, degrees: float, percent: float | None = None) -> None:
        heat = (Temperature(sensor="tool0", actual=degrees, target=215.0),)
        said = Telemetry(
            boot_id=self.boot, observed_at=self.house.clock.instant, temperatures=heat, progress_percent=percent
        )
        self.say(Channel.TELEMETRY, said)

    def started(self, ref: str, report_id: str = "") -> None:
        self._report(JobStarted(job_ref=ref, file=f"{ref}.gcode"), report_id or f"{ref}-{self.boot}-start")

    def ended(self, ref: str, outcome: Outcome = Outcome.OK, report_id: str = "") -> None:
        fact = JobEnded(job_ref=ref, outcome=outcome, duration_s=700, filament_mm=26.4)
        self._report(fact, report_id or f"{ref}-{self.boot}-end")

    def _report(self, fact: JobStarted | JobEnded, report_id: str) -> None:
        self.seq += 1
        at = self.house.clock.instant
        self.say(Channel.REPORT, Report(report_id=report_id, boot_id=self.boot, seq=self.seq, at=at, fact=fact))

    def ack(self, cmd_id: str, result: AckResult, reason: str | None = None) -> None:
        said = Ack(cmd_id=cmd_id, boot_id=self.boot, at=self.house.clock.instant, result=result, reason=reason)
        self.say(Channel.ACK, said)

    def wake(self) -> None:
        """Birth and first state: idle and heard."""
        self.appear()
        self.show(MachineState.IDLE)


def stop_at_rest(house: HouseUnderTest) -> None:
    """End the loop of jobs between two of its turns: what it dropped would stay leased while the clock stands."""
    jobs = house.house.jobs
    assert jobs is not None
    while house.read(waiting):
        house.client.blocking_portal.call(asyncio.sleep, 0)
    house.client.blocking_portal.call(jobs.stop)


class Fablab:
    """A house with machines, a maker and a manager."""

    def __init__(self, house: HouseUnderTest) -> None:
        self.house = house
        load_machines(house)
        stop_at_rest(house)  # the test says when jobs run
        self.spy = house.house.broker = Spy(house)
        self.maker, self.manager = house.sign_in(MEMBER), house.sign_in(FAB_MANAGER)
        self.box = Box(house)

    def upload(self, who: Caller | None = None, path: Path = CUBE, name: str = "") -> httpx.Response:
        return self.send((who or self.maker), path.read_bytes(), name or path.name)

    def send(self, who: Caller, content: bytes, name: str) -> httpx.Response:
        files = {"file": (name, content, "application/octet-stream")}
        return self.house.client.post("/api/v1/fablab/files", files=files, headers=who.headers)

    def queue(self, who: Caller | None = None, **more: Any) -> dict[str, Any]:
        """A cube in the queue."""
        who = who or self.maker
        answer = who.post("/api/v1/fablab/jobs", {"file": self.upload(who).json()["id"], **more})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def dispatch(self, job: dict[str, Any], machine: str = "p3d-1", **more: Any) -> httpx.Response:
        answer = self.manager.post(f"/api/v1/fablab/jobs/{job['id']}/dispatch", {"machine": machine, **more})
        self.house.run_jobs()
        return answer

    def job(self, job: dict[str, Any]) -> dict[str, Any]:
        return dict(self.manager.get(f"/api/v1/fablab/jobs/{job['id']}").json())

    def machine(self, key: str = "p3d-1") -> dict[str, Any]:
        return dict(self.manager.get(f"/api/v1/fablab/machines/{key}").json())

    def clear(self, outcome: str = "good", key: str = "p3d-1") -> httpx.Response:
        return self.manager.post(f"/api/v1/fablab/machines/{key}/clear", {"outcome": outcome})

    def pass_time(self, seconds: int) -> None:
        self.house.clock.instant += seconds
        self.house.run_jobs()

    def running(self) -> dict[str, Any]:
        """A job that runs on p3d-1."""
        self.box.wake()
        job = self.queue()
        assert self.dispatch(job).status_code == 202
        self.box.started(job["number"])
        self.box.show(MachineState.RUNNING, job["number"], percent=10.0)
        return self.job(job)


def codes(answer: httpx.Response) -> set[str]:
    """The codes of a refusal."""
    return {reason["code"] for reason in answer.json()["reasons"]}
