-- Adds trees of jobs, over any number of queues: parents wait for their children.
-- KEYS     <base>meta of each queue
-- ARGV[1]  events: full | outcome | off
-- ARGV[2]  now (ms)
-- then per node seven, parents before their children: <base>, id, name, data (JSON), options (JSON, BullMQ's short
--          names; those of a child name its parent), timestamp (ms), kind
--          kind c a custom id, which may exist already · w waits for children · cw both · "" neither
-- Returns  {billed, id, status, id, status, …}; status 0 added, 1 the id existed already, 2 deduplicated (id is the
--          owner's), 3 the parent does not exist, nor do its children then, 4 the id is that of another parent's child
-- Billed   1; 3 per queue (2 where all jobs wait for children); 4 per job, one more for a custom id; 1 per parent
--@include call
--@include events
--@include queue
--@include place
--@include store
--@include deduplicate
--@include parent
--@include child

local SIZE = 7
local queue = openQueue(ARGV[3], ARGV[1])
queue.now = ARGV[2]

local jobs, counts, queues = {}, {}, {}
local inTree, parents = {}, {}

local function read(at)
  local job = {
    base = ARGV[at],
    id = ARGV[at + 1],
    name = ARGV[at + 2],
    data = ARGV[at + 3],
    options = ARGV[at + 4],
    timestamp = ARGV[at + 5],
    custom = ARGV[at + 6]:find('c') ~= nil,
    waits = ARGV[at + 6]:find('w') ~= nil,
    decoded = cjson.decode(ARGV[at + 4]),
  }
  nameParent(job)
  -- A parent from the tree needs no look: it is there when this node's turn comes.
  local above = job.parentKey and inTree[job.parentKey]
  if above then job.missing = above.missing else job.missing = parentIsMissing(job) end
  inTree[job.base .. job.id] = job
  return job
end

for at = 3, #ARGV, SIZE do
  local job = read(at)
  jobs[#jobs + 1] = job
  if not job.missing then counts[job.base] = (counts[job.base] or 0) + 1 end
end
for base, count in pairs(counts) do
  queues[#queues + 1] = queueOf(queue, { base = base })
  call('INCRBY', base .. 'id', count)
end

local function add(its, job)
  if job.custom and call('EXISTS', job.base .. job.id) == 1 then
    local status = attachDuplicate(its, job, function() end)
    if status == 4 then parents[job.parentKey].refused = true end
    return job.id, status
  end
  local owner = deduplicate(its, job)
  if owner then return owner, 2 end
  its[storeJob(its, job)] = true
  if job.parentKey then addDependency(job, job.base .. job.id) end
  return job.id, 0
end

local reply, order = {}, {}
for _, job in ipairs(jobs) do
  local id, status = job.id, 3
  if not job.missing then
    if job.parentKey and not parents[job.parentKey] then
      parents[job.parentKey] = { link = job.link }
      order[#order + 1] = job.parentKey
    end
    id, status = add(queueOf(queue, job), job)
  end
  reply[#reply + 1] = id
  reply[#reply + 1] = status
end

-- Only now is it known which parents have nothing to wait for, because their children had all ended before. BullMQ lets a
-- parent wait that could not get one of its children, and so it is here.
local pending = dependencies
saveDependencies()
for _, key in ipairs(order) do
  if not pending[key] and not parents[key].refused then
    local place = releaseIfLast(queue, parentOf(queue, key, parents[key].link))
    if place then queue[place] = true end
  end
end

for _, its in ipairs(queues) do
  if its.delayed then markDelayed(its) end
  if its.ready and not its.woken then wake(its) end
end
return { billed, unpack(reply) }
