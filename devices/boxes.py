"""What every box on a board shares, be it the terminal of a machine or the node of a door: boots, orders, events."""

import itertools
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar

from devices.link import Address, Link
from devices.sealed import Answer, SealedOrder, SealedOrders
from devices.spool import Spool
from devices.wire import Channel, encode
from devices.wire.doors import DoorEvent, DoorMessage
from devices.wire.interlocks import Interlock, LockEvent

STATE_EVERY_S: Final = 15.0
EVENTS_EVERY_S: Final = 20.0
EVENTS_AT_ONCE: Final = 20
Order = TypeVar("Order", bound=SealedOrder)
Words = TypeVar("Words")
Shows = TypeVar("Shows", contravariant=True)


class BoxLink(Link):
    """The connection of every device; a box says besides what only it has to say. `on_up`: at each connection."""

    def __init__(self, *args: Any, on_up: Callable[[], None], **more: Any) -> None:
        self._on_up = on_up
        super().__init__(*args, **more)

    def say(self, channel: Channel, message: Interlock | DoorMessage) -> None:
        """Publish, if there is a broker now; the caller says again what must not be lost."""
        self.say_again(channel, encode(message))

    def say_again(self, channel: Channel, payload: bytes) -> None:
        """The same of what was encoded before."""
        self._tasks.put(lambda: self._publish_if_up(channel, payload))

    def _publish_if_up(self, channel: Channel, payload: bytes) -> None:
        if self._is_up:
            self._publish(channel, payload)

    def _begin_connection(self) -> None:
        super()._begin_connection()
        self._on_up()


class BoxPins(Protocol[Shows]):
    """What the pins of every box can do."""

    def show(self, words: Shows, /) -> None:
        """Show an answer to who stands there."""

    def close(self) -> None:
        """Put the output at rest and let go of everything."""


class Box(ABC, Generic[Order, Words]):
    """Ticked by one thread, ordered from another. `clock` is the wall's, `steady` never jumps.

    A boot begins at rest, under a name nobody has used. Events wait on disk until the service names them. A box that
    stood still too long no longer knows what went on: it loses its boot and begins another one.
    """

    EVENTS: ClassVar[Channel]
    WORDS_FOR_S: ClassVar[float]
    """How long an answer is shown."""
    _link: BoxLink
    _orders: SealedOrders[Order]

    def __init__(
        self,
        address: Address,
        pins: BoxPins[Words],
        folder: Path,
        *,
        clock: Callable[[], float],
        steady: Callable[[], float],
        boot_ids: Callable[[], str],
    ) -> None:
        self.address, self._box_pins = address, pins
        self._clock, self._steady, self._boot_ids = clock, steady, boot_ids
        self._spool = Spool(folder / f"{address.site}-{address.device}.sqlite")
        self._events = Spool(folder / f"{address.site}-{address.device}-events.sqlite")
        self._lock = threading.RLock()

    # -- what is each box's own ---------------------------------------------------------------------

    @abstractmethod
    def _rest(self) -> None:
        """Put the output where no power would leave it."""

    @abstractmethod
    def _look(self, now: float) -> bool:
        """Look at the pins, let time pass, set the output, tell and show what there is. False: it stood still."""

    @abstractmethod
    def _obey(self, order: Order) -> Answer:
        """Carry out an order that was judged good."""

    # -- life ---------------------------------------------------------------------------------------

    def _boot(self) -> None:
        """Begin anew. The box adds its own part, its orders and its connection."""
        self._rest()
        self._boot_id, self._born_at = self._boot_ids(), self._steady()
        self._seqs, self._last_seq = itertools.count(1), 0
        self._shown: tuple[object, ...] | None = None
        self._state_due = self._events_due = self._words_until = 0.0

    def start(self) -> None:
        """Connect and begin to look at the pins."""
        self._link.start()
        self.tick()

    def stop(self) -> None:
        """Put the output at rest, say goodbye, let go of everything."""
        with self._lock:
            self._box_pins.close()
        self._link.stop()
        self._spool.close()
        self._events.close()

    def reboot(self) -> None:
        """Lose the power without goodbye, and come back. Never under the lock: the link's end waits for its orders."""
        self._rest()
        self._link.cut()
        with self._lock:
            self._boot()
        self._link.start()
        self.tick()

    def tick(self) -> None:
        """Live until now."""
        with self._lock:
            if self._look(self._steady()):
                return
        self.reboot()

    # -- telling and showing ------------------------------------------------------------------------

    def _next_seq(self) -> int:
        self._last_seq = next(self._seqs)
        return self._last_seq

    def _uptime(self) -> int:
        return int(self._steady() - self._born_at)

    def _stamp(self) -> dict[str, Any]:
        """What every event of this boot begins with."""
        seq = self._next_seq()
        event_id = f"{self._boot_id}-{seq:04}"
        return {"event_id": event_id, "boot_id": self._boot_id, "seq": seq, "at_uptime_s": self._uptime()}

    def _keep(self, event: LockEvent | DoorEvent) -> None:
        """Keep what happened on disk, then say it; it is said again until the service names it."""
        payload = encode(event)
        self._events.say([(event.event_id, payload)])
        self._link.say_again(self.EVENTS, payload)

    def _say_events_again(self, now: float) -> None:
        if now >= self._events_due:
            self._events_due = now + EVENTS_EVERY_S
            for waiting in self._events.waiting(0, EVENTS_AT_ONCE):
                self._link.say_again(self.EVENTS, waiting.payload)

    def _is_to_be_shown(self, what: tuple[object, ...], now: float) -> bool:
        """Whether the state is another one than was shown last, or was shown long ago; then it counts as shown."""
        if what == self._shown and now < self._state_due:
            return False
        self._shown, self._state_due = what, now + STATE_EVERY_S
        return True

    def _say(self, words: Words, now: float, for_s: float = 0.0) -> None:
        self._box_pins.show(words)
        self._words_until = now + (for_s or self.WORDS_FOR_S)

    def _show_instead(self, words: Words, now: float) -> None:
        """What is shown once an answer was shown for long enough."""
        if self._words_until and now >= self._words_until:
            self._words_until = 0.0
            self._box_pins.show(words)

    def _speak_anew(self) -> None:
        """Called in the link's thread at each connection."""
        with self._lock:
            self._shown, self._events_due = None, 0.0

    # -- orders: called in the link's thread --------------------------------------------------------

    def _take_order(self, order: Order, retained: bool) -> bytes:
        with self._lock:
            return self._orders.take(order, self._obey, now=int(self._clock()), retained=retained)

    @property
    def boot_id(self) -> str:
        """The name of this boot."""
        return self._boot_id

    @property
    def is_connected(self) -> bool:
        """Whether the broker answers now."""
        return self._link.is_connected
