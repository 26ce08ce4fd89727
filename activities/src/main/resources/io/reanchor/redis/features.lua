-- Stages the features whole, while the book and bars they are made of are exactly those that were read.
-- KEYS  1 flag, 2 staged book, 3 staged 1 s bars, 4 staged 5 s bars, 5 staged features
-- ARGV  1 token, 2 TTL in ms, 3..11 owner, seq, id ('' for none) of book, 1 s bars, 5 s bars, 12.. fields and values
-- Gives the number of fields of the features; {'FLAG', what it holds}; {'OWNER', key, owner, seq, id} as found.
local flag = redis.call('GET', KEYS[1])
if flag ~= ARGV[1] then
  return {'FLAG', flag or ''}
end
for i = 2, 4 do
  local at = 3 + (i - 2) * 3
  local is = redis.call('HMGET', KEYS[i], 'owner', 'seq', i == 2 and 'lastUpdateId' or 'lastTradeId')
  if is[1] ~= ARGV[at] or is[2] ~= ARGV[at + 1] or (is[3] or '') ~= ARGV[at + 2] then
    return {'OWNER', KEYS[i], is[1] or '', is[2] or '', is[3] or ''}
  end
end
redis.call('UNLINK', KEYS[5])
redis.call('HSET', KEYS[5], 'owner', ARGV[1], 'seq', '1', 'gen', '', unpack(ARGV, 12))
for i = 2, 5 do
  redis.call('PEXPIRE', KEYS[i], ARGV[2])
end
return redis.call('HLEN', KEYS[5])
