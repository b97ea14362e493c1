-- Adds any number of jobs to one queue.
-- KEYS[1]  <base>meta, the key that routes the script
-- ARGV[1]  <base>, e.g. "bull:mail:"
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  how many of the jobs a consumer of the caller's own may have at once (local claim); 0 = none
-- ARGV[4]  lock token for these
-- ARGV[5]  lock duration (ms)
-- ARGV[6]  worker name, "" = none
-- ARGV[7]  now (ms)
-- then per job five: id ("" = take the counter), name, data (JSON), options (JSON, BullMQ's short names), timestamp (ms)
-- Returns  {billed, id, status, id, status, …}; status 0 added, 1 the id existed already (nothing changed),
--          2 deduplicated (id is the owner's), 3 added and claimed: it is active under the token,
--          4 its parent does not exist, 5 the id is that of another parent's child
-- Billed   one standard job with events full: 8 (EVALSHA, HMGET, INCRBY, HSET, XADD, LPUSH, XADD, ZADD), claimed 9;
--          with events off 6 (EVALSHA, HMGET, INCRBY, HSET, LPUSH, then ZADD, or SET for the claim);
--          each further job of a batch: 3, with events off 1
--@include call
--@include events
--@include queue
--@include place
--@include delete
--@include start
--@include store
--@include deduplicate
--@include parent
--@include child

local base = ARGV[1]
local queue = openQueue(base, ARGV[2])
local claims = tonumber(ARGV[3])
local worker = { token = ARGV[4], lockDuration = ARGV[5], name = ARGV[6], now = ARGV[7] }
local count = (#ARGV - 7) / 5
local counter = call('INCRBY', base .. 'id', count) - count
local reply = {}
local ready, delayed = false, false

-- A queue that is paused, or counts what it may start, decides itself who begins when.
if claims > 0 and (queue.paused or queue.concurrency or queue.max) then claims = 0 end

-- Its parent has to know of all children that came before this one.
local function releaseParentOf(job)
  saveDependencies()
  local place = releaseIfLast(queue, parentOf(queue, job.parentKey, job.link))
  if place == 'delayed' then delayed = true elseif place then ready = true end
end

local function add(job)
  nameParent(job)
  if parentIsMissing(job) then return job.id, 4 end
  if job.custom and call('EXISTS', base .. job.id) == 1 then
    return job.id, attachDuplicate(queue, job, releaseParentOf)
  end
  local owner = deduplicate(queue, job)
  if owner then return owner, 2 end
  local place = storeJob(queue, job, claims > 0 and not job.parentKey and worker or nil)
  if job.parentKey then addDependency(job, base .. job.id) end
  if place == 'active' then
    claims = claims - 1
    return job.id, 3
  end
  if place == 'delayed' then delayed = true else ready = true end
  return job.id, 0
end

-- A job that breaks, for its key is of another type, ends the batch; those before it are in the queue then.
local broken
collectPushes(queue)
for i = 1, count do
  local at = 8 + (i - 1) * 5
  local custom = ARGV[at] ~= ''
  local fine, id, status = pcall(add, {
    id = custom and ARGV[at] or string.format('%.0f', counter + i),
    custom = custom,
    name = ARGV[at + 1],
    data = ARGV[at + 2],
    options = ARGV[at + 3],
    timestamp = ARGV[at + 4],
    decoded = cjson.decode(ARGV[at + 3]),
  })
  if not fine then
    broken = type(id) == 'table' and id.err or tostring(id)
    break
  end
  reply[#reply + 1] = id
  reply[#reply + 1] = status
end

pushCollected(queue)
saveDependencies()
if delayed then markDelayed(queue) end
if ready then wake(queue) end
if broken then return redis.error_reply(broken) end
return { billed, unpack(reply) }
