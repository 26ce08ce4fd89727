-- Tells of a cut-over, once a generation.
-- KEYS  1 the stream of events
-- ARGV  1 generation, 2 how many of the newest entries are looked at, 3 length to which the stream is trimmed, roughly, 4.. fields and values
-- Gives the entry's id; '' when the generation stands there already.
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', ARGV[2])
for _, entry in ipairs(newest) do
  for i = 1, #entry[2], 2 do
    if entry[2][i] == 'gen' and entry[2][i + 1] == ARGV[1] then
      return ''
    end
  end
end
return redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'gen', ARGV[1], unpack(ARGV, 4))
