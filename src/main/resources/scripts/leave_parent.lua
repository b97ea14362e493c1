-- A child's parent no longer waits for it; it is a job of its own from now on.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  job id
-- Returns  {billed, code, key}: 1 done · 0 nobody waits for it · -1 there is no such job · -5 the parent `key` is gone
-- Billed   5, the last child 13
--@include call
--@include events
--@include queue
--@include place
--@include store
--@include parent

local base, id = ARGV[1], ARGV[3]
local key = base .. id
local job = call('HMGET', key, 'parentKey', 'parent', 'timestamp')
if not job[1] then return { billed, job[3] and 0 or -1, '' } end
if call('EXISTS', job[1]) == 0 then return { billed, -5, job[1] } end
local queue = openQueue(base, ARGV[2])
local moved, waited = forgetChild(queue, key, job[1], decodeOptions(job[2]))
if moved == 'ready' then wake(queue) end
if waited then call('HDEL', key, 'parentKey', 'parent') end
return { billed, waited and 1 or 0, job[1] }
