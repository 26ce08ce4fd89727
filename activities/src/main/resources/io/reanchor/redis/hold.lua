-- Makes writers journal without applying, for a moment: only with the flag.
-- KEYS  1 flag, 2 hold
-- ARGV  1 token, 2 TTL in ms, 0 to take the hold back
-- Gives 1; 0 when it isn't mine to set or to take back.
if redis.call('TYPE', KEYS[2]).ok == 'string' and redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return 0
end
if ARGV[2] == '0' then
  redis.call('DEL', KEYS[2])
  return 1
end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return 1
