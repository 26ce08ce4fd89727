-- Puts a writer's own new book, loaded under a name of its own, in the place of the live one: whole, only forwards, keeping gen.
-- KEYS  1 live book, 2 the new book, 3 hold, 4 live meta
-- ARGV  1 lastUpdateId of the new book, 2 how many fields it has
-- Gives {verdict, lastUpdateId of the live book}
--   APPLIED     the new book is live
--   STALE       nothing was done: the live book is further
--   HELD        nothing was done: a hold stands
--   INCOMPLETE  nothing was done: the new book isn't all there (it has expired, or a write was lost). Load it again
-- The new book needs lastUpdateId, eventTime and the levels, as in a live one; gen is set here. It should have a TTL while it is loaded.
local function id(text)
  local n = string.match(text or '', '^%d+$') and tonumber(text)
  return n and n < 9007199254740992 and n
end

if not id(ARGV[1]) then
  return redis.error_reply('ERR expected an id below 2^53, found ' .. ARGV[1])
end
local live = redis.call('HMGET', KEYS[1], 'lastUpdateId', 'gen')
if redis.call('EXISTS', KEYS[3]) == 1 then
  return {'HELD', live[1] or ''}
end
if redis.call('HGET', KEYS[2], 'lastUpdateId') ~= ARGV[1] or redis.call('HLEN', KEYS[2]) ~= tonumber(ARGV[2]) then
  return {'INCOMPLETE', live[1] or ''}
end
if (id(live[1]) or -1) > id(ARGV[1]) then
  return {'STALE', live[1]}
end
local gen = live[2] or redis.call('HGET', KEYS[4], 'gen')
if gen then
  redis.call('HSET', KEYS[2], 'gen', gen)
end
redis.call('PERSIST', KEYS[2])
redis.call('UNLINK', KEYS[1])
redis.call('RENAME', KEYS[2], KEYS[1])
return {'APPLIED', ARGV[1]}
