-- Removes the children that a job waits for, and theirs; those that run or have failed stay.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  job id
-- Returns  {billed, how many children of the job itself were removed}
-- Billed   2, and some 11 to 18 for each child
--@include call
--@include events
--@include queue
--@include place
--@include start
--@include store
--@include parent
--@include delete
--@include remove

local base, id = ARGV[1], ARGV[3]
local queue = openQueue(base, ARGV[2])
local removed = removeChildren(queue, base .. id, 'unprocessed', {})
if queue.ready then wake(queue) end
return { billed, removed }
