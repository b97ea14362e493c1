-- Removes all jobs that wait, by priority too, and the delayed ones if asked. What schedulers run next stays.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  1 = the delayed jobs too
-- Returns  {billed, how many were removed}
-- Billed   5 (6 with the delayed) + one per job + two per list or set that has jobs; a deduplication id or a parent
--          costs up to 5 more
--@include call
--@include events
--@include queue
--@include place
--@include start
--@include store
--@include parent
--@include delete
--@include remove

local base = ARGV[1]
local queue = openQueue(base, ARGV[2])
local removed = 0

local function isFree(id, job) return not isNextOfScheduler(base, id, job[1]) end

for _, list in ipairs({ 'wait', 'paused' }) do
  local ids = call('LRANGE', base .. list, 0, -1)
  if #ids > 0 then
    local gone = {}
    for _, id in ipairs(removeAll(queue, ids, isFree)) do gone[id] = true end
    local kept = {}
    for _, id in ipairs(ids) do
      if not gone[id] then kept[#kept + 1] = id end
    end
    removed = removed + #ids - #kept
    call('DEL', base .. list)
    inBatches(kept, function(from, to) call('RPUSH', base .. list, unpack(kept, from, to)) end)
  end
end
for _, set in ipairs(ARGV[3] == '1' and { 'delayed', 'prioritized' } or { 'prioritized' }) do
  local gone = removeAll(queue, call('ZRANGE', base .. set, 0, -1), isFree)
  takeOut(base .. set, gone)
  removed = removed + #gone
end
return { billed, removed }
