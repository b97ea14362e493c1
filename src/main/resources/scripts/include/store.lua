-- Options are JSON that anybody may have written; broken ones must not stop a script half-way, which would lose jobs.
local function decodeOptions(text)
  local fine, decoded = pcall(cjson.decode, text or '')
  return fine and type(decoded) == 'table' and decoded or {}
end

-- The option deduplication, if it can be one.
local function deduplicationOf(options)
  local deduplication = options['de']
  local id = type(deduplication) == 'table' and deduplication['id']
  return (type(id) == 'string' or type(id) == 'number') and deduplication or nil
end

-- Writes a new job's hash and puts it in its first place. Returns 'delayed', 'ready' or, with a worker that takes it
-- at once, 'active'.
-- job = {id, name, data, options (JSON), timestamp, decoded (options), parentKey, parent (JSON), waits (for its
-- children; then it returns 'waiting-children'), scheduler (id of the one that makes it)}
local function storeJob(queue, job, worker)
  local options = job.decoded
  local delay = tonumber(options['delay']) or 0
  local priority = tonumber(options['priority']) or 0
  local fields = {
    'name', job.name, 'data', job.data, 'opts', job.options, 'timestamp', job.timestamp,
    'delay', string.format('%.0f', delay), 'priority', string.format('%.0f', priority),
  }
  local deduplication = deduplicationOf(options)
  if deduplication then
    fields[#fields + 1] = 'deid'
    fields[#fields + 1] = deduplication['id']
  end
  if job.scheduler then
    fields[#fields + 1] = 'rjk'
    fields[#fields + 1] = job.scheduler
  end
  if job.parentKey then
    for _, value in ipairs({ 'parentKey', job.parentKey, 'parent', job.parent }) do fields[#fields + 1] = value end
  end
  local taken = worker and delay <= 0 and priority == 0
  if taken then
    for _, value in ipairs(startFields(worker, 1)) do fields[#fields + 1] = value end
  end
  call('HSET', queue.base .. job.id, unpack(fields))
  emit(queue, 'full', 'added', 'jobId', job.id, 'name', job.name)
  if job.waits then
    call('ZADD', queue.base .. 'waiting-children', job.timestamp, job.id)
    emit(queue, 'full', 'waiting-children', 'jobId', job.id)
    return 'waiting-children'
  end
  if delay > 0 then
    addDelayed(queue, job.id, tonumber(job.timestamp) + delay)
    return 'delayed'
  end
  if taken then
    call('LPUSH', queue.base .. 'active', job.id)
    emit(queue, 'full', 'waiting', 'jobId', job.id)
    lockStarted(queue, job.id, worker)
    return 'active'
  end
  addReady(queue, job.id, priority, options['lifo'] == true and 'RPUSH' or 'LPUSH')
  return 'ready'
end
