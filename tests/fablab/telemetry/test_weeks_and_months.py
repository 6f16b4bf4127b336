"""Reserved, on and at work side by side to the minute, where clocks change; energy at the price of its day."""

import csv
import io
from collections.abc import Iterable

from sqlalchemy import text

from tests.fablab.benches import Fablab
from tests.support.browsers import Browser
from tests.support.clients import FAB_MANAGER, at
from tierslieu.basics.ids import read
from tierslieu.fablab import queries as fablab_queries
from tierslieu.fablab.costs import at_prices
from tierslieu.fablab.telemetry import storing
from tierslieu.fablab.telemetry.actions import set_price
from tierslieu.fablab.telemetry.folding import Hour
from tierslieu.infra.statements import Query
from tierslieu.infra.transaction import Tx
from tierslieu.reservations.queries import stored
from tierslieu.venue.queries import venue

SUNDAY, MONDAY = at("2026-10-25T00:00"), at("2026-10-26T00:00")
"""The clocks went back in this night: the Sunday has 25 hours."""
HELD: Query[int] = Query(
    text("UPDATE reservation SET resource_id = :machine, starts_at = :start, ends_at = :end WHERE id = :which")
)
"""As if the machine had been reserved then, whatever its hours."""


def metered(fablab: Fablab, hours: Iterable[int], *, off: int = 600, idle: int = 1200, busy: int = 1800) -> None:
    """In each of these hours the machine used 100 Wh, and was off, idle and busy for so many seconds."""

    def put(tx: Tx) -> None:
        machine = fablab_queries.machine(tx, "p3d-1")
        for hour in hours:
            one = Hour(hour, energy_wh=100.0, off_s=off, idle_s=idle, busy_s=busy)
            tx.run(
                storing.PUT_HOUR,
                machine_id=machine.id,
                **{name: getattr(one, name) for name in one.__struct_fields__},
            )

    fablab.house.write(put)


def line(fablab: Fablab, browser: Browser, path: str) -> list[str]:
    """What the spreadsheet says of the first printer, without its name."""
    name = fablab.house.read(fablab_queries.machine, "p3d-1").name
    rows = list(csv.reader(io.StringIO(browser.get(path).text.lstrip("\ufeff")), delimiter=";"))
    found: list[str] = next(row[1:] for row in rows if row[0] == name)
    return found


def manager(fablab: Fablab) -> Browser:
    browser = Browser(fablab.house)
    browser.sign_in(FAB_MANAGER)
    return browser


def test_reserved_on_and_at_work_stand_side_by_side(fablab: Fablab) -> None:
    """From Sunday midnight to Monday six: 25 hours of one week, 6 of the next."""
    made = fablab.maker.reserve("D03", "2026-11-25T14:00", "2026-11-25T15:00").json()["reservations"][0]
    job = fablab.queue()

    def move(tx: Tx) -> None:
        one, machine = stored(tx, read(made["id"])), fablab_queries.machine(tx, "p3d-1")
        tx.run(HELD, machine=venue(tx).by_key["p3d-1"].id, which=one.id, start=SUNDAY, end=MONDAY + 6 * 3600)
        spent = {"started_at": SUNDAY + 5400, "ended_at": MONDAY + 1800, "energy_wh": 900.0}
        tx.run(storing.PUT_ENERGY, job_ref=job["number"], job_id=read(job["id"]), machine_id=machine.id, **spent)

    fablab.house.write(move)
    metered(fablab, range(SUNDAY, MONDAY + 6 * 3600, 3600))
    browser = manager(fablab)
    of_sunday = ["25,00", "20,83", "12,50", "0", "23,50"]
    of_monday = ["6,00", "5,00", "3,00", "1", "0,50"]
    assert line(fablab, browser, "/fablab/semaine.csv?date=2026-10-25") == of_sunday
    assert line(fablab, browser, "/fablab/semaine.csv?date=2026-10-26") == of_monday
    shown = browser.get("/fablab/semaine?date=2026-10-25").text
    for words in ("25 h", "20 h 50", "12 h 30", "23 h 30"):
        assert words in shown.replace("\u00a0", " "), words


def test_a_month_is_priced_by_the_tariff_of_each_day(fablab: Fablab) -> None:
    """A later price changes nothing of what was used before it."""
    metered(fablab, range(SUNDAY - 10 * 3600, SUNDAY, 3600))
    metered(fablab, range(SUNDAY, MONDAY, 3600))
    fablab.house.write(set_price, at("2026-02-01T00:00"), 20_000)
    browser = manager(fablab)
    month = "/fablab/energie.csv?mois=2026-10"
    assert line(fablab, browser, month)[-1] == "0,70", "3.5 kWh at 20 cents"
    fablab.house.write(set_price, at("2026-11-01T00:00"), 60_000)
    assert line(fablab, browser, month)[-1] == "0,70"
    fablab.house.write(set_price, SUNDAY, 40_000)
    assert line(fablab, browser, month)[-1] == "1,20", "1 kWh at 20 cents and 2.5 at 40"
    metered(fablab, [at("2025-10-05T10:00")])
    assert line(fablab, browser, "/fablab/energie.csv?mois=2025-10")[-1] == "", "nobody knows the price of that time"


def test_energy_at_several_prices_is_rounded_once() -> None:
    assert at_prices([]) is None
    assert at_prices([(1.0, None)]) is None
    assert at_prices([(0.0, None), (2.0, 25.0)]) == 50
    assert at_prices([(0.5, 25.0), (0.5, 26.0)]) == 26
    assert at_prices([(1.0, 25.0), (0.1, None)]) is None
    assert at_prices([(0.0, 25.0)]) == 0
