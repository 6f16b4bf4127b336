"""`python -m tests.bench`: measures the service from outside and prints the figures beside their targets.

Rates depend on the machine and its neighbours; the share of the bare endpoint (same minutes, same process) and
the processor time do much less. Figures that have a target are judged with the embedded database.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.bench.parts import NAMES, Bench
from tests.bench.stores import SqliteStore, Store, postgres_store
from tests.bench.table import show

SIZES = (10_000, 1_000_000)
QUICK_SIZES = SIZES[:1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for. Returns 1 when --strict and a figure misses its target."""
    chosen = _parser().parse_args(arguments)
    chosen.keep.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tierslieu-bench-")))
        stores: list[Store] = [SqliteStore(chosen.keep, work)]
        bench = Bench(work, frozenset(chosen.only or NAMES), is_quick=chosen.quick)
        if not chosen.quick and not chosen.sqlite and bench.needs_stores:
            stores.append(stack.enter_context(postgres_store(chosen.keep)))
        bench.run(stores, QUICK_SIZES if chosen.quick else SIZES)
    print(show(bench.entries, bench.notes))
    is_over = any(entry.is_ok is False for entry in bench.entries)
    return 1 if is_over and chosen.strict else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 reservations, SQLite, short rounds")
    parser.add_argument("--sqlite", action="store_true", help="leave PostgreSQL out")
    parser.add_argument("--only", action="append", choices=NAMES, help="one part (may be repeated)")
    parser.add_argument("--strict", action="store_true", help="end with status 1 when a target is missed")
    kept = Path(tempfile.gettempdir()) / "tierslieu-bench"
    parser.add_argument("--keep", type=Path, default=kept, help="folder where filled databases stay (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
