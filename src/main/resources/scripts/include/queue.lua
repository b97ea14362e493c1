-- One HMGET tells all that the queue's own settings say: paused, global concurrency and rate limit, length of the
-- events stream. BullMQ writes the default length when it is absent, and so do we.
local function openQueue(base, events)
  local meta = call('HMGET', base .. 'meta', 'paused', 'concurrency', 'max', 'duration', 'opts.maxLenEvents')
  local queue = {
    base = base,
    events = events,
    paused = meta[1],
    concurrency = tonumber(meta[2]),
    max = tonumber(meta[3]),
    duration = tonumber(meta[4]),
    maxEvents = meta[5],
  }
  if not queue.maxEvents then
    queue.maxEvents = '10000'
    call('HSET', base .. 'meta', 'opts.maxLenEvents', queue.maxEvents)
  end
  return queue
end

local function isMaxed(queue)
  return queue.concurrency and call('LLEN', queue.base .. 'active') >= queue.concurrency
end

-- Wakes a sleeping worker of any fleet. A paused or full queue wakes nobody.
local function wake(queue)
  if queue.paused or isMaxed(queue) then return end
  call('ZADD', queue.base .. 'marker', 0, '0')
end

-- Lua hands a script at most some 8,000 arguments at once.
local function inBatches(items, act)
  for from = 1, #items, 5000 do
    act(from, math.min(from + 4999, #items))
  end
end
