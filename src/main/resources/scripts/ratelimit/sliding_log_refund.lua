#!lua flags=allow-key-locking
-- Gives back what was taken at a moment: from there on, since a late clock's moment is stored as the newest one. How long
-- the key lives stays as it is.
-- KEYS[1]  <prefix>:<subject>, holding <ms>:<taken> for each moment, the oldest first, separated by commas
-- ARGV[1]  when it was taken, in ms
-- ARGV[2]  weight
-- Returns  {given back, calls}
-- Billed   3; when nothing was taken 2
local moment, left = tonumber(ARGV[1]), tonumber(ARGV[2])
local kept, back = {}, 0
for at, amount in string.gmatch(redis.call('GET', KEYS[1]) or '', '(%d+):(%d+)') do
  local taken, given = tonumber(amount), 0
  if tonumber(at) >= moment then given = math.min(left - back, taken) end
  back = back + given
  if taken > given then kept[#kept + 1] = string.format('%s:%.0f', at, taken - given) end
end
if back == 0 then return { 0, 1 } end
if #kept == 0 then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], table.concat(kept, ','), 'KEEPTTL')
end
return { back, 2 }
