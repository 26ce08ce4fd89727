-- Adds to a receipt where live was after the journals had been replayed onto it.
-- KEYS  1 live meta
-- ARGV  1 generation, 2.. fields and values
-- Gives 1; 0 when another generation is live by now.
if redis.call('HGET', KEYS[1], 'gen') ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return 1
