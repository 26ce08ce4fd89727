-- Marks live keys suspect when nothing has come for longer than the stream's rhythm allows. The next event that is applied takes the
-- mark away, and so does a cut-over.
-- KEYS  1.. live keys: the book, or both bar keys
-- ARGV  1 now in ms, 2 the id (lastUpdateId or lastTradeId) at which the stream fell silent; '' for any
-- Gives how many keys were marked by this call: those that are there, still at that id, and not marked before.
local marked = 0
for i = 1, #KEYS do
  local is = redis.call('HMGET', KEYS[i], 'lastUpdateId', 'lastTradeId', 'suspectAt')
  local at = is[1] or is[2]
  if at and not is[3] and (ARGV[2] == '' or ARGV[2] == at) then
    redis.call('HSET', KEYS[i], 'suspectAt', ARGV[1])
    marked = marked + 1
  end
end
return marked
