-- Requests one host after another. Argument: the number of hosts.
local requests = {}
local at = 0

function init(args)
  for n = 1, tonumber(args[1]) do
    local host = n == 1 and "bench.test" or ("site-" .. (n - 1) .. ".bench.test")
    wrk.headers["Host"] = host
    requests[n] = wrk.format("GET", wrk.path)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end
