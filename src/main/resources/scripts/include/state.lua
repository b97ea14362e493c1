-- Which state a job is in is told by where its id is; the hash does not say. Asked in BullMQ's order, which is also
-- from cheap to dear.
local function stateOf(base, id)
  for _, set in ipairs({ 'completed', 'failed', 'delayed', 'prioritized' }) do
    if call('ZSCORE', base .. set, id) then return set end
  end
  if call('LPOS', base .. 'active', id) then return 'active' end
  -- The list paused is where BullMQ 5 and Bull keep what waits while they pause.
  if call('LPOS', base .. 'wait', id) or call('LPOS', base .. 'paused', id) then return 'waiting' end
  if call('ZSCORE', base .. 'waiting-children', id) then return 'waiting-children' end
  return 'unknown'
end

-- What a script answers that found a job not where it has to be: -1 there is no such job, -3 it is in another state.
local function misplaced(base, id)
  if call('EXISTS', base .. id) == 0 then return { billed, -1, 'missing' } end
  local state = stateOf(base, id)
  return { billed, -3, state }
end
