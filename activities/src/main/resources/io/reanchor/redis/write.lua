-- A later write of a load: only on the flag, the owner and the write right before it.
-- KEYS  1 flag, 2 staged key
-- ARGV  1 token, 2 owner, 3 seq of this write, 4 TTL in ms, 5.. fields and values (at most 3,000 pairs)
-- Gives the number of fields the key now has; {'FLAG', what it holds}; {'OWNER', key, owner, seq} as found.
local flag = redis.call('GET', KEYS[1])
if flag ~= ARGV[1] then
  return {'FLAG', flag or ''}
end
local is = redis.call('HMGET', KEYS[2], 'owner', 'seq')
if is[1] ~= ARGV[2] or tonumber(is[2]) ~= tonumber(ARGV[3]) - 1 then
  return {'OWNER', KEYS[2], is[1] or '', is[2] or ''}
end
redis.call('HSET', KEYS[2], 'seq', ARGV[3], unpack(ARGV, 5))
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return redis.call('HLEN', KEYS[2])
