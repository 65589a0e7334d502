// What is written of a request, and of which requests.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../../shared/site/schema.ts";
import type { Attempt } from "../../../worker/balancing/sending.ts";
import { isLogged, logRecord } from "../../../worker/delivery/log-record.ts";
import { type Body, ownReply } from "../../../worker/message.ts";
import type { Outcome } from "../../../worker/outcome.ts";
import { matchRoute } from "../../../worker/routing/match-route.ts";
import { anAsked, aSite } from "../../support/asked.ts";
import { aPool } from "../balancing/a-pool.ts";

const VISIT = { requestId: "own-id", startedAt: Date.UTC(2026, 0, 2, 3, 4, 5) };
const record = (outcome: Outcome) => logRecord(outcome, VISIT, VISIT.startedAt + 12);

const reply = (status = 200, body: Body = null, fields: Record<string, string> = {}) =>
  ownReply(status, new Headers(fields), body);

function known(file: Partial<SiteFile> = {}, headers: Record<string, string> = {}) {
  const site = aSite({ routes: [{ id: "r", respond: {} }], ...file });
  const asked = anAsked("http://a.test/p%61th?q=1", {
    method: "POST",
    country: "DE",
    protocol: "HTTP/1.1",
    headers,
  });
  const matched = matchRoute(site, asked);
  if (!matched.ok) throw new Error("no route takes it");
  return { asked, site, matched: matched.value };
}

const [fra, iad] = aPool({ fra: {}, iad: {} }).origins;
if (!fra || !iad) throw new Error("the pool has two origins");
const refused: Attempt = {
  origin: fra,
  attempted: { kind: "failure", failure: { kind: "connect", message: "lost" } },
  sentAt: 0,
  ms: 1,
};
const answered: Attempt = { origin: iad, attempted: { kind: "status", status: 200 }, sentAt: 0, ms: 1 };

const NOTHING = {
  client: null,
  country: null,
  protocol: null,
  scheme: null,
  host: null,
  method: null,
  path: null,
  query: null,
  referrer: null,
  userAgent: null,
  site: null,
  version: null,
  route: null,
  subject: null,
  refusal: null,
  observed: [],
  cache: null,
  cacheReason: null,
  pool: null,
  origin: null,
  attempts: [],
  stoppedBy: null,
  totalMs: null,
  ended: null,
};

