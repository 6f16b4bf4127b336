"""The house: the few long-lived things that edges need, built once by app.py."""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tierslieu.basics.clock import Clock
from tierslieu.basics.zone import Zone
from tierslieu.infra.broker import Broker
from tierslieu.infra.database import Database
from tierslieu.infra.embedded_broker_accounts import Account
from tierslieu.infra.feature import Adding, Count, Detail, Finder, MachinePart, PlacesReader, Printable, Section
from tierslieu.infra.files import Files
from tierslieu.infra.live import Live
from tierslieu.infra.mail import Mail
from tierslieu.infra.metrics import Metrics
from tierslieu.infra.personal import Personal, Retention
from tierslieu.infra.settings import Settings
from tierslieu.infra.sms import Sms

if TYPE_CHECKING:
    from tierslieu.infra.job_loop import JobLoop


@dataclass(slots=True)
class House:
    """Settings, clock, database, live hub, mail, SMS, broker, files and figures of one process.

    `personal`, `sections` and `details` (in their order), `retentions` and `finders` are what all features declare
    about persons and their reservations.
    `permissions` maps each permission to its roles, `places` read where roles may be given. `lately` holds the instants
    of what is bounded a minute in this process; `visits`, by kiosk, minute and id, the instant and the people of those
    that a kiosk kept; `searches`, by account and page, how many people were found each time that the log does not tell
    yet.
    """

    settings: Settings
    clock: Clock
    zone: Zone
    db: Database
    live: Live
    mail: Mail
    sms: Sms
    broker: Broker
    files: Files
    metrics: Metrics
    secret: bytes = b""
    jobs: "JobLoop | None" = None
    service_account: Account | None = None
    broker_port: int = 0
    personal: tuple[Personal, ...] = ()
    sections: tuple[Section, ...] = ()
    details: tuple[Detail, ...] = ()
    letter_lines: tuple[Adding, ...] = ()
    retentions: tuple[Retention, ...] = ()
    finders: tuple[Finder, ...] = ()
    permissions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    places: tuple[PlacesReader, ...] = ()
    machine_parts: tuple[MachinePart, ...] = ()
    printables: tuple[Printable, ...] = ()
    counts: tuple[Count, ...] = ()
    lately: dict[str, deque[int]] = field(default_factory=dict)
    visits: dict[str, dict[int, dict[str, tuple[int, int]]]] = field(default_factory=dict)
    searches: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    tasks: set["asyncio.Future[None]"] = field(default_factory=set)

    def keep(self, task: "asyncio.Future[None]") -> None:
        """Hold a background task until it ends (the loop itself keeps only weak references)."""
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
