#!lua flags=allow-key-locking
-- Gives back what was taken last: from this window first, then from the one before. How long the key lives stays as it
-- is.
-- KEYS[1]  <prefix>:<subject>, holding <start of this window>:<taken in it>:<taken in the one before>
-- ARGV[1]  weight
-- Returns  {given back, calls}
-- Billed   3; when nothing was taken 2
local start, current, previous = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+):(%d+):(%d+)$')
if not start then return { 0, 1 } end
local weight = tonumber(ARGV[1])
local here = math.min(weight, tonumber(current))
local before = math.min(weight - here, tonumber(previous))
if here + before == 0 then return { 0, 1 } end
redis.call('SET', KEYS[1], string.format('%s:%.0f:%.0f', start, current - here, previous - before), 'KEEPTTL')
return { here + before, 2 }
