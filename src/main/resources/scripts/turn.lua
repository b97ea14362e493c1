-- One turn of a queue's wheel: ends any number of running jobs and takes up to the free number of new ones.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  now (ms)
-- ARGV[4]  how many jobs to take; 0 = only end
-- ARGV[5]  lock token for the jobs taken
-- ARGV[6]  lock duration (ms)
-- ARGV[7]  worker name, "" = none
-- ARGV[8]  number of endings; then per ending seven:
--          id, token, kind, text, stack, due, keep
--          kind c completed (text = return value, JSON) · f failed for good (text = reason, stack = JSON array)
--               r failed, again at once · d failed, again at due (ms) · w put off until due, no attempt used
--               b handed back to the front of wait, no attempt used
--               p waits for its children, no attempt used
--          keep "" = keep all, else "count:age:limit" (count -1 = any, age s or -1, limit = most to remove by age)
-- Returns  {billed, codes, jobs, next delayed (ms or -1), more (1 = ready jobs are left), paused or full (1), wait ms of the rate limit}
--          codes: per ending 1 done · -1 the job is gone · -2 its lock is gone · -3 not active · -6 another owner holds the lock
--          · -4 children are pending · -9 a child failed · 2 kind p: no child is pending; after these three the run goes on
--          jobs: per job {id, flat hash}
-- Billed   taking one job with events full: 10; ending one: 10 (13 when its job also leaves the queue drained)
--@include call
--@include events
--@include queue
--@include place
--@include store
--@include deduplicate
--@include parent

local base, now, free = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4])
local queue = openQueue(base, ARGV[2])
queue.now = ARGV[3]
local ready, delayed = false, false

local function removeJobs(ids)
  for _, id in ipairs(ids) do
    local key = base .. id
    call('DEL', key, key .. ':logs', key .. ':dependencies', key .. ':processed', key .. ':failed', key .. ':unsuccessful')
  end
end

local function trim(set, keep)
  local count, age, limit = keep:match('^(-?%d+):(-?%d+):(%d+)$')
  if age ~= '-1' then
    local old = call('ZRANGEBYSCORE', base .. set, '-inf', string.format('%.0f', now - tonumber(age) * 1000), 'LIMIT', 0, limit)
    if #old > 0 then
      if set == 'failed' and forgetFailed(queue, old) then ready = true end
      removeJobs(old)
      call('ZREM', base .. set, unpack(old))
    end
  end
  if tonumber(count) > 0 then
    local surplus = call('ZRANGE', base .. set, 0, -(tonumber(count) + 1))
    if #surplus > 0 then
      if set == 'failed' and forgetFailed(queue, surplus) then ready = true end
      removeJobs(surplus)
      call('ZREMRANGEBYRANK', base .. set, 0, -(tonumber(count) + 1))
    end
  end
end

-- 1. End -----------------------------------------------------------------------------------------------------------

local endings = {}
for i = 1, tonumber(ARGV[8]) do
  local at = 9 + (i - 1) * 7
  endings[i] = { id = ARGV[at], token = ARGV[at + 1], kind = ARGV[at + 2], text = ARGV[at + 3], stack = ARGV[at + 4],
    due = ARGV[at + 5], keep = ARGV[at + 6] }
end

