"""What making something costs, in cents. Pure. What nobody measured or priced stays unknown: it is not free."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

import msgspec


class Prices(msgspec.Struct, frozen=True):
    """Prices in cents. None: nobody set one. `hourly_cents` 0: the machine's time costs nothing here.

    A kilowatt-hour may cost parts of a cent.
    """

    material_cents_per_kg: int | None
    hourly_cents: int
    kwh_cents: float | None


class Cost(msgspec.Struct, frozen=True):
    """The parts of a cost in cents, each None while unknown. `total_cents` adds what is known, None if nothing is."""

    material_cents: int | None
    machine_cents: int | None
    energy_cents: int | None
    total_cents: int | None

    @property
    def is_whole(self) -> bool:
        """False when a part is unknown, so that the total is the least it may be."""
        return None not in (self.material_cents, self.machine_cents, self.energy_cents)


def cost(grams: float | None, seconds: int | None, kwh: float | None, prices: Prices) -> Cost:
    """The cost of so much material, machine time and energy."""
    material = _share(grams, prices.material_cents_per_kg, 1_000)
    machine = 0 if prices.hourly_cents == 0 else _share(seconds, prices.hourly_cents, 3_600)
    energy = _share(kwh, prices.kwh_cents, 1)
    known = [part for part in (material, machine, energy) if part is not None]
    is_priced = material is not None or energy is not None or (machine is not None and seconds is not None)
    return Cost(material, machine, energy, sum(known) if is_priced else None)


def at_prices(parts: Iterable[tuple[float, float | None]]) -> int | None:
    """The cost in cents of so many kilowatt-hours, each at its own price, rounded once.

    None for none at all, and when something was used at a price that nobody knows.
    """
    used = [(amount, cents) for amount, cents in parts if amount or cents is not None]
    if not used or any(cents is None for _amount, cents in used):
        return None
    total = sum(Decimal(repr(amount)) * Decimal(repr(cents)) for amount, cents in used)
    return int(Decimal(total).quantize(Decimal(1), ROUND_HALF_UP))


def _share(amount: float | None, cents: float | None, per: int) -> int | None:
    """So many cents per `per` units, rounded to the cent, halves up; None when amount or price is unknown."""
    if amount is None or cents is None:
        return None
    return int((Decimal(repr(amount)) * Decimal(repr(cents)) / per).quantize(Decimal(1), ROUND_HALF_UP))
