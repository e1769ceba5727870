"""What Redis does as one step each, in its own language: a script runs whole, and nothing runs between. Sans-IO.

Keys of a vault, all behind one prefix (raw bytes; every name in them is a keyed hash):

- ``state``: hash of ``check`` (of the team's key), ``epoch`` (a number that changes whenever values are removed) and
  ``destroyed``
- ``v:LOOKUP``: a value's blind index, to the tag of its token; expires with the value
- ``t:TAG``: a token's tag, to the encrypted row; expires with the value
- ``owners``: hash of each tag ever given away, to the blind index of its value; lasts, so that a token never comes to
  stand for another value
- ``k:KIND``: sorted set of the tags of one kind of value, by when they were used last (Unix seconds)
- ``kinds``: hash of each kind, to its encrypted name

Each script begins with the prefix, and answers a list that begins with how the vault stands: ``done`` and the epoch, or
``stale`` and the epoch, ``missing``, ``destroyed``.

Source: https://redis.io/docs/latest/develop/programmability/eval-intro/
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final

_HEAD: Final = """
local prefix = ARGV[1]
local state = redis.call('HMGET', prefix .. 'state', 'epoch', 'destroyed')
if state[2] then return {'destroyed'} end
if not state[1] then return {'missing'} end
local answer = {'done', state[1]}
"""

_KEEPING: Final = """
local life, now = ARGV[3], ARGV[4]
local function last(key)
  if life == '0' then redis.call('PERSIST', key) else redis.call('PEXPIRE', key, life) end
end
local function keep(key, value)
  if life == '0' then redis.call('SET', key, value) else redis.call('SET', key, value, 'PX', life) end
end
"""
"""``life`` is how long an unused value lasts, in milliseconds, 0 for good; ``now`` is Unix time."""


@dataclass(frozen=True, slots=True)
class Script:
    """One script and the name by which Redis knows it once it was loaded."""

    text: str
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        """Work out the name."""
        sha = hashlib.sha1(self.text.encode()).hexdigest()  # noqa: S324 - Redis names scripts so
        object.__setattr__(self, "sha", sha)


SETTLE: Final = Script(
    _HEAD
    + "if state[1] ~= ARGV[2] then return {'stale', state[1]} end"
    + _KEEPING
    + """
local at = 6 + 2 * tonumber(ARGV[5])
for kind = 6, at - 1, 2 do redis.call('HSETNX', prefix .. 'kinds', ARGV[kind], ARGV[kind + 1]) end
while at <= #ARGV do
  local lookup, tag, kind, row = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  at = at + 4
  local held = redis.call('GET', prefix .. 'v:' .. lookup)
  local kept = held and redis.call('GET', prefix .. 't:' .. held)
  local outcome = kept
  if kept then
    last(prefix .. 'v:' .. lookup)
    last(prefix .. 't:' .. held)
    redis.call('ZADD', prefix .. 'k:' .. kind, 'GT', now, held)
  else
    local owner = redis.call('HGET', prefix .. 'owners', tag)
    if owner and owner ~= lookup then
      outcome = 0
    else
      redis.call('HSET', prefix .. 'owners', tag, lookup)
      keep(prefix .. 'v:' .. lookup, tag)
      keep(prefix .. 't:' .. tag, row)
      redis.call('ZADD', prefix .. 'k:' .. kind, 'GT', now, tag)
      outcome = 1
    end
  end
  answer[#answer + 1] = outcome
end
return answer
"""
)
"""Prefix, epoch, life, now, number of new kinds, (kind, name) each, then (lookup, tag, kind, row) for each value.

Answers for each value its row where the team has one, 1 where this one is now kept, 0 where the token is another's.
"""

FETCH: Final = Script(
    _HEAD
    + """
for at = 2, #ARGV do
  local row = redis.call('GET', prefix .. 't:' .. ARGV[at])
  local used = row and redis.call('ZSCORE', prefix .. 'k:' .. string.sub(row, 17, 24), ARGV[at])
  answer[#answer + 1] = row
  answer[#answer + 1] = used or '0'
end
return answer
"""
)
"""Prefix, then tags. Answers for each its row, or nothing, and when it was used last."""

TOUCH: Final = Script(
    _HEAD
    + _KEEPING
    + """
for at = 5, #ARGV, 4 do
  local lookup, tag, kind, used = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  if redis.call('EXISTS', prefix .. 't:' .. tag) == 1 then
    last(prefix .. 'v:' .. lookup)
    last(prefix .. 't:' .. tag)
    redis.call('ZADD', prefix .. 'k:' .. kind, 'XX', 'GT', used, tag)
  end
end
return answer
"""
)
"""Prefix, epoch (of no meaning here), life, now, then (lookup, tag, kind, used) for each value."""

REMOVE: Final = Script(
    _HEAD
    + """
local removed = 0
for at = 3, #ARGV, 2 do
  local kind, tag = ARGV[at], ARGV[at + 1]
  local row = redis.call('GET', prefix .. 't:' .. tag)
  if row then
    redis.call('DEL', prefix .. 't:' .. tag, prefix .. 'v:' .. string.sub(row, 1, 16))
  end
  removed = removed + redis.call('ZREM', prefix .. 'k:' .. kind, tag)
end
if removed > 0 then
  redis.call('HSET', prefix .. 'state', 'epoch', ARGV[2])
  answer[2] = ARGV[2]
end
answer[3] = removed
return answer
"""
)
"""Prefix, the epoch that follows, then (kind, tag) for each value. Answers how many values went."""

FOUND: Final = Script(
    """
local state = redis.call('HMGET', ARGV[1] .. 'state', 'check', 'destroyed')
if state[2] then return {'destroyed'} end
if state[1] then return {'done', state[1]} end
redis.call('HSET', ARGV[1] .. 'state', 'check', ARGV[2], 'epoch', ARGV[3])
return {'done', ARGV[2]}
"""
)
"""Prefix, check, epoch. Sets the vault up unless it is there; answers whose it is."""

ALL: Final = (SETTLE, FETCH, TOUCH, REMOVE, FOUND)
