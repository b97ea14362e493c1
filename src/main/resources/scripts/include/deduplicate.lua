-- Deduplication: the key de:<id> names the job that owns the id. Without a ttl it lives until the owner ends;
-- with one it lives for the ttl. keepLastIfActive keeps the newest add that comes while the owner runs in dn:<id>.
local function own(queue, deduplication, jobId, onlyIfFree)
  local key = queue.base .. 'de:' .. deduplication['id']
  local arguments = { 'SET', key, jobId }
  local ttl = tonumber(deduplication['ttl'])
  if ttl and ttl > 0 and not deduplication['keepLastIfActive'] then
    arguments[#arguments + 1] = 'PX'
    arguments[#arguments + 1] = string.format('%.0f', ttl)
  end
  if onlyIfFree then arguments[#arguments + 1] = 'NX' end
  return call(unpack(arguments))
end

-- Returns the id of the owner when the job must not be added, else nil (and the job owns the id now).
local function deduplicate(queue, job)
  local deduplication = job.decoded['de']
  if type(deduplication) ~= 'table' or not deduplication['id'] then return nil end
  if own(queue, deduplication, job.id, true) then return nil end

  local key = queue.base .. 'de:' .. deduplication['id']
  local owner = call('GET', key)
  -- An owner without a ttl that left no hash behind was lost in an outage: nobody would ever release its key.
  if call('PTTL', key) == -1 and call('EXISTS', queue.base .. owner) == 0 then
    call('DEL', queue.base .. 'dn:' .. deduplication['id'])
    own(queue, deduplication, job.id, false)
    return nil
  end
  if deduplication['keepLastIfActive'] and call('LPOS', queue.base .. 'active', owner) then
    local next_ = queue.base .. 'dn:' .. deduplication['id']
    call('DEL', next_)
    call('HSET', next_, 'name', job.name, 'data', job.data, 'opts', job.options, 'jid', job.id)
    call('PERSIST', key)
  elseif deduplication['extend'] then
    own(queue, deduplication, owner, false)
  end
  emit(queue, 'full', 'deduplicated', 'jobId', owner, 'deduplicationId', deduplication['id'],
    'deduplicatedJobId', job.id)
  return owner
end

-- When an owner ends: turn what came meanwhile into a job, or release the id.
local function releaseDeduplication(queue, id, deduplicationId, nowMs)
  local key = queue.base .. 'de:' .. deduplicationId
  if call('PTTL', key) == -1 and call('GET', key) == id then call('DEL', key) end
  local next_ = queue.base .. 'dn:' .. deduplicationId
  local kept = call('HMGET', next_, 'name', 'data', 'opts', 'jid')
  if not kept[3] then return nil end
  local counter = call('INCR', queue.base .. 'id')
  local job = { id = kept[4] or tostring(counter), name = kept[1], data = kept[2], options = kept[3],
    timestamp = nowMs, decoded = decodeOptions(kept[3]) }
  own(queue, job.decoded['de'] or { id = deduplicationId }, job.id, false)
  call('DEL', next_)
  return storeJob(queue, job)
end
