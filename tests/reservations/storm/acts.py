"""What the clients of a storm do: each act is one request of the API, noted as it was answered."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.reservations.crowd import Answer, Client, Member
from tests.reservations.storm.history import UNKNOWN, History
from tests.support.waiting import until

SINGLE = ("D01", "D02", "visio-1", "bureau-1", "grande-salle", "grande-salle-cour", "grande-salle-jardin", "coworking")
CLOSED = ("D01", "visio-1", "grande-salle", "grande-salle-cour", "coworking")
WEEKLY = ("D02", "visio-1", "grande-salle-jardin")
COMPOSITE = "laser-accompagnee"
OVERRIDE = "event"


class Patient(Client):
    """A client that, when nobody answers, waits until somebody listens again before the next act."""

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        """One request; an unknown outcome is told once the service is back."""
        answer = super().call(method, path, body)
        if answer.status == 0:
            until(self._is_back, "the service again", 60)
        return answer

    def _is_back(self) -> bool:
        return super().call("GET", "/health/ready").status == 200


class Someone:
    """One client of the storm: a member of the desk who reserves for themselves, and a plain member."""

    def __init__(self, port: int, me: Member, staff: Member, member: Member, history: History, seed: int) -> None:
        self.me, self.member, self.history = me, member, history
        self.chance = random.Random(seed)
        self.desk, self.plain = Patient(port, staff.token), Patient(port, member.token)
        self.mine: list[tuple[str, str]] = []
        self.bundles: list[list[str]] = []
        self.series: list[tuple[str, dict[str, str]]] = []
        self.closures: list[str] = []

    def step(self) -> None:
        """One random act."""
        acts = [act for act, _weight in ACTS]
        self.chance.choices(acts, [weight for _act, weight in ACTS])[0](self)

    def close(self) -> None:
        """Hang up."""
        self.desk.close()
        self.plain.close()

    def hours(self) -> tuple[str, str]:
        """A random stretch of an opening day in the coming weeks."""
        midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        start = midnight + timedelta(days=self.chance.randrange(7, 16), hours=self.chance.randrange(9, 16))
        return start.isoformat(), (start + timedelta(hours=self.chance.choice((1, 1, 2, 3)))).isoformat()

    def wish(self, **more: Any) -> dict[str, Any]:
        """Hours, and that the desk passes over the house's rules."""
        start, end = self.hours()
        return {"starts_at": start, "ends_at": end, "person": self.me.id, "exception": OVERRIDE, **more}

    def reserve(self, *keys: str, name: str = "reserve") -> None:
        """One resource, or several together."""
        answer = self.desk.call("POST", "/api/v1/reservations", self.wish(resources=list(keys)))
        if self.history.note(name, answer):
            made = self.history.made(answer.body)
            if len(made) == 1:
                self.mine.extend(made)
            else:
                self.bundles.append([id_ for id_, _key in made])

    def reserve_one(self) -> None:
        self.reserve(self.chance.choice(SINGLE))

    def reserve_together(self) -> None:
        self.reserve(*self.chance.sample(("D01", "visio-1", "grande-salle-cour"), 2), name="together")

    def reserve_composite(self) -> None:
        self.reserve(COMPOSITE, name="composite")

    def move(self) -> None:
        """Another time for one of mine."""
        if not self.mine:
            return
        id_, _key = self.mine.pop(self.chance.randrange(len(self.mine)))
        start, end = self.hours()
        answer = self.desk.call("PATCH", f"/api/v1/reservations/{id_}", {"starts_at": start, "ends_at": end})
        if self.history.note("move", answer):
            self.history.lose(id_)
            self.mine.extend(self.history.made(answer.body))
        else:
            self._undone(answer, id_)

    def cancel(self) -> None:
        """One of mine."""
        if not self.mine:
            return
        id_, _key = self.mine.pop(self.chance.randrange(len(self.mine)))
        answer = self.desk.call("DELETE", f"/api/v1/reservations/{id_}")
        if self.history.note("cancel", answer):
            self.history.lose(id_)
        else:
            self._undone(answer, id_)

    def cancel_together(self) -> None:
        """All that one request reserved. Refused whole when a closure took one of them: then the others stay."""
        if not self.bundles:
            return
        ids = self.bundles.pop()
        answer = self.desk.call("DELETE", f"/api/v1/reservations/{ids[0]}?together=true")
        if self.history.note("cancel together", answer):
            self.history.lose(*ids)
        else:
            self._undone(answer, *ids)

    def _undone(self, answer: Answer, *ids: str) -> None:
        if answer.status in UNKNOWN:
            self.history.doubt(*ids)

    def begin_series(self) -> None:
        """Three weeks at the same hour; what is taken stays open."""
        day = datetime.now(UTC).date() + timedelta(days=self.chance.randrange(7, 16))
        hour = self.chance.randrange(9, 16)
        body = {
            "resource": self.chance.choice(WEEKLY),
            "first_day": day.isoformat(),
            "from": f"{hour:02d}:00",
            "to": f"{hour + 1:02d}:00",
            "rule": "FREQ=WEEKLY;COUNT=3",
            "person": self.me.id,
            "exception": OVERRIDE,
        }
        answer = self.desk.call("POST", "/api/v1/series", body)
        if self.history.note("series", answer):
            dates = _dates(answer.body)
            self.series.append((answer.body["id"], dates))
            self.history.keep(dates)

    def end_series(self) -> None:
        """All dates to come."""
        if not self.series:
            return
        id_, dates = self.series.pop()
        answer = self.desk.call("DELETE", f"/api/v1/series/{id_}?scope=all")
        if self.history.note("end series", answer):
            self.history.lose(*dates)
        else:
            self.history.doubt(*dates)

    def shut(self) -> None:
        """Close something; who stood there is displaced, and offered something else."""
        key = self.chance.choice(CLOSED)
        start, end = self.hours()
        body = {"starts_at": start, "ends_at": end, "resource": key, "reason": "essai", "displace": True}
        answer = self.desk.call("POST", "/api/v1/closures", body)
        if self.history.note("close", answer):
            self.closures.append(answer.body["id"])
            self.history.lose(*answer.body["displaced"])
        elif answer.status in UNKNOWN:
            self.history.doubt_resource(key)

    def lift(self) -> None:
        """Open again."""
        if self.closures:
            self.history.note("lift", self.desk.call("DELETE", f"/api/v1/closures/{self.closures.pop()}"))

    def ask(self) -> None:
        """A member's request, which keeps no time until it is granted."""
        start, end = self.hours()
        body = {"resources": ["bureau-1"], "starts_at": start, "ends_at": end}
        self.history.note("ask", self.plain.call("POST", "/api/v1/reservations", body))

    def answer(self) -> None:
        """The desk answers a request, whoever's it is; what it stands in the way of is lost to them."""
        waiting = self.desk.call("GET", "/api/v1/requests")
        if waiting.status != 200 or not waiting.body:
            return
        one = self.chance.choice(waiting.body)
        is_granted = self.chance.random() < 0.7
        self.history.note("answer", self.desk.call("POST", f"/api/v1/requests/{one['id']}", {"granted": is_granted}))

    def wait(self) -> None:
        """Join the waiting list for an hour of a day."""
        day = (datetime.now(UTC) + timedelta(days=self.chance.randrange(7, 16))).date().isoformat()
        hour = self.chance.randrange(10, 17)
        hours = {"first_day": day, "last_day": day, "from": f"{hour}:00", "to": f"{hour + 1}:00", "minutes": 60}
        body = {"what": self.chance.choice(("D01", "visio-1", "grande-salle-cour")), **hours, "people": 1}
        self.history.note("wait", self.plain.call("POST", "/api/v1/waiting", body))

    def take_offer(self) -> None:
        """Take what is kept for me meanwhile, or leave it to the next one."""
        found = self.plain.call("GET", "/api/v1/waiting")
        offers = [one["offer"] for one in found.body or [] if one.get("offer")] if found.status == 200 else []
        if not offers:
            return
        verb = "acceptance" if self.chance.random() < 0.7 else "refusal"
        answer = self.plain.call("POST", f"/api/v1/offers/{offers[0]['id']}/{verb}")
        if self.history.note(verb, answer) and answer.body:
            self.history.made(answer.body)


def _dates(body: Any) -> dict[str, str]:
    """The reservations of a series that are active: id to resource."""
    active = ("requested", "confirmed", "checked_in")
    return {one["reservation"]: one["resource"] for one in body["dates"] if one["state"] in active}


ACTS: tuple[tuple[Callable[[Someone], None], int], ...] = (
    (Someone.reserve_one, 12),
    (Someone.reserve_together, 3),
    (Someone.reserve_composite, 3),
    (Someone.move, 4),
    (Someone.cancel, 5),
    (Someone.cancel_together, 2),
    (Someone.begin_series, 3),
    (Someone.end_series, 2),
    (Someone.shut, 2),
    (Someone.lift, 1),
    (Someone.ask, 3),
    (Someone.answer, 3),
    (Someone.wait, 4),
    (Someone.take_offer, 4),
)
"""What is done, and how often beside the others."""
