"""The contract as JSON Schema, for people who write devices in other languages: `python -m devices.wire.schema`."""

import json
import sys
from pathlib import Path
from typing import Any, Final

import msgspec

from devices.wire.bounds import MAX_BYTES, MAX_DEPTH, VERSION
from devices.wire.codec import MESSAGE_OF
from devices.wire.topics import ROOT

FILE: Final = Path(__file__).with_name("schema.json")


def build_schema() -> dict[str, Any]:
    """One document: a schema per message under $defs, and per channel its message, QoS and retain flag."""
    refs, definitions = msgspec.json.schema_components(MESSAGE_OF.values())
    channels = {
        str(channel): {**ref, "retain": channel.retained, "qos": channel.qos}
        for channel, ref in zip(MESSAGE_OF, refs, strict=True)
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"tierslieu devices, contract {VERSION}",
        "topic": f"{ROOT}/<site>/<device>/<channel>",
        "max_bytes": MAX_BYTES,
        "max_depth": MAX_DEPTH,
        "channels": channels,
        "$defs": definitions,
    }


def written_schema() -> str:
    """The text of schema.json, the same on every machine."""
    return json.dumps(build_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    FILE.write_text(written_schema(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
