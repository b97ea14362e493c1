-- One turn of a queue's wheel: ends any number of running jobs and takes up to the free number of new ones.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  now (ms)
-- ARGV[4]  how many jobs to take; 0 = only end
-- ARGV[5]  lock token for the jobs taken
-- ARGV[6]  lock duration (ms)
-- ARGV[7]  worker name, "" = none
-- ARGV[8]  length of the events stream, known from a read of the settings not long ago that showed no global limit, so
--          that a turn which only ends jobs need not read them; "" = not known
-- ARGV[9]  flags: s there is surely something to take, so look for it by taking
--                 d delayed jobs may be due
--                 p prioritised jobs were taken since the counter pc was last deleted
-- ARGV[10] the caller's own rate limit "max:duration", "" = none
-- ARGV[11] minutes of metrics to keep, "" = none
-- ARGV[12] number of endings; then per ending eleven:
--          id, token, kind, text, stack, due, keep, attempts, deid, started, flags
--          kind  c completed (text = return value, JSON) · f failed for good (text = reason, stack = JSON array)
--                r failed, again at once · d failed, again at due (ms) · w put off until due, no attempt used
--                b handed back to the front of wait, no attempt used · l as b, and nobody starts another until due (ms)
--                p waits for its children, no attempt used
--          keep  "" = trim nothing, else "count:age:limit" (count -1 = any, 0 = the job goes; age s or -1, limit = most
--                to remove by age)
--          attempts made, this one included; deid: its deduplication id or ""; started: its processedOn (ms)
--          flags l lifo · b Bull counted attempts in attemptsMade
--                x no attempt is left · s a stalled check may have marked it · k it may have children
--                y its lock cannot have run out
--                f it may have a parent
-- Returns  {billed, codes, jobs, next delayed (ms; -1 none; -2 not looked), rest, blocked, wait ms of the rate limit, stream, narrow}
--          codes   per ending 1 done · -1 the job is gone · -2 its lock is gone · -3 not active · -4 children are pending
--                  -6 another owner holds the lock · -9 a child failed it · 2 (kind p) no child is pending; after -4, -9, 2 the run goes on
--          jobs    one flat list, per job: id, number of values, fields and values; or id, -1, reason when it cannot be
--                  read as a job and was dropped
--          rest    0 nothing ready is left · 1 unknown, for all that was asked for was taken · 2 not looked
--          blocked 1 = paused, or at the global concurrency
--          stream  length of the events stream, "" = the settings were not read
--          narrow  1 = the queue has a global concurrency or rate limit
-- Billed   one job taken alone, events full: 7; ended alone: 8. In batches 4 and 3 a job, and some ten a turn
--@include call
--@include events
--@include queue
--@include place
--@include delete
--@include start
--@include store
--@include deduplicate
--@include parent
--@include metrics
--@include take
--@include ending

local base, nowText, now, free, flags = ARGV[1], ARGV[3], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[9]
local queue = openQueue(base, ARGV[2], ARGV[8])
queue.now = nowText
local worker = { now = nowText, token = ARGV[5], lockDuration = ARGV[6], name = ARGV[7] }
local limiter = {}
limiter.max, limiter.duration = ARGV[10]:match('^(%d+):(%d+)$')
limiter.max, limiter.duration = tonumber(limiter.max), tonumber(limiter.duration)
local ready, delayed, rest = false, false, 2

local function noteReady(place)
  if place == 'delayed' then delayed = true elseif place then ready = true end
end

-- 1. End -----------------------------------------------------------------------------------------------------------

local finished = { completed = 0, failed = 0 }
local keeps = { completed = {}, failed = {} }

local function finish(ending)
  local set = ending.kind == 'c' and 'completed' or 'failed'
  local key = base .. ending.id
  local child = {}
  if hasFlag(ending, 'f') then child = call('HMGET', key, 'parentKey', 'parent') end
  if ending.deid ~= '' then noteReady(releaseDeduplication(queue, ending.id, ending.deid, nowText)) end
  if not writeFinished(queue, ending, set, nowText) then return -1 end
  if child[1] or child[2] then
    local parent, tell = decodeOptions(child[2]), set == 'completed' and completeChild or failChild
    noteReady(tell(queue, key, child[1], parent, ending.text))
    if ending.keep:sub(1, 2) == '0:' then noteReady(forgetChild(queue, key, child[1], parent)) end
  end
  emitFinished(queue, ending, set)
  finished[set] = finished[set] + 1
  if ending.set and ending.keep ~= '' then keeps[set][ending.keep] = true end
  return 1
end

local function settle(ending)
  if ending.kind == 'p' then return waitForChildren(queue, ending, nowText) and 1 or -1 end
  if ending.kind == 'c' or ending.kind == 'f' then return finish(ending) end
  local place = putBack(queue, ending, now)
  if not place then return -1 end
  if ending.kind == 'l' and tonumber(ending.due) > now then
    call('SET', base .. 'limiter', '9007199254740991', 'PX', string.format('%.0f', tonumber(ending.due) - now))
  end
  noteReady(place)
  return 1
