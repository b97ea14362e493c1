-- Removes a job with all that belongs to it, from whatever state, and its children with it if asked.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  job id
-- ARGV[4]  1 = its children too, those in other queues included
-- Returns  {billed, code, id}: 1 removed · 0 there is no such job · -2 the job `id` runs and holds a lock
--          · -8 it is the next job of the scheduler `id`
-- Billed   10 to 17 by the state, completed least; some 7 to 14 for each child
--@include call
--@include events
--@include queue
--@include place
--@include start
--@include store
--@include parent
--@include delete
--@include remove

local base, id, children = ARGV[1], ARGV[3], ARGV[4] == '1' and 'all'
local job = call('HMGET', base .. id, 'rjk', 'parentKey', 'parent')
if isNextOfScheduler(base, id, job[1]) then return { billed, -8, job[1] } end
local queue = openQueue(base, ARGV[2])
local its = { base = base, id = id, key = base .. id }
local locked = lockedIn(queue, its, children)
if locked then return { billed, -2, locked } end
local removed = removeTree(queue, its, job[2], job[3], children, {})
if queue.ready then wake(queue) end
return { billed, removed and 1 or 0, id }
