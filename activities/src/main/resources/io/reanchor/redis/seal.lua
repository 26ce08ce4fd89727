-- Seals what is staged: stamps the generation into every key and stages the receipt, while all is as the caller accepted it.
-- KEYS  1 flag, 2 live meta, 3 live book, 4 staged book, 5 staged 1 s bars, 6 staged 5 s bars, 7 staged features, 8 staged meta
-- ARGV  1 token, 2 TTL in ms, 3 the live generation that was staged against ('' for none), 4 the new generation,
--       5..20 owner, seq, number of fields, id ('' for none) of each of keys 4 to 7, 21 how many past generations to list,
--       22.. fields and values of the receipt
-- Gives {'OK'}; {'INSTALLED', fields and values of live meta}; {'FLAG', what it holds}; {'LIVE', generation as found};
--       {'OWNER', key, owner, seq, fields, id} as found.
-- What a receipt is found by, in Receipt.FOUND_BY: not all of a hash that anybody may have filled, Lua unpacks only so much.
local function receipt()
  local result = {'INSTALLED'}
  for _, field in ipairs({'gen', 'replaced', 'lastUpdateId', 'lastTradeId', 'at', 'attempts', 'previous',
      'lostUpdates', 'lostTrades', 'partialBars', 'trustedLow', 'trustedHigh', 'warmingUp', 'journal'}) do
    local value = redis.call('HGET', KEYS[2], field)
    if value then
      result[#result + 1] = field
      result[#result + 1] = value
    end
  end
  return result
end
local live = redis.call('HMGET', KEYS[2], 'gen', 'lastUpdateId', 'lastTradeId', 'at', 'previous')
for gen in string.gmatch((live[1] or '') .. ' ' .. (live[5] or ''), '[^%s,]+') do
  if string.match(gen, '^%d+%-(.+)$') == ARGV[1] then
    return receipt()
  end
end
local flag = redis.call('GET', KEYS[1])
if flag ~= ARGV[1] then
  return {'FLAG', flag or ''}
end
local gen = live[1] or redis.call('HGET', KEYS[3], 'gen') or ''
if gen ~= ARGV[3] then
  return {'LIVE', gen}
end
local ids = {[4] = 'lastUpdateId', [5] = 'lastTradeId', [6] = 'lastTradeId', [7] = 'id'}
for i = 4, 7 do
  local at = 5 + (i - 4) * 4
  local is = redis.call('HMGET', KEYS[i], 'owner', 'seq', ids[i])
  local fields = redis.call('HLEN', KEYS[i])
  if is[1] ~= ARGV[at] or is[2] ~= ARGV[at + 1] or fields ~= tonumber(ARGV[at + 2]) or (is[3] or '') ~= ARGV[at + 3] then
    return {'OWNER', KEYS[i], is[1] or '', is[2] or '', fields, is[3] or ''}
  end
end
local previous = {}
if live[1] then
  previous[1] = table.concat({live[1], live[2] or '', live[3] or '', live[4] or ''}, ',')
  for entry in string.gmatch(live[5] or '', '%S+') do
    if #previous < tonumber(ARGV[21]) then
      previous[#previous + 1] = entry
    end
  end
end
for i = 4, 7 do
  redis.call('HSET', KEYS[i], 'gen', ARGV[4])
end
redis.call('UNLINK', KEYS[8])
redis.call('HSET', KEYS[8], 'owner', ARGV[1], 'gen', ARGV[4], 'previous', table.concat(previous, ' '), unpack(ARGV, 22))
for i = 4, 8 do
  redis.call('PEXPIRE', KEYS[i], ARGV[2])
end
return {'OK'}
