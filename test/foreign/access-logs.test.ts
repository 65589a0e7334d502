// What the suites of nginx, Varnish and Caddy hold of access logs, and any log must. It runs with the log as workerd prints it.
// Apache httpd's suite has no test of its access log; test/unit/delivery/log-formats.test.ts follows its `ap_escape_logitem`.
import { afterAll, expect, it } from "vitest";
import { MAX_DELAY_MS } from "../../worker/adapters/batched-log.ts";
import { useLoggedEdge } from "../support/logged-edge.ts";
import { useOrigin } from "../support/origin.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";
import { Conversation } from "../support/wire.ts";

const origin = useOrigin();
const proxy = () => ({
  pools: { web: { origins: [{ id: "o", url: origin.url }] } },
  routes: [
    { id: "ok", match: { path: "/ok/*" }, allowInPath: ["control" as const], respond: { body: "OK" } },
    { id: "gone", match: { path: "/gone/*" }, respond: { status: 404, body: "gone" } },
    { id: "bypassed", match: { path: "/pass/*" }, cache: "off" as const, to: "web" },
    { id: "rewritten", match: { path: "/client-url" }, rewrite: { path: "/origin-url" }, to: "web" },
    { id: "rest", cache: { ttl: "1h" }, to: "web" },
  ],
  headers: { request: { set: { "user-agent": "edge" } } },
});
const edge = useLoggedEdge(() => ({
  json: { ...proxy(), log: { query: true } },
  bare: proxy(),
  combined: { ...proxy(), log: { format: "combined" as const, query: true } },
  fields: {
    ...proxy(),
    log: { format: "fields" as const, fields: ["path", "userAgent", "bytes"] as const, query: true },
  } as never,
  off: { ...proxy(), log: { sample: 0 } },
}));
afterAll(() => expect(edge.printed.filter(({ stream }) => stream === "stderr")).toEqual([]));

const holds = (source: string, behaviour: string, how: () => Promise<void>): void =>
  it(`${source}: ${behaviour}`, how);

const ask = (site: string, target: string, fields = "") =>
  sendRaw(edge.url, rawGet(target, `${site}.test`, fields));
/** The only line that has this in it, once it is written. */
async function line(text: string): Promise<string> {
  const [printed] = await edge.logged(text);
  return printed?.line ?? "";
}
const json = async (text: string) => JSON.parse(await line(text));

// nginx.

holds(
  "access_log.t",
  "the combined format names the client, the time, the request, the status and the bytes",
  async () => {
    await ask("combined", "/ok/combined");
    expect(await line("/ok/combined")).toMatch(
      /^127\.0\.0\.1 - - \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET \/ok\/combined HTTP\/1\.1" 200 2 "-" "-"$/,
    );
  },
);

holds("access_log.t", "where the log is off a good request leaves no line", async () => {
  await ask("off", "/ok/off");
  await ask("off", "/ok/off%2Frefused"); // a refusal is always logged
  await line("/ok/off%2Frefused");
  expect(edge.linesWith('"/ok/off"')).toEqual([]);
});

holds("access_log.t", "quotes and control characters of a URL are escaped", async () => {
  await ask("combined", "/ok/escape/%221%20%1B%1C%20%22?c=2");
  const logged = await line("/ok/escape");
  expect(logged).toContain('"GET /ok/escape/%221%20%1B%1C%20%22?c=2 HTTP/1.1"');
});

holds(
  "access_log.t",
  "quotes and control characters of a URL are escaped in JSON, and read back",
  async () => {
    await ask("json", "/ok/escape-json/%221%20%1B%1C%20%22?c=2");
    expect(await json("/ok/escape-json")).toMatchObject({
      path: "/ok/escape-json/%221%20%1B%1C%20%22",
      query: "c=2",
    });
  },
);

holds("access_log.t", "bytes that are no text are escaped", async () => {
  await ask("combined", "/ok/binary", "User-Agent: \x7f\xc2\x80\x01\r\n");
  expect(await line("/ok/binary")).toMatch(/ "\\x7f\\xc2\\x80\\x01"$/);
});

holds("access_log.t", "a line that waits for others is written in time without them", async () => {
  await ask("json", "/ok/flushed");
  const since = performance.now();
  const [printed] = await edge.logged("/ok/flushed");
  expect((printed?.at ?? 0) - since).toBeLessThan(MAX_DELAY_MS + 1_000);
});

holds("access_log_variables.t", "the time is the moment of the request, in ISO 8601", async () => {
  const before = new Date().toISOString();
  await ask("json", "/ok/time");
  const { time } = await json("/ok/time");
  expect(time >= before && time <= new Date().toISOString()).toBe(true);
});

holds("access_log_variables.t", "the bytes are those of the body", async () => {
  const { body } = await ask("json", "/ok/bytes");
  expect((await json("/ok/bytes")).bytes).toBe(body.length);
});

holds("access_log_variables.t", "each of several pipelined requests has a line", async () => {
  const client = new Conversation(edge.url);
  const one = "GET /ok/pipe HTTP/1.1\r\nHost: json.test\r\n\r\n";
  await client.say(`${one}${one}${rawGet("/ok/pipe", "json.test")}`);
  await client.rest();
  expect(await edge.logged('"/ok/pipe"', 3)).toHaveLength(3);
});

