"""Nothing that a client sends is a fault of ours: every door of the house, on PostgreSQL, with odd values everywhere.

Each parameter of each path and of each query, each field of each form that a page shows, each member of each body that
the calls describe, headers and bodies that are none. Where it can be found, what an address names is there, so that
the code behind « found » runs. The values are dealt in turn: one run gives each place some of them, always the same.
For all of them: TIERSLIEU_TEST_ROUNDS=20.
"""

import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from pydantic import BaseModel, ValidationError
from structlog.testing import capture_logs

from tests.house.odd import TEXTS, VALUES, Dealer, Places, places_in, with_value
from tests.support.clients import Caller, open_house
from tests.support.databases import PostgresTemplates
from tests.support.doors import PARAMETER

ROUNDS = range(int(os.environ.get("TIERSLIEU_TEST_ROUNDS", "1")))
MOST_FIELDS = 2
"""Of one form or one body in one round."""


class Sweep:
    """Asks, and keeps what the house stumbled over."""

    def __init__(self, places: Places) -> None:
        self.places, self.deal = places, Dealer()
        self.asked, self.wrong = 0, list[tuple[object, ...]]()

    def ask(self, caller: Caller, method: str, path: str, *about: object, **sent: Any) -> None:
        """One request."""
        client, headers = self.places.house.client, {**caller.headers, **sent.pop("headers", {})}
        client.cookies.clear()
        answer = client.request(method, path, headers=headers, follow_redirects=False, **sent)
        self.asked += 1
        is_said = not is_problem(answer) or answer.json()["code"]
        if answer.status_code >= 500 or not is_said:
            self.wrong.append((method, path[:200], answer.status_code, *about))


def is_problem(answer: httpx.Response) -> bool:
    """True for a refusal of a call."""
    return answer.status_code >= 400 and answer.headers.get("content-type", "") == "application/problem+json"


@pytest.fixture(scope="module")
def places(postgres_templates: PostgresTemplates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """One house for all: it takes what comes."""
    with open_house(postgres_templates.make("open"), tmp_path_factory.mktemp("odd")) as house:
        yield Places(house)


@pytest.fixture
def sweep(places: Places) -> Iterator[Sweep]:
    found = Sweep(places)
    with capture_logs() as said:
        yield found
    stumbled = [one for one in said if one["log_level"] in ("error", "critical")]
    assert (found.wrong, stumbled) == ([], [])


def test_odd_paths(sweep: Sweep) -> None:
    for door in sweep.places.doors:
        names = PARAMETER.findall(door.path)
        for turn in range(len(names) * len(ROUNDS)):
            steps = sweep.places.address(door).split("/")
            step = [place for place, one in enumerate(door.path.split("/")) if "{" in one][turn % len(names)]
            steps[step] = quote(sweep.deal.text()[:500], safe="")
            body: dict[str, Any] = {"json": {}} if door.is_call else {"data": {}}
            sent = {} if door.method in ("GET", "DELETE") else body
            sweep.ask(sweep.places.who_opens(door), door.method, "/".join(steps), **sent)
    assert sweep.asked > 400


def test_odd_queries(sweep: Sweep) -> None:
    for door in sweep.places.doors:
        if door.method in ("GET", "DELETE"):
            for _ in ROUNDS:
                names = sorted(sweep.places.wishes(door))
                query = urlencode({name: sweep.deal.text()[:500] for name in names})
                sweep.ask(sweep.places.who_opens(door), door.method, f"{sweep.places.address(door)}?{query}")
    assert sweep.asked > 300


def test_odd_fields(sweep: Sweep) -> None:
    for caller, form in list(sweep.places.forms.values()):
        token = {"_csrf": form.fields.pop("_csrf", "")}
        names = sorted(form.fields)
        sent: list[dict[str, str]] = [{}] if len(names) > 2 else []
        sent += [dict.fromkeys(names, sweep.deal.text()) for _ in ROUNDS]
        sent += [
            {**form.fields, name: sweep.deal.text()} for _ in ROUNDS for name in sorted(names, key=len)[:MOST_FIELDS]
        ]
        for fields in sent:
            sweep.ask(caller, "POST", form.action, fields, data={**fields, **token})
    assert sweep.asked > 400


def test_odd_bodies(sweep: Sweep) -> None:
    for door, body in sweep.places.bodies():
        caller, address = sweep.places.who_opens(door), sweep.places.address(door)
        where = list(places_in(body))
        for turn in range(min(len(where), MOST_FIELDS) * len(ROUNDS)):
            place, value = where[turn % len(where)], sweep.deal.value()
            text = json.dumps(with_value(body, place, value)).encode()
            sweep.ask(caller, door.method, address, place, value, content=text, headers=JSON)
        content, kind = sweep.deal.body()
        sweep.ask(
            caller, door.method, address, content[:9], content=content, headers={"content-type": kind.encode("latin-1")}
        )
    assert sweep.asked > 250


JSON = {"content-type": "application/json"}


def test_odd_headers(sweep: Sweep) -> None:
    for door in sweep.places.doors[:: 1 if len(ROUNDS) > 1 else 3]:
        name, value = sweep.deal.header()
        headers = {name: value.encode("latin-1")}
        content = None if door.method in ("GET", "DELETE") else b"{}"
        sent = {"content-type": "application/json", **headers} if content else headers
        sweep.ask(sweep.places.who_opens(door), door.method, sweep.places.address(door), headers=sent, content=content)
    assert sweep.asked > 200


def commands(kind: type[BaseModel] = BaseModel) -> Iterator[type[BaseModel]]:
    """Every model of what people and programs send."""
    for one in kind.__subclasses__():
        if one.__module__.startswith("tierslieu."):
            yield one
        yield from commands(one)


@pytest.mark.usefixtures("places")
def test_commands_refuse_and_never_stumble() -> None:
    """Reading a command raises what says which field is wrong, and nothing else, whatever stands in a field."""
    wrong = set()
    for model in set(commands()):
        for name, field in model.model_fields.items():
            for value in (*TEXTS, " ", *VALUES):
                try:
                    model.model_validate({field.alias or name: value})
                except ValidationError:
                    continue
                except Exception as error:
                    wrong.add((model.__name__, name, type(error).__name__))
    assert wrong == set()
