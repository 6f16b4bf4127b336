"""Tables of what machines measure: raw for some days, by the hour for years, and what is made of it."""

from sqlalchemy import BigInteger, CheckConstraint, Text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

ACTIVITIES = "'unknown', 'off', 'idle', 'busy'"


class MachineSample(Table, table=True):
    """What a machine measured at one second. What it did not measure is NULL, never 0. Kept for some days."""

    __tablename__ = "machine_sample"
    __table_args__ = ({"sqlite_with_rowid": False},)

    machine_id: int = Field(primary_key=True, sa_type=Id, foreign_key="machine.id")
    at: int = Field(primary_key=True, sa_type=BigInteger)
    power_w: float | None = Field(default=None)
    energy_wh: float | None = Field(default=None)
    tool_c: float | None = Field(default=None)
    bed_c: float | None = Field(default=None)
    chamber_c: float | None = Field(default=None)


class MachineHour(Table, table=True):
    """One hour of a machine, from the hour's first second (UTC). Seconds that nobody measured are in no column.

    `power_ws` over `power_s` is the mean power; `energy_wh` is NULL while nothing was metered.
    """

    __tablename__ = "machine_hour"
    __table_args__ = ({"sqlite_with_rowid": False},)

    machine_id: int = Field(primary_key=True, sa_type=Id, foreign_key="machine.id")
    hour: int = Field(primary_key=True, sa_type=BigInteger)
    power_min: float | None = Field(default=None)
    power_max: float | None = Field(default=None)
    power_ws: float = Field(default=0.0)
    power_s: float = Field(default=0.0)
    energy_wh: float | None = Field(default=None)
    tool_max: float | None = Field(default=None)
    bed_max: float | None = Field(default=None)
    off_s: int = Field(default=0)
    idle_s: int = Field(default=0)
    busy_s: int = Field(default=0)


class MachineFold(Table, table=True):
    """How far a machine's samples were folded into hours, and what the next sample is compared with (JSON)."""

    __tablename__ = "machine_fold"

    machine_id: int = Field(primary_key=True, sa_type=Id, foreign_key="machine.id")
    until: int = Field(sa_type=BigInteger)
    state: str = Field(sa_type=Text)
    activity: str = Field(max_length=10)


class MachineThresholds(Table, table=True):
    """From which power a machine is on, and at work; in watts, holds in seconds. Set by staff for one machine."""

    __tablename__ = "machine_thresholds"
    __table_args__ = (CheckConstraint("off_below <= idle_below AND idle_below <= busy_above", name="order"),)

    machine_id: int = Field(primary_key=True, sa_type=Id, foreign_key="machine.id")
    off_below: float
    idle_below: float
    busy_above: float
    busy_after: int
    idle_after: int
    set_at: int = Field(sa_type=BigInteger)


class MachineCalibration(Table, table=True):
    """When staff recorded a machine at rest and at work, to find its thresholds; an end of 0 means: still recording."""

    __tablename__ = "machine_calibration"
    __table_args__ = (CheckConstraint("phase IN ('idle', 'busy')", name="phase"),)

    machine_id: int = Field(primary_key=True, sa_type=Id, foreign_key="machine.id")
    phase: str = Field(primary_key=True, max_length=10)
    started_at: int = Field(sa_type=BigInteger)
    ended_at: int = Field(sa_type=BigInteger)


class JobEnergy(Table, table=True):
    """What one attempt of a job used, by its name on the bus. NULL: nothing was metered, which is not nothing."""

    __tablename__ = "job_energy"

    job_ref: str = Field(primary_key=True, max_length=64)
    job_id: int = Field(sa_type=BigInteger, foreign_key="fabrication_job.id", index=True)
    machine_id: int = Field(sa_type=BigInteger, foreign_key="machine.id", index=True)
    started_at: int = Field(sa_type=BigInteger)
    ended_at: int = Field(sa_type=BigInteger, index=True)
    energy_wh: float | None = Field(default=None)


class EnergyPrice(Table, table=True):
    """The price of electricity from an instant on, in thousandths of a cent per kilowatt-hour."""

    __tablename__ = "energy_price"

    since: int = Field(primary_key=True, sa_type=BigInteger)
    millicents: int
