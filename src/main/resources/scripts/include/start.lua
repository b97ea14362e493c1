-- A job begins: since when, how often it was begun, by whom; the lock that says whose it is, and the event.
-- worker = {now, token, lockDuration, name}
local function startFields(worker, attemptsStarted)
  local fields = { 'processedOn', worker.now, 'ats', attemptsStarted }
  if worker.name ~= '' then
    fields[#fields + 1] = 'pb'
    fields[#fields + 1] = worker.name
  end
  return fields
end

local function lockStarted(queue, id, worker)
  call('SET', queue.base .. id .. ':lock', worker.token, 'PX', worker.lockDuration)
  emit(queue, 'full', 'active', 'jobId', id, 'prev', 'waiting')
end
