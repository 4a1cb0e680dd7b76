-- wrk's own answer is made for people; this one is read by bench/measuring/wrk.ts. Arguments: "read", "write", or
-- "users": every endpoint, with a second of thought between an answer and the next request.
local kind = "read"
local json = { ["content-type"] = "application/json" }
local count = 0

local function item()
  return "/items/bench-" .. math.random(1, 100)
end

local function as_user()
  local dice = math.random(1, 100)
  count = count + 1
  if dice <= 50 then return wrk.format("GET", item()) end
  if dice <= 60 then return wrk.format("GET", "/items?limit=20") end
  if dice <= 65 then return wrk.format("PUT", item(), json, '{"value":"changed"}') end
  if dice <= 70 then
    local body = string.format('{"key":"user-%d-%d","value":"new"}', os.time(), count)
    return wrk.format("POST", "/items", json, body)
  end
  if dice <= 85 then return wrk.format("POST", "/transactions", json, '{"amount":"12.34","currency":"EUR"}') end
  if dice <= 92 then return wrk.format("GET", "/transactions?limit=20") end
  if dice <= 97 then return wrk.format("GET", "/risky") end
  return wrk.format("GET", "/health")
end

function init(args)
  kind = args[1] or "read"
  math.randomseed(os.time())
  if kind == "users" then
    function delay() return math.random(500, 1500) end
  end
end

function request()
  if kind == "users" then return as_user() end
  if kind == "write" then
    return wrk.format("POST", "/transactions", json, '{"amount":"12.34","currency":"EUR"}')
  end
  return wrk.format("GET", "/items/bench-" .. math.random(1, 100))
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('\n{"requests":%d,"seconds":%.6f,"p50Ms":%.3f,"p95Ms":%.3f,"p99Ms":%.3f,"failed":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    latency:percentile(99) / 1e3, errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
