-- Counts jobs, all at the same moment.
-- KEYS[1]  <base>meta
-- ARGV[1]  <base>
-- ARGV[2]  not used
-- ARGV[3…] list:<name> | set:<name> | priority:<number>
-- Returns  {billed, a number for each}
-- Billed   1 + one for each
--@include call

local reply = { 0 }
for i = 3, #ARGV do
  local kind, name = ARGV[i]:match('^(%a+):(.+)$')
  if kind == 'list' then
    reply[#reply + 1] = call('LLEN', ARGV[1] .. name)
  elseif kind == 'set' then
    reply[#reply + 1] = call('ZCARD', ARGV[1] .. name)
  else
    local first = tonumber(name) * 4294967296
    reply[#reply + 1] = call('ZCOUNT', ARGV[1] .. 'prioritized', string.format('%.0f', first),
      string.format('%.0f', first + 4294967295))
  end
end
reply[1] = billed
return reply
