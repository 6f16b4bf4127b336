"""Devices' accounts on the embedded broker: who may connect, and only to its own topics."""

import asyncio
import secrets
from collections.abc import Sequence
from pathlib import Path

from tierslieu.basics.digest import hashed
from tierslieu.infra.broker import outermost
from tierslieu.infra.embedded_broker import EmbeddedBroker
from tierslieu.infra.embedded_broker_accounts import Account, DurableSession, write_accounts
from tierslieu.infra.feature import Inbox, Intake
from tierslieu.infra.house import House
from tierslieu.infra.logs import log
from tierslieu.people.devices import queries
from tierslieu.people.devices.mosquitto import SERVICE_TOPICS, write_files
from tierslieu.people.devices.queries import Enrolled
from tierslieu.people.devices.rules import DEVICES, topics_of

__all__ = ["DEVICES", "accounts_moved", "start_broker"]
LOG = log("bus")
SERVICE = "service"
EMBEDDED, OFF = "embedded", "off"


class ServiceAccount:
    """The service's own account on the embedded broker: a new password at each start, never stored in clear."""

    def __init__(self, client_id: str, filters: Sequence[str]) -> None:
        self.password = secrets.token_urlsafe(32)
        self.account = Account(
            SERVICE,
            hashed(self.password),
            publish=SERVICE_TOPICS.publish,
            subscribe=SERVICE_TOPICS.subscribe,
            durable=DurableSession(client_id, tuple(filters)),
        )


async def start_broker(house: House, inboxes: Sequence[Inbox | Intake]) -> EmbeddedBroker | None:
    """Start the embedded broker when the settings ask for it, then connect to whichever broker there is."""
    url = house.settings.mqtt.url
    if url == OFF:
        return None
    if url != EMBEDDED:
        await _write_for_mosquitto(house)
        house.broker.start(url, inboxes, house.db)
        return None
    own = ServiceAccount(house.broker.client_id, outermost(item.filter for item in inboxes))
    house.service_account = own.account
    path = accounts_path(house)
    path.parent.mkdir(parents=True, exist_ok=True)
    await _write(house)
    host, _, port = house.settings.mqtt.bind.rpartition(":")
    broker = EmbeddedBroker(path, host or "127.0.0.1", int(port))
    found = await broker.start()
    house.broker_port = found
    house.broker.start(f"mqtt://{SERVICE}:{own.password}@{host or '127.0.0.1'}:{found}", inboxes, house.db)
    return broker


def accounts_path(house: House) -> Path:
    """Where the embedded broker reads its accounts."""
    return house.settings.data_dir / "broker" / "accounts.json"


def accounts_moved(house: House) -> None:
    """A device was enrolled or revoked: the broker learns it now."""
    if house.service_account is not None:
        house.keep(asyncio.ensure_future(_write(house)))
    elif house.settings.mqtt.accounts_dir:
        house.keep(asyncio.ensure_future(_write_for_mosquitto(house)))


async def _write_for_mosquitto(house: House) -> None:
    """Accounts and rights for a Mosquitto of the house, when the settings say where it reads them."""
    chosen = house.settings.mqtt
    if chosen.accounts_dir:
        found = await house.db.read(queries.devices)
        await asyncio.to_thread(write_files, Path(chosen.accounts_dir), chosen.url, found)


async def _write(house: House) -> None:
    found = await house.db.read(queries.devices)
    accounts = [_of_device(one) for one in found]
    if house.service_account is not None:
        accounts.append(house.service_account)
    write_accounts(accounts_path(house), accounts)


def _of_device(one: Enrolled) -> Account:
    topics = topics_of(one.key, one.kind)
    return Account(one.key, one.secret_sha256, publish=topics.publish, subscribe=topics.subscribe)
