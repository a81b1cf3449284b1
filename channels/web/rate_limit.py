"""How fast one web chat may write."""

import time
from collections import deque

_WINDOW = 60.0  # seconds
_FORGET_ABOVE = 10_000  # conversations; then those that have been quiet are dropped


class RateLimit:
    """Counts messages in the last minute, in memory: after a restart everybody may write again."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._times: dict[str, deque[float]] = {}

    def seconds_to_wait(self, conversation_id: str) -> int:
        """0 when the message may pass (it is counted then), else the seconds until it may."""
        now = time.monotonic()
        times = self._times.setdefault(conversation_id, deque())
        while times and times[0] <= now - _WINDOW:
            times.popleft()
        if len(times) >= self._per_minute:
            return max(1, round(times[0] + _WINDOW - now))
        times.append(now)
        self._drop_quiet(now)
        return 0

    def _drop_quiet(self, now: float) -> None:
        if len(self._times) > _FORGET_ABOVE:
            self._times = {id: times for id, times in self._times.items() if times[-1] > now - _WINDOW}
