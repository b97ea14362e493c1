-- Takes jobs out of a queue with all that belongs to them. Needs call, events, queue, place, delete, start, store
-- and parent.

-- The one job of a scheduler that is still to come: without it the schedule would end.
local function isNextOfScheduler(base, id, scheduler)
  if not scheduler then return false end
  local nextRun = call('ZSCORE', base .. 'repeat', scheduler)
  return nextRun and id == 'repeat:' .. scheduler .. ':' .. nextRun
end

local function freeDeduplication(base, id, deduplicationId)
  if not deduplicationId then return end
  local key = base .. 'de:' .. deduplicationId
  if call('GET', key) == id then call('DEL', key, base .. 'dn:' .. deduplicationId) end
end

-- 1. Whole sets ------------------------------------------------------------------------------------------------------

-- With its last child a parent of the same queue goes too, and so on upwards; one of another queue runs.
-- BullMQ writes no event for either.
local function leaveParent(queue, childKey, parentKey, parentText)
  local its = parentOf(queue, parentKey, decodeOptions(parentText))
  if not its or call('SREM', its.key .. ':dependencies', childKey) == 0 then return end
  if call('SCARD', its.key .. ':dependencies') > 0 then return end
  if call('ZREM', its.base .. 'waiting-children', its.id) == 0 then return end
  if its.base ~= queue.base then
    call('RPUSH', its.base .. 'wait', its.id)
    wake(queueOf(queue, its))
    return
  end
  local job = call('HMGET', its.key, 'parentKey', 'parent', 'deid')
  if job[1] then leaveParent(queue, its.key, job[1], job[2]) end
  freeDeduplication(its.base, its.id, job[3])
  deleteJobs(its.base, { its.id })
end

local REMOVAL = { 'rjk', 'parentKey', 'parent', 'deid', 'finishedOn', 'processedOn', 'timestamp' }

-- Deletes the jobs that `wanted` (id, the fields of REMOVAL) says yes to, and returns their ids. They are still in
-- their set; the caller takes them out of it.
local function removeAll(queue, ids, wanted)
  local gone = {}
  for _, id in ipairs(ids) do
    local job = call('HMGET', queue.base .. id, unpack(REMOVAL))
    if not wanted or wanted(id, job) then
      if job[2] then leaveParent(queue, queue.base .. id, job[2], job[3]) end
      freeDeduplication(queue.base, id, job[4])
      gone[#gone + 1] = id
    end
  end
  deleteJobs(queue.base, gone)
  return gone
end

local function takeOut(set, ids)
  inBatches(ids, function(from, to) call('ZREM', set, unpack(ids, from, to)) end)
end

-- 2. One job with its children -----------------------------------------------------------------------------------------

-- The id of a job that runs, of this one and those that it waits for.
local function lockedIn(queue, its, children)
  if call('EXISTS', its.key .. ':lock') == 1 then return its.id end
  if not children then return nil end
  for _, childKey in ipairs(call('SMEMBERS', its.key .. ':dependencies')) do
    local child = parentOf(queue, childKey)
    local locked = child and lockedIn(queue, child, true)
    if locked then return locked end
  end
  return nil
end

local function takeFromAnyState(base, id)
  for _, set in ipairs({ 'completed', 'waiting-children', 'delayed', 'failed', 'prioritized' }) do
    if call('ZREM', base .. set, id) == 1 then return set end
  end
  for _, list in ipairs({ 'wait', 'paused', 'active' }) do
    if call('LREM', base .. list, 1, id) == 1 then return list end
  end
  return 'unknown'
end

local function childrenOf(key)
  local suffixes = { ':processed', ':failed', ':unsuccessful', ':dependencies' }
  local keys = {}
  for i, suffix in ipairs(suffixes) do keys[i] = key .. suffix end
  if call('EXISTS', unpack(keys)) == 0 then return {} end
  local children = {}
  for _, members in ipairs({ call('HKEYS', keys[1]), call('HKEYS', keys[2]), call('ZRANGE', keys[3], 0, -1),
    call('SMEMBERS', keys[4]) }) do
    for _, childKey in ipairs(members) do children[#children + 1] = childKey end
  end
  return children
end

local removeTree

-- children: 'all', or 'unprocessed', that is those waited for, but for those that run or have failed.
-- Returns how many were removed.
local function removeChildren(queue, key, children, seen)
  local unprocessed = children == 'unprocessed'
  local removed = 0
  for _, childKey in ipairs(unprocessed and call('SMEMBERS', key .. ':dependencies') or childrenOf(key)) do
    local child = parentOf(queue, childKey)
    local stays = child and unprocessed
      and (call('EXISTS', childKey .. ':lock') == 1 or call('ZSCORE', child.base .. 'failed', child.id))
    if child and not stays and removeTree(queue, child, key, nil, children, seen) then removed = removed + 1 end
  end
  return removed
end

-- Returns whether there was anything. seen guards against jobs that name each other as children.
function removeTree(queue, its, parentKey, parentText, children, seen)
  if seen[its.key] then return false end
  seen[its.key] = true
  local theirs = queueOf(queue, its)
  if parentKey and forgetChild(queue, its.key, parentKey, decodeOptions(parentText)) == 'ready' then queue.ready = true end
  if children then removeChildren(queue, its.key, children, seen) end
  local previous = takeFromAnyState(its.base, its.id)
  freeDeduplication(its.base, its.id, call('HGET', its.key, 'deid'))
  if deleteJobs(its.base, { its.id }) == 0 then return previous ~= 'unknown' end
  emit(theirs, 'full', 'removed', 'jobId', its.id, 'prev', previous)
  return true
end
