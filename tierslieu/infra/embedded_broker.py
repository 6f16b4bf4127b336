"""The MQTT broker of a small venue: a child process, started, watched and ended by the service.

`python -m tierslieu.infra.embedded_broker --bind 127.0.0.1:1883 --accounts FILE` runs it alone. It prints one line,
`ready HOST:PORT`, and ends when its standard input does: a broker never outlives the service that started it.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from pathlib import Path
from typing import Final

MODULE: Final = "tierslieu.infra.embedded_broker"
READY_WITHIN_S: Final = 20
STOP_WITHIN_S: Final = 5
FIRST_DELAY_S: Final = 0.2
LONGEST_DELAY_S: Final = 30.0
STEADY_AFTER_S: Final = 60

log = logging.getLogger(__name__)


class BrokerFailed(Exception):
    """The child ended, or said nothing, before it was ready."""


class EmbeddedBroker:
    """The child process seen from the service: one port for its whole life, through every restart."""

    def __init__(self, accounts: Path, host: str = "127.0.0.1", port: int = 0) -> None:
        """`accounts` is written by write_accounts; port 0 means any free one, kept from then on."""
        self._accounts = accounts
        self._host = host
        self._port = port
        self._child: Process | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process that runs now; changes with a restart."""
        return self._child.pid if self._child and self._child.returncode is None else None

    async def start(self) -> int:
        """Run the child and return its port once it listens. Raises BrokerFailed."""
        self._child = await self._spawn()
        self._watch = asyncio.create_task(self._keep_running())
        return self._port

    async def stop(self) -> None:
        """End the child and wait for it. Calling it again changes nothing."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
            self._watch = None
        if self._child is not None:
            await _end(self._child)
            self._child = None

    async def _spawn(self) -> Process:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", MODULE),
            *("--bind", f"{self._host}:{self._port}", "--accounts", str(self._accounts)),
            stdin=PIPE,
            stdout=PIPE,
            start_new_session=True,  # Ctrl-C at the terminal is the service's to handle, in its own order
        )
        try:
            self._port = await asyncio.wait_for(_read_port(child), READY_WITHIN_S)
        except BaseException:
            await _end(child)
            raise
        return child

    async def _keep_running(self) -> None:
        """Start the child again each time it ends by itself, waiting longer each time it does not last."""
        delay = FIRST_DELAY_S
        loop = asyncio.get_running_loop()
        while self._child is not None:
            began = loop.time()
            code = await self._child.wait()
            delay = FIRST_DELAY_S if loop.time() - began > STEADY_AFTER_S else delay
            log.warning("embedded broker ended with %s, starting it again in %.1f s", code, delay)
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY_S)
            with contextlib.suppress(BrokerFailed, TimeoutError, OSError):
                self._child = await self._spawn()


async def _read_port(child: Process) -> int:
    assert child.stdout is not None
    word, _, where = (await child.stdout.readline()).decode().strip().partition(" ")
    if word != "ready":
        raise BrokerFailed(f"embedded broker ended with {await child.wait()}")
    return int(where.rpartition(":")[2])


async def _end(child: Process) -> None:
    """Close the child's input, which ends it; kill it if it does not listen."""
    if child.stdin is not None:
        child.stdin.close()
    try:
        await asyncio.wait_for(child.wait(), STOP_WITHIN_S)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


async def serve(bind: str, accounts: Path) -> None:
    """Run the broker in this process until standard input ends or a signal asks for the end."""
    from tierslieu.infra.embedded_broker_accounts import Accounts
    from tierslieu.infra.embedded_broker_server import DeviceBroker

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)
    broker = DeviceBroker(bind, Accounts(accounts))
    await broker.start()
    threading.Thread(target=_wait_for_orphanhood, args=(loop, stop), daemon=True).start()
    sys.stdout.write(f"ready {bind.rpartition(':')[0]}:{broker.port}\n")
    sys.stdout.flush()
    await stop.wait()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(broker.shutdown(), STOP_WITHIN_S / 2)


def _wait_for_orphanhood(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    while os.read(0, 4096):  # not sys.stdin: its lock would be held when the interpreter ends
        pass
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(stop.set)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of the child."""
    parser = argparse.ArgumentParser(prog="embedded_broker")
    parser.add_argument("--bind", default="127.0.0.1:0")
    parser.add_argument("--accounts", type=Path, required=True)
    asked = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="broker: %(levelname)s %(message)s")
    for noisy in ("amqtt", "transitions"):  # a port scan is no news
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    asyncio.run(serve(asked.bind, asked.accounts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
