-- Reads all of a symbol's live state at one instant: every key is of one generation, on one primary, always. The same by hand is a
-- MULTI with HGETALL of each; this one can leave out old bars, of which there may be a day.
-- KEYS  1 book, 2 one-second bars, 3 five-second bars, 4 features, 5 meta, 6 flag
-- ARGV  1 how far back from the book's event time bars are wanted, in ms; '' for all
-- Gives {book, one-second bars, five-second bars, features, meta}, each flat: field, value, field, value; empty when there is no such key;
--       and the flag's value, '' when none is set. Writes nothing.
local function bars(key, length, now)
  if ARGV[1] == '' or not now then
    return redis.call('HGETALL', key)
  end
  local fields = {'lastTradeId', 'gen', 'suspectFrom', 'suspectAt'}
  -- A trade may be younger than the book's last change.
  for start = math.floor((now - tonumber(ARGV[1])) / length) * length, now + 10000, length do
    fields[#fields + 1] = string.format('%.0f', start)
  end
  local flat = {}
  for from = 1, #fields, 1000 do
    local part = {unpack(fields, from, math.min(from + 999, #fields))}
    local values = redis.call('HMGET', key, unpack(part))
    for i = 1, #part do
      if values[i] then
        flat[#flat + 1] = part[i]
        flat[#flat + 1] = values[i]
      end
    end
  end
  return flat
end

if ARGV[1] ~= '' and not string.find(ARGV[1], '^%d+$') then
  return redis.error_reply('ERR expected a time span in ms, or nothing, found ' .. ARGV[1])
end
local now = tonumber(redis.call('HGET', KEYS[1], 'eventTime') or nil)
if now == 0 then
  now = nil
end
return {
  redis.call('HGETALL', KEYS[1]),
  bars(KEYS[2], 1000, now),
  bars(KEYS[3], 5000, now),
  redis.call('HGETALL', KEYS[4]),
  redis.call('HGETALL', KEYS[5]),
  redis.call('GET', KEYS[6]) or ''
}
