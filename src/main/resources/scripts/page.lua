-- Reads the jobs in a part of one or several states.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  not used
-- ARGV[3]  first, from 0
-- ARGV[4]  last, included; -1 = to the end
-- ARGV[5]  asc = next or oldest first · desc = the other way round
-- ARGV[6…] list:<name> | set:<name>
-- Returns  {billed, then per job {id, flat hash}}
-- Billed   1 + one per state + one per job
--@include call

local first, last, ascending = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5] == 'asc'
local reply, seen = { 0 }, {}

-- The next job of a list is at its right end.
local function fromEnd(index) return index == -1 and 0 or -(index + 1) end

local function read(id)
  if seen[id] then return end
  seen[id] = true
  local hash = call('HGETALL', ARGV[1] .. id)
  if #hash > 0 then reply[#reply + 1] = { id, hash } end
end

for i = 6, #ARGV do
  local kind, name = ARGV[i]:match('^(%a+):(.+)$')
  local key = ARGV[1] .. name
  if kind == 'list' and ascending then
    local ids = call('LRANGE', key, fromEnd(last), fromEnd(first))
    for j = #ids, 1, -1 do read(ids[j]) end
  else
    local range = kind == 'list' and 'LRANGE' or ascending and 'ZRANGE' or 'ZREVRANGE'
    for _, id in ipairs(call(range, key, first, last)) do read(id) end
  end
end
reply[1] = billed
return reply
