-- Moves many jobs to wait: finished ones to run once more, delayed ones to run now. As BullMQ does for many, whatever
-- their priority, and leaving the delay in the hash.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  failed | completed | delayed
-- ARGV[4]  how many at most; up to 5,000
-- ARGV[5]  latest score to move, or +inf
-- Returns  {billed, how many were moved}
-- Billed   6 + three per job (one per delayed job), with a parent up to 4 more each
--@include call
--@include events
--@include queue
--@include place
--@include start
--@include store
--@include requeue

local base, set = ARGV[1], ARGV[3]
local ids = call('ZRANGEBYSCORE', base .. set, 0, ARGV[5], 'LIMIT', 0, ARGV[4])
if #ids == 0 then return { billed, 0 } end
local queue = openQueue(base, ARGV[2])
if OUTCOME[set] then
  for _, id in ipairs(ids) do
    local key = base .. id
    call('HDEL', key, 'finishedOn', 'processedOn', OUTCOME[set])
    reattach(key, call('HGET', key, 'parentKey'), set)
  end
end
for _, id in ipairs(ids) do emit(queue, 'full', 'waiting', 'jobId', id, 'prev', set) end
call('ZREM', base .. set, unpack(ids))
call('LPUSH', base .. 'wait', unpack(ids))
wake(queue)
return { billed, #ids }
