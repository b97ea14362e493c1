-- Lets failed jobs run again from their first attempt, and writes down in the job who did it and how often.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  now (ms)
-- ARGV[4]  how often one job may be replayed
-- ARGV[5]  by whom
-- ARGV[6]  how many to replay at most in this call
-- ARGV[7]  failed at or after (ms), or -inf
-- ARGV[8]  failed at or before (ms)
-- ARGV[9]  how many of these to pass over: those that earlier calls left
-- ARGV[10] how many to look at
-- ARGV[11] name of the job, "" = any
-- ARGV[12] part of the reason, "" = any
-- ARGV[13] id of the only job, "" = any
-- Returns  {billed, looked at, replayed ids, ids refused because they were replayed too often}
-- Billed   4 + one per job looked at; per replayed job 5 (6 with a priority), with a parent 2 or 3 more
--@include call
--@include events
--@include queue
--@include place
--@include start
--@include store
--@include requeue

local base, most, limit = ARGV[1], tonumber(ARGV[4]), tonumber(ARGV[6])
local queue = openQueue(base, ARGV[2])
local replayed, refused, looked = {}, {}, 0

local function audit(text)
  local times = tonumber(decodeOptions(text)['count']) or 0
  return times, cjson.encode({ count = times + 1, last = tonumber(ARGV[3]), by = ARGV[5] })
end

local function replay(id)
  local job = call('HMGET', base .. id, 'priority', 'opts', 'parentKey', 'name', 'failedReason', 'replays')
  if ARGV[11] ~= '' and job[4] ~= ARGV[11] then return end
  if ARGV[12] ~= '' and not (job[5] or ''):find(ARGV[12], 1, true) then return end
  -- An id whose job is gone cannot run.
  if not job[2] and call('EXISTS', base .. id) == 0 then return end
  local times, entry = audit(job[6])
  if times >= most then
    refused[#refused + 1] = id
    return
  end
  call('ZREM', base .. 'failed', id)
  call('HSET', base .. id, 'replays', entry)
  requeue(queue, id, 'failed', job, 'atm', 'ats', 'attemptsMade')
  replayed[#replayed + 1] = id
end

local ids = {}
if ARGV[13] == '' then
  ids = call('ZRANGEBYSCORE', base .. 'failed', ARGV[7], ARGV[8], 'LIMIT', ARGV[9], ARGV[10])
elseif call('ZSCORE', base .. 'failed', ARGV[13]) then
  ids = { ARGV[13] }
end
for _, id in ipairs(ids) do
  if #replayed >= limit then break end
  looked = looked + 1
  replay(id)
end
if #replayed > 0 then wake(queue) end
return { billed, looked, replayed, refused }
