-- Counts what a provider bills: the EVALSHA itself and every call made inside it.
local billed = 1
local function call(...)
  billed = billed + 1
  return redis.call(...)
end