-- Only who holds the lock may end a job: after a stall somebody else is running it.
local function verify()
  local lockKeys = {}
  heedChildren(queue, endings)
  for i, ending in ipairs(endings) do lockKeys[i] = base .. ending.id .. ':lock' end
  local held, ids, mine = call('MGET', unpack(lockKeys)), {}, {}
  for i, ending in ipairs(endings) do
    if ending.code then
      -- Its children forbid it.
    elseif not held[i] then
      ending.code = -2
    elseif held[i] ~= ending.token then
      ending.code = -6
    else
      mine[#mine + 1] = lockKeys[i]
      ids[#ids + 1] = ending.id
    end
  end
  if #ids > 0 then
    call('DEL', unpack(mine))
    call('SREM', base .. 'stalled', unpack(ids))
  end
end

local finished = { completed = {}, failed = {} }
local keeps = { completed = {}, failed = {} }

local function finish(ending, set, attempts, maxAttempts)
  local key = base .. ending.id
  local removed = ending.keep:match('^0:')
  if removed then
    removeJobs({ ending.id })
  else
    local fields = { 'finishedOn', ARGV[3], 'atm', attempts }
    if set == 'completed' then
      fields[#fields + 1] = 'returnvalue'
      fields[#fields + 1] = ending.text
    else
      fields[#fields + 1] = 'failedReason'
      fields[#fields + 1] = ending.text
      fields[#fields + 1] = 'stacktrace'
      fields[#fields + 1] = ending.stack
    end
    call('HSET', key, unpack(fields))
    local members = finished[set]
    members[#members + 1] = ARGV[3]
    members[#members + 1] = ending.id
  end
  if ending.keep ~= '' and not removed then keeps[set][ending.keep] = true end
  if set == 'completed' then
    emit(queue, 'outcome', 'completed', 'jobId', ending.id, 'returnvalue', ending.text, 'prev', 'active')
  else
    emit(queue, 'outcome', 'failed', 'jobId', ending.id, 'failedReason', ending.text, 'prev', 'active')
    if attempts >= maxAttempts then
      emit(queue, 'full', 'retries-exhausted', 'jobId', ending.id, 'attemptsMade', attempts)
    end
  end
end

local function settle(ending)
  local key = base .. ending.id
  local job = call('HMGET', key, 'timestamp', 'atm', 'attemptsMade', 'priority', 'deid', 'opts', 'defa',
    'parentKey', 'parent')
  if not job[1] then
    -- Left in the list it would be looked after for ever.
    call('LREM', base .. 'active', -1, ending.id)
    return -1
  end
  if call('LREM', base .. 'active', -1, ending.id) == 0 then return -3 end
  local kind, priority, options = ending.kind, tonumber(job[4]) or 0, decodeOptions(job[6])

  if kind == 'p' then
    call('ZADD', base .. 'waiting-children', ARGV[3], ending.id)
    emit(queue, 'full', 'waiting-children', 'jobId', ending.id, 'prev', 'active')
    return 1
  end
  if kind == 'w' or kind == 'b' then
    if kind == 'w' then
      call('HSET', key, 'delay', string.format('%.0f', math.max(tonumber(ending.due) - now, 0)))
      addDelayed(queue, ending.id, tonumber(ending.due))
      delayed = true
    elseif priority > 0 then
      call('ZADD', base .. 'prioritized', string.format('%.0f', priority * 4294967296), ending.id)
      emit(queue, 'full', 'waiting', 'jobId', ending.id, 'prev', 'active')
      ready = true
    else
      addReady(queue, ending.id, 0, 'RPUSH', 'active')
      ready = true
    end
    return 1
  end

  -- A job that Bull left counts its attempts under another name; folded here, or it would be retried for ever.
  local attempts = (tonumber(job[2]) or 0) + (tonumber(job[3]) or 0) + 1
  if job[3] then call('HDEL', key, 'attemptsMade') end
  if kind == 'c' or kind == 'f' then
    if job[5] then
      local place = releaseDeduplication(queue, ending.id, job[5], ARGV[3])
      if place == 'delayed' then delayed = true elseif place then ready = true end
    end
    if job[8] or job[9] then
      local act = kind == 'c' and completeChild or failChild
      local place = act(queue, key, job[8], decodeOptions(job[9]), ending.text)
      if ending.keep:match('^0:') then place = forgetChild(queue, key, job[8], decodeOptions(job[9])) or place end
      if place == 'delayed' then delayed = true elseif place then ready = true end
    end
    local maxAttempts = tonumber(options['attempts']) or 1
    finish(ending, kind == 'c' and 'completed' or 'failed', attempts, maxAttempts)
    if job[7] and kind == 'f' then call('HDEL', key, 'defa') end
    return 1
  end

  local fields = { 'failedReason', ending.text, 'stacktrace', ending.stack, 'atm', attempts }
  if kind == 'd' then
    fields[#fields + 1] = 'delay'
    fields[#fields + 1] = string.format('%.0f', math.max(tonumber(ending.due) - now, 0))
  end
  call('HSET', key, unpack(fields))
  if kind == 'd' then
    addDelayed(queue, ending.id, tonumber(ending.due))
    delayed = true
  else
    addReady(queue, ending.id, priority, options['lifo'] == true and 'RPUSH' or 'LPUSH', 'active')
    ready = true
  end
  return 1
end

local codes, ended = {}, 0
if #endings > 0 then
  verify()
  for i, ending in ipairs(endings) do
    codes[i] = ending.code or settle(ending)
    if codes[i] == 1 and (ending.kind == 'c' or ending.kind == 'f') then ended = ended + 1 end
  end
  for set, members in pairs(finished) do
    if #members > 0 then call('ZADD', base .. set, unpack(members)) end
    for keep in pairs(keeps[set]) do trim(set, keep) end
  end
end

-- 2. Promote -------------------------------------------------------------------------------------------------------

local nextDelayed = -1
local function promote()
  local head = call('ZRANGE', base .. 'delayed', 0, 0, 'WITHSCORES')
  if not head[2] then return end
  local last = (now + 1) * 4096 - 1
  if tonumber(head[2]) <= last then
    local due = call('ZRANGEBYSCORE', base .. 'delayed', '-inf', string.format('%.0f', last), 'LIMIT', 0, 1000)
    call('ZREM', base .. 'delayed', unpack(due))
    for _, id in ipairs(due) do
      local job = call('HMGET', base .. id, 'timestamp', 'priority')
      if job[1] then
        addReady(queue, id, tonumber(job[2]) or 0, 'LPUSH', 'delayed')
        call('HSET', base .. id, 'delay', 0)
        ready = true
      end
    end
    head = call('ZRANGE', base .. 'delayed', 0, 0, 'WITHSCORES')
  end
  if head[2] then nextDelayed = math.floor(tonumber(head[2]) / 4096) end
end

-- 3. Take ----------------------------------------------------------------------------------------------------------

local function rateLimited()
  if not queue.max then return 0 end
  local started = tonumber(call('GET', base .. 'limiter')) or 0
  if started < queue.max then
    free = math.min(free, queue.max - started)
    return 0
  end
  local wait = call('PTTL', base .. 'limiter')
  if wait > 0 then return wait end
  -- In its last millisecond the window counts as over.
  call('DEL', base .. 'limiter')
  free = math.min(free, queue.max)
  return 0
end

local function take()
  local ids, byPriority, taken = {}, 0, 0
  -- Markers of BullMQ 4 and before lived in the list itself.
  local function keep(id)
    taken = taken + 1
    if id:sub(1, 2) ~= '0:' then ids[#ids + 1] = id end
  end
  for _, id in ipairs(call('RPOP', base .. 'wait', free) or {}) do keep(id) end
  if taken < free then
    local popped = call('ZPOPMIN', base .. 'prioritized', free - taken)
    byPriority = #popped
    for i = 1, #popped, 2 do keep(popped[i]) end
  end
  local left = taken >= free and call('EXISTS', base .. 'wait', base .. 'prioritized') > 0
  -- The counter that orders equal priorities starts again once nothing is left to order.
  if byPriority > 0 and not left then call('DEL', base .. 'pc') end
  return ids, left
end

local function start(ids)
  local jobs = {}
  call('LPUSH', base .. 'active', unpack(ids))
  if queue.max and call('INCRBY', base .. 'limiter', #ids) == #ids then
    call('PEXPIRE', base .. 'limiter', queue.duration or 1000)
  end
  for _, id in ipairs(ids) do
    local key = base .. id
    local hash = call('HGETALL', key)
    if #hash == 0 then
      -- An id without a job: somebody deleted the hash by hand. There is nothing to run.
      call('LREM', base .. 'active', 1, id)
    else
      local attemptsStarted = 1
      for f = 1, #hash, 2 do
        if hash[f] == 'ats' then attemptsStarted = (tonumber(hash[f + 1]) or 0) + 1 end
      end
      local fields = { 'processedOn', ARGV[3], 'ats', attemptsStarted }
      if ARGV[7] ~= '' then
        fields[#fields + 1] = 'pb'
        fields[#fields + 1] = ARGV[7]
      end
      call('HSET', key, unpack(fields))
      for _, value in ipairs(fields) do hash[#hash + 1] = tostring(value) end
      call('SET', key .. ':lock', ARGV[5], 'PX', ARGV[6])
      emit(queue, 'full', 'active', 'jobId', id, 'prev', 'waiting')
      jobs[#jobs + 1] = { id, hash }
    end
  end
  return jobs
end

local jobs, more, blocked, limitedFor = {}, 0, 0, 0
if free > 0 then
  promote()
  if queue.concurrency then
    free = math.min(free, queue.concurrency - call('LLEN', base .. 'active'))
  end
  if queue.paused or free <= 0 then
    blocked = 1
  else
    limitedFor = rateLimited()
    if limitedFor == 0 then
      local ids, left = take()
      if #ids > 0 then jobs = start(ids) end
      more = left and 1 or 0
      ready = left
    end
  end
elseif #endings > 0 and queue.concurrency and not ready then
  -- Room under the global concurrency, and nothing taken here: somebody else may have slept for want of it.
  ready = call('EXISTS', base .. 'wait', base .. 'prioritized') > 0
end

-- What was made ready and not taken here must wake somebody, here or elsewhere.
if ready then wake(queue) end
if delayed then markDelayed(queue) end
if ended > 0 and queue.events == 'full' and not ready and #jobs == 0
  and call('EXISTS', base .. 'wait', base .. 'prioritized', base .. 'active') == 0 then
  emit(queue, 'full', 'drained')
end
return { billed, codes, jobs, nextDelayed, more, blocked, limitedFor }
