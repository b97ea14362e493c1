#!lua flags=allow-key-locking
-- Gives back what was taken from a window. How long the key lives stays as it is.
-- KEYS[1]  <prefix>:<subject>:<number of the window>
-- ARGV[1]  weight
-- Returns  {given back, calls}
-- Billed   3; when nothing was taken 2
local used = tonumber(redis.call('GET', KEYS[1]) or 0)
local back = math.min(used, tonumber(ARGV[1]))
if back <= 0 then return { 0, 1 } end
redis.call('DECRBY', KEYS[1], string.format('%.0f', back))
return { back, 2 }
