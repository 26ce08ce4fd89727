-- Claims a symbol: sets its flag, unless somebody else holds it.
-- KEYS  1 flag, 2 live meta
-- ARGV  1 token, 2 TTL in ms, 3 the value to take the flag over from, or ''
-- Gives {'MINE'}; {'HELD', value, its TTL in ms}; {'FOREIGN', its type} when it is no string;
--       {'INSTALLED', generation} when this token's cut-over is done, so that a late attempt can't raise the flag again.
local live = redis.call('HMGET', KEYS[2], 'gen', 'previous')
for gen in string.gmatch((live[1] or '') .. ' ' .. (live[2] or ''), '[^%s,]+') do
  if string.match(gen, '^%d+%-(.+)$') == ARGV[1] then
    return {'INSTALLED', gen}
  end
end
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'none' and kind ~= 'string' then
  return {'FOREIGN', kind}
end
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] and (ARGV[3] == '' or holder ~= ARGV[3]) then
  return {'HELD', holder, redis.call('PTTL', KEYS[1])}
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {'MINE'}
