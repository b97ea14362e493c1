-- Frees the deduplication id of a job, if the job is its owner.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  not used
-- ARGV[3]  job id
-- Returns  {billed, 1 freed · 0 it owns none}
-- Billed   4
--@include call

local base, id = ARGV[1], ARGV[3]
local deduplicationId = call('HGET', base .. id, 'deid')
if not deduplicationId or call('GET', base .. 'de:' .. deduplicationId) ~= id then return { billed, 0 } end
call('DEL', base .. 'de:' .. deduplicationId)
return { billed, 1 }