end

local endings, codes, ended = {}, {}, 0
for i = 1, tonumber(ARGV[12]) do
  local at = 13 + (i - 1) * 11
  endings[i] = { id = ARGV[at], token = ARGV[at + 1], kind = ARGV[at + 2], text = ARGV[at + 3], stack = ARGV[at + 4],
    due = ARGV[at + 5], keep = ARGV[at + 6], attempts = ARGV[at + 7], deid = ARGV[at + 8], started = ARGV[at + 9],
    flags = ARGV[at + 10] }
end

-- Whether ready or active jobs are left; nil = not known.
local left
local function look(keys)
  left = call('EXISTS', base .. 'wait', base .. 'prioritized', base .. 'active', unpack(keys or {})) > 0
  return left
end

if #endings > 0 then
  checkLocks(queue, endings, worker.lockDuration)
  enlist(queue, endings, nowText, worker.lockDuration)
  dropLocks(queue, endings)
  local active = {}
  for _, ending in ipairs(endings) do
    if not ending.code then
      if call('LREM', base .. 'active', -1, ending.id) > 0 then
        active[#active + 1] = ending
      else
        ending.code = -3
      end
    end
  end
  local children = childrenKeys(queue, active)
  local some = #children > 0
  if #active == 1 and (free == 0 or not flags:find('s', 1, true)) and (some or queue.events == 'full' or free > 0) then
    -- One look for all that matters after the end of a lone job.
    some = look(children) and some
  elseif some then
    some = call('EXISTS', unpack(children)) > 0
  end
  for _, ending in ipairs(active) do
    local refused = refusedForChildren(queue, ending, some)
    if refused then
      takeBack(queue, ending, worker.lockDuration)
      ending.code = refused
    else
      ending.code = settle(ending)
      if ending.code == 1 and (ending.kind == 'c' or ending.kind == 'f') then ended = ended + 1 end
    end
    if ending.code ~= 1 or ready then left = nil end
  end
  local function forget(ids) noteReady(forgetFailed(queue, ids)) end
  for i, ending in ipairs(endings) do codes[i] = ending.code end
  unlist(queue, endings)
  for _, set in ipairs({ 'completed', 'failed' }) do
    if ARGV[11] ~= '' then collectMetrics(queue, set, ARGV[11], now, finished[set]) end
    for keep in pairs(keeps[set]) do trim(queue, set, keep, now, set == 'failed' and forget or nil) end
  end
end

-- 2. Take ----------------------------------------------------------------------------------------------------------

-- The counter that orders equal priorities starts again once nothing is left to order.
local function orderAnew(empty)
  if empty then call('DEL', base .. 'pc') end
end

local jobs, nextDelayed, blocked, limitedFor = {}, -2, 0, 0
if free > 0 then
  if flags:find('d', 1, true) then
    local promoted
    nextDelayed, promoted = promoteDue(queue, now)
    ready = ready or promoted
  end
  local sure = ready or flags:find('s', 1, true)
  if not sure and left == nil then look() end
  if not sure and not left then
    rest = 0
    orderAnew(flags:find('p', 1, true))
  else
    if queue.concurrency then free = math.min(free, queue.concurrency - call('LLEN', base .. 'active')) end
    if queue.paused or free <= 0 then
      blocked = 1
    else
      free, limitedFor = rateLimit(queue, limiter, free)
    end
    if blocked == 0 and limitedFor == 0 then
      local ids, dry, byPriority = moveToActive(queue, free)
      jobs = startAll(queue, ids, worker, limiter)
      rest = dry and 0 or 1
      orderAnew(dry and (byPriority or flags:find('p', 1, true)))
      if dry then
        ready = false
      elseif ready then
        ready = call('EXISTS', base .. 'wait', base .. 'prioritized') > 0
        if not ready then rest = 0 end
      end
    end
  end
elseif #endings > 0 and ARGV[8] == '' and not ready and queue.concurrency then
  -- Room under the global concurrency, and nothing taken here: somebody else may have slept for want of it.
  ready = call('EXISTS', base .. 'wait', base .. 'prioritized') > 0
end

-- What was made ready and not taken here must wake somebody, here or elsewhere.
if ready then wake(queue) end
if delayed then markDelayed(queue) end
if ended > 0 and queue.events == 'full' and not ready and #jobs == 0 and limitedFor == 0 then
  if left == nil then look() end
  if not left then emit(queue, 'full', 'drained') end
end
local read = getmetatable(queue) == nil
return { billed, codes, jobs, nextDelayed, rest, blocked, limitedFor, read and queue.maxEvents or '',
  read and (queue.concurrency or queue.max) and 1 or 0 }
