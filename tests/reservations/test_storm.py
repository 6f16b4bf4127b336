"""A storm of reserve, move, cancel and close, with the power cut in the middle: nothing overlaps, nothing is lost."""

import asyncio
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.reservations.checks import count_orphans, count_overlaps, states
from tests.reservations.crowd import Answer, Client, Member, make_crowd
from tests.support.service import Service, running
from tierslieu.basics.ids import read

CLIENTS, STEPS, CUT_AFTER = 12, 120, 500
RESOURCES = (
    "D01",
    "D02",
    "visio-1",
    "bureau-1",
    "grande-salle",
    "grande-salle-cour",
    "grande-salle-jardin",
    "coworking",
)
ACTIVE = {"requested", "confirmed", "checked_in"}


@dataclass
class History:
    """What the service acknowledged. Whatever an unanswered request may have touched is left out of the checks."""

    kept: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    unsure_resources: set[str] = field(default_factory=set)
    answers: int = 0
    cuts: int = 0
    statuses: set[int] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, answer: Answer) -> None:
        """Count an answer."""
        self.answers += answer.status != 0
        self.statuses.add(answer.status)


def spans(chance: random.Random) -> tuple[str, str]:
    """A random stretch of an opening day in the coming weeks."""
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=chance.randrange(7, 30))
    start = day + timedelta(hours=chance.randrange(9, 16))
    return start.isoformat(), (start + timedelta(hours=chance.choice((1, 1, 2, 3)))).isoformat()


def storm(client: Client, staff: Client, me: Member, history: History, seed: int) -> None:
    """One client's random acts."""
    chance = random.Random(seed)
    mine: list[tuple[str, str]] = []
    for _ in range(STEPS):
        act = chance.choices(("reserve", "move", "cancel", "close"), weights=(6, 2, 3, 1))[0]
        start, end = spans(chance)
        body = {"starts_at": start, "ends_at": end}
        if act == "close":
            close(staff, history, chance.choice(RESOURCES), body)
        elif act == "reserve" or not mine:
            reserve(client, history, mine, chance.choice(RESOURCES), body, me)
        else:
            change = move if act == "move" else cancel
            change(client, history, mine, mine.pop(chance.randrange(len(mine))), body)
    client.close()
    staff.close()


def reserve(client: Client, history: History, mine: list[Any], resource: str, body: Any, me: Member) -> None:
    answer = client.call("POST", "/api/v1/reservations", {**body, "resources": [resource], "person": me.id})
    with history.lock:
        history.note(answer)
        if answer.status == 201:
            one = answer.body["reservations"][0]["id"]
            history.kept[one] = resource
            mine.append((one, resource))


def move(client: Client, history: History, mine: list[Any], one: tuple[str, str], body: Any) -> None:
    answer = client.call("PATCH", f"/api/v1/reservations/{one[0]}", body)
    with history.lock:
        history.note(answer)
        if answer.status == 0:
            history.unsure.add(one[0])
        elif answer.status == 200:
            new = answer.body["reservations"][0]["id"]
            history.gone.add(one[0])
            history.kept[new] = one[1]
            mine.append((new, one[1]))


def cancel(client: Client, history: History, mine: list[Any], one: tuple[str, str], _body: Any) -> None:
    answer = client.call("DELETE", f"/api/v1/reservations/{one[0]}")
    with history.lock:
        history.note(answer)
        if answer.status == 0:
            history.unsure.add(one[0])
        elif answer.status == 204:
            history.gone.add(one[0])


def close(staff: Client, history: History, resource: str, body: Any) -> None:
    answer = staff.call("POST", "/api/v1/closures", {**body, "resource": resource, "reason": "essai", "displace": True})
    with history.lock:
        history.note(answer)
        if answer.status == 0:
            history.unsure_resources.update(related(resource))
        elif answer.status == 201:
            history.gone.update(answer.body["displaced"])


def related(resource: str) -> set[str]:
    """The resources that share a unit with one."""
    if resource.startswith("grande-salle"):
        return {one for one in RESOURCES if one.startswith("grande-salle")}
    return {"D01", "D02", "coworking"} if resource in ("D01", "D02", "coworking") else {resource}


def cut_power(service: Service, history: History, ends: threading.Event) -> None:
    """Once enough was answered: kill the service without farewell, and start it again."""
    for _ in iter(lambda: ends.wait(0.02), True):
        if history.answers >= CUT_AFTER:
            service.kill()
            service.start()
            history.cuts += 1
            return


@pytest.fixture(params=["sqlite", "postgresql"])
def stormy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Service, list[Member], list[Member]]]:
    kind = "sqlite" if request.param == "sqlite" else "postgres"
    url = request.getfixturevalue(f"{kind}_templates").make("demo")
    members = asyncio.run(make_crowd(url, CLIENTS, "receptionist"))
    staff = asyncio.run(make_crowd(url, CLIENTS, "receptionist"))
    with running(tmp_path / "a", TIERSLIEU_DATABASE_URL=url, TIERSLIEU_MQTT__URL="off") as service:
        yield url, service, members, staff


def test_after_the_storm_nothing_overlaps_and_nothing_acknowledged_is_missing(
    stormy: tuple[str, Service, list[Member], list[Member]],
) -> None:
    url, service, members, staff = stormy
    history, ends = History(), threading.Event()
    breaker = threading.Thread(target=cut_power, args=(service, history, ends))
    breaker.start()
    with ThreadPoolExecutor(CLIENTS) as pool:
        acts = [
            pool.submit(storm, Client(service.port, me.token), Client(service.port, boss.token), me, history, seed)
            for seed, (me, boss) in enumerate(zip(members, staff, strict=True))
        ]
        for act in acts:
            act.result(300)
    ends.set()
    breaker.join(60)
    check(url, history)


def check(url: str, history: History) -> None:
    """The story that was told to the clients is the story that the database tells."""
    found = states(url)
    assert count_overlaps(url) == 0
    assert count_orphans(url) == 0
    assert not {status for status in history.statuses if status >= 500}, history.statuses
    assert history.cuts == 1
    assert len(history.kept) > 100
    for one, resource in history.kept.items():
        state = found.get(read(one))
        assert state is not None, f"acknowledged {one} is missing"
        if one in history.unsure or resource in history.unsure_resources:
            continue
        assert (state in ACTIVE) == (one not in history.gone), (one, resource, state)
