#!lua flags=allow-key-locking
-- Takes from the window that the clock is in. Each window has a key of its own, so that a replica whose clock is late
-- counts in its own window and never in the next one.
-- KEYS[1]  <prefix>:<subject>:<number of the window>
-- ARGV[1]  weight
-- ARGV[2]  quota
-- ARGV[3]  how long the key lives, in ms
-- Returns  {1 taken | 0 refused, taken in this window, calls}
-- Billed   first 3, later 2, refused 3
local weight = tonumber(ARGV[1])
local calls = 1
local used = redis.call('INCRBY', KEYS[1], ARGV[1])
if used == weight then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  calls = calls + 1
end
if used > tonumber(ARGV[2]) then
  used = redis.call('DECRBY', KEYS[1], ARGV[1])
  return { 0, used, calls + 1 }
end
return { 1, used, calls }
