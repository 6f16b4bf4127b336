"""First tries of what speaks on the venue's broker: listened to for some seconds, and asked once to speak."""

import threading
import time
from collections.abc import Callable
from typing import Final

from devices.adapters.base import Adapter, Probe, Sight
from devices.adapters.plugs.meter import Met, Meter

HEAR_WITHIN_S: Final = 8.0
NAMED_WITHIN_S: Final = 1.0
"""Once it has measured: how long its name and its firmware are waited for. Some families tell neither."""
TOPIC_WITHIN_S: Final = 5.0
STEP_S: Final = 0.2


def hear_out(adapter: Adapter) -> Probe:
    """Listen until the meter measures. One that is silent for some seconds may be right all the same: the code says
    what was heard of it, if anything."""
    if not isinstance(adapter, Meter) or not adapter.met().is_well_set:
        return Probe(code="bad_setting")
    news = threading.Event()
    adapter.open(news.set)
    try:
        _until(lambda: _has_measured(_look(adapter)), news, HEAR_WITHIN_S)
        if _has_measured(_look(adapter)):
            _until(lambda: bool(adapter.met().name and adapter.met().software), news, NAMED_WITHIN_S)
        sight, met = _look(adapter), adapter.met()
    finally:
        adapter.close()
    return Probe(
        code="ok" if _has_measured(sight) else why_none(met),
        name=met.name,
        software=met.software,
        power_w=sight.power_w,
        energy_wh=sight.energy_wh,
    )


def is_spoken_of(adapter: Adapter) -> bool:
    """Whether the topics of a printer say anything within some seconds."""
    news = threading.Event()
    adapter.open(news.set)
    try:
        return _until(lambda: bool(adapter.diagnose().get("heard")), news, TOPIC_WITHIN_S)
    finally:
        adapter.close()


def _until(is_so: Callable[[], bool], news: threading.Event, within_s: float) -> bool:
    """Look again at each piece of news until it is so; False when it did not become so in time."""
    end = time.monotonic() + within_s
    while not is_so():
        if time.monotonic() >= end:
            return False
        news.wait(STEP_S)
        news.clear()
    return True


def _look(adapter: Adapter) -> Sight:
    return adapter.look(int(time.time()))


def _has_measured(sight: Sight) -> bool:
    return sight.power_w is not None or sight.energy_wh is not None


def why_none(met: Met) -> str:
    """Why there was no measure, in the order in which somebody would look."""
    if not met.is_connected:
        return "no_broker"
    if met.is_there is False:
        return "offline"
    if met.messages and not met.understood:
        return "wrong_kind"
    return "no_measure" if met.messages else "unheard"
