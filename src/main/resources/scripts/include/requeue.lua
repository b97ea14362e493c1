-- Puts finished jobs back in line. Needs call, events, queue, place and store.

-- A child that is to run again is one that its parent waits for again. A parent that went on stays where it is.
local function reattach(childKey, parentKey, previous)
  if not parentKey or parentKey == '' or call('EXISTS', parentKey) == 0 then return end
  local taken
  if previous == 'completed' then
    taken = call('HDEL', parentKey .. ':processed', childKey)
  else
    taken = call('ZREM', parentKey .. ':unsuccessful', childKey)
    if taken == 0 then taken = call('HDEL', parentKey .. ':failed', childKey) end
  end
  if taken == 1 then call('SADD', parentKey .. ':dependencies', childKey) end
end

local OUTCOME = { completed = 'returnvalue', failed = 'failedReason' }

-- The job's id was taken out of its set already. job = {priority, opts, parentKey}
local function requeue(queue, id, previous, job, ...)
  local key = queue.base .. id
  call('HDEL', key, 'finishedOn', 'processedOn', OUTCOME[previous], ...)
  local front = decodeOptions(job[2])['lifo'] == true
  addReady(queue, id, tonumber(job[1]) or 0, front and 'RPUSH' or 'LPUSH', previous)
  reattach(key, job[3], previous)
end