holds(
  "stream_access_log_escape.t",
  "quotes and backslashes of a value are escaped in every format",
  async () => {
    const agent = 'User-Agent: " \\ "\r\n';
    for (const site of ["json", "combined", "fields"]) await ask(site, `/ok/quotes-${site}`, agent);
    expect((await json("/ok/quotes-json")).userAgent).toBe('" \\ "');
    expect(await line("/ok/quotes-combined")).toMatch(/ "\\" \\\\ \\""$/);
    expect(await line("/ok/quotes-fields")).toBe('/ok/quotes-fields\t\\" \\\\ \\"\t2');
  },
);

// Varnish.

holds("u00002.vtc", "a line tells a hit, a miss, a pass and an answer of the edge apart", async () => {
  for (const path of ["/hit", "/hit", "/pass/a", "/ok/synth"]) await ask("json", path);
  const lines = await edge.logged('"/hit"', 2);
  expect(lines.map(({ line }) => JSON.parse(line).cache)).toEqual(["uri-miss", "hit"]);
  expect((await json("/pass/a")).cache).toBe("bypass");
  expect((await json("/ok/synth")).cache).toBeNull();
});

holds("u00003.vtc", "the status is the one that the client was sent", async () => {
  await ask("combined", "/gone/a");
  expect(await line("/gone/a")).toContain('HTTP/1.1" 404 4 ');
});

holds("u00003.vtc", "a request that is refused has a line with the client's address", async () => {
  await ask("json", "/bad%00path");
  expect(await json("/bad%00path")).toMatchObject({ client: "127.0.0.1", status: 400 });
});

holds(
  "u00003.vtc",
  "a body of no bytes is a dash in the combined format, and a nought elsewhere",
  async () => {
    origin.answers((_request, response) => void response.end());
    await ask("combined", "/pass/empty-combined");
    await ask("json", "/pass/empty-json");
    expect(await line("/pass/empty-combined")).toContain('HTTP/1.1" 200 - ');
    expect((await json("/pass/empty-json")).bytes).toBe(0);
  },
);

holds("u00016.vtc", "characters beyond ASCII are themselves in JSON", async () => {
  await ask("json", "/ok/unicode", "User-Agent: \xe2\x88\x83\r\n");
  expect((await json("/ok/unicode")).userAgent).toBe("∃");
});

holds("u00016.vtc", "an absent field is null in JSON and no dash", async () => {
  await ask("json", "/ok/absent");
  expect(await json("/ok/absent")).toMatchObject({ userAgent: null, referrer: null });
});

holds("u00017.vtc", "control characters are escaped in JSON, and read back", async () => {
  await ask("json", "/ok/control", "User-Agent: a\x1b\x08b\r\n");
  expect(await line("/ok/control")).toContain('"a\\u001b\\bb"');
  expect((await json("/ok/control")).userAgent).toBe("a\x1b\bb");
});

holds("u00020.vtc", "what the client sent is logged, not what an origin is sent in its place", async () => {
  await ask("json", "/client-url?q=client", "User-Agent: client\r\n");
  expect(await json("/client-url")).toMatchObject({
    path: "/client-url",
    query: "q=client",
    userAgent: "client",
  });
  expect(origin.last).toMatchObject({ url: "/origin-url?q=client", headers: { "user-agent": "edge" } });
});

holds("r02148.vtc", "blanks after the colon of a field are no part of its value", async () => {
  await ask("json", "/ok/colon-none", "User-Agent:qux\r\n");
  await ask("json", "/ok/colon-some", "User-Agent:   qux  \r\n");
  expect((await json("/ok/colon-none")).userAgent).toBe("qux");
  expect((await json("/ok/colon-some")).userAgent).toBe("qux");
});

holds("r03556.vtc", "a request whose body breaks off has a line", async () => {
  origin.answers((request) => void request.resume());
  const client = new Conversation(edge.url);
  await client.say("POST /pass/incomplete HTTP/1.1\r\nHost: json.test\r\nContent-Length: 10\r\n\r\nincompl");
  await expect.poll(() => origin.seen.length).toBe(1);
  client.hangUp();
  expect(await json("/pass/incomplete")).toMatchObject({ method: "POST", path: "/pass/incomplete" });
});

// Caddy.

holds("admin_test.go", "credentials are in no line", async () => {
  const secret = "s3cret";
  const fields = [
    "Authorization: Basic ",
    "Cookie: session=",
    "Proxy-Authorization: Basic ",
    "Referer: http://u:",
  ]
    .map((start) => `${start}${secret}${start.startsWith("Referer") ? "@a.test/" : ""}\r\n`)
    .join("");
  origin.answers((_request, response) => void response.setHeader("set-cookie", `session=${secret}`).end());
  for (const site of ["json", "combined", "fields"]) await ask(site, `/pass/credentials-${site}`, fields);
  for (const site of ["json", "combined", "fields"]) await line(`/pass/credentials-${site}`);
  expect(edge.linesWith(secret)).toEqual([]);
});

holds("filters_test.go", "a query, and that of a referrer, can be kept out of the log", async () => {
  await ask("bare", "/ok/query?token=s3cr3t", "Referer: https://a.test/?token=s3cr3t\r\n");
  expect(await json("/ok/query")).toMatchObject({
    path: "/ok/query",
    query: null,
    referrer: "https://a.test/",
  });
  expect(edge.linesWith("s3cr3t")).toEqual([]);
});
