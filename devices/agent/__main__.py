"""`tierslieu-devices --config FILE`: real machines on the wire. `--try` and `--diagnose` help to set them up."""

import argparse
import logging
import sys
import time
from pathlib import Path

import msgspec

from devices.adapters.base import Bus, Probe
from devices.adapters.registry import try_out
from devices.agent.config import BadConfig, Typed, read_config
from devices.agent.crew import Crew
from devices.agent.diagnosing import diagnose
from devices.agent.fetching import Fetcher, Home
from devices.agent.running import Options, Watched, run
from devices.wire.desk import Desk


class Asked(msgspec.Struct, frozen=True):
    """What `--try` reads on standard input."""

    adapter: str
    settings: Typed = {}
    bus: Bus | None = None


def main() -> int:
    asked = _parser().parse_args()
    logging.basicConfig(level=logging.WARNING, format="devices: %(levelname)s %(message)s")
    if asked.try_out:
        return _try()
    if asked.config is None:
        return _fail("--config FILE is needed")
    fetcher = None
    if asked.service and (asked.secret is None or not asked.broker):
        return _fail("--service needs --secret FILE and --broker URL")
    if asked.service:
        try:
            fetcher = Fetcher(_home(asked), asked.config, Desk(_spool(asked)))
        except OSError as wrong:
            return _fail(f"{asked.secret}: {wrong.strerror}")
        fetcher.start()
    try:
        return _work(asked)
    finally:
        if fetcher is not None:
            fetcher.stop()


def _home(asked: argparse.Namespace) -> Home:
    """Where this board belongs. Raises OSError when its secret cannot be read."""
    secret = asked.secret.read_text(encoding="utf-8").strip()
    return Home(service_url=asked.service, broker_url=asked.broker, secret=secret, ca_file=asked.ca_file)


def _work(asked: argparse.Namespace) -> int:
    try:
        watched = Watched(asked.config)
        config = watched.changed() or read_config(asked.config)
    except BadConfig as wrong:
        return _fail(f"{asked.config}: {wrong}")
    if asked.diagnose:
        _say(msgspec.json.format(msgspec.json.encode(diagnose(config, _now))).decode())
        return 0
    options = Options(desk=Desk(_spool(asked)), until_eof=asked.until_eof, says_status=asked.status)
    run(Crew(_spool(asked), _now), watched, config, _say, options)
    return 0


def _spool(asked: argparse.Namespace) -> Path:
    """The folder of what must not be forgotten, and of questions."""
    found: Path = asked.spool or asked.config.with_name("spool")
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tierslieu-devices", description="Real machines of one site.")
    parser.add_argument("--config", type=Path, help="JSON file of the broker and the machines; read again at SIGHUP")
    parser.add_argument("--service", help="ask the service at this address for the machines of this board")
    parser.add_argument("--secret", type=Path, help="file with the board's secret, as the service showed it")
    parser.add_argument("--broker", default="", help="mqtts://host:port of the venue's broker")
    parser.add_argument("--ca-file", help="certificate that vouches for both, when it is a private one")
    parser.add_argument("--spool", type=Path, help="folder that keeps unsent reports and files (default: beside FILE)")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input does")
    parser.add_argument("--status", action="store_true", help="say what the machines show, as JSON lines")
    parser.add_argument("--diagnose", action="store_true", help="look at all machines once, say what is found, end")
    parser.add_argument(
        "--try", dest="try_out", action="store_true", help='try {"adapter", "settings", "bus"?} from standard input'
    )
    return parser


def _try() -> int:
    """One line of JSON: what became of the first try. Nothing of what was given is in it."""
    try:
        asked = msgspec.json.decode(sys.stdin.buffer.read(64 * 1024), type=Asked)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        probe = Probe(code="bad_setting")
    else:
        began = time.monotonic()
        probe = try_out(asked.adapter, asked.settings, asked.bus)
        probe = msgspec.structs.replace(probe, took_ms=round(1_000 * (time.monotonic() - began)))
    _say(msgspec.json.encode(probe).decode())
    return 0 if probe.code == "ok" else 1


def _now() -> int:
    return int(time.time())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _fail(text: str) -> int:
    sys.stderr.write(f"tierslieu-devices: {text}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
