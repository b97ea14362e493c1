-- Gives a job another priority. A job that waits changes its place at once, any other gets it when it next waits.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  job id
-- ARGV[4]  priority, 0 = none
-- ARGV[5]  1 = in front of its equals
-- Returns  {billed, code, state}: 0 done · -1 no such job
-- Billed   7 to 9
--@include call
--@include events
--@include queue
--@include place

local base, id, priority, front = ARGV[1], ARGV[3], tonumber(ARGV[4]), ARGV[5] == '1'
if call('EXISTS', base .. id) == 0 then return { billed, -1, 'missing' } end
local queue = openQueue(base, ARGV[2])
if call('ZREM', base .. 'prioritized', id) == 1 or call('LREM', base .. 'wait', -1, id) == 1 then
  if priority == 0 then
    call(front and 'RPUSH' or 'LPUSH', base .. 'wait', id)
    wake(queue)
  elseif front then
    call('ZADD', base .. 'prioritized', string.format('%.0f', priority * 4294967296), id)
  else
    addPrioritized(queue, id, priority)
    wake(queue)
  end
end
call('HSET', base .. id, 'priority', ARGV[4])
return { billed, 0, '' }
