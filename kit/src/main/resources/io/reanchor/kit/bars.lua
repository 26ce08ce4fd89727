-- Writes the bars that a run of trades changes, into both bar keys at once: live ones, or staged ones under the flag. Sums of decimals
-- must be exact, and Lua's numbers aren't: so the caller makes the new bars from those it has read, and they are written only while
-- the keys are still as read.
-- KEYS  1 one-second bars, 2 five-second bars, 3 hold (of live bars) or flag (of staged ones)
-- ARGV  1 token, 2 owner, 3 TTL in ms: of staged bars; all '' for live ones
--       4 now in ms
--       5 first and 6 last raw trade id of the run, which has no hole
--       7 lastTradeId of the one-second and 8 of the five-second bars, as read
--       9 number of changes to the one-second bars
--       10.. changes, first of the one-second bars, then of the five-second ones, each: bucket start in ms, the bar as read ('' for none),
--            the bar as it becomes: JSON; '' takes it away, whatever it was; the same as read only makes sure of it
-- Gives {verdict, lastTradeId of the one-second bars, of the five-second bars}
--   APPLIED  both keys now have all up to the run's last trade
--   STALE    both had it: last <= lastTradeId
--   GAP      nothing was done: a key lacks trades before the run, first > lastTradeId + 1. Live keys that do then bear suspectFrom, the trade
--            they lack, and suspectAt, until the next APPLIED
--   MOVED    nothing was done: the keys aren't as read. Read again
--   HELD     nothing was done: a hold stands
--   ABSENT   nothing was done: a key isn't there, or has no lastTradeId
--   {'FLAG', what it holds}; {'OWNER', key, owner, seq} as found: nothing was done, the staged bars aren't the caller's (any more)
-- The two keys may be at different ids, after damage: the caller then adds to each the trades above its own id, from the lower on, and no
-- trade is counted twice. Ids are whole numbers below 2^53.
local staged = ARGV[1] ~= ''

local function id(text)
  local n = string.match(text or '', '^%d+$') and tonumber(text)
  return n and n < 9007199254740992 and n
end

local first, last, ones = id(ARGV[5]), id(ARGV[6]), id(ARGV[9])
if not first or not last or first > last or not ones or (#ARGV - 9) % 3 ~= 0 or 3 * ones > #ARGV - 9 then
  return redis.error_reply('ERR expected ids first <= last below 2^53, ids as read, number of changes, and changes by threes')
end
for i = 10, #ARGV, 3 do
  if not id(ARGV[i]) then
    return redis.error_reply('ERR expected a bucket start in ms, found ' .. ARGV[i])
  end
end

local is = {}
for i = 1, 2 do
  is[i] = redis.call('HMGET', KEYS[i], 'lastTradeId', 'owner', 'seq')
end
local one, five = is[1][1] or '', is[2][1] or ''
if staged then
  local flag = redis.call('GET', KEYS[3])
  if flag ~= ARGV[1] then
    return {'FLAG', flag or ''}
  end
  for i = 1, 2 do
    if is[i][2] ~= ARGV[2] then
      return {'OWNER', KEYS[i], is[i][2] or '', is[i][3] or ''}
    end
    redis.call('PEXPIRE', KEYS[i], ARGV[3])
  end
elseif redis.call('EXISTS', KEYS[3]) == 1 then
  return {'HELD', one, five}
end
if not id(one) or not id(five) then
  return {'ABSENT', one, five}
end
if last <= math.min(id(one), id(five)) then
  return {'STALE', one, five}
end
if first > math.min(id(one), id(five)) + 1 then
  for i = 1, 2 do
    local lacks = id(is[i][1]) + 1
    if first > lacks and not staged then
      -- Once: another write of the same would only wake those who WATCH the bars.
      lacks = string.format('%.0f', lacks)
      if redis.call('HGET', KEYS[i], 'suspectFrom') ~= lacks then
        redis.call('HSET', KEYS[i], 'suspectFrom', lacks)
      end
      redis.call('HSETNX', KEYS[i], 'suspectAt', ARGV[4])
    end
  end
  return {'GAP', one, five}
end
if one ~= ARGV[7] or five ~= ARGV[8] then
  return {'MOVED', one, five}
end
for i = 10, #ARGV, 3 do
  local key = KEYS[(i - 10) / 3 < ones and 1 or 2]
  if ARGV[i + 2] ~= '' and (redis.call('HGET', key, ARGV[i]) or '') ~= ARGV[i + 1] then
    return {'MOVED', one, five}
  end
end
for i = 10, #ARGV, 3 do
  local key = KEYS[(i - 10) / 3 < ones and 1 or 2]
  if ARGV[i + 2] == '' then
    redis.call('HDEL', key, ARGV[i])
  elseif ARGV[i + 2] ~= ARGV[i + 1] then
    redis.call('HSET', key, ARGV[i], ARGV[i + 2])
  end
end
for i = 1, 2 do
  if id(is[i][1]) < last then
    is[i][1] = ARGV[6]
    redis.call('HSET', KEYS[i], 'lastTradeId', ARGV[6])
  end
  redis.call('HDEL', KEYS[i], 'suspectFrom', 'suspectAt')
end
return {'APPLIED', is[1][1], is[2][1]}
