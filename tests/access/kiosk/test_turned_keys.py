"""Lists over a turn of the keys: kiosks and doors go on, also those that were away; who holds no key of it does not."""

import base64
import json
from pathlib import Path
from typing import Any, Final

from devices.badges.signing import Signer
from devices.doors.lists import BadgeList
from tests.access.doors import badge, kiosk
from tests.support.clients import RECEPTION, HouseUnderTest
from tests.support.node import NODE, told_by
from tierslieu.access.passes import actions, queries
from tierslieu.access.passes.rules import KEY_VOUCHES
from tierslieu.basics.spans import DAY

SCRIPT = Path(__file__).with_name("believe_lists.mjs")
SIGNED_AS: Final = "tierslieu.snapshot."
LATER: Final = 3 * 3600
"""So long after a turn the former key signs no pass any more that is good."""
Step = tuple[int, str]
"""When, and what the service answered."""


class Reader:
    """A door's own list keeper, which gets what a test gives it."""

    def __init__(self, folder: Path, enrolment: str = "first") -> None:
        self.now, self.answer = 0, ""
        self.list = BadgeList(folder / "list.json", self, lambda: self.now, enrolment)

    def ask(self, since: int, etag: str) -> tuple[int, str, bytes]:
        return 200, "", self.answer.encode()

    def close(self) -> None:
        """Nothing is held."""

    def takes(self, step: Step) -> bool:
        """Whether this answer is believed."""
        self.now, self.answer = step
        before = self.list.known
        self.list.refresh()
        return self.list.known is not before


class Service:
    """The house, asked for its list as a kiosk does."""

    def __init__(self, house: HouseUnderTest) -> None:
        for guest in house.read(queries.guests):  # a key stays trusted as long as a guest's pass of it
            house.write(actions.revoke_guest, guest.id)
        badge(house)
        self.house, self.kiosk = house, kiosk(house)

    def told(self, since: int = 0) -> Step:
        """The list as it is now, whole or what changed since."""
        self.house.clock.instant += 1
        answer = self.kiosk.get(f"/api/v1/kiosk/snapshot?since={since}")
        assert answer.status_code == 200, answer.text
        return self.house.clock.instant, answer.text

    def turned(self) -> int:
        """Another key signs; the number of the former one."""
        former: int = self.house.read(queries.signer)[0]
        self.house.clock.instant += 1
        self.house.write(actions.turn_key)
        return former

    def key(self, kid: int) -> Signer:
        """What a thief of this key has."""
        found: Signer = self.house.read(queries.signer_of, kid)
        return found


def text_of(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def forged(step: Step, kid: int, key: Signer, *, is_beside: bool) -> Step:
    """A list that says more, signed with this key: alone, or beside the house's seal for the true one."""
    first, _, payload = step[1].partition("\n")
    payload = f'{payload[:-1]},"more":1}}'
    seal, signature = json.loads(first), text_of(key.sign((SIGNED_AS + payload).encode()))
    found: Any = {**seal, "former": [[kid, signature]]} if is_beside else {"signature": signature, "kid": kid}
    return step[0], f"{json.dumps(found)}\n{payload}"


def node_says(readers: dict[str, list[Step]]) -> dict[str, list[bool]]:
    """What a kiosk believes of the same answers."""
    return told_by(SCRIPT, readers) if NODE else {}


Story = tuple[list[Step], list[bool]]
"""What a reader is given in turn, and what of it it believes."""


def stories(service: Service) -> dict[str, Story]:
    """Readers over two turns of the key, and past the end of the former ones."""
    first, thief = service.told(), Signer(bytes(32))
    a = service.turned()
    after_one, change = service.told(), service.told(json.loads(payload_of(first))["rev"])
    b = service.turned()
    after_two = service.told()
    service.house.clock.instant += LATER
    ended = service.told()
    stolen = {kid: forged(ended, kid, service.key(kid), is_beside=True) for kid in (a, b)}
    in_time = forged(after_two, a, service.key(a), is_beside=False)
    return {
        "with each turn": ([first, change, after_two, ended], [True, True, True, True]),
        "away for two turns": ([first, after_two, ended], [True, True, True]),
        "away beyond the end of its key": ([first, ended], [True, True]),
        "a thief's key": ([first, forged(after_one, a, thief, is_beside=True)], [True, False]),
        "of a number of its own": ([first, forged(after_one, 9, thief, is_beside=True)], [True, False]),
        "a former key before its end": ([after_one, in_time], [True, True]),
        "and after it": ([after_one, stolen[a]], [True, False]),
        "a key that the last list names no more": ([ended, stolen[b]], [True, False]),
    }


def payload_of(step: Step) -> str:
    return step[1].partition("\n")[2]


def test_readers_follow_the_house_from_key_to_key(nugue: HouseUnderTest, tmp_path: Path) -> None:
    told = stories(Service(nugue))
    for number, (name, (steps, expected)) in enumerate(told.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        door = Reader(folder)
        assert [door.takes(step) for step in steps] == expected, name
        assert Reader(folder).list.known is not None, f"{name}: what is kept is read again"
    by_kiosks = node_says({name: steps for name, (steps, _expected) in told.items()})
    assert by_kiosks in ({}, {name: expected for name, (_steps, expected) in told.items()})
    ended = told["away beyond the end of its key"][0][-1]
    trusted = [kid for kid, _public, _until in json.loads(payload_of(ended))["keys"]]
    assert trusted == [nugue.read(queries.signer)[0]], "former keys seal lists; passes of theirs are worth nothing"
    assert len(json.loads(ended[1].partition("\n")[0])["former"]) == 2


def test_a_reader_that_was_away_for_too_long_needs_a_new_enrolment(quick_nugue: HouseUnderTest, tmp_path: Path) -> None:
    house = quick_nugue
    service, door = Service(house), Reader(tmp_path)
    first = service.told()
    assert door.takes(first)
    service.kiosk.post("/api/v1/kiosk/health", {"rev": 1, "snapshot_at": first[0]})
    service.turned()
    assert "ne reconnaît plus la signature" not in house.sign_in(RECEPTION).get("/bornes").text
    house.clock.instant += KEY_VOUCHES + DAY
    service.kiosk = kiosk(house, "Atelier")
    much_later = service.told()
    assert not door.takes(much_later)
    assert node_says({"away": [first, much_later]}) in ({}, {"away": [True, False]})
    assert "ne reconnaît plus la signature" in house.sign_in(RECEPTION).get("/bornes").text
    again = Reader(tmp_path, "second")
    assert again.list.known is None
    assert again.takes(much_later)
