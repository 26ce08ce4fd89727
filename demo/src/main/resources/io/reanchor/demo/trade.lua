-- Writes the bars that one trade changes, into both bar keys at once. The sums are exact decimals, which Lua can't do, so the
-- writer made them from the bars it had read: they are written only while the keys are still those.
-- KEYS: one-second bars, five-second bars, flag. ARGV: gen and last trade id that were read, the trade's id, number of
-- one-second fields, then field and bar, first of the one-second bars, then of the five-second ones.
if redis.call('EXISTS', KEYS[3]) == 1 then
    return 'HELD'
end
for i = 1, 2 do
    local is = redis.call('HMGET', KEYS[i], 'gen', 'lastTradeId')
    if is[1] ~= ARGV[1] or is[2] ~= ARGV[2] then
        return 'MOVED'
    end
end
local ones = tonumber(ARGV[4])
for i = 0, (#ARGV - 4) / 2 - 1 do
    redis.call('HSET', KEYS[i < ones and 1 or 2], ARGV[5 + 2 * i], ARGV[6 + 2 * i])
end
for i = 1, 2 do
    redis.call('HSET', KEYS[i], 'lastTradeId', ARGV[3])
end
return 'APPLIED'
