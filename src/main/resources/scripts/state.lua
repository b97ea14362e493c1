-- Tells which state a job is in.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  not used
-- ARGV[3]  job id
-- Returns  {billed, state}
-- Billed   2 for a completed job to 9 for one that is nowhere
--@include call
--@include state

local state = stateOf(ARGV[1], ARGV[3])
return { billed, state }
