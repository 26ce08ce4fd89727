-- Keeps flag and staged keys from expiring, while the flag is mine.
-- KEYS  1 flag, 2.. staged keys
-- ARGV  1 token, 2 TTL of the flag in ms, 3 TTL of what is staged in ms
-- Gives {'OK'}; {'FLAG', what it holds}.
local flag = redis.call('TYPE', KEYS[1]).ok == 'string' and redis.call('GET', KEYS[1])
if flag ~= ARGV[1] then
  return {'FLAG', flag or ''}
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
for i = 2, #KEYS do
  redis.call('PEXPIRE', KEYS[i], ARGV[3])
end
return {'OK'}
