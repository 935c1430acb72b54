"""What a process keeps so as not to work it out again, as much as fits (ADR 0011)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Memory(Generic[Value]):
    """Values by keys that name everything they depend on: another state is another key, so that
    nothing has to be thrown away because something changed. What was not asked for longest goes
    first."""

    def __init__(self, most: int, size: Callable[[Value], int] = lambda _value: 1) -> None:
        """`most` is what all kept values may measure together, by `size`."""
        self.most = most
        self.size = size
        self.used = 0
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value kept under the key; made, and kept, where there is none."""
        found = self.find(key)
        if found is None:
            found = make()
            with self._lock:  # a server's threads share it; what is measured has to be what is kept
                self._keep(key, found)
        return found

    def find(self, key: Hashable) -> Value | None:
        """The value kept under the key, if there is one."""
        with self._lock:
            found = self._values.get(key)
            if found is not None:
                self._values.move_to_end(key)
        return found

    def _keep(self, key: Hashable, found: Value) -> None:
        if key not in self._values:  # another thread may have been quicker
            self._values[key] = found
            self.used += self.size(found)
        while self.used > self.most:
            _key, oldest = self._values.popitem(last=False)
            self.used -= self.size(oldest)
