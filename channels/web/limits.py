"""What one network may do at once. Whole camps share one address, so it is much more than one person may.

Addresses stay in the memory of the process: posts until the next minute begins, streams until they end."""

import math
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from ipaddress import ip_address

import prometheus_client
from fastapi import HTTPException, Request

STREAMS_IN_ALL = 5000
_MINUTE = 60.0  # seconds
_SPREAD = 10  # seconds; else all pages of a camp would come back in the same moment
_STREAM_RETRY = 15  # seconds, after which the page tries again anyway
_REFUSED = prometheus_client.Counter(
    "merhaba_web_refused", "Requests over a limit of the web chat", ["limit"]
)


class NetworkLimits:
    """Counts posts and open streams by network. Its methods are dependencies of routes."""

    def __init__(
        self,
        posts_a_minute: int,
        streams: int,
        streams_in_all: int = STREAMS_IN_ALL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most_posts, self._most_streams, self._most_in_all = posts_a_minute, streams, streams_in_all
        self._clock, self._minute_ends = clock, 0.0
        self._posts: Counter[bytes] = Counter()
        self._streams: Counter[bytes] = Counter()

    async def count_post(self, request: Request) -> None:
        """Count one post. Raises HTTPException 429 when the network has had its posts of this minute."""
        now = self._clock()
        if now >= self._minute_ends:
            self._posts.clear()
            self._minute_ends = now + _MINUTE
        network = network_of(request)
        self._posts[network] += 1
        if self._posts[network] > self._most_posts:
            pause = math.ceil(self._minute_ends - now) + secrets.randbelow(_SPREAD)
            raise _refused(429, "posts", "too many messages from this network in one minute", pause)

    async def hold_stream(self, request: Request) -> AsyncIterator[None]:
        """Count a stream until it ends. Raises HTTPException 429 or 503 when there are too many."""
        network = network_of(request)
        if self._streams[network] >= self._most_streams:
            raise _refused(429, "streams", "too many open pages in this network", _STREAM_RETRY)
        if self._streams.total() >= self._most_in_all:
            raise _refused(503, "all streams", "too many open pages", _STREAM_RETRY)
        self._streams[network] += 1
        try:
            yield
        finally:
            self._streams[network] -= 1
            if not self._streams[network]:
                del self._streams[network]


def network_of(request: Request) -> bytes:
    """The caller's IPv4 address, or the half of an IPv6 address that a household or phone has for itself.

    Empty where a proxy names no address; all those count as one network."""
    try:
        return ip_address(request.client.host if request.client else "").packed[:8]
    except ValueError:
        return b""


def _refused(status: int, limit: str, reason: str, pause: int) -> HTTPException:
    _REFUSED.labels(limit).inc()
    return HTTPException(status, reason, headers={"Retry-After": str(pause)})
