-- The events stream in three grades: 'full' as BullMQ writes it, 'outcome' only what ends a job
-- (enough for waitUntilFinished), 'off'. MAXLEN rides on the XADD, so trimming costs no call of its own.
local function emit(queue, grade, ...)
  if queue.events == 'off' or (grade == 'full' and queue.events ~= 'full') then return end
  call('XADD', queue.base .. 'events', 'MAXLEN', '~', queue.maxEvents, '*', 'event', ...)
end
