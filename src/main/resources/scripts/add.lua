-- Adds any number of jobs to one queue.
-- KEYS[1]  <base>meta, the key that routes the script
-- ARGV[1]  <base>, e.g. "bull:mail:"
-- ARGV[2]  events: full | outcome | off
-- then per job five: id ("" = take the counter), name, data (JSON), options (JSON, BullMQ's short names), timestamp (ms)
-- Returns  {billed, id, status, id, status, …}; status 0 added, 1 the id existed already (nothing changed),
--          2 deduplicated (id is the owner's),
--          3 its parent does not exist, 4 the id is that of another parent's child
-- Billed   one standard job with events full: 8 (EVALSHA, HMGET, INCRBY, HSET, XADD, LPUSH, XADD, ZADD);
--          each further job of a batch: 4;
--          children of one parent: 2 more for all
--@include call
--@include events
--@include queue
--@include place
--@include store
--@include deduplicate
--@include parent
--@include child

local base = ARGV[1]
local queue = openQueue(base, ARGV[2])
local count = (#ARGV - 2) / 5
local counter = call('INCRBY', base .. 'id', count) - count
local reply = {}
local ready, delayed = false, false

-- Its parent has to know of all children that came before this one.
local function releaseParentOf(job)
  saveDependencies()
  local place = releaseIfLast(queue, parentOf(queue, job.parentKey, job.link))
  if place == 'delayed' then delayed = true elseif place then ready = true end
end

local function add(job)
  nameParent(job)
  if parentIsMissing(job) then return job.id, 3 end
  if job.custom and call('EXISTS', base .. job.id) == 1 then
    return job.id, attachDuplicate(queue, job, releaseParentOf)
  end
  local owner = deduplicate(queue, job)
  if owner then return owner, 2 end
  if storeJob(queue, job) == 'delayed' then delayed = true else ready = true end
  if job.parentKey then addDependency(job, base .. job.id) end
  return job.id, 0
end

for i = 1, count do
  local at = 3 + (i - 1) * 5
  local custom = ARGV[at] ~= ''
  local id, status = add({
    id = custom and ARGV[at] or string.format('%.0f', counter + i),
    custom = custom,
    name = ARGV[at + 1],
    data = ARGV[at + 2],
    options = ARGV[at + 3],
    timestamp = ARGV[at + 4],
    decoded = cjson.decode(ARGV[at + 3]),
  })
  reply[#reply + 1] = id
  reply[#reply + 1] = status
end

saveDependencies()
if delayed then markDelayed(queue) end
if ready then wake(queue) end
return { billed, unpack(reply) }
