-- Lets a finished job run once more.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  job id
-- ARGV[4]  the state that it is in: failed | completed
-- ARGV[5…] further fields to forget: atm, ats
-- Returns  {billed, code, state}: 0 done · -1 no such job · -3 not there but in `state`
-- Billed   8 (9 with a priority), with a parent 2 or 3 more
--@include call
--@include events
--@include queue
--@include place
--@include start
--@include store
--@include state
--@include requeue

local base, id, set = ARGV[1], ARGV[3], ARGV[4]
local job = call('HMGET', base .. id, 'priority', 'opts', 'parentKey')
if not job[2] and call('EXISTS', base .. id) == 0 then return { billed, -1, 'missing' } end
if call('ZREM', base .. set, id) == 0 then return misplaced(base, id) end
local queue = openQueue(base, ARGV[2])
requeue(queue, id, set, job, unpack(ARGV, 5))
wake(queue)
return { billed, 0, set }
