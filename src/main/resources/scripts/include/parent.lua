-- What a child's end means for its parent, by the rule in the child's field `parent`. A parent waits in waiting-children
-- of its own queue, which may be another than the child's, until <parent>:dependencies is empty.
-- Needs call, events, queue, place and store. queue.now is the time in ms; without it Redis is asked.
-- Each of completeChild, failChild and forgetChild returns 'ready' or 'delayed' when it moved a parent within the
-- caller's own queue, whose sleepers the caller wakes with all others; those of other queues are woken here.
-- Billed: without effect 1; the last child's end 8, with the parent in another queue 9.

local parentQueues = {}

local function nowOf(queue)
  if not queue.now then
    local time = call('TIME')
    queue.now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
  end
  return queue.now
end

-- base and id of a parent. The id may hold colons, so the key alone tells them apart only by a guess.
local function parentOf(queue, parentKey, parent)
  if parent and type(parent['id']) == 'string' and type(parent['queueKey']) == 'string' then
    return { base = parent['queueKey'] .. ':', id = parent['id'], key = parent['queueKey'] .. ':' .. parent['id'] }
  end
  if type(parentKey) ~= 'string' or parentKey == '' then return nil end
  if parentKey:sub(1, #queue.base) == queue.base then
    return { base = queue.base, id = parentKey:sub(#queue.base + 1), key = parentKey }
  end
  local base, id = parentKey:match('^(.*:)([^:]*)$')
  return base and { base = base, id = id, key = parentKey }
end

local function queueOf(queue, parent)
  if parent.base == queue.base then return queue end
  local theirs = parentQueues[parent.base]
  if not theirs then
    theirs = openQueue(parent.base, queue.events)
    parentQueues[parent.base] = theirs
  end
  return theirs
end

local function wakeParent(queue, theirs, place)
  if theirs == queue then return place end
  if place == 'delayed' then
    markDelayed(theirs)
  elseif not theirs.woken then
    -- Nobody can take the marker before the script ends, so once is enough.
    wake(theirs)
    theirs.woken = true
  end
  return nil
end

-- Puts a parent that left waiting-children where it belongs.
local function placeParent(queue, parent, priority, delay)
  local theirs = queueOf(queue, parent)
  if delay > 0 then
    local due = tonumber(nowOf(queue)) + delay
    -- Here BullMQ does not care for the order within a millisecond.
    call('ZADD', theirs.base .. 'delayed', string.format('%.0f', due * 4096), parent.id)
    emit(theirs, 'full', 'delayed', 'jobId', parent.id, 'delay', string.format('%.0f', due))
    return wakeParent(queue, theirs, 'delayed')
  end
  addReady(theirs, parent.id, priority, 'RPUSH', 'waiting-children')
  return wakeParent(queue, theirs, 'ready')
end

local function releaseParent(queue, parent)
  if call('ZREM', parent.base .. 'waiting-children', parent.id) == 0 then return nil end
  local job = call('HMGET', parent.key, 'timestamp', 'priority', 'delay')
  if not job[1] then return nil end
  return placeParent(queue, parent, tonumber(job[2]) or 0, tonumber(job[3]) or 0)
end

local function releaseIfLast(queue, parent)
  if call('SCARD', parent.key .. ':dependencies') > 0 then return nil end
  return releaseParent(queue, parent)
end

-- fpof: the parent is to fail. Whoever takes it next fails it without running it, and so on upwards.
local function doomParent(queue, parent, childKey)
  local job = call('HMGET', parent.key, 'timestamp', 'priority', 'delay')
  if not job[1] then return nil end
  local reason = 'child ' .. childKey .. ' failed'
  local priority, delay = tonumber(job[2]) or 0, tonumber(job[3]) or 0
  if call('ZREM', parent.base .. 'waiting-children', parent.id) == 1 then
    call('HSET', parent.key, 'defa', reason)
    return placeParent(queue, parent, priority, delay)
  end
  if call('ZREM', parent.base .. 'delayed', parent.id) == 1 then
    call('HSET', parent.key, 'delay', 0, 'defa', reason)
    return placeParent(queue, parent, priority, 0)
  end
  if not call('ZSCORE', parent.base .. 'failed', parent.id) then call('HSET', parent.key, 'defa', reason) end
  return nil
end

-- The child completed.
local function completeChild(queue, childKey, parentKey, parent, returnValue)
  local its = parentOf(queue, parentKey, parent)
  if not its or call('SREM', its.key .. ':dependencies', childKey) == 0 then return nil end
  call('HSET', its.key .. ':processed', childKey, returnValue)
  return releaseIfLast(queue, its)
end

-- The child failed for good. Without a rule it stays a dependency, and the parent waits for somebody to retry it.
local function failChild(queue, childKey, parentKey, parent, reason)
  if not parent then return nil end
  local fails, continues = parent['fpof'], parent['cpof']
  local ignores, removes = parent['idof'], parent['rdof']
  if not (fails or continues or ignores or removes) then return nil end
  local its = parentOf(queue, parentKey, parent)
  if not its or call('SREM', its.key .. ':dependencies', childKey) == 0 then return nil end
  if fails then
    call('ZADD', its.key .. ':unsuccessful', nowOf(queue), childKey)
    return doomParent(queue, its, childKey)
  end
  if continues or ignores then call('HSET', its.key .. ':failed', childKey, reason) end
  if continues then return releaseParent(queue, its) end
  return releaseIfLast(queue, its)
end

-- The child was removed. BullMQ lets the parent go to the front of wait here, whatever its priority and delay.
-- The second result tells whether the parent waited for the child.
local function forgetChild(queue, childKey, parentKey, parent)
  local its = parentOf(queue, parentKey, parent)
  if not its or call('SREM', its.key .. ':dependencies', childKey) == 0 then return nil, false end
  if call('SCARD', its.key .. ':dependencies') > 0 then return nil, true end
  if call('ZREM', its.base .. 'waiting-children', its.id) == 0 then return nil, true end
  return placeParent(queue, its, 0, 0), true
end

-- The same for jobs of the caller's queue that are about to be removed by retention. Only failed ones can still be what a
-- parent waits for. Billed: 1 per job.
local function forgetFailed(queue, ids)
  local moved
  for _, id in ipairs(ids) do
    local child = call('HMGET', queue.base .. id, 'parentKey', 'parent')
    if child[1] then moved = forgetChild(queue, queue.base .. id, child[1], decodeOptions(child[2])) or moved end
  end
  return moved
end
