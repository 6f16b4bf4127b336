"""The power goes while the mail server has the letter and nobody noted it: the letter comes once more, not thrice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from tests.support.clients import MEMBER, iso
from tests.support.databases import SqliteTemplates
from tests.support.service import Service
from tests.support.smtp import MailServer, mail_server
from tests.support.waiting import until
from tierslieu.demo.people import PASSWORD
from tierslieu.people.messages.outbox import IN_HAND


def service(folder: Path, url: str, mail: MailServer, offset: int) -> Service:
    env = {
        "TIERSLIEU_DATABASE_URL": url,
        "TIERSLIEU_CLOCK_OFFSET": str(offset),
        "TIERSLIEU_MQTT__URL": "off",
        "TIERSLIEU_MAIL__HOST": "127.0.0.1",
        "TIERSLIEU_MAIL__PORT": str(mail.port),
        "TIERSLIEU_MAIL__STARTTLS": "false",
        "TIERSLIEU_MESSAGES__QUIET_FROM": "00:00",
        "TIERSLIEU_MESSAGES__QUIET_UNTIL": "00:00",
        "TIERSLIEU_MESSAGES__QUIET_DAYS": "",
    }
    return Service(folder, ("serve",), env)


def test_a_letter_in_flight_is_sent_once_more(sqlite_templates: SqliteTemplates, tmp_path: Path) -> None:
    url, server = sqlite_templates.make("demo"), MailServer(silent_at="END")
    first = service(tmp_path, url, server, 0)
    with mail_server(server):
        first.start()
        ask_for_letter(first)
        assert server.took_one.wait(30), "the server has the letter and says nothing"
        first.kill()
    again = MailServer(port=server.port)
    second = service(tmp_path, url, again, IN_HAND + 1)
    with mail_server(again):
        second.start()
        until(lambda: len(again.letters) == 1, "the letter again")
        assert second.stop() == 0
    assert again.letters[0].id == server.letters[0].id
    third = MailServer(port=server.port)
    with mail_server(third):
        last = service(tmp_path, url, third, 10 * IN_HAND)
        last.start()
        assert last.stop() == 0
    assert third.letters == []


def ask_for_letter(running: Service) -> None:
    """Somebody reserves, and has their answer while the mail server hangs."""
    with httpx.Client(base_url=running.url, timeout=20) as client:
        token = client.post("/api/v1/sessions", json={"email": MEMBER, "password": PASSWORD}).json()["token"]
        day = datetime.now(UTC).date() + timedelta(days=7)
        day += timedelta(days=(3 - day.weekday()) % 7)
        wish = {"resources": ["D03"], "starts_at": iso(f"{day}T10:00"), "ends_at": iso(f"{day}T11:00")}
        made = client.post("/api/v1/reservations", json=wish, headers={"authorization": f"Bearer {token}"})
        assert made.status_code == 201, made.text
