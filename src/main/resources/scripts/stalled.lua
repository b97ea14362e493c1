-- Looks for jobs whose worker died, in any number of queues: what is active without a lock in two checks running goes
-- back to the front of wait. The key stalled-check is BullMQ's, so that of all checkers of both fleets one acts per interval.
-- KEYS     <base>meta of each queue
-- ARGV[1]  events: full | outcome | off
-- ARGV[2]  now (ms)
-- ARGV[3]  interval (ms)
-- ARGV[4]  how often a job may stall before it is failed
-- then per queue two: <base>, number of active jobs that the caller itself runs there
-- Returns  {billed, per queue {active jobs of others, ids moved, what stopped it or ""}}
-- Billed   1 + one per queue without others' jobs; 6 more (4 without candidates) for each queue checked
--@include call
--@include events
--@include queue

local function isScheduled(base, scheduler)
  return scheduler and (call('EXISTS', base .. 'repeat:' .. scheduler) == 1 or call('ZSCORE', base .. 'repeat', scheduler))
end

-- The count may be anything that somebody wrote; then it begins anew.
local function countStalls(key)
  billed = billed + 1
  local times = redis.pcall('HINCRBY', key, 'stc', 1)
  if type(times) == 'number' then return times end
  call('HSET', key, 'stc', 1)
  return 1
end

local function recover(queue, id)
  local key = queue.base .. id
  if call('EXISTS', key .. ':lock') == 1 or call('LREM', queue.base .. 'active', 1, id) == 0 then return false end
  if id:sub(1, 2) == '0:' or call('TYPE', key)['ok'] ~= 'hash' then return false end
  local times = countStalls(key)
  local fine, scheduled = pcall(isScheduled, queue.base, call('HGET', key, 'rjk'))
  if times > tonumber(ARGV[4]) and fine and not scheduled then
    -- The next worker that takes it fails it without running it.
    call('HSET', key, 'defa', 'job stalled more than allowable limit')
  end
  call('RPUSH', queue.base .. 'wait', id)
  emit(queue, 'full', 'waiting', 'jobId', id, 'prev', 'active')
  emit(queue, 'full', 'stalled', 'jobId', id)
  return true
end

local function check(base)
  -- Before anything is moved: a key of another type in the place of wait would take no job.
  call('LLEN', base .. 'wait')
  if not call('SET', base .. 'stalled-check', ARGV[2], 'PX', ARGV[3], 'NX') then return {} end
  local moved = {}
  local candidates = call('SMEMBERS', base .. 'stalled')
  if #candidates > 0 then
    local queue = openQueue(base, ARGV[1])
    call('DEL', base .. 'stalled')
    for _, id in ipairs(candidates) do
      if recover(queue, id) then moved[#moved + 1] = id end
    end
    if #moved > 0 then wake(queue) end
  end
  local active = call('LRANGE', base .. 'active', 0, -1)
  inBatches(active, function(from, to) call('SADD', base .. 'stalled', unpack(active, from, to)) end)
  return moved
end

local function look(base, own)
  local foreign = call('LLEN', base .. 'active') - own
  return { foreign, foreign > 0 and check(base) or {}, '' }
end

local reply = { 0 }
for i = 1, #KEYS do
  -- A queue that somebody broke must not keep the others from being looked after.
  local fine, answer = pcall(look, ARGV[3 + 2 * i], tonumber(ARGV[4 + 2 * i]))
  reply[i + 1] = fine and answer or { 1, {}, type(answer) == 'table' and answer.err or tostring(answer) }
end
reply[1] = billed
return reply
