-- Applies one depth update to the live book, which knows itself how far it is.
-- KEYS: book, flag. ARGV: first update id, final update id, event time, then field and quantity a level.
-- Returns {verdict, the book's update id}. gen stays what it is: the state is the same one, moved on.
local id = redis.call('HGET', KEYS[1], 'lastUpdateId')
if redis.call('EXISTS', KEYS[2]) == 1 then
    return {'HELD', id or ''}
end
if not id then
    return {'ABSENT', ''}
end
local have, first, final = tonumber(id), tonumber(ARGV[1]), tonumber(ARGV[2])
if final <= have then
    return {'STALE', id}
end
if first > have + 1 then
    -- From now on the key itself says that something is missing in it.
    redis.call('HSET', KEYS[1], 'suspectFrom', string.format('%.0f', have + 1), 'suspectAt', ARGV[3])
    return {'GAP', id}
end
for i = 4, #ARGV, 2 do
    if ARGV[i + 1] == '0' then
        redis.call('HDEL', KEYS[1], ARGV[i])
    else
        redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
    end
end
redis.call('HSET', KEYS[1], 'lastUpdateId', ARGV[2], 'eventTime', ARGV[3])
redis.call('HDEL', KEYS[1], 'suspectFrom', 'suspectAt')
return {'APPLIED', ARGV[2]}
