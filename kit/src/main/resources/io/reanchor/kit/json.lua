-- Keeps a JSON string beside a live key, for readers that want one: run it in the MULTI of whatever changes the key, right after it.
-- KEYS  1 live key: a hash, 2 its JSON string
-- ARGV  1 'book', 'bars' or 'features', 2 and 3 of bars: up to how many of the newest, 1 to 10,000, and their length in ms; last 'anew' to have
--       it written in any case, as after a RENAME onto the live key
-- Gives 1 when the string was written; 0 when what it begins with says that it stands already, or when there is no live key: then the string
--       goes, too
-- Shape, with those of the first members that the live key has; ids and times are numbers, decimals and features strings:
--   {"gen":"7-run.1","lastUpdateId":903,"eventTime":1700000000100,"suspectFrom":904,"suspectAt":1700000000305,"levels":2,
--    "bids":[["61837.5","0.75"]],"asks":[["61838","2"]]}                                                           best price first
--   {"gen":"7-run.1","lastTradeId":42,"suspectFrom":43,"suspectAt":1700000000305,"count":3600,"bars":[{"openTime":…},…]}  oldest first
--   {"gen":"7-run.1","asOfUpdateId":903,"asOfTradeId":42,"count":3,"features":{"mid":"61837.75",…}}
-- levels and count are those of the live key. What is no level, or no bar in JSON, is left out.
local kind, most, length, anew = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[#ARGV] == 'anew'
local heads = {
  book = {'gen', 'lastUpdateId', 'eventTime', 'suspectFrom', 'suspectAt'},
  bars = {'gen', 'lastTradeId', 'suspectFrom', 'suspectAt'},
  features = {'gen', 'asOfUpdateId', 'asOfTradeId'}
}
if not heads[kind] or (kind == 'bars' and not (most and most >= 1 and most <= 10000 and length and length >= 1)) then
  return redis.error_reply('ERR expected book, or features, or bars, how many (1 to 10,000) and their length in ms; found ' .. table.concat(ARGV, ' '))
end
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then
  redis.call('UNLINK', KEYS[2])
  return 0
end

-- Without these, what is left are levels, bars or features. The first ones are told.
local own = {unpack(heads[kind])}
for _, name in ipairs({'owner', 'seq', 'ofBook', 'ofBars1s', 'ofBars5s'}) do
  own[#own + 1] = name
end
local is = redis.call('HMGET', KEYS[1], unpack(own))
local count, head = redis.call('HLEN', KEYS[1]), '{'
for i, name in ipairs(own) do
  own[name] = true
  count = count - (is[i] and 1 or 0)
  if is[i] and i <= #heads[kind] then
    local number = name ~= 'gen' and (is[i] == '0' or string.find(is[i], '^[1-9]%d*$'))
    head = head .. '"' .. name .. '":' .. (number and is[i] or cjson.encode(is[i])) .. ','
  end
end
head = head .. (kind == 'book' and '"levels":' or '"count":') .. count .. ','
if not anew and redis.call('TYPE', KEYS[2]).ok == 'string' and redis.call('GETRANGE', KEYS[2], 0, #head - 1) == head then
  return 0
end

-- Of two levels in JSON whose prices are one number here, the lower by their digits.
local function less(one, other)
  one, other = string.match(one, '^%["(.-)"'), string.match(other, '^%["(.-)"')
  if string.sub(one, 1, 1) == '-' then
    one, other = string.sub(other, 2), string.sub(one, 2)
  end
  local whole, part = string.match(one, '^(%d*)%.?(%d*)$')
  local otherWhole, otherPart = string.match(other, '^(%d*)%.?(%d*)$')
  if #whole ~= #otherWhole then
    return #whole < #otherWhole
  end
  return whole < otherWhole or (whole == otherWhole and part < otherPart)
end

-- One side in JSON, best price first. By numbers, which is fast, and by digits only where several prices are one number here.
local function ordered(side, descending)
  table.sort(side.numbers)
  local result, n = {}, #side.numbers
  for i, number in ipairs(side.numbers) do
    local levels = side.same[number]
    if levels then
      table.sort(levels, function(one, other)
        if descending then
          return less(other, one)
        end
        return less(one, other)
      end)
      levels = table.concat(levels, ',')
    end
    result[descending and n + 1 - i or i] = levels or side.levels[number]
  end
  return '[' .. table.concat(result, ',') .. ']'
end

local body = {}
if kind == 'book' then
  local all = redis.call('HGETALL', KEYS[1])
  local bids, asks = {numbers = {}, levels = {}, same = {}}, {numbers = {}, levels = {}, same = {}}
  local sub, find, tonumber = string.sub, string.find, tonumber
  for i = 1, #all, 2 do
    local name, quantity = all[i], all[i + 1]
    local mark = sub(name, 1, 2)
    local side = mark == 'b:' and bids or mark == 'a:' and asks
    if side then
      local price = sub(name, 3)
      local levels, level = side.levels, '["' .. price .. '","' .. quantity .. '"]'
      if find(level, '^%["%-?%d+%.?%d*","%d+%.?%d*"%]$') then
        local number = tonumber(price)
        local there = levels[number]
        if not there then
          levels[number] = level
          side.numbers[#side.numbers + 1] = number
        else
          side.same[number] = side.same[number] or {there}
          table.insert(side.same[number], level)
        end
      end
    end
  end
  body = {'"bids":', ordered(bids, true), ',"asks":', ordered(asks, false)}
elseif kind == 'bars' then
  local newest, found = -1, {}
  for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
    local start = tonumber(name)
    if start and start > newest then
      newest = start
    end
  end
  for from = most - 1, 0, -1000 do
    local part = {}
    for i = from, math.max(0, from - 999), -1 do
      part[#part + 1] = string.format('%.0f', newest - i * length)
    end
    for _, bar in ipairs(redis.call('HMGET', KEYS[1], unpack(part))) do
      if bar and string.find(bar, '^{.*}$') then
        found[#found + 1] = bar
      end
    end
  end
  body = {'"bars":[', table.concat(found, ','), ']'}
else
  local found = {}
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    if not own[all[i]] then
      found[#found + 1] = cjson.encode(all[i]) .. ':' .. cjson.encode(all[i + 1])
    end
  end
  table.sort(found)
  body = {'"features":{', table.concat(found, ','), '}'}
end
redis.call('SET', KEYS[2], head .. table.concat(body) .. '}')
return 1
