"""How kiosks are: what each told last, who is silent, whose secret was copied."""

from typing import Any, Final

import msgspec
from sqlalchemy import Integer, bindparam, case, select, update

from tierslieu.access.kiosk.schemas import HealthReport
from tierslieu.access.kiosk.tables import KioskHealth
from tierslieu.access.zones.places import zone_behind
from tierslieu.access.zones.queries import zone_of
from tierslieu.basics.spans import DAY, MINUTE
from tierslieu.infra.statements import Query, columns, insert_or_nothing, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.devices.queries import secret_since

SILENT_AFTER: Final = 5 * MINUTE
"""A kiosk tells how it is each minute; after so long it is missed."""
OLD_AFTER: Final = DAY
"""A list this old is told to staff."""
TURN_AFTER: Final = 7 * DAY
"""A kiosk gets a new secret this long after the last."""
READS: Final = 1
READ_BEFORE: Final = 2
"""Its camera read codes since the kiosk was enrolled, and does not now. Some kiosks have a scanner only: 0."""
h = columns(KioskHealth)


class Health(msgspec.Struct, frozen=True):
    """What a kiosk last told."""

    key: str
    seen_at: int
    page: str
    rev: int
    snapshot_at: int
    kept: int
    is_durable: int
    has_camera: int
    copied_at: int

    def is_silent(self, now: int) -> bool:
        """True when it should have told something since."""
        return now - self.seen_at > SILENT_AFTER

    def is_list_old(self, now: int) -> bool:
        """True when it decides without network on what is long gone by."""
        return bool(self.snapshot_at) and now - self.snapshot_at > OLD_AFTER

    @property
    def has_lost_camera(self) -> bool:
        """True when its camera read codes before: one that never did may not be meant to be there."""
        return self.has_camera == READ_BEFORE

    def knows_no_key(self, vouched_since: int) -> bool:
        """True when its list is older than every key that still signs lists: it can believe none until a new code."""
        return 0 < self.snapshot_at < vouched_since

    def is_troubled(self, now: int) -> bool:
        """True when somebody should go and look."""
        return self.is_silent(now) or self.is_list_old(now) or not self.is_durable


class Around(msgspec.Struct, frozen=True):
    """What a kiosk has to know of itself: its zone (0: none) and whether its secret is to be replaced."""

    zone: int
    zone_name: str
    turn_token: bool


HEALTHS = Query(select(*(h[name] for name in Health.__struct_fields__)), into=Health)
BEGIN = insert_or_nothing(KioskHealth)
TOLD = {name: bindparam(f"new_{name}", type_=h[name].type) for name in HealthReport.model_fields}
CAMERA = case((bindparam("new_has_camera", type_=Integer()) == READS, READS), (h.has_camera == 0, 0), else_=READ_BEFORE)
NOTE: Query[Any] = Query(
    update(table_of(KioskHealth))
    .where(h.key == bindparam("which"))
    .values(seen_at=bindparam("now"), **TOLD | {"has_camera": CAMERA})
)
ANEW: Query[Any] = Query(
    update(table_of(KioskHealth)).where(h.key == bindparam("which")).values(has_camera=0, copied_at=0)
)
COPIED: Query[Any] = Query(
    update(table_of(KioskHealth)).where(h.key == bindparam("which")).values(copied_at=bindparam("at"))
)


def note_health(tx: Tx, report: HealthReport) -> None:
    """A kiosk told how it is."""
    key = tx.by.device or ""
    _begin(tx, key)
    told = {f"new_{name}": value if isinstance(value, str) else int(value) for name, value in report}
    tx.run(NOTE, which=key, now=tx.now, **told)


def begin_anew(tx: Tx, key: str) -> None:
    """Some device is this kiosk from now on: a copied secret is settled, and it may be one without a camera."""
    _begin(tx, key)
    tx.run(ANEW, which=key)


def note_copied(tx: Tx, key: str, at: int) -> None:
    """The kiosk's secret was used twice."""
    _begin(tx, key)
    tx.run(COPIED, which=key, at=at)


def _begin(tx: Tx, key: str) -> None:
    empty = {name: "" if name == "page" else 0 for name in HealthReport.model_fields}
    tx.run(BEGIN, key=key, seen_at=0, copied_at=0, **empty)


def healths(reader: Reader) -> dict[str, Health]:
    """What each kiosk told, by its key."""
    return {one.key: one for one in reader.rows(HEALTHS)}


def around(reader: Reader, key: str) -> Around:
    """What a kiosk has to know of itself."""
    zone = zone_of(reader, zone_behind(reader, key))
    is_due = reader.now - secret_since(reader, key) > TURN_AFTER
    return Around(zone.number if zone else 0, zone.name if zone else "", is_due)
