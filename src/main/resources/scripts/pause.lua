-- Pauses a queue or resumes it. BullMQ 6 only marks the queue; BullMQ 5 and Bull moved what waits into the list paused,
-- which is merged back before anybody may take again, so that the oldest still come first.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  pause | resume
-- Returns  {billed, jobs still in the list paused; call again until 0}
-- Billed   pause 5; resume 8, with a list paused 9 to 12 and 6 for every further 5,000 jobs in it
--@include call
--@include events
--@include queue
--@include place

local base = ARGV[1]
local queue = openQueue(base, ARGV[2])
local BATCH = 5000

if ARGV[3] == 'pause' then
  call('HSET', base .. 'meta', 'paused', 1)
  call('DEL', base .. 'marker')
  emit(queue, 'full', 'paused')
  return { billed, 0 }
end

local left = call('LLEN', base .. 'paused')
if left > 0 then
  if call('EXISTS', base .. 'wait') == 0 then
    call('RENAME', base .. 'paused', base .. 'wait')
    left = 0
  else
    local jobs = call('LRANGE', base .. 'paused', 0, BATCH - 1)
    call('RPUSH', base .. 'wait', unpack(jobs))
    call('LTRIM', base .. 'paused', #jobs, -1)
    left = left - #jobs
  end
  if left > 0 then return { billed, left } end
end
call('HDEL', base .. 'meta', 'paused')
-- Bull's own mark; its workers and ours may share the queue.
call('DEL', base .. 'meta-paused')
if call('EXISTS', base .. 'wait', base .. 'prioritized') > 0 then
  call('ZADD', base .. 'marker', 0, '0')
else
  markDelayed(queue)
end
emit(queue, 'full', 'resumed')
return { billed, 0 }
