#!lua flags=allow-key-locking
-- Puts tokens back into a bucket, up to its brim. How long the key lives stays as it is.
-- KEYS[1]  <prefix>:<subject>, holding <level>:<ms when it was that>:<window>; without it the bucket is full
-- ARGV[1]  when they were taken, in ms; a later time that is stored wins
-- ARGV[2]  weight
-- ARGV[3]  quota: tokens that a window refills
-- ARGV[4]  window, in ms
-- ARGV[5]  burst: tokens that the bucket holds
-- Returns  {put back, calls}
-- Billed   3; when it was full 2
local now, weight, quota, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local full = tonumber(ARGV[5]) * window
local had, at, unit = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+):(%d+):([1-9]%d*)$')
if not had then return { 0, 1 } end
had, at, unit = tonumber(had), tonumber(at), tonumber(unit)
if unit ~= window then had = math.floor(had / unit) * window end
if at > now then now = at end
local level = math.min(full, had + (now - at) * quota)
local back = math.min(weight, math.ceil((full - level) / window))
if back == 0 then return { 0, 1 } end
level = math.min(full, level + weight * window)
if level == full then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], string.format('%.0f:%.0f:%.0f', level, now, window), 'KEEPTTL')
end
return { back, 2 }
