-- A queue and what its own settings say: paused, concurrency (global), max and duration (global rate limit), maxEvents
-- (length of the events stream). They are read by one HMGET when the first of them is asked for, so a script that
-- needs none pays for none. BullMQ writes the default length of the stream when it is absent, and so do we.
local function readSettings(queue)
  local meta = call('HMGET', queue.base .. 'meta', 'paused', 'concurrency', 'max', 'duration', 'opts.maxLenEvents')
  setmetatable(queue, nil)
  queue.paused = meta[1]
  queue.concurrency = tonumber(meta[2])
  queue.max = tonumber(meta[3])
  queue.duration = tonumber(meta[4])
  if not meta[5] then call('HSET', queue.base .. 'meta', 'opts.maxLenEvents', '10000') end
  queue.maxEvents = tonumber(meta[5]) and meta[5] or '10000'
end

-- maxEvents: "" or nil = not known to the caller
local function openQueue(base, events, maxEvents)
  local queue = { base = base, events = events, maxEvents = maxEvents ~= '' and maxEvents or nil }
  return setmetatable(queue, { __index = function(it, field)
    readSettings(it)
    return rawget(it, field)
  end })
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
