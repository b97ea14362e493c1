-- Gives a delayed job another time.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  job id
-- ARGV[4]  delay from now (ms)
-- ARGV[5]  now (ms)
-- Returns  {billed, code, state}: 0 done · -1 no such job · -3 not delayed but in `state`
-- Billed   10
--@include call
--@include events
--@include queue
--@include place
--@include state

local base, id, delay = ARGV[1], ARGV[3], tonumber(ARGV[4])
local due = tonumber(ARGV[5]) + delay
if call('EXISTS', base .. id) == 0 then return { billed, -1, 'missing' } end
local queue = openQueue(base, ARGV[2])
local score = delayedScore(queue, due)
if call('ZREM', base .. 'delayed', id) == 0 then return misplaced(base, id) end
call('HSET', base .. id, 'delay', ARGV[4])
call('ZADD', base .. 'delayed', string.format('%.0f', score), id)
emit(queue, 'full', 'delayed', 'jobId', id, 'delay', string.format('%.0f', due))
markDelayed(queue)
return { billed, 0, 'delayed' }
