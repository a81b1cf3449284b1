"""How fast we may send: so many messages a second to a platform, and to one person.

The next free moment of each is kept on the server, so that several processes share it."""

import asyncio

from redis.asyncio import Redis

# Keys: next free moment of the platform and of the chat, in microseconds. Arguments: the pause after a
# message for each. Returns whether a moment was taken, and how many microseconds to wait for it, or until
# asking again: a chat that must wait takes no moment of the platform, which others could use.
_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local chat = tonumber(redis.call('GET', KEYS[2]) or 0)
if chat > now then return {0, string.format('%.0f', chat - now)} end
local at = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0))
for i, key in ipairs(KEYS) do
  local milliseconds = math.ceil((at - now + ARGV[i]) / 1000) + 1
  redis.call('SET', key, string.format('%.0f', at + ARGV[i]), 'PX', milliseconds)
end
return {1, string.format('%.0f', at - now)}
"""


class Pace:
    """Waits until a message may be sent."""

    def __init__(self, redis: Redis) -> None:
        self._take = redis.register_script(_TAKE)

    async def wait(self, channel: str, conversation_id: str, per_second: float, per_chat: float) -> None:
        """Return when one message may go to `channel`, and to this conversation there. Raises RedisError."""
        taken = False
        while not taken:
            taken, microseconds = await self._take(
                keys=[f"pace:{channel}", f"pace:{conversation_id}"],
                args=[round(1_000_000 / per_second), round(1_000_000 / per_chat)],
            )
            await asyncio.sleep(int(microseconds) / 1_000_000)
