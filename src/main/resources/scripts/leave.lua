-- Called when a consumer stops: markers that it took with it are put back, so that whoever sleeps on the queue wakes.
-- KEYS     <base>meta of each queue
-- ARGV     <base> of each queue
-- Returns  {billed, per queue 1 when a marker was written}
-- Billed   1 + six per queue, one more for each marker
--@include call
--@include events
--@include queue
--@include place

local reply = {}
for i = 1, #KEYS do
  local queue = { base = ARGV[i] }
  local meta = call('HMGET', queue.base .. 'meta', 'paused', 'concurrency')
  queue.paused, queue.concurrency = meta[1], tonumber(meta[2])
  reply[i] = 0
  if not queue.paused then
    if call('EXISTS', queue.base .. 'wait', queue.base .. 'prioritized') > 0 then
      wake(queue)
      reply[i] = 1
    end
    markDelayed(queue)
  end
  -- What a stalled check noted means nothing once nobody runs.
  if call('EXISTS', queue.base .. 'active') == 0 then call('DEL', queue.base .. 'stalled') end
end
return { billed, unpack(reply) }
