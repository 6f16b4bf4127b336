"""One Prusa printer, asked from time to time: the firmware has a small processor and no push."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from devices.adapters.base import START_WITHIN_S, Fetch, Sight
from devices.adapters.loose import fault, member, words
from devices.adapters.prusalink.client import Client, Reply, Unreached, file_path, folder_of
from devices.adapters.prusalink.reading import (
    READY,
    TAKES_A_JOB,
    Status,
    began_at,
    read_job,
    read_status,
    sight_of,
)
from devices.commands import Answer
from devices.printers.names import ref_of
from devices.printers.states import Seen
from devices.wire import AckResult, Command, Job, JobOrder, MachineState, Op

OFFLINE_AFTER: Final = 3
"""So many unanswered questions make a printer offline."""
_REFUSALS: Final = {
    401: (AckResult.REFUSED, "wrong_key"),
    403: (AckResult.REFUSED, "forbidden"),
    404: (AckResult.REFUSED, "no_such_job"),
    409: (AckResult.BUSY, "wrong_state"),
    413: (AckResult.REFUSED, "storage_full"),
    507: (AckResult.REFUSED, "storage_full"),
}
_BINARY: Final = b"GCDE"


class Pace(msgspec.Struct, frozen=True):
    """How often the printer is asked, in seconds, and how long an order may take to show."""

    at_rest: int = 5
    at_work: int = 2
    away: int = 10
    echo: float = 20.0
    beat: float = 1.0


class PrusaLink:
    """An Adapter. Without an address or with a wrong key the machine is offline, and a fault says why."""

    def __init__(self, client: Client | None, clock: Callable[[], int], pace: Pace | None = None) -> None:
        self._client, self._clock, self._pace = client, clock, pace or Pace()
        self._closing = threading.Event()
        self._due = 0
        self._failures = OFFLINE_AFTER
        self._last_error = "" if client else "bad_setting"
        self._answered_at: int | None = None
        self._sight: Sight | None = None
        self._job_id: int | None = None
        self._job: Job | None = None
        self._named_at = 0
        self._last_ref: str | None = None
        self._folder = self._serial = self._last_serial = self._brought = ""

    def open(self, wake: Callable[[], None]) -> None:
        """There is nothing to listen to."""

    def close(self) -> None:
        self._closing.set()
        if self._client is not None:
            self._client.close()

    def diagnose(self) -> dict[str, str | int | float | None]:
        return {
            "requests": self._client.asked if self._client else 0,
            "failures_in_a_row": self._failures,
            "last_error": self._last_error or None,
            "last_answer_age_s": None if self._answered_at is None else self._clock() - self._answered_at,
            "substate": self._sight.substate if self._sight else None,
            "storage": self._folder or None,
        }

    # -- looking ------------------------------------------------------------------------------------------

    def look(self, now: int) -> Sight:
        if self._client is not None and now >= self._due:
            self._ask(self._client, now)
        if self._sight is None or self._failures >= OFFLINE_AFTER:
            faults = (fault(self._last_error),) if self._last_error in ("wrong_key", "bad_setting") else ()
            return Sight(seen=Seen(state=MachineState.OFFLINE, at=now), faults=faults)
        return self._sight

    def _ask(self, client: Client, now: int) -> None:
        try:
            status = self._status(client)
            self._serial = self._serial or self._ask_serial(client)
            job = self._job_at(client, status, now)
        except Unreached as away:
            self._miss(away.code, now)
            return
        self._failures, self._last_error, self._answered_at = 0, "", now
        if job is not None:
            self._last_ref = job.job_ref
        sight = sight_of(status, job, now, self._last_ref)
        self._sight = msgspec.structs.replace(sight, machine_id=self._serial)
        self._due = now + (self._pace.at_work if status.is_at_work else self._pace.at_rest)

    def _ask_serial(self, client: Client) -> str:
        """Who answers. That another machine is ready says nothing of the job on the one before."""
        reply = client.get("/api/v1/info")
        serial = words(member(reply.body, "serial"), 64) if reply.status == 200 else ""
        if serial and serial != self._last_serial:
            self._last_serial, self._last_ref = serial, None
        return serial

    def _miss(self, code: str, now: int) -> None:
        """One question without answer is a hiccup. Who comes back has to name itself and its job again."""
        self._failures = OFFLINE_AFTER if code == "wrong_key" else self._failures + 1
        self._last_error, self._serial = code, ""
        self._job_id, self._job = None, None
        self._due = now + (self._pace.at_work if self._failures < OFFLINE_AFTER else self._pace.away)

    def _status(self, client: Client) -> Status:
        """What the printer shows now. Raises Unreached, also for what is no PrusaLink."""
        reply = client.get("/api/v1/status")
        if reply.status in (401, 403):
            raise Unreached("wrong_key")
        status = read_status(reply.body) if reply.status == 200 else None
        if status is None:
            raise Unreached("garbled")
        return status

    def _job_at(self, client: Client, status: Status, now: int) -> Job | None:
        """The job that this answer speaks of. Numbers of jobs begin anew with the printer, so names are asked again."""
        if status.word in (READY, "IDLE"):
            self._job_id, self._job = None, None
        elif status.job_id is not None and (status.job_id != self._job_id or self._is_old(status, now)):
            self._name_job(client, status, now)
        elif status.job_id is None and status.is_at_work:
            return None  # finishing moves: no word of a job is no word of another
        return self._job

    def _is_old(self, status: Status, now: int) -> bool:
        return self._job is None or (status.is_at_work and now - self._named_at >= 15 * self._pace.at_work)

    def _name_job(self, client: Client, status: Status, now: int) -> None:
        reply = client.get("/api/v1/job")
        job_id, job = read_job(reply.body) if reply.status == 200 else (None, None)
        if job is None or job_id != status.job_id:
            if status.job_id != self._job_id:
                self._job_id, self._job = None, None
            return
        is_same = self._job is not None and self._job.job_ref == job.job_ref
        started_at = self._job.started_at if self._job is not None and is_same else began_at(status, now)
        self._job_id, self._named_at = job_id, now
        self._job = msgspec.structs.replace(job, started_at=started_at)

    # -- orders -------------------------------------------------------------------------------------------

    def obey(self, command: Command, fetch: Fetch) -> Answer:
        if self._client is None:
            return Answer(AckResult.REFUSED, "bad_setting")
        self._due = 0
        try:
            if command.op is Op.START and command.job is not None:
                return self._start(self._client, command, command.job, fetch)
            if command.op is Op.FETCH and command.job is not None:
                return _held(command.job, fetch)
            if command.op in (Op.PAUSE, Op.RESUME, Op.CANCEL):
                return self._steer(self._client, command)
            status = self._status(self._client)
        except Unreached as away:
            self._last_error = away.code
            return Answer(AckResult.REFUSED, away.code)
        return Answer(AckResult.DONE, None, status.state)

    def _start(self, client: Client, command: Command, order: JobOrder, fetch: Fetch) -> Answer:
        """Bring the file, then start it: nothing is started by the upload itself."""
        if (against := self._against(client)) is not None:
            return against
        try:
            file = fetch(order)
            name = _name_on_printer(order, file)
        except OSError:
            return Answer(AckResult.REFUSED, "file_unavailable")
        if ref_of(name) != order.job_ref:
            return Answer(AckResult.REFUSED, "bad_file_name")  # the printer could not tell whose job it is
        left = command.issued_at + START_WITHIN_S - self._clock()
        path = file_path(self._storage(client), name)
        self._make_room(client, path)
        sent = client.upload(path, file, left)
        if sent.status not in (200, 201, 204):
            return _refused(sent, "file_in_use")
        return self._against(client) or self._begin(client, path, order.job_ref)

    def _make_room(self, client: Client, path: str) -> None:
        """The file brought before is of no use any more; a printer that keeps it is no reason not to go on."""
        if self._brought not in ("", path):
            client.send("DELETE", self._brought)
        self._brought = path

    def _against(self, client: Client) -> Answer | None:
        status = self._status(client)
        if status.is_transferring:
            return Answer(AckResult.BUSY, "transfer_in_progress", status.state)
        if status.word not in TAKES_A_JOB:
            return Answer(AckResult.BUSY, "job_on_machine" if status.is_at_work else "wrong_state", status.state)
        return None

    def _storage(self, client: Client) -> str:
        if not self._folder:
            reply = client.get("/api/v1/storage")
            self._folder = (folder_of(reply.body) if reply.status == 200 else None) or "usb"
        return self._folder

    def _begin(self, client: Client, path: str, wanted: str) -> Answer:
        """Start by the file's path; begun is what the printer shows under our name. A lost answer may be a start."""
        self._job_id, self._job = None, None
        try:
            reply = client.send("POST", path)
            if reply.status not in (200, 201, 204):
                return _refused(reply, "wrong_state")
        except Unreached as away:
            self._last_error = away.code
        return self._wait(lambda status: status.is_at_work and self._shows(client, status, wanted), client)

    def _shows(self, client: Client, status: Status, wanted: str) -> bool:
        job = self._job_at(client, status, self._clock())
        return job is not None and job.job_ref == wanted

    def _steer(self, client: Client, command: Command) -> Answer:
        status = self._status(client)
        job = self._job_at(client, status, self._clock())
        if status.job_id is None or not status.is_at_work:
            return Answer(AckResult.REFUSED, "no_job", status.state)
        if command.job_ref is not None and (job is None or job.job_ref != command.job_ref):
            return Answer(AckResult.REFUSED, "other_job", status.state)
        path = f"/api/v1/job/{status.job_id}"
        if command.op is Op.CANCEL:
            reply = client.send("DELETE", path)
        else:
            reply = client.send("PUT", f"{path}/{command.op.value}")
        if reply.status not in (200, 204):
            return _refused(reply, "wrong_state", status.state)
        return self._wait(lambda seen: _has_obeyed(command.op, status.job_id, seen), client)

    def _wait(self, is_so: Callable[[Status], bool], client: Client) -> Answer:
        """Look until the printer shows it, for a bounded time."""
        until = time.monotonic() + self._pace.echo
        while True:
            try:
                status = self._status(client)
                if is_so(status):
                    return Answer(AckResult.DONE, None, status.state)
            except Unreached as away:
                self._last_error = away.code
            if time.monotonic() >= until or self._closing.wait(self._pace.beat):
                return Answer(AckResult.UNKNOWN, "no_echo")


def _has_obeyed(op: Op, job_id: int | None, seen: Status) -> bool:
    if op is Op.CANCEL:
        return not seen.is_at_work or seen.job_id != job_id
    is_paused = seen.state is MachineState.PAUSED
    return seen.job_id == job_id and (is_paused if op is Op.PAUSE else seen.state is MachineState.RUNNING)


def _held(order: JobOrder, fetch: Fetch) -> Answer:
    """The file is here, so that a start need not wait for it."""
    try:
        fetch(order)
    except OSError:
        return Answer(AckResult.REFUSED, "file_unavailable")
    return Answer(AckResult.DONE)


def _refused(reply: Reply, busy: str, state: MachineState | None = None) -> Answer:
    result, reason = _REFUSALS.get(reply.status, (AckResult.REFUSED, f"printer_said_{reply.status}"))
    return Answer(result, busy if reason == "wrong_state" else reason, state)


def _name_on_printer(order: JobOrder, file: Path) -> str:
    """Our name with the ending that the printer goes by: binary G-code under .gcode is not read."""
    with file.open("rb") as opened:
        is_binary = opened.read(4) == _BINARY
    return f"{order.job_ref}{'.bgcode' if is_binary else '.gcode'}"
