-- Renews the locks of running jobs, whatever their queues, in one call.
-- KEYS     the lock keys
-- ARGV     per key two: token, duration (ms)
-- Returns  {billed, per key 1 renewed · 0 lost}
-- Billed   2 + one per lock renewed; one more for every 5,000 locks
--@include call
--@include queue

local reply = { 0 }
inBatches(KEYS, function(from, to)
  local held = call('MGET', unpack(KEYS, from, to))
  for i = from, to do
    reply[i + 1] = 0
    if held[i - from + 1] == ARGV[2 * i - 1] then
      call('PEXPIRE', KEYS[i], ARGV[2 * i])
      reply[i + 1] = 1
    end
  end
end)
reply[1] = billed
return reply
