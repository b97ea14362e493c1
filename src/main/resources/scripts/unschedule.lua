-- Removes a job scheduler and, when it still waits for its time, its next job. A run that began goes on.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  id of the scheduler
-- Returns  {billed, 1 removed | 0 there is none}
-- Billed   removed: 8; none: 2
--@include call
--@include events
--@include queue
--@include every

local base, id = ARGV[1], ARGV[3]
local score = call('ZSCORE', base .. 'repeat', id)
if not score then return { billed, 0 } end
local pending = 'repeat:' .. id .. ':' .. millis(score)
if call('ZREM', base .. 'delayed', pending) == 1 then
  local key = base .. pending
  call('DEL', key, key .. ':logs', key .. ':dependencies', key .. ':processed', key .. ':failed', key .. ':unsuccessful')
  emit(openQueue(base, ARGV[2]), 'full', 'removed', 'jobId', pending, 'prev', 'delayed')
end
call('ZREM', base .. 'repeat', id)
call('DEL', base .. 'repeat:' .. id)
return { billed, 1 }
