-- Deletes a paused queue with everything in it, a batch at a time.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  1 = even jobs that run
-- ARGV[4]  how many jobs to delete in this call
-- Returns  {billed, code}: 0 nothing is left · 1 call again · -1 not paused · -2 there are running jobs
-- Billed   12 for an empty queue + one per job, two per state that has jobs
--@include call
--@include events
--@include queue
--@include place
--@include start
--@include store
--@include parent
--@include delete
--@include remove

local base, force, budget = ARGV[1], ARGV[3] == '1', tonumber(ARGV[4])
local queue = openQueue(base, ARGV[2])
if not queue.paused then return { billed, -1 } end
local active = call('LRANGE', base .. 'active', 0, budget - 1)
if #active > 0 and not force then return { billed, -2 } end

local function dropList(list, ids)
  if #ids == 0 then return end
  removeAll(queue, ids)
  call('LTRIM', base .. list, #ids, -1)
  budget = budget - #ids
end

local function dropSet(set)
  local ids = call('ZRANGE', base .. set, 0, budget - 1)
  if #ids == 0 then return end
  removeAll(queue, ids)
  takeOut(base .. set, ids)
  budget = budget - #ids
end

local function dropSchedulers()
  local ids = call('ZRANGE', base .. 'repeat', 0, budget - 1)
  if #ids == 0 then return end
  for _, id in ipairs(ids) do call('DEL', base .. 'repeat:' .. id) end
  takeOut(base .. 'repeat', ids)
  budget = budget - #ids
end

for _, id in ipairs(active) do call('DEL', base .. id .. ':lock') end
dropList('active', active)
for _, name in ipairs({ 'delayed', 'repeat', 'completed', 'wait', 'paused', 'prioritized', 'failed', 'waiting-children' }) do
  if budget <= 0 then return { billed, 1 } end
  if name == 'repeat' then
    dropSchedulers()
  elseif name == 'wait' or name == 'paused' then
    dropList(name, call('LRANGE', base .. name, 0, budget - 1))
  else
    dropSet(name)
  end
end
if budget <= 0 then return { billed, 1 } end
local keys = {}
for _, name in ipairs({ 'events', 'delay', 'stalled-check', 'stalled', 'id', 'pc', 'marker', 'meta', 'limiter',
  'meta-paused', 'priority', 'metrics:completed', 'metrics:completed:data', 'metrics:failed', 'metrics:failed:data' }) do
  keys[#keys + 1] = base .. name
end
call('DEL', unpack(keys))
return { billed, 0 }
