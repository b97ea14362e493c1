#!lua flags=allow-key-locking
-- Gives back what was taken last: from the newest moments of the window. How long the key lives stays as it is.
-- KEYS[1]  <prefix>:<subject>, holding <ms>:<taken> for each moment, the oldest first, separated by commas
-- ARGV[1]  now, in ms
-- ARGV[2]  weight
-- ARGV[3]  window, in ms
-- Returns  {given back, calls}
-- Billed   3; when nothing was taken 2
local now, left, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local moments = {}
for at, amount in string.gmatch(redis.call('GET', KEYS[1]) or '', '(%d+):(%d+)') do
  if tonumber(at) + window > now then moments[#moments + 1] = { at, tonumber(amount) } end
end
if #moments == 0 then return { 0, 1 } end
local back = 0
while #moments > 0 and left > 0 do
  local last = moments[#moments]
  local given = math.min(left, last[2])
  last[2] = last[2] - given
  if last[2] == 0 then moments[#moments] = nil end
  left = left - given
  back = back + given
end
if #moments == 0 then
  redis.call('DEL', KEYS[1])
else
  for i = 1, #moments do moments[i] = string.format('%s:%.0f', moments[i][1], moments[i][2]) end
  redis.call('SET', KEYS[1], table.concat(moments, ','), 'KEEPTTL')
end
return { back, 2 }
