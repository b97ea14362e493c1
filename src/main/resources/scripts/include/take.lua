-- Taking jobs: due delayed ones first become ready, then as many as there are free slots move to active.

-- Returns the time (ms) of the next delayed job or -1, and whether any became ready.
local function promoteDue(queue, now)
  local delayed = queue.base .. 'delayed'
  local head = call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
  if not head[2] then return -1, false end
  local last, promoted = (now + 1) * 4096 - 1, false
  if tonumber(head[2]) <= last then
    local due = call('ZRANGEBYSCORE', delayed, '-inf', string.format('%.0f', last), 'LIMIT', 0, 1000)
    local jobs, byPriority = {}, false
    for i, id in ipairs(due) do
      billed = billed + 1
      local job = redis.pcall('HMGET', queue.base .. id, 'processedOn', 'timestamp', 'priority')
      -- A hash with nothing in it was deleted by hand, and its id goes with it; whatever else stands in its place is
      -- told when it is taken.
      local there = job.err or job[1] or job[2] or call('EXISTS', queue.base .. id) == 1
      jobs[i] = { there = there, broken = job.err, priority = not job.err and tonumber(job[3]) or 0 }
      byPriority = byPriority or jobs[i].priority > 0
    end
    -- Both break here when the key is of another type, before the jobs have left the one place where they are.
    call('LLEN', queue.base .. 'wait')
    if byPriority then call('ZCARD', queue.base .. 'prioritized') end
    call('ZREM', delayed, unpack(due))
    collectPushes(queue)
    for i, id in ipairs(due) do
      if jobs[i].there then
        addReady(queue, id, jobs[i].priority, 'LPUSH', 'delayed')
        if not jobs[i].broken then call('HSET', queue.base .. id, 'delay', 0) end
        promoted = true
      end
    end
    pushCollected(queue)
    head = call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
  end
  return head[2] and math.floor(tonumber(head[2]) / 4096) or -1, promoted
end

-- How many jobs the rate limit lets through, and for how long (ms) it lets none. A limit of the whole queue wins over
-- the caller's own.
local function rateLimit(queue, limiter, free)
  local max = queue.max or limiter.max
  if not max then return free, 0 end
  billed = billed + 1
  local started = redis.pcall('GET', queue.base .. 'limiter')
  started = type(started) ~= 'table' and tonumber(started) or 0
  if started < max then return math.min(free, max - started), 0 end
  local wait = call('PTTL', queue.base .. 'limiter')
  if wait > 0 then return 0, wait end
  -- In its last millisecond the window counts as over.
  call('DEL', queue.base .. 'limiter')
  return math.min(free, max), 0
end

local function countStarted(queue, limiter, started)
  local max = queue.max or limiter.max
  if not max or started == 0 then return end
  local key = queue.base .. 'limiter'
  local duration = math.floor(math.abs(queue.max and queue.duration or limiter.duration or queue.duration or 1000))
  billed = billed + 1
  local count = redis.pcall('INCRBY', key, started)
  if type(count) == 'table' then
    -- No number: the window begins anew, or the jobs that have just become active would be lost.
    call('SET', key, started, 'PX', duration)
  elseif count == started then
    call('PEXPIRE', key, duration)
  end
end

-- Moves up to `free` ids to active, those without priority first. Returns them, and whether the queue ran dry.
local function moveToActive(queue, free)
  local ids, byPriority = {}, false
  while #ids < free do
    local popped
    if free == 1 then
      popped = { call('LMOVE', queue.base .. 'wait', queue.base .. 'active', 'RIGHT', 'LEFT') or nil }
    else
      popped = call('RPOP', queue.base .. 'wait', free - #ids) or {}
    end
    if #popped == 0 then break end
    for _, id in ipairs(popped) do
      -- Markers of BullMQ 4 and before lived in the list itself.
      if id:sub(1, 2) ~= '0:' then
        ids[#ids + 1] = id
      elseif free == 1 then
        call('LREM', queue.base .. 'active', 1, id)
      end
    end
    if #popped < free then break end
  end
  local moved = free == 1 and #ids or 0
  local dry = false
  if #ids < free then
    local popped = call('ZPOPMIN', queue.base .. 'prioritized', free - #ids)
    for i = 1, #popped, 2 do ids[#ids + 1] = popped[i] end
    byPriority = #popped > 0
    dry = #ids < free
  end
  if #ids > moved then call('LPUSH', queue.base .. 'active', unpack(ids, moved + 1)) end
  return ids, dry, byPriority
end

-- Begins each of the jobs. Returns one flat list, which Redis writes in less than half the time that it takes for one in
-- a list of lists: per job id, number of values, then fields and values; or id, -1, text when there is nothing to run.
local function startAll(queue, ids, worker, limiter)
  local jobs, counted = {}, 0
  for _, id in ipairs(ids) do
    billed = billed + 1
    local hash = redis.pcall('HGETALL', queue.base .. id)
    if hash.err or #hash == 0 then
      call('LREM', queue.base .. 'active', 1, id)
      jobs[#jobs + 1] = id
      jobs[#jobs + 1] = -1
      jobs[#jobs + 1] = hash.err or 'there is no such key'
    else
      local attemptsStarted, deferred = 1, false
      for f = 1, #hash, 2 do
        if hash[f] == 'ats' then attemptsStarted = (tonumber(hash[f + 1]) or 0) + 1 end
        if hash[f] == 'defa' then deferred = true end
      end
      if not deferred then counted = counted + 1 end
      local fields = startFields(worker, attemptsStarted)
      call('HSET', queue.base .. id, unpack(fields))
      lockStarted(queue, id, worker)
      local at = #jobs
      jobs[at + 1] = id
      jobs[at + 2] = #hash + #fields
      at = at + 2
      for f = 1, #hash do jobs[at + f] = hash[f] end
      at = at + #hash
      for f = 1, #fields do jobs[at + f] = tostring(fields[f]) end
    end
  end
  countStarted(queue, limiter, counted)
  return jobs
end
