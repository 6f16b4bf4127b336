"""A crowd of clients in several processes: plain HTTP over kept connections, one person each."""

import http.client
import json
from typing import Any, NamedTuple

from tierslieu.basics.actor import SYSTEM
from tierslieu.basics.clock import SystemClock
from tierslieu.basics.ids import show
from tierslieu.infra.database import Database, engine_for
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.actions import create_person
from tierslieu.people.signin.actions import open_session


class Answer(NamedTuple):
    """A status and the JSON body. Status 0: the connection broke, nobody knows what happened."""

    status: int
    body: Any


class Client:
    """One client of one server."""

    def __init__(self, port: int, token: str = "") -> None:
        self._port = port
        self.token = token
        self._connection: http.client.HTTPConnection | None = None

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        """One request; a broken connection is an unknown outcome, never an exception."""
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        try:
            connection = self._connection or http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            self._connection = connection
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            text = answer.read()
            return Answer(answer.status, json.loads(text) if text else None)
        except (OSError, http.client.HTTPException):
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            return Answer(0, None)

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()


class Member(NamedTuple):
    """A person of the crowd, signed in."""

    id: str
    token: str


def enrol(tx: Tx, count: int, roles: str) -> list[Member]:
    """People with sessions, made directly."""
    found = []
    for number in range(count):
        person_id = create_person(tx, f"Personne {number}", "Foule", roles=roles)
        found.append(Member(show(person_id), open_session(tx, person_id, roles, strength=2).token))
    return found


async def make_crowd(url: str, count: int, roles: str = "member") -> list[Member]:
    """Add a crowd to a database."""
    db = Database(engine_for(url), SystemClock())
    await db.start()
    try:
        members: list[Member] = await db.write(enrol, count, roles, by=SYSTEM)
        return members
    finally:
        await db.stop()
