-- Replaces live features that were made from live keys, while those are still of the generation that was read.
-- KEYS  1 features, 2 book, 3 one-second bars, 4 five-second bars
-- ARGV  1 gen as read in book and bars ('' for none), 2 asOfUpdateId, 3 asOfTradeId ('' for none), 4.. fields and values (at most 3,000 pairs)
-- Gives {verdict, ...}, and nothing was done unless it is APPLIED
--   APPLIED  the features are these now, and no other field is there
--   GEN      then the key and the gen it bears: another generation went live meanwhile. Read and compute again
--   AHEAD    then the book's id and the lower of the bars': the features are made of more than what is live
--   STALE    then asOfUpdateId and asOfTradeId of what is there: it is made of more
-- Ids are whole numbers below 2^53.
local function id(text)
  local n = string.match(text or '', '^%d+$') and tonumber(text)
  return n and n < 9007199254740992 and n
end

local update, trade = id(ARGV[2]), id(ARGV[3])
if not update or (ARGV[3] ~= '' and not trade) or #ARGV % 2 == 0 then
  return redis.error_reply('ERR expected gen, asOfUpdateId, asOfTradeId or nothing, then fields and values')
end
for i = 4, #ARGV, 2 do
  if ARGV[i] == 'gen' or ARGV[i] == 'asOfUpdateId' or ARGV[i] == 'asOfTradeId' then
    return redis.error_reply('ERR field ' .. ARGV[i] .. ' is the key\'s own')
  end
end
for i = 2, 4 do
  local gen = redis.call('HGET', KEYS[i], 'gen') or ''
  if gen ~= ARGV[1] then
    return {'GEN', KEYS[i], gen}
  end
end
local is = redis.call('HMGET', KEYS[1], 'gen', 'asOfUpdateId', 'asOfTradeId')
if redis.call('EXISTS', KEYS[1]) == 1 and (is[1] or '') ~= ARGV[1] then
  return {'GEN', KEYS[1], is[1] or ''}
end
local book = id(redis.call('HGET', KEYS[2], 'lastUpdateId')) or -1
local bars = math.min(id(redis.call('HGET', KEYS[3], 'lastTradeId')) or -1, id(redis.call('HGET', KEYS[4], 'lastTradeId')) or -1)
if update > book or (trade or -1) > bars then
  return {'AHEAD', string.format('%.0f', book), string.format('%.0f', bars)}
end
if update < (id(is[2]) or -1) or (trade or -1) < (id(is[3]) or -1) then
  return {'STALE', is[2] or '', is[3] or ''}
end
redis.call('UNLINK', KEYS[1])
redis.call('HSET', KEYS[1], 'gen', ARGV[1], 'asOfUpdateId', ARGV[2], 'asOfTradeId', ARGV[3], unpack(ARGV, 4))
return {'APPLIED'}
