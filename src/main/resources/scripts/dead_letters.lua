-- Reads failed jobs, the newest first, with what somebody has to know who decides on them.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  not used
-- ARGV[3]  first, from 0
-- ARGV[4]  last, included; -1 = to the end
-- Returns  {billed, number of failed jobs, then per job {id, failed at (ms), name, reason, atm, attemptsMade, replays}}
-- Billed   3 + one per job
--@include call

local base = ARGV[1]
local reply = { 0, call('ZCARD', base .. 'failed') }
local found = call('ZREVRANGE', base .. 'failed', ARGV[3], ARGV[4], 'WITHSCORES')
for i = 1, #found, 2 do
  local job = call('HMGET', base .. found[i], 'name', 'failedReason', 'atm', 'attemptsMade', 'replays')
  local row = { found[i], found[i + 1] }
  -- A nil would end the reply.
  for f = 1, 5 do row[f + 2] = job[f] or '' end
  reply[#reply + 1] = row
end
reply[1] = billed
return reply
