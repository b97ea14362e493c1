-- The ends of runs. An ending is {id, token, kind, text, stack, due, keep, attempts, deid, flags, code}; turn.lua's header
-- tells what they mean. Only who holds the lock may end a job: after a stall somebody else is running it.

local function hasFlag(ending, flag)
  return ending.flags:find(flag, 1, true) ~= nil
end

-- Gives those a code that do not hold their lock. A lone lock is taken off at once, which saves a call, but only while
-- it cannot have run out: another's, put back, would not last as long as its owner reckons.
local function checkLocks(queue, endings, lockDuration)
  if #endings == 1 and hasFlag(endings[1], 'y') then
    endings.unlocked = true
    local ending = endings[1]
    local key = queue.base .. ending.id .. ':lock'
    local held = call('GETDEL', key)
    if not held then
      ending.code = -2
    elseif held ~= ending.token then
      call('SET', key, held, 'PX', lockDuration)
      ending.code = -6
    end
    return
  end
  local keys = {}
  for i, ending in ipairs(endings) do keys[i] = queue.base .. ending.id .. ':lock' end
  local held = call('MGET', unpack(keys))
  for i, ending in ipairs(endings) do
    if not held[i] then
      ending.code = -2
    elseif held[i] ~= ending.token then
      ending.code = -6
    end
  end
end

