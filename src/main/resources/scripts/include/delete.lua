-- Deletes jobs with all that belongs to them. Returns how many keys there were.
local function deleteJobs(base, ids)
  local keys = {}
  for _, id in ipairs(ids) do
    local key = base .. id
    for _, part in ipairs({ '', ':logs', ':dependencies', ':processed', ':failed', ':unsuccessful' }) do
      keys[#keys + 1] = key .. part
    end
  end
  local deleted = 0
  inBatches(keys, function(from, to) deleted = deleted + call('DEL', unpack(keys, from, to)) end)
  return deleted
end

-- Keeps of a finished set what `keep` ("count:age:limit"; count -1 = any, age s or -1) says. What is beyond the count goes
-- in portions of 1,000, so that a set which grew for years does not hold Redis up.
-- before(ids), if given, is called while the jobs are still there.
local function trim(queue, set, keep, now, before)
  local key = queue.base .. set
  local count, age, limit = keep:match('^(-?%d+):(-?%d+):(%d+)$')
  if age ~= '-1' then
    local old = call('ZRANGEBYSCORE', key, '-inf', string.format('%.0f', now - tonumber(age) * 1000), 'LIMIT', 0, limit)
    if #old > 0 then
      if before then before(old) end
      deleteJobs(queue.base, old)
      call('ZREM', key, unpack(old))
    end
  end
  local surplus = tonumber(count) > 0 and math.min(call('ZCARD', key) - count, 1000) or 0
  if surplus > 0 then
    local popped, ids = call('ZPOPMIN', key, surplus), {}
    for i = 1, #popped, 2 do ids[#ids + 1] = popped[i] end
    if before then before(ids) end
    deleteJobs(queue.base, ids)
  end
end
