-- Finds out whether this token's cut-over happened; if not, drops what it staged and its flag, so that it can't happen any more.
-- KEYS  1 flag, 2 live meta, 3 hold, 4.. staged keys
-- ARGV  1 token
-- Gives {'INSTALLED', fields and values of live meta}; {'DROPPED', n of the oldest generation known or '', how many past ones are listed, the keys dropped...}.
-- A live meta that is no hash holds no receipt: what is mine is dropped all the same, or no run would ever end.
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
local live = {}
if redis.call('TYPE', KEYS[2]).ok == 'hash' then
  live = redis.call('HMGET', KEYS[2], 'gen', 'previous')
end
local oldest, listed = '', -1
for entry in string.gmatch((live[1] or '') .. ' ' .. (live[2] or ''), '%S+') do
  local n, token = string.match(entry, '^(%d+)%-([^,]+)')
  if token == ARGV[1] then
    return receipt()
  end
  if n and #n <= 15 then
    oldest = n
  end
  listed = listed + 1
end
local result = {'DROPPED', oldest, math.max(listed, 0)}
for i = 4, #KEYS do
  if redis.call('TYPE', KEYS[i]).ok == 'hash' then
    local owner = redis.call('HGET', KEYS[i], 'owner')
    if owner and (owner == ARGV[1] or string.sub(owner, 1, #ARGV[1] + 1) == ARGV[1] .. ':') then
      redis.call('UNLINK', KEYS[i])
      result[#result + 1] = KEYS[i]
    end
  end
end
if redis.call('TYPE', KEYS[3]).ok == 'string' and redis.call('GET', KEYS[3]) == ARGV[1] then
  redis.call('DEL', KEYS[3])
end
if redis.call('TYPE', KEYS[1]).ok == 'string' and redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('DEL', KEYS[1])
  result[#result + 1] = KEYS[1]
end
return result
