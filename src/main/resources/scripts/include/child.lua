-- Jobs that are added as children. Who the parent is, and what a failure means for it, say the options parent, fpof, cpof,
-- idof and rdof. Needs call, events, queue, place, store and parent.

local dependencies = {}
local parentsThere = {}

-- Sets job.parentKey, job.parent (JSON) and job.link (the same decoded).
local function nameParent(job)
  local parent = job.decoded['parent']
  if type(parent) ~= 'table' or type(parent['id']) ~= 'string' or type(parent['queue']) ~= 'string' then return end
  job.link = { id = parent['id'], queueKey = parent['queue'] }
  for _, rule in ipairs({ 'fpof', 'rdof', 'idof', 'cpof' }) do
    if job.decoded[rule] == true then job.link[rule] = true end
  end
  job.parentKey = parent['queue'] .. ':' .. parent['id']
  job.parent = cjson.encode(job.link)
end

local function parentIsMissing(job)
  if not job.parentKey then return false end
  if parentsThere[job.parentKey] == nil then parentsThere[job.parentKey] = call('EXISTS', job.parentKey) == 1 end
  return not parentsThere[job.parentKey]
end

-- Children of one parent are told together, by saveDependencies.
local function addDependency(job, childKey)
  local children = dependencies[job.parentKey] or {}
  dependencies[job.parentKey] = children
  children[#children + 1] = childKey
end

local function saveDependencies()
  for parentKey, children in pairs(dependencies) do
    inBatches(children, function(from, to) call('SADD', parentKey .. ':dependencies', unpack(children, from, to)) end)
  end
  dependencies = {}
end

-- The id exists already: the job there becomes the child, unless it is that of another parent that lives.
-- onCompleted(job) is called when it has ended already, and its parent need not wait for it.
-- Returns 1 done, 4 it belongs to another parent.
local function attachDuplicate(queue, job, onCompleted)
  if job.parentKey then
    local key = queue.base .. job.id
    local old = call('HMGET', key, 'parentKey', 'returnvalue')
    if old[1] and old[1] ~= job.parentKey and call('EXISTS', old[1]) == 1 then return 4 end
    if call('ZSCORE', queue.base .. 'completed', job.id) then
      call('HSET', job.parentKey .. ':processed', key, old[2] or 'null')
      onCompleted(job)
    else
      addDependency(job, key)
    end
    call('HSET', key, 'parentKey', job.parentKey, 'parent', job.parent)
  end
  emit(queue, 'full', 'duplicated', 'jobId', job.id)
  return 1
end
