#!lua flags=allow-key-locking
-- Takes tokens from a bucket that refills evenly. A level of <window> is one token, so each ms adds exactly <quota> to
-- it: whole numbers, nothing is lost by rounding however often it is asked.
-- KEYS[1]  <prefix>:<subject>, holding <level>:<ms when it was that>:<window>; without it the bucket is full
-- ARGV[1]  now, in ms; a later time that is stored wins, so no replica moves back
-- ARGV[2]  weight
-- ARGV[3]  quota: tokens that a window refills
-- ARGV[4]  window, in ms
-- ARGV[5]  burst: tokens that the bucket holds
-- Returns  {1 taken | 0 refused, level, ms when it is that, calls}
-- Billed   first 3, later 3, refused 2
local now, weight, quota, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local full = tonumber(ARGV[5]) * window
local level = full
local had, at, unit = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+):(%d+):([1-9]%d*)$')
if had then
  had, at, unit = tonumber(had), tonumber(at), tonumber(unit)
  -- The window was configured anew: whole tokens stay.
  if unit ~= window then had = math.floor(had / unit) * window end
  if at > now then now = at end
  level = math.min(full, had + (now - at) * quota)
end
if level < weight * window then return { 0, level, now, 1 } end
level = level - weight * window
redis.call('SET', KEYS[1], string.format('%.0f:%.0f:%.0f', level, now, window),
  'PX', string.format('%.0f', math.ceil((full - level) / quota)))
return { 1, level, now, 2 }
