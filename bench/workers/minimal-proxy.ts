// The minimum that a proxy must do, written by hand for one page: it tells the origin who asks, removes connection fields,
// limits the waiting time, and adds response headers. It has no host, route, cache, retry or log. It shows what these duties
// alone cost on this runtime.
const CONNECTION = ["connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"];
const FIRST_BYTE_MS = 30_000;

export default {
  async fetch(request: Request, { ORIGIN }: { ORIGIN: string }): Promise<Response> {
    const { url, method, body } = request;
    const { clientIp } = request.cf as unknown as { clientIp: string };
    const asked = new Headers(request.headers);
    asked.delete("host");
    for (const name of CONNECTION) asked.delete(name);
    asked.set("x-forwarded-for", clientIp);
    asked.set("x-forwarded-proto", "http");
    asked.set("x-forwarded-host", "bench.test");
    asked.set("forwarded", `for="${clientIp}";proto=http;host=bench.test`);
    asked.append("via", "1.1 edge");
    asked.append("cdn-loop", "edge");
    asked.set("x-request-id", crypto.randomUUID());
    const response = await inTime(
      fetch(ORIGIN + url.slice(url.indexOf("/", "http://".length)), {
        method,
        headers: asked,
        body,
        redirect: "manual",
        encodeResponseBody: "manual",
      }),
    );

    const answer = new Response(response.body, response);
    const { headers } = answer;
    for (const name of CONNECTION) headers.delete(name);
    headers.delete("server");
    headers.set("x-content-type-options", "nosniff");
    headers.set("x-frame-options", "SAMEORIGIN");
    headers.set("referrer-policy", "strict-origin-when-cross-origin");
    headers.append("via", "1.1 edge");
    headers.append("cache-status", "edge; fwd=bypass");
    headers.set("x-request-id", asked.get("x-request-id") ?? "");
    return answer;
  },
};

function inTime(response: Promise<Response>): Promise<Response> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the origin is too slow")), FIRST_BYTE_MS);
    response.then((answer) => {
      clearTimeout(timer);
      resolve(answer);
    }, reject);
  });
}
