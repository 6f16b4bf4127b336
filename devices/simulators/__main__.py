"""`python -m devices.simulators --url mqtt://127.0.0.1:1883 --credentials FILE --site oasis [--speed 60]`."""

import argparse
import logging
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from devices.simulators.fleet import build_fleet, read_credentials, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="devices.simulators", description="Simulated machines of one site.")
    parser.add_argument("--url", required=True, help="mqtt://host:port of the broker")
    parser.add_argument("--credentials", type=Path, required=True, help="JSON file of the machines and their accounts")
    parser.add_argument("--site", required=True, help="key of the site, as in oasis")
    parser.add_argument("--speed", type=float, default=1.0, help="how many times faster than the clock machines work")
    parser.add_argument("--spool", type=Path, help="folder that keeps unsent reports between runs")
    parser.add_argument("--seed", default="tierslieu", help="the same seed makes the same chance")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input does")
    asked = parser.parse_args()
    if not 0.1 <= asked.speed <= 10_000:
        parser.error("--speed is between 0.1 and 10000")
    logging.basicConfig(level=logging.WARNING, format="simulators: %(levelname)s %(message)s")
    try:
        credentials = read_credentials(asked.credentials)
    except (OSError, msgspec.MsgspecError) as wrong:
        parser.error(f"--credentials: {wrong}")
    with tempfile.TemporaryDirectory() as passing:
        spool: Path = asked.spool or Path(passing)
        spool.mkdir(parents=True, exist_ok=True)
        fleet = build_fleet(
            credentials,
            url=asked.url,
            site=asked.site,
            spool=spool,
            clock=time.time,
            speed=asked.speed,
            seed=asked.seed,
        )
        run(fleet, lambda line: print(line, flush=True), until_eof=asked.until_eof)
    return 0


if __name__ == "__main__":
    sys.exit(main())
