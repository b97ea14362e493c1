-- Reads job schedulers: one by its id, or a page of them in the order of their next runs.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  id | page
-- ARGV[3]  the id | the first of the page, from 0
-- ARGV[4]  (page) its last, -1 = the last there is
-- ARGV[5]  (page) asc | desc
-- Returns  {billed, {per scheduler {id, next run (ms), flat hash}}}
-- Billed   2 + one per scheduler
--@include call
--@include every

local base = ARGV[1]
local found = {}
if ARGV[2] == 'id' then
  local score = call('ZSCORE', base .. 'repeat', ARGV[3])
  if score then found = { ARGV[3], score } end
else
  found = call(ARGV[5] == 'asc' and 'ZRANGE' or 'ZREVRANGE', base .. 'repeat', ARGV[3], ARGV[4], 'WITHSCORES')
end
local reply = {}
for i = 1, #found, 2 do
  reply[#reply + 1] = { found[i], millis(found[i + 1]), call('HGETALL', base .. 'repeat:' .. found[i]) }
end
return { billed, reply }
