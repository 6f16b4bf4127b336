"""Running the service under uvicorn: one process, migrated first, with a clear word when a port is taken."""

import asyncio
import contextlib
import errno
import gc
import socket
import sys
from collections.abc import Callable, Sequence

import uvicorn
import uvloop

from tierslieu.app import create_app
from tierslieu.infra.feature import Companion
from tierslieu.infra.settings import Settings
from tierslieu.infra.soundness import Unsound
from tierslieu.starting import Opening, prepare, say

SWITCH_SECONDS = 0.001
"""The database's writer is no longer than this behind a loop that is busy: five times less than Python's own."""
GRACE_SECONDS = 3
"""Open live streams must not hold up the end of the service longer than this."""


def bind(settings: Settings) -> socket.socket | None:
    """The listening socket; None when the port is taken (said on standard error)."""
    sock = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((settings.host, settings.port))
    except OSError as error:
        sock.close()
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        why = "is already used by another program" if error.errno == errno.EADDRINUSE else "needs more rights"
        message = f"Port {settings.port} {why}. Choose another one, for instance: make run PORT={settings.port + 1}"
        print(message, file=sys.stderr)
        return None
    return sock


def run_service(
    settings: Settings,
    *,
    reload: bool = False,
    companions: Sequence[Companion] = (),
    on_ready: Callable[[int], None] = lambda _port: None,
) -> int:
    """Serve until Ctrl-C or SIGTERM. Returns the exit status."""
    sock = bind(settings)
    if sock is None:
        return 2
    try:
        prepare(settings)
    except Unsound as error:
        sock.close()
        return say(settings, error)
    sys.setswitchinterval(SWITCH_SECONDS)
    app = Opening(create_app(settings, companions=companions, reload=reload))
    try:
        with contextlib.suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_serve(app, settings, sock, on_ready))
    except SystemExit:  # the server's own status for a start that failed has another meaning here
        return say(settings, app.failure) if app.failure else 1
    return 0


class _Announcing(uvicorn.Server):
    """A server that says when it takes requests, and lets go of live streams when it ends."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None], on_end: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._on_end = on_end

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the live streams first: they would hold up the end until the grace is over."""
        self._on_end()
        await super().shutdown(sockets=sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets=sockets)
        if self.started:
            calm_collector()
            self._on_ready()


def calm_collector() -> None:
    """What was built at start lives for ever: the collector need not look at it again, nor so often.

    A week of fifty resources makes thousands of short-lived objects; none of them form cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


async def _serve(app: Opening, settings: Settings, sock: socket.socket, on_ready: Callable[[int], None]) -> int:
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        proxy_headers=settings.trust_proxy,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        lifespan="on",
        interface="asgi3",
    )
    server = _Announcing(config, lambda: on_ready(sock.getsockname()[1]), app.inner.state.house.live.close)
    await server.serve(sockets=[sock])
    return 0 if server.started else 1
