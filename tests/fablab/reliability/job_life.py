"""A job's life as people and a printer live it. Who got no answer to a step does it again: each may be done twice."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from sqlalchemy import text

from devices.wire import AckResult, Channel, MachineState, Outcome, Telemetry
from tests.fablab.benches import CUBE
from tests.fablab.reliability.outside import Outside, Printer
from tests.support.clients import Caller, HouseUnderTest
from tierslieu.fablab.telemetry.reactions import WEIGH_AFTER
from tierslieu.infra.statements import Query
from tierslieu.infra.transaction import Reader

S: Final = MachineState
PLACE: Final = "C9"


class Life:
    """One server, those who use it, and what they do."""

    def __init__(self, house: HouseUnderTest, outside: Outside, tokens: tuple[str, ...], outcome: Outcome) -> None:
        self.house, self.outside, self.outcome = house, outside, outcome
        self.maker, self.manager = (Caller(house.client, token) for token in tokens)
        self.printer = Printer(house, outside)

    def ask(self, who: Caller, path: str, body: Any = None, *, key: str, put: bool = False) -> dict[str, Any]:
        """A gesture under its own key: sent again, it is the same one. What is due is done."""
        send = who.put if put else who.post
        answer = send(f"/api/v1/fablab/{path}", body, headers={"idempotency-key": key})
        assert answer.status_code < 300, (path, answer.text)
        self.house.run_jobs()
        return dict(answer.json() or {}) if answer.content else {}

    def job(self) -> dict[str, Any]:
        return dict(self.manager.get(f"/api/v1/fablab/jobs/{self.outside.job}").json())

    def pass_time(self, seconds: int) -> None:
        self.house.clock.instant += seconds
        self.house.run_jobs()

    def measure(self) -> None:
        """The meter in the plug."""
        at, boot = self.house.clock.instant, self.outside.boot
        self.printer.say(Channel.TELEMETRY, Telemetry(boot_id=boot, observed_at=at, energy_wh=self.outside.meter_wh))


Step = Callable[[Life], None]


def bring(life: Life) -> None:
    files = {"file": ("cube.gcode", CUBE.read_bytes(), "application/octet-stream")}
    answer = life.house.client.post("/api/v1/fablab/files", files=files, headers=life.maker.headers)
    assert answer.status_code == 201, answer.text
    life.outside.file = answer.json()["id"]


def wish(copies: int, life: Life) -> None:
    body = {"file": life.outside.file, "material": "PLA", "service": "staff", "quantity": copies}
    life.outside.job = life.ask(life.maker, "jobs", body, key="wish")["id"]


def accept(life: Life) -> None:
    life.ask(life.manager, f"requests/{life.outside.job}/acceptance", {}, key="accept")


def start(copy: int, life: Life, tried: str = "start") -> None:
    life.measure()
    life.printer.show_now()
    key = f"{tried}-{copy}"
    life.outside.starts_wanted.add(key)
    life.ask(life.manager, f"jobs/{life.outside.job}/dispatch", {"machine": "p3d-1"}, key=key)


def begin(copy: int, life: Life) -> None:
    """The printer begins, if the order reached it; otherwise staff see the job waiting, and start it again."""
    life.measure()
    if len(life.outside.begun) < copy:
        life.pass_time(61)
        assert life.job()["state"] == "queued", "given back"
        start(copy, life, "again")
    life.printer.ack(life.outside.obeyed[-1], AckResult.DONE)
    life.printer.started(life.outside.begun[-1])
    life.outside.state = S.RUNNING
    life.printer.show_now()
    life.house.run_jobs()


def draw_power(life: Life) -> None:
    life.measure()
    life.pass_time(30)
    life.printer.show_now()


def draw_more(life: Life) -> None:
    life.outside.meter_wh = 1_100.0
    life.measure()
    life.pass_time(70)


def steer(op: str, wanted: MachineState, life: Life) -> None:
    """Who sees nothing come of it asks again."""
    life.printer.show_now()
    for key in (op, f"{op}-again"):
        if life.outside.state is not wanted:
            life.ask(life.manager, "machines/p3d-1/steer", {"op": op}, key=key)
    assert life.outside.state is wanted
    life.printer.show_now()


def end(life: Life) -> None:
    life.measure()
    life.printer.end(life.outcome)
    life.house.run_jobs()


def look_later(life: Life) -> None:
    life.measure()
    life.pass_time(WEIGH_AFTER + 1)


def clear(copy: int, life: Life) -> None:
    outcome = "good" if life.outcome is Outcome.OK else "failed"
    life.ask(life.manager, "machines/p3d-1/clear", {"outcome": outcome}, key=f"clear-{copy}")
    life.outside.state = S.IDLE
    life.printer.show_now()


def shelve(life: Life) -> None:
    life.ask(life.manager, f"shelf/{life.outside.job}", {"shelf": PLACE}, key="shelve", put=True)


def collect(life: Life) -> None:
    life.ask(life.manager, f"shelf/{life.outside.job}/handover", {"to": "person"}, key="collect")


def rest(life: Life) -> None:
    """Much later everything is told once more."""
    life.pass_time(200)
    life.printer.say_all_again()
    life.pass_time(200)


def pay(life: Life) -> None:
    for due in life.manager.get("/api/v1/fablab/dues").json():
        life.ask(life.manager, f"dues/{due['id']}/settlement", key=f"pay-{due['id']}")


ASKED: Final[tuple[Step, ...]] = (bring, partial(wish, 1), accept)
MADE: Final[tuple[Step, ...]] = (partial(start, 1), partial(begin, 1), draw_power, draw_more)
STEERED: Final[tuple[Step, ...]] = (partial(steer, "pause", S.PAUSED), partial(steer, "resume", S.RUNNING))
OVER: Final[tuple[Step, ...]] = (end, look_later, partial(clear, 1))
SECOND: Final[tuple[Step, ...]] = (partial(start, 2), partial(begin, 2), draw_power, end, look_later, partial(clear, 2))
TAKEN: Final[tuple[Step, ...]] = (shelve, collect, rest, pay)
TWO_COPIES: Final[tuple[Step, ...]] = (bring, partial(wish, 2), accept, *MADE, *STEERED, *OVER, *SECOND, *TAKEN)
STOPPED: Final[tuple[Step, ...]] = (*ASKED, *MADE, partial(steer, "cancel", S.ENDED), *OVER, rest)
NOT_GOOD: Final[tuple[Step, ...]] = (*ASKED, *MADE, *OVER, rest)

JUDGED: Final = {
    "jobs": "SELECT state, outcome, copies_done, is_contact_lost FROM fabrication_job ORDER BY number",
    "bills": "SELECT cents, material_cents, machine_cents, energy_cents, state FROM job_due ORDER BY job_ref",
    "spools": "SELECT amount FROM stock_move WHERE reason = 'use' ORDER BY about",
    "energy": "SELECT energy_wh FROM job_energy ORDER BY job_ref",
    "counters": "SELECT seconds = 700, jobs, filament_mm FROM machine_work WHERE kind = 'job' ORDER BY ref",
    "shelf": "SELECT state, handed_to, told_at > 0 FROM shelf_item",
    "machine": "SELECT needs_clear, state, job_ref FROM machine WHERE key = 'p3d-1'",
    "told": "SELECT kind, subject FROM message WHERE kind LIKE 'making%' ORDER BY subject",
    "log": "SELECT kind, count(*) FROM machine_event WHERE kind IN ('started', 'cleared', 'lost') GROUP BY kind",
    "steps": "SELECT kind, count(*) FROM job_step GROUP BY kind ORDER BY kind",
    "claims": "SELECT unit_id FROM claim WHERE cause = 'run'",
    "left": "SELECT kind, last_error FROM job WHERE failed_at <> 0 OR attempts > 0",
}


def judged(reader: Reader) -> dict[str, list[tuple[Any, ...]]]:
    """What there is in the end, past the product's own questions."""
    asked: dict[str, Query[tuple[Any, ...]]] = {name: Query(text(sql)) for name, sql in JUDGED.items()}
    return {name: [tuple(row) for row in reader.rows(query)] for name, query in asked.items()}
