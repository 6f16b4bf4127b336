"""Logs hold handles and codes; a whole story leaves no name, address, token or password in them."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from tests.house.sentences import ROOT
from tests.support.clients import ADMINISTRATOR, MEMBER, OTHER_MEMBER, RECEPTION, iso
from tests.support.databases import SqliteTemplates
from tests.support.postgres import free_port
from tierslieu.demo.people import PASSWORD

TYPED = "Motdepasse-tape-par-erreur"
HEADERS = {"content-type": "application/json"}
DAY = "2026-11-24"


class Running(NamedTuple):
    """The real service in a process of its own, its logs in a file."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path


@pytest.fixture
def service(sqlite_templates: SqliteTemplates, tmp_path: Path) -> Iterator[Running]:
    """The service as an installation runs it, saying all that it can say."""
    port, log = free_port(), tmp_path / "log"
    settings = {
        "TIERSLIEU_DATABASE_URL": sqlite_templates.make("demo"),
        "TIERSLIEU_LOG_LEVEL": "debug",
        "TIERSLIEU_CLOCK_OFFSET": "0",
        "TIERSLIEU_MQTT__URL": "off",
        "TIERSLIEU_MAIL__HOST": "127.0.0.1",
        "TIERSLIEU_MAIL__PORT": str(free_port()),
        "TIERSLIEU_MAIL__PASSWORD": TYPED,
        "PYTHONDEVMODE": "1",
    }
    command = [sys.executable, "-m", "tierslieu.cli", "serve", "--port", str(port), "--data-dir", str(tmp_path)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stdout=out, stderr=out)
    try:
        yield Running(f"http://127.0.0.1:{port}", process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def wait_until_ready(service: Running) -> None:
    transport = httpx.HTTPTransport(retries=0)
    with httpx.Client(transport=transport, base_url=service.address, timeout=5) as client:
        while service.process.poll() is None:
            try:
                if client.get("/health/ready").status_code == 200:
                    return
            except httpx.TransportError:
                continue
    raise AssertionError(service.log.read_text())


def test_a_story_leaves_no_person_in_the_logs(service: Running) -> None:
    wait_until_ready(service)
    with httpx.Client(base_url=service.address, timeout=20) as client:
        tokens = [_sign_in(client, email) for email in (MEMBER, OTHER_MEMBER, RECEPTION, ADMINISTRATOR)]
        _live(client, tokens)
        me = client.get("/api/v1/me", headers={"authorization": f"Bearer {tokens[0]}"}).json()
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(timeout=30) in (0, -signal.SIGTERM)
    text = service.log.read_text(encoding="utf-8")
    secrets = [*tokens, PASSWORD, TYPED, MEMBER, OTHER_MEMBER, RECEPTION, "example.org", me["first_name"], "Moreau"]
    assert [word for word in secrets if word.lower() in text.lower()] == []
    assert re.findall(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", text) == []
    assert "Warning" not in text, text


def _sign_in(client: httpx.Client, email: str) -> str:
    answer = client.post("/api/v1/sessions", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


def _live(client: httpx.Client, tokens: list[str]) -> None:
    """Good and bad moments: reservations, refusals, wrong passwords, nonsense, a letter that cannot leave."""
    for token in tokens:
        headers = {"authorization": f"Bearer {token}"}
        wish = {"resources": ["visio-1"], "starts_at": iso(f"{DAY}T10:00"), "ends_at": iso(f"{DAY}T11:00")}
        client.post("/api/v1/reservations", json=wish, headers=headers)
        client.post("/api/v1/reservations", json={**wish, "person": MEMBER}, headers=headers)
        client.get(f"/mes-reservations/{MEMBER}", headers=headers)
        client.get(f"/reserver?people={MEMBER}&from=%C2%B2:00&token={token}", headers=headers)
        client.post(f"/personnes/{MEMBER}/badge", data={"_csrf": token, "name": "Moreau"}, headers=headers)
    for body in (b'{"email": "' + MEMBER.encode(), b'{"email": "\xff' + MEMBER.encode(), b"[" * 50_000):
        client.post("/api/v1/sessions", content=body, headers=HEADERS)
    for password in (TYPED, TYPED, "x"):
        client.post("/api/v1/sessions", json={"email": MEMBER, "password": password})
        client.post("/api/v1/sessions", json={"email": password, "password": MEMBER})
    client.get("/static/" + MEMBER + "%00")
    client.get(f"/{MEMBER}", headers={"cookie": f"session={tokens[0]}"})
