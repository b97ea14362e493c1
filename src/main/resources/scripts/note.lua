-- Writes down something about a job, whether it runs or not.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  events: full | outcome | off
-- ARGV[3]  job id
-- ARGV[4]  data | progress | log
-- ARGV[5]  the data or the progress (JSON), or the line
-- ARGV[6]  log: how many lines to keep, 0 = all, "" = as the job's option keepLogs says
-- Returns  {billed, code, for a log the number of lines kept}: 0 done · -1 no such job
-- Billed   data 3, progress 5, log 3 (4 when lines are dropped by number)
--@include call
--@include events
--@include queue
--@include start
--@include store

local base, id, what, text = ARGV[1], ARGV[3], ARGV[4], ARGV[5]
local key = base .. id
local opts = call('HGET', key, 'opts')
if not opts and call('EXISTS', key) == 0 then return { billed, -1, 0 } end
if what == 'data' then
  call('HSET', key, 'data', text)
  return { billed, 0, 0 }
end
if what == 'progress' then
  call('HSET', key, 'progress', text)
  if ARGV[2] == 'full' then emit(openQueue(base, ARGV[2]), 'full', 'progress', 'jobId', id, 'data', text) end
  return { billed, 0, 0 }
end
local lines = call('RPUSH', key .. ':logs', text)
local keep = tonumber(ARGV[6]) or tonumber(decodeOptions(opts)['kl']) or 0
if keep > 0 then
  call('LTRIM', key .. ':logs', -keep, -1)
  lines = math.min(keep, lines)
end
return { billed, 0, lines }
