-- Writes something of no consequence, so that WAIT on this connection has a write to count: what stands before it in the
-- replication stream is replicated when this is.
-- KEYS  1 live meta, 2 hold
-- ARGV  1 token, 2 now in ms
-- Gives 1; 0 when nothing was written: a hold of somebody's stands.
-- In the receipt that bears the token, or lists it; otherwise nothing of this token is live, and live isn't touched.
if redis.call('TYPE', KEYS[1]).ok == 'hash' then
  local live = redis.call('HMGET', KEYS[1], 'gen', 'previous')
  for entry in string.gmatch((live[1] or '') .. ' ' .. (live[2] or ''), '%S+') do
    local token = string.match(entry, '^%d+%-([^,]+)')
    if token == ARGV[1] then
      redis.call('HSET', KEYS[1], 'confirmedAt', ARGV[2])
      return 1
    end
  end
end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', 1000) then
  redis.call('DEL', KEYS[2])
  return 1
end
return 0
