-- The events stream in three grades: 'full' as BullMQ writes it, 'outcome' only what ends a job
-- (enough for waitUntilFinished), 'off'. MAXLEN rides on the XADD, so trimming costs no call of its own.
-- Events are for listeners: a stream that cannot be written, for its length is no number or its key no stream, must not
-- stop a script half-way, which would lose jobs.
local function emit(queue, grade, ...)
  if queue.events == 'off' or (grade == 'full' and queue.events ~= 'full') then return end
  billed = billed + 1
  redis.pcall('XADD', queue.base .. 'events', 'MAXLEN', '~', queue.maxEvents, '*', 'event', ...)
end
