-- Applies depth updates, in order, to a book that knows itself how far it is: a live one, or a staged one under the flag.
-- KEYS  1 book, 2 hold (of a live book) or flag (of a staged one)
-- ARGV  1 token, 2 owner, 3 TTL in ms: of a staged book; all '' for a live one
--       4 now in ms
--       5.. updates, each: first id U, final id u, event time E in ms, number of levels n, then n times field and quantity:
--           'b:<price>' or 'a:<price>'; the quantity is absolute, '0' takes the level away
-- Gives {verdict, the book's id, how many updates were dealt with, how many of them were applied}
--   APPLIED  all were dealt with, at least one by applying it: U <= id + 1 <= u
--   STALE    the book has them all: u <= id
--   GAP      stopped at the first that doesn't follow: U > id + 1; those before it are applied. A live book then bears suspectFrom, the
--            id it lacks, and suspectAt, until one is applied
--   HELD     nothing was done: a hold stands. Keep the updates, and come back when it is gone
--   ABSENT   nothing was done: no book with an id is there, and an update doesn't make one
--   {'FLAG', what it holds}; {'OWNER', key, owner, seq} as found: nothing was done, the staged book isn't the caller's (any more)
-- Ids are whole numbers below 2^53. Prices and quantities are canonical decimals, since a level is found by its price's text: no
-- exponent, no sign but '-', no zero before the first digit of a whole part or at the end of a fraction ('0.5', '61837.63', '7', not '.5', '07', '61837.630').
-- Anything else is refused with an error, and nothing is done. gen, owner and seq stay what they are.
local staged = ARGV[1] ~= ''

local function id(text)
  local n = string.match(text or '', '^%d+$') and tonumber(text)
  return n and n < 9007199254740992 and n
end

local function canonical(text, negative)
  if negative then
    text = string.gsub(text, '^%-', '')
  end
  if string.find(text, '.', 1, true) then
    return string.find(text, '^0%.%d*[1-9]$') or string.find(text, '^[1-9]%d*%.%d*[1-9]$')
  end
  return text == '0' or string.find(text, '^[1-9]%d*$')
end

local at, count = 5, 0
while at <= #ARGV do
  local first, final, levels = id(ARGV[at]), id(ARGV[at + 1]), id(ARGV[at + 3])
  if not first or not final or first > final or not id(ARGV[at + 2]) or not levels then
    return redis.error_reply('ERR update ' .. (count + 1) .. ': expected ids U <= u below 2^53, event time, number of levels; found '
      .. table.concat({ARGV[at], ARGV[at + 1] or '', ARGV[at + 2] or '', ARGV[at + 3] or ''}, ' '))
  end
  if at + 3 + 2 * levels > #ARGV then
    return redis.error_reply('ERR update ' .. ARGV[at] .. '..' .. ARGV[at + 1] .. ': says ' .. levels .. ' levels, and fewer follow')
  end
  for i = at + 4, at + 3 + 2 * levels, 2 do
    local side, price = string.match(ARGV[i], '^([ab]:)(.+)$')
    if not side or not canonical(price, true) or not canonical(ARGV[i + 1], false) then
      return redis.error_reply('ERR update ' .. ARGV[at] .. '..' .. ARGV[at + 1] .. ': expected b:<price> or a:<price> and a quantity, canonical decimals; found '
        .. ARGV[i] .. ' ' .. ARGV[i + 1])
    end
  end
  at, count = at + 4 + 2 * levels, count + 1
end

local is = redis.call('HMGET', KEYS[1], 'lastUpdateId', 'owner', 'seq')
if staged then
  local flag = redis.call('GET', KEYS[2])
  if flag ~= ARGV[1] then
    return {'FLAG', flag or ''}
  end
  if is[2] ~= ARGV[2] then
    return {'OWNER', KEYS[1], is[2] or '', is[3] or ''}
  end
elseif redis.call('EXISTS', KEYS[2]) == 1 then
  return {'HELD', is[1] or '', 0, 0}
end
local has = id(is[1])
if not has then
  return {'ABSENT', '', 0, 0}
end

local verdict, text, time = 'STALE', is[1], nil
local done, applied = 0, 0
at = 5
while at <= #ARGV do
  local last = at + 3 + 2 * tonumber(ARGV[at + 3])
  if tonumber(ARGV[at + 1]) > has then
    if tonumber(ARGV[at]) > has + 1 then
      verdict = 'GAP'
      break
    end
    for i = at + 4, last, 2 do
      if ARGV[i + 1] == '0' then
        redis.call('HDEL', KEYS[1], ARGV[i])
      else
        redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
      end
    end
    verdict, text, time, has, applied = 'APPLIED', ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 1]), applied + 1
  end
  done, at = done + 1, last + 1
end
if time then
  redis.call('HSET', KEYS[1], 'lastUpdateId', text, 'eventTime', time)
  redis.call('HDEL', KEYS[1], 'suspectFrom', 'suspectAt')
end
if staged then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
elseif verdict == 'GAP' then
  -- Once: another write of the same would only wake those who WATCH the book.
  local lacks = string.format('%.0f', has + 1)
  if redis.call('HGET', KEYS[1], 'suspectFrom') ~= lacks then
    redis.call('HSET', KEYS[1], 'suspectFrom', lacks)
  end
  redis.call('HSETNX', KEYS[1], 'suspectAt', ARGV[4])
end
return {verdict, text, done, applied}
