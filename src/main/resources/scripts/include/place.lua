-- Where a job goes that is to run later, by priority or next; scores as BullMQ computes them.

-- due * 4096 + n keeps up to 4,096 jobs of one millisecond in the order in which they came.
local function delayedScore(queue, dueMs)
  local first = dueMs * 4096
  local last = first + 4095
  local taken = call('ZREVRANGEBYSCORE', queue.base .. 'delayed', last, first, 'WITHSCORES', 'LIMIT', 0, 1)
  if taken[2] then return math.min(tonumber(taken[2]) + 1, last) end
  return first
end

local function addDelayed(queue, id, dueMs)
  call('ZADD', queue.base .. 'delayed', string.format('%.0f', delayedScore(queue, dueMs)), id)
  emit(queue, 'full', 'delayed', 'jobId', id, 'delay', string.format('%.0f', dueMs))
end

-- The marker '1' carries the time of the earliest delayed job.
local function markDelayed(queue)
  local head = call('ZRANGE', queue.base .. 'delayed', 0, 0, 'WITHSCORES')
  if head[2] then
    call('ZADD', queue.base .. 'marker', string.format('%.0f', math.floor(tonumber(head[2]) / 4096)), '1')
  end
end

local function addPrioritized(queue, id, priority)
  local counter = call('INCR', queue.base .. 'pc')
  call('ZADD', queue.base .. 'prioritized', string.format('%.0f', priority * 4294967296 + counter % 4294967296), id)
end

-- Between these two, ids that go to the end of the line are collected and pushed by one call.
local function collectPushes(queue)
  queue.pushes = {}
end

local function pushCollected(queue)
  local ids = queue.pushes
  queue.pushes = nil
  inBatches(ids, function(from, to) call('LPUSH', queue.base .. 'wait', unpack(ids, from, to)) end)
end

-- Puts a job where it can be taken at once. `end_` is LPUSH (last in line) or RPUSH (first).
local function addReady(queue, id, priority, end_, previous)
  if priority > 0 then
    addPrioritized(queue, id, priority)
  elseif end_ == 'LPUSH' and rawget(queue, 'pushes') then
    queue.pushes[#queue.pushes + 1] = id
  else
    call(end_, queue.base .. 'wait', id)
  end
  if previous then
    emit(queue, 'full', 'waiting', 'jobId', id, 'prev', previous)
  else
    emit(queue, 'full', 'waiting', 'jobId', id)
  end
end
