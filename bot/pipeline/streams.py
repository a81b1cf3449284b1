"""Names and scripts of the streams on Valkey or Redis.

A conversation always falls into the same partition. Each partition has an inbox stream of what was accepted
and an outbox stream of what is to be sent; an entry stays until it is dealt with, so after a crash a
partition is simply read from its beginning. One worker at a time holds the lease of a partition; whoever
lost it can no longer change its streams, because every script compares the lease first.
"""

import zlib
from typing import Any

PARTITIONS = 16
HORIZON = 8 * 24 * 3600  # seconds in which a repeated update is recognised; Meta repeats for 7 days
WINDOW = 60  # seconds of the limit a person
FLOOD = 10  # times the limit; beyond it messages are not even looked at for emergencies
QUARANTINE = "quarantine"
NOTICES = "notices"  # pub/sub channel: conversation id and what happened, never content


def partition_of(conversation_id: str) -> int:
    """The partition of a conversation; the same in every process and version."""
    return zlib.crc32(conversation_id.encode()) % PARTITIONS


def inbox(partition: int) -> str:
    """Name of the stream of accepted events."""
    return f"inbox:{partition}"


def outbox(partition: int) -> str:
    """Name of the stream of replies to send."""
    return f"outbox:{partition}"


def lease(partition: int) -> str:
    """Name of the key that holds the token of the partition's worker."""
    return f"lease:{partition}"


def decoded(entries: Any) -> list[tuple[str, dict[str, str]]]:
    """Ids and fields of stream entries, which the client returns as bytes."""
    return [
        (id.decode(), {name.decode(): value.decode() for name, value in fields.items()})
        for id, fields in entries
    ]


def tries(stream: str) -> str:
    """Name of the hash that counts how often each entry of `stream` was tried."""
    return f"tries:{stream}"


# Keys, three for each event: mark of the update, inbox, count of the person's messages. Arguments: horizon,
# then four for each event: conversation, sealed event, kind, limit. Returns for each event: 1 when stored, 0
# when known, -1 when the person writes far too much. All are stored in one step, with one write to disk.
ACCEPT = """
local function accept(mark, stream, counter, id, sealed, kind, limit)
  if not redis.call('SET', mark, '', 'NX', 'EX', ARGV[1]) then return 0 end
  local over = 0
  if limit > 0 then
    local count = redis.call('INCR', counter)
    if count == 1 then redis.call('EXPIRE', counter, 60) end
    if count > limit * 10 then
      -- Not stored, so that it is new when it is sent again later.
      redis.call('DEL', mark)
      return -1
    end
    if count > limit then over = count - limit end
  end
  redis.call('XADD', stream, '*', 'conversation', id, 'sealed', sealed, 'kind', kind, 'over', over)
  return 1
end
local outcomes = {}
for i = 0, #KEYS / 3 - 1 do
  local key, argument = i * 3, i * 4 + 1
  outcomes[i + 1] = accept(KEYS[key + 1], KEYS[key + 2], KEYS[key + 3], ARGV[argument + 1],
                           ARGV[argument + 2], ARGV[argument + 3], tonumber(ARGV[argument + 4]))
end
return outcomes
"""

# Keys: lease, stream of the entry, tries, stream of what follows. Arguments: token, entry, then flat lists of
# five: conversation, message number, part, sealed event, kind. Returns -1 without the lease.
FINISH = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
if redis.call('XDEL', KEYS[2], ARGV[2]) == 0 then return 0 end
redis.call('HDEL', KEYS[3], ARGV[2])
for i = 3, #ARGV, 5 do
  redis.call('XADD', KEYS[4], '*', 'conversation', ARGV[i], 'message', ARGV[i+1], 'part', ARGV[i+2],
             'sealed', ARGV[i+3], 'kind', ARGV[i+4], 'over', 0)
end
return 1
"""

# Keys: lease, tries. Arguments: token, entry. Returns how often the entry was tried, this time included; -1
# without the lease.
COUNT_TRY = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
return redis.call('HINCRBY', KEYS[2], ARGV[2], 1)
"""

# Keys: lease, mark, outbox. Arguments: token, seconds, then flat pairs: conversation, message, part.
# Adds replies that do not end their entry, once.
ADD_ONCE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
if not redis.call('SET', KEYS[2], '', 'NX', 'EX', ARGV[2]) then return 0 end
for i = 3, #ARGV, 3 do
  redis.call('XADD', KEYS[3], '*', 'conversation', ARGV[i], 'message', ARGV[i+1], 'part', ARGV[i+2])
end
return 1
"""

# Keys: lease, stream, tries, quarantine, outbox. Arguments: token, entry, stream's name, reason, how many
# values name the parts to send, then flat triples of these: conversation, message, part; then the entry's
# fields. Moves an entry that failed too often out of the way and queues what the person is told.
SET_ASIDE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
if redis.call('XDEL', KEYS[2], ARGV[2]) == 0 then return 0 end
redis.call('HDEL', KEYS[3], ARGV[2])
local last = 5 + tonumber(ARGV[5])
for i = 6, last, 3 do
  redis.call('XADD', KEYS[5], '*', 'conversation', ARGV[i], 'message', ARGV[i+1], 'part', ARGV[i+2])
end
redis.call('XADD', KEYS[4], '*', 'stream', ARGV[3], 'reason', ARGV[4], unpack(ARGV, last + 1))
return 1
"""
