-- Renews the locks of running jobs, whatever their queues, in one call.
-- KEYS     the lock keys
-- ARGV     per key two: token, duration (ms)
-- Returns  {billed, per key 1 renewed · 0 lost}
-- Billed   2 + one per lock renewed
--@include call

local held = call('MGET', unpack(KEYS))
local reply = {}
for i, key in ipairs(KEYS) do
  if held[i] == ARGV[2 * i - 1] then
    call('PEXPIRE', key, ARGV[2 * i])
    reply[i] = 1
  else
    reply[i] = 0
  end
end
return { billed, unpack(reply) }
