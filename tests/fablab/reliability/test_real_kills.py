"""The service dies at named steps of a job's life, as a process on a real broker, and is started again on its data."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from devices.wire import MachineState
from tests.access.troubles.steps import Call
from tests.fablab.benches import Fablab
from tests.fablab.buses import Bus
from tests.fablab.reliability.job_life import judged
from tests.fablab.reliability.speaking import Speaker
from tests.fablab.requests.wishes import price
from tests.reservations.checks import ask
from tests.support.clients import TUESDAY_MORNING, Caller, at, open_house
from tests.support.failing import FrailService, change
from tests.support.waiting import until
from tierslieu.basics.clock import SetClock

S: Final = MachineState
LATE: Final = 61
"""After so many seconds work that was under way is taken up again, and every order is too old."""
BY_JOB: Final = "before_commit:run_and_finish:fablab.stock.count_use"
FEW: Final = ("before_commit:dispatch", "before_commit:handle", "after_commit:handle", BY_JOB)
"""What differs with the database."""
LETTERS: Final = ("making_accepted", "making_received", "making_started")


class Night:
    """A service that is ended again and again, the printer that goes on, and those who ask once more."""

    def __init__(self, service: FrailService, url: str, steps: tuple[str, ...]) -> None:
        self.service, self._url, self.steps = service, url, steps
        self.ended_at = list[str]()
        self.job = ""

    def act(self, act: Callable[[], Any], *cuts: tuple[str, int]) -> Any:
        """Do it until it is answered: the power goes at these steps, and is back so many seconds later."""
        for step, later in cuts:
            if not self.steps or step in self.steps:
                self.service.cut_at(step)
                act()
                assert self.service.is_cut(), step
                self.ended_at.append(step)
                self.service.start(later)
        return act()

    def state(self) -> str:
        """Of the one job."""
        return str(ask(self._url, "SELECT state FROM fabrication_job")[0][0])

    def heard(self, printer: Speaker, state: MachineState, ref: str | None = None) -> None:
        """The printer shows itself, and the service has heard it."""
        printer.show(state, ref)
        heard = "SELECT count(*) FROM machine WHERE key = 'p3d-1' AND state = "
        since = self.service.now - 15
        until(lambda: ask(self._url, f"{heard}'{state.value}' AND last_message_at >= {since}") == [(1,)], state.value)


def test_a_service_that_is_killed_at_the_steps_of_a_job_makes_and_bills_it_once(
    engine: str, open_url: str, tmp_path: Path
) -> None:
    with open_house(open_url, tmp_path) as house:
        fablab = Fablab(house)
        price(fablab)
        file = fablab.upload().json()["id"]
        maker, manager = fablab.maker, fablab.manager
    bus = Bus(tmp_path / "bus")
    bus.start()
    service = FrailService(open_url, tmp_path, at(TUESDAY_MORNING), f"mqtt://service:s@127.0.0.1:{bus.port}")
    night = Night(service, open_url, () if engine == "sqlite" else FEW)
    printer = Speaker(bus.port, lambda: service.now)
    try:
        service.start()
        night.service.rest("what is due is done")
        ask_for(night, maker, manager, file)
        make(night, printer, manager)
        hand_over(night, printer, manager)
        found = change(open_url, judged, SetClock(service.now))
    finally:
        service.stop()
        printer.stop()
        bus.kill()
    assert len(night.ended_at) == (10 if engine == "sqlite" else len(FEW))
    assert found["jobs"] == [("done", "good", 1, 0)]
    assert found["bills"] == [(1167, 0, 1167, None, "due")]
    assert (found["spools"], len(found["counters"]), len(found["energy"])) == ([(-79,)], 1, 1)
    assert tuple(kind for kind, _ in sorted(found["told"])) == LETTERS
    assert (found["shelf"], found["claims"], found["left"]) == ([("collected", "person", 0)], [], [])
    assert [order["op"] for order in printer.orders] == ["start"], "each order was somebody's gesture, and one left"


def ask_for(night: Night, maker: Caller, manager: Caller, file: str) -> None:
    """Somebody asks, and the team takes it."""
    body = {"file": file, "material": "PLA", "service": "staff"}
    told = night.act(lambda: send(night, maker, "jobs", body), ("before_commit:ask_and_show", LATE))
    night.job = told.body["id"]
    night.service.rest("what is due is done")
    path = f"requests/{night.job}/acceptance"
    night.act(lambda: send(night, manager, path, {}), ("before_commit:tell_in", LATE))
    night.service.rest("what is due is done")


def make(night: Night, printer: Speaker, manager: Caller) -> None:
    """An order that never left is given back; one that left is carried out once. What the printer tells waits."""
    printer.appear()
    night.heard(printer, S.IDLE)
    start = f"jobs/{night.job}/dispatch"

    def order(key: str) -> Any:
        return send(night, manager, start, {"machine": "p3d-1"}, key)

    if not night.steps:
        night.act(lambda: order("start-1"), ("before_send:cmd", LATE))
        until(lambda: night.state() == "queued", "given back")
        night.heard(printer, S.IDLE)
    night.act(lambda: order("start-2"), ("before_commit:dispatch", 0), ("before_commit:finish:fablab.send_start", 0))
    until(lambda: printer.orders, "the order came")
    ref = printer.orders[0]["job"]["job_ref"]
    night.act(lambda: printer.begin(ref), ("before_commit:handle", 0))
    until(lambda: night.state() == "running", "what the broker kept was told again")
    night.heard(printer, S.RUNNING, ref)
    night.act(lambda: printer.end(ref), ("after_commit:handle", 0))
    until(lambda: night.state() == "to_check", "it ended")
    night.heard(printer, S.ENDED, ref)


def hand_over(night: Night, printer: Speaker, manager: Caller) -> None:
    """It is taken off the machine, counted, billed, collected."""
    cuts = (("before_commit:clear_and_show", 0), (BY_JOB, LATE))
    night.act(lambda: send(night, manager, "machines/p3d-1/clear", {"outcome": "good"}), *cuts)
    night.heard(printer, S.IDLE)
    night.service.rest("what is due is done")
    night.act(
        lambda: send(night, manager, f"shelf/{night.job}/handover", {"to": "person"}), ("after_commit:collect", LATE)
    )
    night.service.rest("what is due is done")


def send(night: Night, who: Caller, path: str, body: dict[str, Any], key: str = "") -> Any:
    """A gesture, under the same key each time."""
    secret = who.headers["authorization"].removeprefix("Bearer ")
    told = Call(f"/api/v1/fablab/{path}", secret, body, key or path.replace("/", "-")).send(night.service.port)
    assert told.status in (0, 200, 201, 202, 204), (path, told)
    return told
