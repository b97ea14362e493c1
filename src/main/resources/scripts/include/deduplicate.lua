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

-- An owner without a ttl that left no hash behind was lost in an outage: nobody would ever release its key.
local function takeOver(queue, deduplication, owner, jobId)
  local key = queue.base .. 'de:' .. deduplication['id']
  if call('PTTL', key) ~= -1 or call('EXISTS', queue.base .. owner) == 1 then return false end
  call('DEL', queue.base .. 'dn:' .. deduplication['id'])
  own(queue, deduplication, jobId, false)
  return true
end

local function tellDeduplicated(queue, deduplication, jobId, deduplicatedJobId)
  emit(queue, 'full', 'deduplicated', 'jobId', jobId, 'deduplicationId', deduplication['id'],
    'deduplicatedJobId', deduplicatedJobId)
end

-- Keeps the add for when its running owner ends. Returns false when it does not run.
local function keepNext(queue, deduplication, owner, job)
  if not deduplication['keepLastIfActive'] or not call('LPOS', queue.base .. 'active', owner) then return false end
  local key = queue.base .. 'dn:' .. deduplication['id']
  local fields = { 'name', job.name, 'data', job.data, 'opts', job.options, 'jid', job.id }
  for name, value in pairs({ pk = job.parentKey, pd = job.parent, pdk = job.parentKey and job.parentKey .. ':dependencies',
    rjk = job.scheduler }) do
    fields[#fields + 1] = name
    fields[#fields + 1] = value
  end
  call('DEL', key)
  call('HSET', key, unpack(fields))
  call('PERSIST', queue.base .. 'de:' .. deduplication['id'])
  tellDeduplicated(queue, deduplication, owner, job.id)
  return true
end

-- Debounce: a newer add takes the place of a delayed owner.
local function replaceOwner(queue, deduplication, job)
  local key = queue.base .. 'de:' .. deduplication['id']
  local owner = call('GET', key)
  if not owner then
    own(queue, deduplication, job.id, false)
    return nil
  end
  if call('ZREM', queue.base .. 'delayed', owner) == 0 then
    if takeOver(queue, deduplication, owner, job.id) then return nil end
    keepNext(queue, deduplication, owner, job)
    return owner
  end
  deleteJobs(queue.base, { owner })
  emit(queue, 'full', 'removed', 'jobId', owner, 'prev', 'delayed')
  tellDeduplicated(queue, deduplication, job.id, owner)
  call('DEL', queue.base .. 'dn:' .. deduplication['id'])
  local ttl = tonumber(deduplication['ttl']) or 0
  if ttl > 0 and not deduplication['extend'] and not deduplication['keepLastIfActive'] then
    call('SET', key, job.id, 'KEEPTTL')
  else
    own(queue, deduplication, job.id, false)
  end
  return nil
end

-- A duplicate moves its delayed owner to the time that it would have had itself.
local function reschedule(queue, owner, job)
  if not call('ZSCORE', queue.base .. 'delayed', owner) then return end
  local delay = math.max(tonumber(job.decoded['delay']) or 0, 0)
  call('HSET', queue.base .. owner, 'delay', string.format('%.0f', delay))
  addDelayed(queue, owner, tonumber(job.timestamp) + delay)
  markDelayed(queue)
end

-- Returns the id of the owner when the job must not be added, else nil (and the job owns the id now).
local function deduplicate(queue, job)
  local deduplication = deduplicationOf(job.decoded)
  if not deduplication then return nil end
  if deduplication['replace'] then return replaceOwner(queue, deduplication, job) end
  if own(queue, deduplication, job.id, true) then return nil end

  local owner = call('GET', queue.base .. 'de:' .. deduplication['id'])
  if takeOver(queue, deduplication, owner, job.id) then return nil end
  if not keepNext(queue, deduplication, owner, job) then
    if deduplication['extend'] and (tonumber(deduplication['ttl']) or 0) > 0 then
      own(queue, deduplication, owner, false)
    end
    tellDeduplicated(queue, deduplication, owner, job.id)
  end
  if deduplication['reschedule'] then reschedule(queue, owner, job) end
  return owner
end

-- When an owner ends: turn what came meanwhile into a job, or release the id.
local function releaseDeduplication(queue, id, deduplicationId, nowMs)
  local key = queue.base .. 'de:' .. deduplicationId
  if call('PTTL', key) == -1 then
    billed = billed + 1
    if redis.pcall('GET', key) == id then call('DEL', key) end
  end
  local next_ = queue.base .. 'dn:' .. deduplicationId
  billed = billed + 1
  local kept = redis.pcall('HMGET', next_, 'name', 'data', 'opts', 'jid', 'pk', 'pd', 'rjk')
  if kept.err or not kept[3] then return nil end
  local counter = call('INCR', queue.base .. 'id')
  local job = { id = kept[4] or tostring(counter), name = kept[1] or '__default__', data = kept[2] or '{}', options = kept[3],
    timestamp = nowMs, decoded = decodeOptions(kept[3]), parentKey = kept[5] or nil, parent = kept[6] or nil,
    scheduler = kept[7] or nil }
  own(queue, deduplicationOf(job.decoded) or { id = deduplicationId }, job.id, false)
  call('DEL', next_)
  if job.parentKey then call('SADD', job.parentKey .. ':dependencies', queue.base .. job.id) end
  return storeJob(queue, job)
end
