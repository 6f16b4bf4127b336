"""Tables of how machines are reached."""

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from tierslieu.infra.tables import Table


class MachineLink(Table, table=True):
    """How one machine is reached: by which adapter, with what, and by whom.

    `settings` and `meter_settings` are JSON, what was typed by the names of devices/descriptions.py; keys and passwords
    are in them, and leave them for the agent's configuration only. `agent` is the key of the board's account that runs
    the adapter; empty: the service itself. `bus_secret` is the machine's own password on the bus. `code` is what became
    of the last try (ok, unreachable…), `tried_at` when.
    """

    __tablename__ = "machine_link"

    machine_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="machine.id")
    adapter: str = Field(max_length=20)
    settings: str = Field(sa_type=Text)
    meter: str = Field(max_length=20)
    meter_settings: str = Field(sa_type=Text)
    agent: str = Field(max_length=40)
    bus_secret: str = Field(max_length=64)
    code: str = Field(max_length=20)
    found: str = Field(sa_type=Text)
    tried_at: int = Field(sa_type=BigInteger)
    changed_at: int = Field(sa_type=BigInteger)
    changed_by: int | None = Field(default=None, sa_type=BigInteger)
