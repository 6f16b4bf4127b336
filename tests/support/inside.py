"""Acting inside a house under test, on its own loop: what no page offers (time, roles, devices)."""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from tests.support.clients import HouseUnderTest
from tierslieu.features import FEATURES
from tierslieu.infra.jobs import tick, waiting
from tierslieu.infra.mail import Letter, MemoryMail
from tierslieu.infra.transaction import Reader, Tx

P = ParamSpec("P")
R = TypeVar("R")


def write(house: HouseUnderTest, action: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run an action of the product as the system."""
    work = partial(house.house.db.write, action, *args, **kwargs)  # type: ignore[arg-type]
    found: R = house.client.blocking_portal.call(cast(Any, work))
    return found


def read(house: HouseUnderTest, query: Callable[Concatenate[Reader, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Ask the database of the house."""
    work = partial(house.house.db.read, query, *args, **kwargs)
    found: R = house.client.blocking_portal.call(cast(Any, work))
    return found


def run_jobs(house: HouseUnderTest) -> None:
    """Run every job that is due at the house's time, the repeated ones too; those its own loop took are waited for."""
    write(house, tick, [every for feature in FEATURES for every in feature.schedules])
    house.client.blocking_portal.call(_settle, house)


def stop_jobs(house: HouseUnderTest) -> None:
    """From now on jobs run when the test asks for it, and not beside what it counts or compares."""
    jobs: Any = house.house.jobs
    house.client.blocking_portal.call(jobs.stop)


def mailbox(house: HouseUnderTest) -> deque[Letter]:
    """The letters that have left, the oldest first; a test may take them out."""
    mail = house.house.mail
    assert isinstance(mail, MemoryMail)
    return mail.letters


async def _settle(house: HouseUnderTest) -> None:
    jobs: Any = house.house.jobs
    while await house.house.db.read(waiting):
        await jobs.run_due()
        await asyncio.sleep(0)
