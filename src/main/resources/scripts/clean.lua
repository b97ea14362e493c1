-- Removes old jobs of one state. Old is by when they ended, else began, else were added. Running jobs that have a lock
-- and what schedulers run next stay.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  wait | paused | active | prioritized | delayed | waiting-children | completed | failed
-- ARGV[4]  as old as this or older (ms)
-- ARGV[5]  how many at most, up to 10,000; the oldest are looked at
-- Returns  {billed, the ids removed}
-- Billed   5 + one per job looked at + one per 800 removed; two per job for active, one more per job from a list
--@include call
--@include events
--@include queue
--@include place
--@include start
--@include store
--@include parent
--@include delete
--@include remove

local base, state, before, limit = ARGV[1], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local queue = openQueue(base, ARGV[2])
local isList = state == 'wait' or state == 'paused' or state == 'active'
-- Of these the score is the time itself.
local isTimed = state == 'completed' or state == 'failed' or state == 'waiting-children'

local function isOld(id, job)
  if isTimed then return true end
  if state == 'active' and call('EXISTS', base .. id .. ':lock') == 1 then return false end
  if isNextOfScheduler(base, id, job[1]) then return false end
  local time = job[7]
  if state ~= 'prioritized' then time = job[6] or time end
  if isList then time = job[5] or time end
  return not time or (tonumber(time) or 0) <= before
end

local ids
if isList then
  ids = call('LRANGE', base .. state, -limit, -1)
else
  ids = call('ZRANGEBYSCORE', base .. state, 0, isTimed and ARGV[4] or '+inf', 'LIMIT', 0, limit)
end
local gone = removeAll(queue, ids, isOld)
if isList then
  for _, id in ipairs(gone) do call('LREM', base .. state, -1, id) end
else
  takeOut(base .. state, gone)
end
emit(queue, 'full', 'cleaned', 'count', #gone)
return { billed, gone }
