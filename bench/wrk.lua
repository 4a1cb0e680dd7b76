-- wrk's own answer is made for people; this one is read by bench/wrk.ts. Arguments: "read" or "write".
local kind = "read"

function init(args)
  kind = args[1] or "read"
  math.randomseed(os.time())
end

function request()
  if kind == "write" then
    return wrk.format("POST", "/transactions", { ["content-type"] = "application/json" }, '{"amount":"12.34","currency":"EUR"}')
  end
  return wrk.format("GET", "/items/bench-" .. math.random(1, 100))
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('\n{"requests":%d,"seconds":%.6f,"p50Ms":%.3f,"p95Ms":%.3f,"p99Ms":%.3f,"failed":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    latency:percentile(99) / 1e3, errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
