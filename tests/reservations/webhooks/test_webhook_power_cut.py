"""The power goes while a receiver has the call and nobody noted it: it is told again, under the same id."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.reservations.checks import ask
from tests.reservations.crowd import Client, make_crowd
from tests.support.clients import iso
from tests.support.receivers import Receiver, receiving
from tests.support.service import Service
from tests.support.waiting import until
from tierslieu.reservations.webhooks.rules import IN_HAND


def service(folder: Path, url: str, offset: int) -> Service:
    env = {
        "TIERSLIEU_DATABASE_URL": url,
        "TIERSLIEU_CLOCK_OFFSET": str(offset),
        "TIERSLIEU_MQTT__URL": "off",
        "TIERSLIEU_WEBHOOKS__INNER_NETWORKS": "127.0.0.0/8",
    }
    return Service(folder, ("serve",), env)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True)
def test_a_call_in_flight_is_made_again(demo_url: str, tmp_path: Path) -> None:
    (ines,) = asyncio.run(make_crowd(demo_url, 1, "administrator"))
    first = service(tmp_path, demo_url, 0)
    with receiving(Receiver(is_silent=True)) as silent:
        first.start()
        client = Client(first.port, ines.token)
        wish = {"title": "Affichage", "url": silent.url, "kinds": ["reservation.reserved"]}
        hook = client.call("POST", "/api/v1/webhooks", wish)
        assert hook.status == 201, hook
        day = datetime.now(UTC).date() + timedelta(days=7)
        day += timedelta(days=(3 - day.weekday()) % 7)
        times = {"starts_at": iso(f"{day}T10:00"), "ends_at": iso(f"{day}T11:00")}
        made = client.call("POST", "/api/v1/reservations", {"resources": ["D03"], **times, "person": ines.id})
        assert made.status == 201, made
        until(lambda: silent.calls, "the receiver has it and says nothing")
        first.kill()
        client.close()
    second = service(tmp_path, demo_url, IN_HAND + 1)
    with receiving(Receiver(port=silent.port)) as again:
        second.start()
        until(lambda: again.calls, "told again")
        until(lambda: states(demo_url) == ["taken"], "noted")
        assert second.stop() == 0
    assert [call.id for call in again.calls] == [silent.calls[0].id]
    assert again.calls[0].body == silent.calls[0].body
    assert all(call.is_signed_with(hook.body["secret"]) for call in (*silent.calls, *again.calls))


def states(url: str) -> list[str]:
    """The states of all deliveries, read past the product's code."""
    return [str(row[0]) for row in ask(url, "SELECT state FROM webhook_delivery")]
