-- Lets a delayed job run now.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  job id
-- Returns  {billed, code, state}: 0 done · -1 no such job · -3 not delayed but in `state`
-- Billed   8 (9 with a priority)
--@include call
--@include events
--@include queue
--@include place
--@include state

local base, id = ARGV[1], ARGV[3]
local queue = openQueue(base, ARGV[2])
if call('ZREM', base .. 'delayed', id) == 0 then return misplaced(base, id) end
local job = call('HMGET', base .. id, 'timestamp', 'priority')
if not job[1] and call('EXISTS', base .. id) == 0 then return { billed, -1, 'missing' } end
addReady(queue, id, tonumber(job[2]) or 0, 'LPUSH', 'delayed')
call('HSET', base .. id, 'delay', 0)
wake(queue)
return { billed, 0, 'delayed' }
