-- First write of a load: takes its staged keys from nobody, another run's leftovers, or a lower n of this token.
-- KEYS  1 flag, 2.. the staged keys of the load
-- ARGV  1 token, 2 n of the load, 3 TTL in ms, 4.. fields and values that every key begins with
-- Gives {'OK'}; {'FLAG', what it holds}; {'OWNER', key, owner} when a load of this token that isn't lower has it.
-- Each key then bears owner = <token>:<n> and seq = 1, and nothing of what it held before.
local flag = redis.call('GET', KEYS[1])
if flag ~= ARGV[1] then
  return {'FLAG', flag or ''}
end
local mine = ARGV[1] .. ':'
for i = 2, #KEYS do
  if redis.call('TYPE', KEYS[i]).ok == 'hash' then
    local owner = redis.call('HGET', KEYS[i], 'owner')
    if owner and string.sub(owner, 1, #mine) == mine then
      local n = tonumber(string.sub(owner, #mine + 1))
      if not n or n >= tonumber(ARGV[2]) then
        return {'OWNER', KEYS[i], owner}
      end
    end
  end
end
for i = 2, #KEYS do
  redis.call('UNLINK', KEYS[i])
  redis.call('HSET', KEYS[i], 'owner', mine .. ARGV[2], 'seq', '1', unpack(ARGV, 4))
  redis.call('PEXPIRE', KEYS[i], ARGV[3])
end
return {'OK'}
