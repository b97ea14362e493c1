-- Changes the limits of a queue and wakes whoever can take jobs now. BullMQ's workers look again by themselves after
-- some seconds; one that sleeps until a marker comes would not.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  set | remove | free (ends a pause that the rate limit has begun)
-- ARGV[4…] set: field, value, … · remove: field, …
-- Returns  {billed, 1 when there was something to change}
-- Billed   3, when jobs wait 5 or 6
--@include call
--@include events
--@include queue

local base = ARGV[1]
local changed = 1
if ARGV[3] == 'set' then
  call('HSET', base .. 'meta', unpack(ARGV, 4))
elseif ARGV[3] == 'remove' then
  changed = math.min(call('HDEL', base .. 'meta', unpack(ARGV, 4)), 1)
else
  changed = call('DEL', base .. 'limiter')
end
if call('EXISTS', base .. 'wait', base .. 'prioritized') > 0 then wake(openQueue(base, ARGV[2])) end
return { billed, changed }