-- Enters what ends for good into its set first of all. Where somebody keeps something else under that key the turn
-- breaks here, before anything has changed, and is tried again.
local function enlist(queue, endings, nowText, lockDuration)
  local entered = {}
  for _, set in ipairs({ 'completed', 'failed' }) do
    local members = {}
    for _, ending in ipairs(endings) do
      if not ending.code and ending.keep:sub(1, 2) ~= '0:' and ending.kind == set:sub(1, 1) then
        members[#members + 1] = nowText
        members[#members + 1] = ending.id
        ending.set = set
      end
    end
    if #members > 0 then
      billed = billed + 1
      local added = redis.pcall('ZADD', queue.base .. set, unpack(members))
      if type(added) == 'table' and added.err then
        if endings.unlocked then call('SET', queue.base .. endings[1].id .. ':lock', endings[1].token, 'PX', lockDuration) end
        if #entered > 0 then call('ZREM', queue.base .. 'completed', unpack(entered)) end
        error(added.err)
      end
      entered = members
    end
  end
end

local function dropLocks(queue, endings)
  local keys, marked = {}, {}
  for _, ending in ipairs(endings) do
    if not ending.code then
      keys[#keys + 1] = queue.base .. ending.id .. ':lock'
      if hasFlag(ending, 's') then marked[#marked + 1] = ending.id end
    end
  end
  if not endings.unlocked and #keys > 0 then call('DEL', unpack(keys)) end
  if #marked > 0 then call('SREM', queue.base .. 'stalled', unpack(marked)) end
end

-- Takes those out of their sets again that could not be ended.
local function unlist(queue, endings)
  for _, ending in ipairs(endings) do
    if ending.set and ending.code ~= 1 then call('ZREM', queue.base .. ending.set, ending.id) end
  end
end

-- A job may not be completed while children of it are pending (-4) or have failed it (-9), and may not wait for children
-- (kind p) where one has failed it (-9) or none is pending (2). some: a job of this turn has children pending or failed.
local function refusedForChildren(queue, ending, some)
  if ending.kind ~= 'c' and ending.kind ~= 'p' then return nil end
  local key = queue.base .. ending.id
  local pending = some and call('EXISTS', key .. ':dependencies') == 1
  if ending.kind == 'c' and pending then return -4 end
  if some and call('EXISTS', key .. ':unsuccessful') == 1 then return -9 end
  if ending.kind == 'p' and not pending then return 2 end
  return nil
end

local function childrenKeys(queue, endings)
  local keys = {}
  for _, ending in ipairs(endings) do
    if ending.kind == 'p' or ending.kind == 'c' and hasFlag(ending, 'k') then
      keys[#keys + 1] = queue.base .. ending.id .. ':dependencies'
      keys[#keys + 1] = queue.base .. ending.id .. ':unsuccessful'
    end
  end
  return keys
end

-- The run goes on as if nobody had tried to end it.
local function takeBack(queue, ending, lockDuration)
  call('SET', queue.base .. ending.id .. ':lock', ending.token, 'PX', lockDuration)
  call('LPUSH', queue.base .. 'active', ending.id)
end

-- Writes what a finished job leaves. Returns false when its hash was deleted meanwhile.
local function writeFinished(queue, ending, set, nowText)
  local key = queue.base .. ending.id
  if ending.keep:sub(1, 2) == '0:' then return deleteJobs(queue.base, { ending.id }) > 0 end
  local fields = { 'processedOn', ending.started, 'finishedOn', nowText, 'atm', ending.attempts }
  if set == 'completed' then
    fields[#fields + 1] = 'returnvalue'
    fields[#fields + 1] = ending.text
  else
    fields[#fields + 1] = 'failedReason'
    fields[#fields + 1] = ending.text
    fields[#fields + 1] = 'stacktrace'
    fields[#fields + 1] = ending.stack
  end
  -- The hash has had a processedOn since the job was taken. Where all fields are new there was no hash any more, and a
  -- torso of one must not stay.
  if call('HSET', key, unpack(fields)) == #fields / 2 then
    call('DEL', key)
    return false
  end
  local gone = {}
  if hasFlag(ending, 'b') then gone[#gone + 1] = 'attemptsMade' end
  -- A child may have doomed it while it ran.
  if set == 'failed' then gone[#gone + 1] = 'defa' end
  if #gone > 0 then call('HDEL', key, unpack(gone)) end
  return true
end

local function emitFinished(queue, ending, set)
  if set == 'completed' then
    emit(queue, 'outcome', 'completed', 'jobId', ending.id, 'returnvalue', ending.text, 'prev', 'active')
    return
  end
  emit(queue, 'outcome', 'failed', 'jobId', ending.id, 'failedReason', ending.text, 'prev', 'active')
  if hasFlag(ending, 'x') then
    emit(queue, 'full', 'retries-exhausted', 'jobId', ending.id, 'attemptsMade', ending.attempts)
  end
end

-- Returns false when the job's hash is gone.
local function waitForChildren(queue, ending, nowText)
  if call('EXISTS', queue.base .. ending.id) == 0 then return false end
  call('ZADD', queue.base .. 'waiting-children', nowText, ending.id)
  emit(queue, 'full', 'waiting-children', 'jobId', ending.id, 'prev', 'active')
  return true
end

-- Puts a job that is to run again where it waits: later, or at once. Returns 'delayed' or 'ready', or nil when its
-- hash is gone.
local function putBack(queue, ending, now)
  local key, kind = queue.base .. ending.id, ending.kind
  local job = call('HMGET', key, 'processedOn', 'priority')
  if not job[1] then return nil end
  local priority = tonumber(job[2]) or 0
  local later = kind == 'd' or kind == 'w'
  local fields = {}
  if kind == 'd' or kind == 'r' then
    fields = { 'failedReason', ending.text, 'stacktrace', ending.stack, 'atm', ending.attempts }
    if hasFlag(ending, 'b') then call('HDEL', key, 'attemptsMade') end
  end
  if later then
    fields[#fields + 1] = 'delay'
    fields[#fields + 1] = string.format('%.0f', math.max(tonumber(ending.due) - now, 0))
  end
  if #fields > 0 then call('HSET', key, unpack(fields)) end
  if later then
    addDelayed(queue, ending.id, tonumber(ending.due))
    return 'delayed'
  end
  if kind == 'r' then
    addReady(queue, ending.id, priority, hasFlag(ending, 'l') and 'RPUSH' or 'LPUSH', 'active')
  elseif priority > 0 then
    -- In front of all of the same priority.
    call('ZADD', queue.base .. 'prioritized', string.format('%.0f', priority * 4294967296), ending.id)
    emit(queue, 'full', 'waiting', 'jobId', ending.id, 'prev', 'active')
  else
    addReady(queue, ending.id, 0, 'RPUSH', 'active')
  end
  return 'ready'
end
