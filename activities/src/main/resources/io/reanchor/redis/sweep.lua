-- Frees the replaced state whose retention is over; UNLINK does it off the main thread, expiry wouldn't.
-- KEYS  the old keys of a symbol
-- ARGV  1 the backstop in ms: a key whose TTL is at most that is past its retention
-- Gives the keys freed.
local freed = {}
for _, key in ipairs(KEYS) do
  local left = redis.call('PTTL', key)
  if left >= 0 and left <= tonumber(ARGV[1]) then
    redis.call('UNLINK', key)
    freed[#freed + 1] = key
  end
end
return freed