describe("the record of a request", () => {
  it("is whole where everything is known", () => {
    const outcome: Outcome = {
      ...known(
        { log: { query: true } },
        { "user-agent": "Browser/1.0", referer: "https://b.test/before?from=mail" },
      ),
      reply: reply(200, new ReadableStream(), { "content-length": "7" }),
      cache: { kind: "forward", fwd: "uri-miss", detail: "vary-star" },
      sending: { pool: "web", attempts: [refused, answered], answeredBy: answered, stoppedBy: undefined },
    };
    expect(record(outcome)).toEqual({
      time: "2026-01-02T03:04:05.000Z",
      requestId: "own-id",
      client: "192.0.2.1",
      country: "DE",
      protocol: "HTTP/1.1",
      scheme: "http",
      host: "a.test",
      method: "POST",
      path: "/path",
      query: "q=1",
      referrer: "https://b.test/before?from=mail",
      userAgent: "Browser/1.0",
      site: "a.test",
      version: "test",
      route: "r",
      subject: null,
      refusal: null,
      observed: [],
      cache: "uri-miss",
      cacheReason: "vary-star",
      pool: "web",
      origin: "iad",
      attempts: ["fra connect", "iad 200"],
      stoppedBy: null,
      status: 200,
      bytes: 7,
      ms: 12,
      totalMs: null,
      ended: null,
    });
  });

  it("has nothing but the answer where nothing is known", () => {
    expect(record({ reply: reply(400), refusal: { reason: "bad-host", host: "x" } })).toEqual({
      ...NOTHING,
      time: "2026-01-02T03:04:05.000Z",
      requestId: "own-id",
      subject: null,
      refusal: "bad-host",
      observed: [],
      status: 400,
      bytes: 0,
      ms: 12,
    });
  });

  it("has the client's own query only where the site asks for it", () => {
    expect(record({ ...known(), reply: reply() }).query).toBeNull();
    expect(record({ ...known({ log: { query: false } }), reply: reply() }).query).toBeNull();
    expect(record({ asked: known().asked, reply: reply() }).query).toBeNull();
    const { site } = known({ log: { query: true } });
    expect(record({ site, reply: reply() }).query).toBeNull();
  });

  it.each([
    ["https://b.test/a?token=x", "https://b.test/a", "https://b.test/a?token=x"],
    ["https://b.test/a#part", "https://b.test/a", "https://b.test/a#part"],
    ["https://b.test", "https://b.test", "https://b.test"],
    ["https://ann:pa@ss@b.test/a@b", "https://b.test/a@b", "https://b.test/a@b"],
    ["//ann@b.test/", "//b.test/", "//b.test/"],
    ["android-app://ann@com.example", "android-app://com.example", "android-app://com.example"],
    ["https://b.test?mail=a@b", "https://b.test", "https://b.test?mail=a@b"],
    ["HTTPS://@b.test/", "HTTPS://b.test/", "HTTPS://b.test/"],
    ["x://ann@b.test/", "x://b.test/", "x://b.test/"],
    ["https://b.test/to//ann@c.test/", "https://b.test/to//ann@c.test/", "https://b.test/to//ann@c.test/"],
  ])(
    "has the referrer %s without credentials, and its query only with that of the request",
    (referer, bare, full) => {
      const of = (query: boolean) => record({ ...known({ log: { query } }, { referer }), reply: reply() });
      expect([of(false).referrer, of(true).referrer]).toEqual([bare, full]);
    },
  );

  it("has no more of a long field than its first 2,048 characters", () => {
    const long = "x".repeat(3_000);
    const { referrer, userAgent } = record({
      ...known({}, { referer: long, "user-agent": long }),
      reply: reply(),
    });
    expect([referrer?.length, userAgent?.length]).toEqual([2_048, 2_048]);
  });

  it("has the time to the millisecond, in every second", () => {
    const times = [0, 7, 999, 1_000, 60_020].map(
      (ms) => logRecord({ reply: reply() }, { requestId: "1", startedAt: VISIT.startedAt + ms }, 0).time,
    );
    expect(times).toEqual([
      "2026-01-02T03:04:05.000Z",
      "2026-01-02T03:04:05.007Z",
      "2026-01-02T03:04:05.999Z",
      "2026-01-02T03:04:06.000Z",
      "2026-01-02T03:05:05.020Z",
    ]);
  });

  it("names no origin where none answered", () => {
    const sending = {
      pool: "web",
      attempts: [refused],
      answeredBy: undefined,
      stoppedBy: "not-idempotent",
    } as const;
    expect(record({ reply: reply(502), sending })).toMatchObject({
      pool: "web",
      origin: null,
      attempts: ["fra connect"],
      stoppedBy: "not-idempotent",
    });
  });

  it.each([
    [{ kind: "hit", ttlSeconds: 1 }, "hit", null],
    [{ kind: "none", detail: "only-if-cached" }, "none", "only-if-cached"],
    [{ kind: "forward", fwd: "bypass" }, "bypass", null],
  ] as [NonNullable<Outcome["cache"]>, string, string | null][])(
    "tells of the cache: %j",
    (cache, word, why) => {
      expect(record({ reply: reply(), cache })).toMatchObject({ cache: word, cacheReason: why });
    },
  );

  it.each([
    ["declared", reply(200, new ReadableStream(), { "content-length": "7" }), 7],
    ["of no body, whatever is declared", reply(304, null, { "content-length": "7" }), 0],
    ["of none", reply(204), 0],
    ["of a text", reply(200, "ä"), 2],
    ["of bytes", reply(200, new Uint8Array(3)), 3],
    ["of a stream", reply(200, new ReadableStream()), null],
  ] as const)("knows the length %s", (_what, answer, bytes) => {
    expect(record({ reply: answer }).bytes).toBe(bytes);
  });

  it("counts no bytes for a HEAD, whatever is declared", () => {
    const asked = anAsked("http://a.test/", { method: "HEAD" });
    expect(record({ asked, reply: reply(200, "hello", { "content-length": "5" }) }).bytes).toBe(0);
  });
});

describe("a request is logged", () => {
  const of = (sample: number) => ({ ...known({ log: { sample } }), reply: reply() });

  it("as often as its site asks, and always where no site is known", () => {
    expect([0, 0.24, 0.25, 0.99].map((random) => isLogged(of(0.25), random))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(isLogged(of(0), 0)).toBe(false);
    expect(isLogged(of(1), 0.999)).toBe(true);
    expect(isLogged({ reply: reply() }, 0.999)).toBe(true);
    const { site } = known(); // which asks for all
    expect(isLogged({ site, reply: reply() }, 0.999)).toBe(true);
  });

  it("always where it is refused, or met a fault", () => {
    expect(isLogged({ ...of(0), refusal: { reason: "loop" } }, 0.5)).toBe(true);
    expect(isLogged({ ...of(0), reply: reply(500) }, 0.5)).toBe(true);
    expect(isLogged({ ...of(0), reply: reply(499) }, 0.5)).toBe(false);
  });
});
