// Which requests by plain http are redirected, and where to.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../../shared/site/schema.ts";
import { decide } from "../../../worker/decision.ts";
import { EMPTY_SNAPSHOT } from "../../../worker/keeping/snapshot.ts";
import { anAsked, aSite } from "../../support/asked.ts";

const VISIT = { requestId: "id", startedAt: 0 };
const ROUTES: SiteFile["routes"] = [
  { id: "open", match: { path: "/open/*" }, https: "off", respond: { status: 200 } },
  { id: "old", match: { path: "/old" }, https: { status: 301 }, respond: { status: 200 } },
  {
    id: "post",
    match: { path: "/post" },
    methods: ["POST"],
    cors: { origins: "*" },
    respond: { status: 200 },
  },
  { id: "rest", match: { path: "/in/*" }, respond: { status: 200 } },
];

function answerTo(
  url: string,
  file: Partial<SiteFile> = {},
  options: { method?: string; headers?: Record<string, string>; ip?: string } = {},
) {
  const site = aSite({ https: "redirect", routes: ROUTES, ...file });
  const decision = decide(site, anAsked(url, options), VISIT, EMPTY_SNAPSHOT);
  if (decision.kind !== "answer") throw new Error("the edge should answer");
  const { reply, refusal } = decision.outcome;
  return [refusal?.reason ?? reply.status, reply.headers.get("location")];
}

describe("https: redirect", () => {
  // traefik, redirectScheme: the port belonged to the other scheme.
  it.each([
    ["http://a.test/in/x", "https://a.test/in/x"],
    ["http://a.test/in/x?a=1&b=%2F", "https://a.test/in/x?a=1&b=%2F"],
    ["http://a.test:8080/in/", "https://a.test/in/"],
    ["http://A.test./in/%41", "https://a.test/in/A"],
    ["http://a.test//evil.test/", "https://a.test/evil.test/"],
    ["http://a.test/in/%0d%0aset-cookie:a", "https://a.test/in/%0D%0Aset-cookie:a"],
  ])("redirects %s to %s", (url, location) => {
    const routes = ROUTES.map((route) => ({ ...route, allowInPath: ["control" as const] }));
    expect(answerTo(url, { routes })).toEqual([308, location]);
  });

  it("lets https pass, also as a trusted proxy tells it, and as nobody else does", () => {
    expect(answerTo("https://a.test/in/x")).toEqual([200, null]);
    const told = { "x-forwarded-proto": "https" };
    const trusting = { trustedProxies: ["10.0.0.0/8"] };
    expect(answerTo("http://a.test/in/x", trusting, { headers: told, ip: "10.0.0.1" })).toEqual([200, null]);
    expect(answerTo("http://a.test/in/x", trusting, { headers: told })[0]).toBe(308);
    const plain = { "x-forwarded-proto": "http" };
    expect(answerTo("https://a.test/in/x", trusting, { headers: plain, ip: "10.0.0.1" })[0]).toBe(308);
  });

  it("comes before every other rule, and where no route takes the request", () => {
    expect(answerTo("http://a.test/post")[0]).toBe(308);
    expect(answerTo("https://a.test/post")[0]).toBe("method-not-allowed");
    const headers = { origin: "https://b.test", "access-control-request-method": "POST" };
    expect(answerTo("http://a.test/post", {}, { method: "OPTIONS", headers })[0]).toBe(308);
    expect(answerTo("https://a.test/post", {}, { method: "OPTIONS", headers })[0]).toBe(204);
    expect(answerTo("http://a.test/nowhere")[0]).toBe(308);
    expect(answerTo("https://a.test/nowhere")[0]).toBe("no-route");
  });

  it("may be off or another status on a route, and on there alone", () => {
    expect(answerTo("http://a.test/open/x")).toEqual([200, null]);
    expect(answerTo("http://a.test/old")).toEqual([301, "https://a.test/old"]);
    expect(answerTo("http://a.test/in/x", { https: "off" })).toEqual([200, null]);
    expect(answerTo("http://a.test/old", { https: "off" })).toEqual([301, "https://a.test/old"]);
  });
});

describe("an ACME challenge (RFC 8555 §8.3)", () => {
  const routes: SiteFile["routes"] = [{ id: "all", respond: { status: 200 } }];
  const CHALLENGE = "/.well-known/acme-challenge";

  it("stays open on plain http", () => {
    expect(answerTo(`http://a.test${CHALLENGE}/ab-_9`, { routes })).toEqual([200, null]);
    expect(answerTo(`http://a.test${CHALLENGE}/ab-_9`, { routes }, { method: "HEAD" })).toEqual([200, null]);
  });

  it("does not if the site says so", () => {
    expect(answerTo(`http://a.test${CHALLENGE}/ab`, { routes, https: { acme: "redirect" } })[0]).toBe(308);
  });

  it.each([
    `${CHALLENGE}`,
    `${CHALLENGE}/`,
    `${CHALLENGE}/a/b`,
    `${CHALLENGE}/../../admin`,
    `${CHALLENGE}/%2e%2e/admin`,
    `${CHALLENGE}/a;b`,
    `${CHALLENGE}/a%2fb`,
    `${CHALLENGE}/a%5cb`,
    `${CHALLENGE}/a%00`,
    `${CHALLENGE}x/a`,
    `/.WELL-KNOWN/acme-challenge/a`,
    `/x${CHALLENGE}/a`,
  ])("is not %s", (path) => {
    const open = [
      { id: "all", allowInPath: ["encoded-slash", "backslash", "control"], respond: { status: 200 } },
    ];
    expect(answerTo(`http://a.test${path}`, { routes: open as SiteFile["routes"] })[0]).toBe(308);
  });

  it("is only read", () => {
    expect(answerTo(`http://a.test${CHALLENGE}/a`, { routes }, { method: "POST" })[0]).toBe(308);
  });
});
