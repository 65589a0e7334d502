// A proxy of one page by hand that does to the header fields what a proxy has to: tells the origin who asks, takes away
// what belongs to the connection, and dresses the answer. What the runtime asks for that, whoever does it.
const CONNECTION = ["connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"];

export default {
  async fetch(request: Request, { ORIGIN }: { ORIGIN: string }): Promise<Response> {
    const { pathname } = new URL(request.url);
    const asked = new Headers(request.headers);
    for (const name of CONNECTION) asked.delete(name);
    asked.set("x-forwarded-for", "192.0.2.1");
    asked.set("x-forwarded-proto", "http");
    asked.set("x-forwarded-host", "bench.test");
    asked.set("forwarded", "for=192.0.2.1;proto=http;host=bench.test");
    asked.set("via", "1.1 edge");
    asked.set("cdn-loop", "edge");
    asked.set("x-request-id", "0123456789abcdef0123456789abcdef");
    const { method, body } = request;
    const response = await fetch(ORIGIN + pathname, { method, headers: asked, body, redirect: "manual" });

    const headers = new Headers(response.headers);
    for (const name of CONNECTION) headers.delete(name);
    headers.delete("server");
    headers.set("x-content-type-options", "nosniff");
    headers.set("x-frame-options", "SAMEORIGIN");
    headers.set("referrer-policy", "strict-origin-when-cross-origin");
    headers.append("via", "1.1 edge");
    headers.set("x-request-id", "0123456789abcdef0123456789abcdef");
    return new Response(response.body, { status: response.status, headers });
  },
};
