"""One state from many small messages. PURE: some printers send only what changed, so each value has its own age."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

WINDOW: Final = 64
"""A number this far behind the newest is late; one further behind begins a new count: the printer has restarted."""
MAX_LEAVES: Final = 4_096
MAX_DEPTH: Final = 12

_Path = tuple[str, ...]


class Merged:
    """Messages in any order and any number of times: each value is the one of the newest message that named it.

    A message without a number is as new as the newest. Lists are values, replaced as a whole.
    """

    def __init__(self) -> None:
        self._leaves: dict[_Path, tuple[tuple[int, int], object]] = {}
        self._epoch, self._newest = 0, 0

    def take(self, delta: Mapping[str, object], number: int | None) -> None:
        """Take in one message. What is too deep or too much is left out."""
        age = self._age(number)
        for path, value in _leaves(delta, ()):
            known = self._leaves.get(path)
            if (known is None and len(self._leaves) < MAX_LEAVES) or (known is not None and known[0] <= age):
                self._leaves[path] = (age, value)

    def _age(self, number: int | None) -> tuple[int, int]:
        number = self._newest if number is None else number
        if number < self._newest - WINDOW:
            self._epoch, self._newest = self._epoch + 1, number
        self._newest = max(self._newest, number)
        return self._epoch, number

    def tree(self) -> dict[str, Any]:
        """The values in their places."""
        root: dict[str, Any] = {}
        for path, (_, value) in sorted(self._leaves.items(), key=lambda item: (item[1][0], item[0])):
            place = root
            for name in path[:-1]:
                inner = place.get(name)
                if not isinstance(inner, dict):
                    inner = place[name] = {}
                place = inner
            place[path[-1]] = value
        return root


def _leaves(value: Mapping[str, object], path: _Path) -> Iterator[tuple[_Path, object]]:
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            if len(path) < MAX_DEPTH:
                yield from _leaves(inner, (*path, name))
        else:
            yield (*path, name), inner
