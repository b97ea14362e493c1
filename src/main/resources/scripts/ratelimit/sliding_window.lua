#!lua flags=allow-key-locking
-- Takes from a window that slides: what was taken in the fixed window before this one counts as far as it is still
-- within reach. All sums are in (units of the quota) x ms, so they are whole numbers.
-- KEYS[1]  <prefix>:<subject>, holding <start of this window>:<taken in it>:<taken in the one before>
-- ARGV[1]  now, in ms; a later start that is stored wins, so no replica moves back
-- ARGV[2]  weight
-- ARGV[3]  quota
-- ARGV[4]  window, in ms
-- Returns  {1 taken | 0 refused, start, taken in this window, taken in the one before, calls}
-- Billed   first 3, later 3, refused 2
local now, weight, quota, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local start, current, previous = now - now % window, 0, 0
local began, here, before = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+):(%d+):(%d+)$')
if began then
  began = tonumber(began)
  if began > now then
    now = began
    start = now - now % window
  end
  if began >= start then
    current, previous = tonumber(here), tonumber(before)
  elseif began >= start - window then
    previous = tonumber(here)
  end
end
if previous * (start + window - now) + (current + weight) * window > quota * window then
  return { 0, start, current, previous, 1 }
end
current = current + weight
redis.call('SET', KEYS[1], string.format('%.0f:%.0f:%.0f', start, current, previous),
  'PX', string.format('%.0f', start + 2 * window - now))
return { 1, start, current, previous, 2 }
