-- Counts jobs as finished for BullMQ's getMetrics: a hash with the total, and a list with one number for each whole
-- minute, the newest first. `now` is ms; `count` is how many jobs finished in this call. Needs call and queue.
-- Billed: 2 within a minute, 5 when a new one has begun, whatever the count.
local function collectMetrics(queue, set, maxDataPoints, now, count)
  local key = queue.base .. 'metrics:' .. set
  local limit = tonumber(maxDataPoints) or 0
  if limit <= 0 or count <= 0 then return end
  local before = call('HINCRBY', key, 'count', count) - count
  local last = call('HMGET', key, 'prevTS', 'prevCount')
  local time = string.format('%.0f', now)
  if not tonumber(last[1]) then
    call('HSET', key, 'prevTS', time, 'prevCount', 0)
    return
  end
  local minutes = math.min(math.floor(now / 60000) - math.floor(tonumber(last[1]) / 60000), limit)
  if minutes <= 0 then return end
  local points = { before - (tonumber(last[2]) or 0) }
  for i = 2, minutes do points[i] = 0 end
  inBatches(points, function(from, to) call('LPUSH', key .. ':data', unpack(points, from, to)) end)
  call('LTRIM', key .. ':data', 0, limit - 1)
  call('HSET', key, 'prevCount', before, 'prevTS', time)
end
