"""Measures are read faster than other messages, and never otherwise."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.wire import Telemetry, Unreadable, decode, parse_topic
from tierslieu.fablab.telemetry.reading import read

TOPIC = "tierslieu/v1/oasis/p3d-1/up/telemetry"
KNOWN = frozenset({"boot-1", "tool0", "bed"})
NUMBERS = st.one_of(
    st.none(), st.floats(allow_nan=False), st.integers(-(10**6), 10**14), st.booleans(), st.text(max_size=3)
)
HEAT: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"sensor": st.sampled_from(["tool0", "bed", "probe-1", "", "a b", "x" * 40]), "actual": NUMBERS},
    optional={"target": NUMBERS, "more": st.just({"a": [{}]})},
)
MESSAGES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"v": st.sampled_from([1, 1, 1, 2, True, "1", 1.0])},
    optional={
        "boot_id": st.sampled_from(["boot-1", "boot-2", "b", "bad boot", "", "ünïcode-1"]),
        "observed_at": st.one_of(st.just(1_795_300_000), NUMBERS),
        "power_w": NUMBERS,
        "energy_wh": NUMBERS,
        "temperatures": st.lists(HEAT, max_size=20),
        "progress_percent": NUMBERS,
        "unknown": st.recursive(st.none(), lambda inner: st.lists(inner, min_size=1, max_size=2), max_leaves=12),
    },
)


def both(payload: bytes) -> tuple[Any, Any]:
    """What each way makes of it: the values, or the refusal."""
    found: list[Any] = []
    ways: tuple[Callable[[], Any], ...] = (lambda: read(TOPIC, payload, KNOWN)[2], lambda: decode(Telemetry, payload))
    for way in ways:
        try:
            said = way()
        except Unreadable as error:
            found.append(str(error))
        else:
            found.append({name: getattr(said, name) for name in ("boot_id", "observed_at", "power_w", "energy_wh")})
            found[-1]["heat"] = msgspec.json.encode(said.temperatures)
            found[-1]["percent"] = said.progress_percent
    return found[0], found[1]


@settings(max_examples=300)
@given(MESSAGES)
def test_a_measure_is_read_like_any_message(message: dict[str, Any]) -> None:
    quick, usual = both(msgspec.json.encode(message))
    assert quick == usual


@settings(max_examples=200)
@given(st.integers(0, 200), st.binary(max_size=6))
def test_so_is_a_damaged_one(place: int, dirt: bytes) -> None:
    whole = msgspec.json.encode(
        {
            "v": 1,
            "boot_id": "boot-1",
            "observed_at": 5,
            "power_w": 80.5,
            "temperatures": [{"sensor": "bed", "actual": 60}],
        }
    )
    quick, usual = both(whole[:place] + dirt + whole[place + len(dirt) :])
    assert quick == usual


def test_a_second_version_in_one_message_is_refused_either_way() -> None:
    quick, usual = both(b'{"v":1,"boot_id":"boot-1","observed_at":5,"v":2}')
    assert isinstance(quick, str)
    assert quick == usual


def test_only_measures_are_read_here() -> None:
    other = TOPIC.replace("telemetry", "report")
    assert parse_topic(other).channel
    with pytest.raises(Unreadable, match="topic"):
        read(other, b'{"v":1,"boot_id":"boot-1","observed_at":5}', KNOWN)
    assert isinstance(read(TOPIC, b'{"v":1,"boot_id":"boot-9","observed_at":5}', KNOWN)[2], Telemetry)
