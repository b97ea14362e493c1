-- Writes a job scheduler and its next job, in place of the one that waits already.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  now (ms)
-- ARGV[4]  id of the scheduler
-- ARGV[5]  next run (ms); "" = by the interval
-- ARGV[6]  definition, JSON: name and, as text, those given of tz, limit, pattern, startDate, endDate, every, offset
-- ARGV[7]  data of the jobs (JSON)
-- ARGV[8]  options of the jobs (JSON), "{}" = none
-- ARGV[9]  options of the next job (JSON), but for its id and delay
-- Returns  {billed, code, id of the next job, its time (ms)}
--          code: 0 written · 1 the same definition and its job were there, nothing was written
--          -10 a job with that id exists · -11 so do those of the next 32 runs
-- Billed   the same definition again: 4; a new one: 15, 13 when its first job runs at once; a changed one: 19
--@include call
--@include events
--@include queue
--@include place
--@include store
--@include every

local base, now, id = ARGV[1], tonumber(ARGV[3]), ARGV[4]
local definition = cjson.decode(ARGV[6])
local every = tonumber(definition.every)
local due = tonumber(ARGV[5])
local key = base .. 'repeat:' .. id
local previous = call('ZSCORE', base .. 'repeat', id)
previous = previous and millis(previous)
local pending = previous and 'repeat:' .. id .. ':' .. previous
local stored = {}
local flat = call('HGETALL', key)
for i = 1, #flat, 2 do stored[flat[i]] = flat[i + 1] end

local function same(a, b)
  if type(a) ~= 'table' or type(b) ~= 'table' then return a == b end
  for k, v in pairs(a) do if not same(v, b[k]) then return false end end
  for k in pairs(b) do if a[k] == nil then return false end end
  return true
end

local function sameJson(a, b)
  if a == b then return true end
  local fineA, decodedA = pcall(cjson.decode, a)
  local fineB, decodedB = pcall(cjson.decode, b)
  return fineA and fineB and same(decodedA, decodedB)
end

local function isUnchanged()
  if not pending or (not every and millis(due) ~= previous) then return false end
  for _, field in ipairs({ 'name', 'tz', 'limit', 'pattern', 'startDate', 'endDate', 'every' }) do
    if definition[field] ~= stored[field] then return false end
  end
  if definition.offset and definition.offset ~= stored.offset then return false end
  return sameJson(stored.data or '{}', ARGV[7]) and sameJson(stored.opts or '{}', ARGV[8])
    and call('ZSCORE', base .. 'delayed', pending)
end

if isUnchanged() then return { billed, '1', pending, previous } end

local function removePending()
  local jobKey = base .. pending
  local job = call('HMGET', jobKey, 'timestamp', 'deid')
  if not job[1] then return false end
  if call('ZREM', base .. 'delayed', pending) == 0 and call('ZREM', base .. 'prioritized', pending) == 0
    and call('LREM', base .. 'wait', 1, pending) == 0 and call('LREM', base .. 'paused', 1, pending) == 0 then
    return false
  end
  if job[2] and call('GET', base .. 'de:' .. job[2]) == pending then
    call('DEL', base .. 'de:' .. job[2], base .. 'dn:' .. job[2])
  end
  call('DEL', jobKey, jobKey .. ':logs', jobKey .. ':dependencies', jobKey .. ':processed', jobKey .. ':failed',
    jobKey .. ':unsuccessful')
  return true
end

local offset, otherGrid = tonumber(definition.offset) or 0, false
if every then
  otherGrid = previous and tonumber(stored.every) ~= every
  due, offset = nextByInterval(previous and not otherGrid and tonumber(previous) or nil, every, now, offset,
    tonumber(definition.startDate))
end
local replaced = pending and removePending()
if not replaced then
  definition.offset = millis(offset)
elseif every and not otherGrid then
  due = tonumber(previous)
end

local function jobId() return 'repeat:' .. id .. ':' .. millis(due) end
local taken = call('EXISTS', base .. jobId()) == 1
if taken and not every and not replaced then return { billed, '-10' } end
for _ = 1, 32 do
  if not taken or not every then break end
  due = due + every
  taken = call('EXISTS', base .. jobId()) == 1
end
if taken and every then return { billed, '-11' } end

call('ZADD', base .. 'repeat', millis(due), id)
local fields = { 'name', definition.name, 'ic', stored.ic or '1' }
for _, field in ipairs({ 'tz', 'limit', 'pattern', 'startDate', 'endDate', 'every' }) do
  if definition[field] then
    fields[#fields + 1] = field
    fields[#fields + 1] = definition[field]
  end
end
for field, value in pairs({ offset = definition.offset or stored.offset, opts = ARGV[8], data = ARGV[7] }) do
  if value ~= '{}' then
    fields[#fields + 1] = field
    fields[#fields + 1] = value
  end
end
if #flat > 0 then call('DEL', key) end
call('HSET', key, unpack(fields))
call('INCR', base .. 'id')

local queue = openQueue(base, ARGV[2])
local options = cjson.decode(ARGV[9])
options.delay = math.max(due - now, 0)
options.jobId = jobId()
local place = storeJob(queue, {
  id = jobId(), name = definition.name, data = ARGV[7], options = cjson.encode(options), timestamp = ARGV[3],
  decoded = options, scheduler = id,
})
if place == 'delayed' then markDelayed(queue) else wake(queue) end
return { billed, '0', jobId(), millis(due) }
