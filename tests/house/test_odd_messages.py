"""Nothing that a device says stops the intake: each channel, on both databases, with odd values in every member."""

import asyncio
import json
import types
import typing
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
import pytest
from structlog.testing import capture_logs

from devices.wire import MESSAGE_OF, Channel, build_topic
from tests.house.odd import BODIES, VALUES, places_in, with_value
from tests.support.clients import HouseUnderTest
from tierslieu.features import FEATURES
from tierslieu.infra import arriving
from tierslieu.infra.arriving import Arrivals
from tierslieu.infra.feature import Inbox, Message

SITE = "oasis"
SPEAKERS = {"door": "porte-fablab", "lock": "laser-1-box", "event": "laser-1-box"}
TRIED = (0, True, "boot-0001", "unknown", "ab" * 32, "in", "a" * 59, "TPBCDFGHJKLNPRSTVXBCDF", "x")
EVERY = 11
"""Of all odd messages, one in so many is said."""
DEADLINE_S = 60


def said(kind: Any) -> Iterator[Any]:
    """What fits a type of the contract: messages of each kind it holds, values that pass its bounds."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        for one in typing.get_args(kind):
            yield from said(one)
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield from _messages(kind)
    elif isinstance(kind, type) and issubclass(kind, Enum):
        yield from (one.value for one in kind)
    elif typing.get_origin(kind) is tuple:
        yield list(said(typing.get_args(kind)[0]))[:1]
    elif typing.get_origin(kind) is typing.Annotated and not _fits(kind):
        yield from said(typing.get_args(kind)[0])
    else:
        yield from _fits(kind)


def _messages(kind: type[msgspec.Struct]) -> Iterator[dict[str, Any]]:
    """One message with all its members, then one for each other value of each member."""
    shape = kind.__struct_config__
    members = {one.encode_name: list(said(one.type)) for one in msgspec.structs.fields(kind)}
    first = {name: values[0] for name, values in members.items() if values}
    if shape.tag_field:
        first[shape.tag_field] = shape.tag
    yield first
    yield from ({**first, name: value} for name, values in members.items() for value in values[1:])


def _fits(kind: Any) -> list[Any]:
    def is_fit(value: object) -> bool:
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError:
            return False
        return True

    return [one for one in TRIED if is_fit(one)][:1]


def payloads(channel: Channel) -> Iterator[bytes]:
    """What a device might say there: all kinds as they should be, and odd ones."""
    for message in said(MESSAGE_OF[channel]):
        whole = {**message, "v": 1}
        yield json.dumps(whole).encode()
        odd = [with_value(whole, place, value) for place in places_in(whole) for value in VALUES]
        yield from (json.dumps(one).encode() for one in odd[len(odd) % EVERY :: EVERY * (len(odd) // 200 + 1)])
    yield from BODIES


def messages() -> Iterator[Message]:
    """On every channel that devices speak on, from one that the house knows; the last is of another sender."""
    for channel in Channel:
        if channel.startswith("up/"):
            word = channel.removeprefix("up/").partition("-")[0]
            topic = build_topic(SITE, SPEAKERS.get(word, "p3d-1"), channel)
            yield from (Message(topic, payload, False) for payload in payloads(channel))


def test_no_message_stops_the_next(nugue: HouseUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "GATHER_SECONDS", 0.01)
    ways = sorted((one for feature in FEATURES for one in (*feature.inboxes, *feature.intakes)), key=_is_wide)
    everything = list(messages())
    with capture_logs() as logs:
        counted, taken = nugue.client.blocking_portal.call(_say, nugue, ways, everything)
    assert (len(everything) > 700, taken) == (True, counted)
    assert [one for one in logs if one["log_level"] in ("error", "critical")] == []


def _is_wide(way: Any) -> bool:
    return "#" in way.filter


async def _say(nugue: HouseUnderTest, ways: Sequence[Any], everything: Sequence[Message]) -> tuple[int, int]:
    """Say all of it; how many are counted, and how many were answered for."""
    answered: list[int] = []
    arrivals = Arrivals(nugue.house.metrics, nugue.house.db, lambda mid, _qos: answered.append(mid))
    tasks = [asyncio.create_task(one()) for one in (arrivals.store_counted, arrivals.store_gathered)]
    counted = 0
    try:
        async with asyncio.timeout(DEADLINE_S):
            for message in everything:
                way = next(one for one in ways if mqtt.topic_matches_sub(one.filter, message.topic))
                if isinstance(way, Inbox):
                    counted += 1
                    await asyncio.to_thread(arrivals.take, message, way, counted, 1)
                else:
                    arrivals.gather(way, [message])
            while True:
                assert not any(task.done() for task in tasks)
                if len(answered) == counted and not arrivals._gathered:
                    break
                await asyncio.sleep(0.01)
    finally:
        for task in tasks:
            task.cancel()
    return counted, len(answered)
