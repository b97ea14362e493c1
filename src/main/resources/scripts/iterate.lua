-- Schedules the run that follows a scheduler's current one; called before the current one runs.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  now (ms)
-- ARGV[4]  id of the scheduler
-- ARGV[5]  id of the job about to run
-- ARGV[6]  next run (ms); "" = by the interval
-- ARGV[7]  options of the next job (JSON), but for its id and delay
-- ARGV[8]  name of the job about to run
-- ARGV[9]  its data
-- ARGV[10] 1 = the id looks like a repeatable job's of before BullMQ 5, and counts only if it is a scheduler's
-- Returns  {billed, status}; status: scheduled · stale (the job is not the current one, or the scheduler is gone) ·
--          duplicated (the next job exists) · legacy · never (there is no time)
-- Billed   scheduled: 15; a second try of the same job: 2
--@include call
--@include events
--@include queue
--@include place
--@include store
--@include every

local base, now, id = ARGV[1], tonumber(ARGV[3]), ARGV[4]
local current = call('ZSCORE', base .. 'repeat', id)
if not current or ARGV[5] ~= 'repeat:' .. id .. ':' .. millis(current) then
  return { billed, ARGV[10] == '1' and 'legacy' or 'stale' }
end
local key = base .. 'repeat:' .. id
local stored = call('HMGET', key, 'name', 'data', 'every', 'startDate', 'offset', 'ic')
if ARGV[10] == '1' and not stored[6] then return { billed, 'legacy' } end

local options = cjson.decode(ARGV[7])
local repeating = type(options['repeat']) == 'table' and options['repeat'] or {}
local every = tonumber(stored[3]) or tonumber(repeating['every'])
local due = tonumber(ARGV[6])
if every and every > 0 then
  local offset = tonumber(stored[5]) or tonumber(repeating['offset']) or 0
  due = nextByInterval(tonumber(current), every, now, offset, tonumber(stored[4]))
end
if not due then return { billed, 'never' } end

local queue = openQueue(base, ARGV[2])
local jobId = 'repeat:' .. id .. ':' .. millis(due)
if call('EXISTS', base .. jobId) == 1 then
  emit(queue, 'full', 'duplicated', 'jobId', jobId)
  return { billed, 'duplicated' }
end
call('ZADD', base .. 'repeat', millis(due), id)
call('HINCRBY', key, 'ic', 1)
call('INCR', base .. 'id')
local data = stored[2]
if not data and not stored[6] then
  -- A repeatable job of BullMQ 5 has its data only in its jobs; from now on the scheduler has it.
  data = ARGV[9]
  if data ~= '{}' then call('HSET', key, 'data', data) end
end
options.delay = math.max(due - now, 0)
options.jobId = jobId
local place = storeJob(queue, {
  id = jobId, name = stored[1] or ARGV[8], data = data or '{}', options = cjson.encode(options), timestamp = ARGV[3],
  decoded = options, scheduler = id,
})
if place == 'delayed' then markDelayed(queue) else wake(queue) end
return { billed, 'scheduled' }
