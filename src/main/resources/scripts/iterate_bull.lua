-- Schedules the next run of a repeatable job of Bull, as Bull does when it takes the current one.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  now (ms)
-- ARGV[4]  key of the repeatable job: name:id:endDate:tz:cron or name:id:endDate:every
-- ARGV[5]  next run (ms)
-- ARGV[6]  id of the next job
-- ARGV[7]  name
-- ARGV[8]  data (JSON)
-- ARGV[9]  options of the next job (JSON)
-- Returns  {billed, status}; status: scheduled · stale (the repeatable job was removed) · duplicated (the job exists)
-- Billed   scheduled: 13; a second try of the same job: 5
--@include call
--@include events
--@include queue
--@include place
--@include store

local base = ARGV[1]
if not call('ZSCORE', base .. 'repeat', ARGV[4]) then return { billed, 'stale' } end
call('ZADD', base .. 'repeat', ARGV[5], ARGV[4])
call('INCR', base .. 'id')
if call('EXISTS', base .. ARGV[6]) == 1 then return { billed, 'duplicated' } end
local queue = openQueue(base, ARGV[2])
local place = storeJob(queue, {
  id = ARGV[6], name = ARGV[7], data = ARGV[8], options = ARGV[9], timestamp = ARGV[3], decoded = decodeOptions(ARGV[9]),
})
if place == 'delayed' then markDelayed(queue) else wake(queue) end
return { billed, 'scheduled' }
