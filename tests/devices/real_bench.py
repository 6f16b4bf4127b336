"""The service's end, a broker, and one machine run by the agent's own crew."""

import functools
import hashlib
import http.server
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from devices.adapters.base import Bus
from devices.agent.config import AgentConfig, MachineEntry
from devices.agent.crew import Crew
from devices.wire import (
    Ack,
    AckResult,
    Availability,
    Channel,
    Command,
    JobEnded,
    JobOrder,
    JobStarted,
    MachineState,
    Message,
    Op,
    Report,
    Snapshot,
)
from tests.devices.bench import Service
from tests.devices.brokers import SITE, Mosquitto
from tests.support.waiting import until

SECRET = "p3d-1"


class FileService:
    """What the service does for machines: files by their hash, for whoever has the machine's secret."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked = 0
        handler = functools.partial(_Handler, self)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def add(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        self.files[sha256] = content
        return sha256

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    def __init__(self, files: FileService, *more: object) -> None:
        self._files = files
        super().__init__(*more)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self._files.asked += 1
        found = self._files.files.get(self.path.rsplit("/", 1)[-1])
        is_known = self.headers["authorization"] == f"Bearer {SECRET}" and self.path.startswith("/api/v1/files/")
        self.send_response(200 if found is not None and is_known else 404)
        self.end_headers()
        if found is not None and is_known:
            self.wfile.write(found)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test has its own words."""


class RealBench:
    """One machine behind an adapter, run as the agent runs it."""

    def __init__(self, broker: Mosquitto, folder: Path, adapter: str, settings: Mapping[str, str], guest: str) -> None:
        self.broker, self._folder = broker, folder
        self.files = FileService()
        self.service = Service(broker.port)
        self.config = AgentConfig(
            broker_url=f"mqtt://127.0.0.1:{broker.port}",
            site=SITE,
            service_url=self.files.url,
            bus=Bus(url=f"mqtt://127.0.0.1:{broker.port}", username=guest, password=guest),
            machines=(
                MachineEntry(
                    device="p3d-1",
                    username="p3d-1",
                    password=SECRET,
                    kind="printer_3d",
                    adapter=adapter,
                    settings=dict(settings),
                ),
            ),
        )
        self.crew = self._build_crew()
        self._numbers = iter(range(1, 1_000))

    def _build_crew(self) -> Crew:
        return Crew(self._folder / "spool", lambda: int(time.time()))

    def start(self) -> None:
        """Until the machine was born anew."""
        before = self._births()
        self.crew.take(self.config)
        until(lambda: len(self._births()) > len(before), "the machine appears")

    def _births(self) -> list[Availability]:
        return [said for said in self.service.all(Availability) if said.online]

    def restart_agent(self) -> None:
        """The agent is ended and begun anew on the same folder."""
        self.crew.stop()
        self.crew = self._build_crew()
        self.start()

    def close(self) -> None:
        self.crew.stop()
        self.service.close()
        self.files.close()

    @property
    def boot_id(self) -> str:
        return self._births()[-1].boot_id

    def order(self, ref: str, content: bytes = b"G28\n") -> JobOrder:
        return JobOrder(job_ref=ref, file_name=f"{ref}.gcode", file_sha256=self.files.add(content))

    def tell(self, op: Op, job: JobOrder | None = None, job_ref: str | None = None) -> Ack:
        command = Command(
            cmd_id=f"cmd-{next(self._numbers):05}-{time.time_ns()}",
            op=op,
            issued_at=int(time.time()),
            ttl_s=20,
            boot_id=self.boot_id,
            job=job,
            job_ref=job_ref,
        )
        return self.service.order(command)

    def begin(self, ref: str, content: bytes = b"G28\n") -> Ack:
        ack = self.tell(Op.START, self.order(ref, content))
        assert ack.result is AckResult.DONE, ack
        return ack

    def wait_for(self, *states: MachineState) -> Snapshot:
        """Until the newest snapshot shows one of these."""

        def newest() -> Snapshot | None:
            shown = [one for one in self.service.all(Snapshot) if one.boot_id == self.boot_id]
            return shown[-1] if shown and shown[-1].state in states else None

        return until(newest, f"the machine shows {states}")  # type: ignore[return-value]

    def wait_for_end(self, ref: str) -> JobEnded:
        fact = self.service.wait(Report, lambda report: is_end(report, ref)).fact
        assert isinstance(fact, JobEnded)
        return fact

    def told(self, ref: str) -> list[type]:
        """What was reported of a job, each report once, in the order of arrival."""
        return [kind for kind, of in self.service.facts() if of == ref]

    def publish(self, channel: Channel, message: Message, *, retain: bool = False) -> None:
        self.service.publish(channel, message, retain=retain)


def is_end(report: Report, ref: str) -> bool:
    return isinstance(report.fact, JobEnded) and report.fact.job_ref == ref


WHOLE = [JobStarted, JobEnded]
