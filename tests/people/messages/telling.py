"""What tests of messages share: people with and without addresses, posting, and looking at what is stored."""

from typing import Any

from tests.support.clients import HouseUnderTest
from tests.support.inside import mailbox, read, run_jobs, write
from tierslieu.infra.mail import Letter
from tierslieu.infra.sms import MemorySms, ShortMessage
from tierslieu.infra.transaction import Tx
from tierslieu.people.messages import queries
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.choices import say
from tierslieu.people.messages.schemas import Notice, Stored
from tierslieu.people.persons.actions import create_person

NEWS = Notice("essai", "Un essai", "Bonjour,\nun essai.", "Essai")


def with_phone(house: HouseUnderTest, phone: str | None = None, *, email: str | None = None, **wishes: bool) -> int:
    """Somebody new, who chose this and that."""

    def make(tx: Tx) -> int:
        person_id = create_person(tx, "Odile", "Essai", email=email, phone=phone)
        for wish, is_wanted in wishes.items():
            say(tx, person_id, wish, is_wanted, "desk")
        return person_id

    return int(write(house, make))


def tell(house: HouseUnderTest, person_id: int, notice: Notice = NEWS) -> None:
    """Post a notice, as the house does."""
    write(house, post, person_id, notice)


def stored_of(house: HouseUnderTest, person_id: int) -> list[Stored]:
    """The messages of a person, newest first."""
    found: list[Stored] = read(house, queries.of_person, person_id)
    return found


def facts_of(house: HouseUnderTest, person_id: int, *names: str) -> list[tuple[Any, ...]]:
    """Some fields of the messages of a person, newest first."""
    return [tuple(getattr(one, name) for name in names) for one in stored_of(house, person_id)]


def letters(house: HouseUnderTest) -> list[Letter]:
    """The mail that left."""
    return list(mailbox(house))


def texts(house: HouseUnderTest) -> list[ShortMessage]:
    """The short messages that left."""
    sms = house.house.sms
    assert isinstance(sms, MemorySms)
    return list(sms.messages)


def hold_jobs(house: HouseUnderTest) -> None:
    """From now on only the test runs jobs. Nothing may be under way: it would keep its lease."""
    run_jobs(house)
    jobs = house.house.jobs
    assert jobs is not None
    house.client.blocking_portal.call(jobs.stop)
