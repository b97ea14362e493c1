#!lua flags=allow-key-locking
-- Gives back what was taken at a moment: from this window, or from the one before. How long the key lives stays as it is.
-- KEYS[1]  <prefix>:<subject>, holding <start of this window>:<taken in it>:<taken in the one before>
-- ARGV[1]  when it was taken, in ms
-- ARGV[2]  weight
-- ARGV[3]  window, in ms
-- Returns  {given back, calls}
-- Billed   3; when nothing was taken 2
local start, current, previous = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+):(%d+):(%d+)$')
if not start then return { 0, 1 } end
local moment, weight = tonumber(ARGV[1]), tonumber(ARGV[2])
local here, before = 0, 0
if moment >= tonumber(start) then
  here = math.min(weight, tonumber(current))
elseif moment >= start - ARGV[3] then
  before = math.min(weight, tonumber(previous))
end
if here + before == 0 then return { 0, 1 } end
redis.call('SET', KEYS[1], string.format('%s:%.0f:%.0f', start, current - here, previous - before), 'KEEPTTL')
return { here + before, 2 }
