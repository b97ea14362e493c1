-- The next run of a scheduler that has an interval, and the offset of its grid from the epoch's.
-- previous: its last run (ms), nil = none; start: nil = none. What was missed is skipped.
local function nextByInterval(previous, every, now, offset, start)
  local function slotAfterNow()
    local slot = math.floor(now / every) * every + offset
    return slot > now and slot or slot + every
  end
  local due
  if previous then
    due = previous + every
    if due < now then due = slotAfterNow() end
  elseif start then
    due = math.max(start, now)
  elseif offset > 0 then
    due = slotAfterNow()
  else
    due = now
  end
  if offset == 0 then offset = due - math.floor(due / every) * every end
  return math.floor(due), math.floor(offset)
end

local function millis(value)
  return string.format('%.0f', tonumber(value))
end
