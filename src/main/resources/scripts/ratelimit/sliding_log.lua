#!lua flags=allow-key-locking
-- Takes from a window that slides, exactly: each moment is remembered, with how much was taken in it. A string, since a
-- sorted set would need four calls to do the same.
-- KEYS[1]  <prefix>:<subject>, holding <ms>:<taken> for each moment, the oldest first, separated by commas
-- ARGV[1]  now, in ms; a later moment that is stored wins, so no replica moves back
-- ARGV[2]  weight
-- ARGV[3]  quota
-- ARGV[4]  window, in ms
-- Returns  {1 taken | 0 refused, taken within the window, the newest moment, the moment whose end makes more room,
--           the moment whose end makes room for the weight (0 = there was), calls}
-- Billed   first 3, later 3, refused 2
local now, weight, quota, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local stored = redis.call('GET', KEYS[1]) or ''
local newest = tonumber(string.match(stored, '(%d+):%d+$') or 0)
if newest > now then now = newest end

local moments, amounts, used = {}, {}, 0
for at, amount in string.gmatch(stored, '(%d+):(%d+)') do
  at = tonumber(at)
  if at + window > now then
    moments[#moments + 1] = at
    amounts[#amounts + 1] = tonumber(amount)
    used = used + amounts[#amounts]
  end
end

local function roomFor(wanted)
  local left = used
  for i = 1, #moments do
    if left + wanted <= quota then break end
    left = left - amounts[i]
    if left + wanted <= quota then return moments[i] end
  end
  return 0
end

if used + weight > quota then
  return { 0, used, newest, roomFor(math.max(quota - used, 0) + 1), roomFor(weight), 1 }
end
used = used + weight
if moments[#moments] == now then
  amounts[#amounts] = amounts[#amounts] + weight
else
  moments[#moments + 1] = now
  amounts[#amounts + 1] = weight
end
for i = 1, #moments do moments[i] = string.format('%.0f:%.0f', moments[i], amounts[i]) end
redis.call('SET', KEYS[1], table.concat(moments, ','), 'PX', ARGV[4])
return { 1, used, now, tonumber(string.match(moments[1], '^%d+')), 0, 2 }
