"""A paho client that counts what it receives and does nothing else: what the service's ingest is held against.

`python -m tests.bench.empty_subscriber PORT COUNT` prints `ready`, then the messages and the seconds between the first
and the last of them.
"""

import sys
import threading
import time

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.bench.flood import ELSEWHERE

SILENCE_SECONDS = 3.0


def main(port: int, count: int) -> None:
    """Count until all came, or nothing does for a while."""
    seen, first, last, news = 0, 0.0, 0.0, threading.Event()

    def on_message(_client: object, _data: object, _message: mqtt.MQTTMessage) -> None:
        nonlocal seen, first, last
        last = time.perf_counter()
        first = first or last
        seen += 1
        if seen == count:
            news.set()

    client = mqtt.Client(CallbackAPIVersion.VERSION2, "empty")
    client.on_message = on_message
    client.on_subscribe = lambda *_: print("ready", flush=True)
    client.connect("127.0.0.1", port)
    client.subscribe(f"{ELSEWHERE}/+/+/up/#", qos=1)
    client.loop_start()
    while not news.wait(SILENCE_SECONDS) and (not seen or time.perf_counter() - last < SILENCE_SECONDS):
        pass
    print(seen, last - first, flush=True)
    client.disconnect()
    client.loop_stop()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
