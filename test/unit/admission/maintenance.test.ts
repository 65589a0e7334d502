// Who gets in while a site is being worked on, and what the others see.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../../shared/site/schema.ts";
import { validateSite } from "../../../shared/site/validate.ts";
import { compileSite } from "../../../worker/compile-site.ts";
import { decide } from "../../../worker/decision.ts";
import { EMPTY_SNAPSHOT, type Snapshot } from "../../../worker/keeping/snapshot.ts";
import { anAsked } from "../../support/asked.ts";

const TOKEN = "s3cret-t0ken";
const REFERENCE = "${secret:BYPASS}";
const ON: Snapshot = {
  ...EMPTY_SNAPSHOT,
  switches: { ...EMPTY_SNAPSHOT.switches, maintenance: { retryAfterSeconds: 60 } },
};
const BYPASS = { ip: "192.0.2.64/26", header: "x-bypass", cookie: "bypass", token: REFERENCE };

interface Question {
  readonly url?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly ip?: string;
}

function decided(
  maintenance: SiteFile["maintenance"],
  { url = "http://a.test/page", ...options }: Question = {},
  { snapshot = ON, token = TOKEN as string | null } = {},
) {
  const file = validateSite({
    hosts: ["a.test"],
    pools: { web: { origins: [{ id: "a", url: "https://o.test" }] } },
    access: { deny: { header: { "x-bad": true } } },
    ...(maintenance && { maintenance }),
    routes: [
      { id: "old", match: { path: "/old" }, redirect: { to: "/new" } },
      { id: "rest", to: "web" },
    ],
  });
  if (!file.ok) throw new Error(JSON.stringify(file.error));
  const site = compileSite(file.value, "v1", { secrets: () => token ?? undefined });
  return decide(site, anAsked(url, options), { requestId: "id", startedAt: 0 }, snapshot);
}

function endOf(...given: Parameters<typeof decided>) {
  const decision = decided(...given);
  if (decision.kind === "forward") return "forwarded";
  if (decision.kind !== "answer") throw new Error(decision.kind);
  return decision.outcome.refusal?.reason ?? decision.outcome.reply.status;
}

describe("a site that is being worked on", () => {
  it("answers 503 by the switch, or by its file", () => {
    for (const [maintenance, retryAfter] of [
      [undefined, "60"],
      [{ bypass: BYPASS }, "60"],
      [{ on: true, retryAfter: "10m" }, "60"], // the switch has a time of its own
    ] as const) {
      const decision = decided(maintenance);
      if (decision.kind !== "answer") throw new Error("it should be closed");
      const { reply, refusal } = decision.outcome;
      expect([refusal?.reason, reply.status, reply.headers.get("retry-after")]).toEqual([
        "maintenance",
        503,
        retryAfter,
      ]);
    }
    const decision = decided({ on: true, retryAfter: "10m" }, {}, { snapshot: EMPTY_SNAPSHOT });
    expect(decision.kind === "answer" && decision.outcome.reply.headers.get("retry-after")).toBe("600");
  });

  it("is open otherwise", () => {
    expect(endOf({ bypass: BYPASS }, {}, { snapshot: EMPTY_SNAPSHOT })).toBe("forwarded");
    expect(endOf(undefined, {}, { snapshot: EMPTY_SNAPSHOT })).toBe("forwarded");
  });

  it("comes before every other rule, and leaves redirects alone", () => {
    const bad = { headers: { "x-bad": "1" } };
    for (const maintenance of [undefined, { bypass: BYPASS }]) {
      expect(endOf(maintenance, bad)).toBe("maintenance");
      expect(endOf(maintenance, bad, { snapshot: EMPTY_SNAPSHOT })).toBe("access-denied");
      expect(endOf(maintenance, { url: "http://a.test/old" })).toBe(302);
    }
  });

  it("shows its own page, which nobody may store", () => {
    const decision = decided({ page: { body: "<h1>Soon</h1>" } });
    if (decision.kind !== "answer") throw new Error("it should be closed");
    const { reply } = decision.outcome;
    expect([reply.status, reply.body]).toEqual([503, "<h1>Soon</h1>"]);
    expect(Object.fromEntries(reply.headers)).toEqual({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "retry-after": "60",
    });
  });
});

describe("a bypass", () => {
  const held = (headers: Record<string, string>) => ({ headers });

  it.each([
    ["an address in the range", { ip: "192.0.2.77" }],
    ["the token in the header", held({ "x-bypass": TOKEN })],
    ["the token in the cookie", held({ cookie: `a=1; bypass=${TOKEN}; b=2` })],
  ])("lets in %s", (_what, question) => {
    expect(endOf({ bypass: BYPASS }, question)).toBe("forwarded");
    expect(endOf({ on: true, bypass: BYPASS }, question, { snapshot: EMPTY_SNAPSHOT })).toBe("forwarded");
  });

  it.each([
    ["another address", { ip: "192.0.2.128" }],
    ["an address that only the client tells", held({ "x-forwarded-for": "192.0.2.77" })],
    ["another token", held({ "x-bypass": `${TOKEN}x` })],
    ["the beginning of the token", held({ "x-bypass": TOKEN.slice(0, -1) })],
    ["no token", held({ "x-bypass": "" })],
    ["the token twice", held({ "x-bypass": `${TOKEN}, ${TOKEN}` })],
    ["the reference", held({ "x-bypass": REFERENCE })],
    ["the header in another spelling", held({ x_bypass: TOKEN })],
    ["the token in another field", held({ authorization: TOKEN })],
    ["the token in another cookie", held({ cookie: `bypass2=${TOKEN}` })],
    ["the token in a query", { url: `http://a.test/page?bypass=${TOKEN}&x-bypass=${TOKEN}` }],
  ])("lets in nobody with %s", (_what, question) => {
    expect(endOf({ bypass: BYPASS }, question)).toBe("maintenance");
  });

  // The held-out spellings of a path: none of them is another way in.
  it.each([
    "//page",
    "/x/../page",
    "/%70age",
    "/page;v=1",
    "/page/%2e",
    "/;/page",
    "/.well-known/acme-challenge/a",
  ])("is not had by the path %s, the method or an upgrade", (path) => {
    const url = `http://a.test${path}`;
    expect(endOf({ bypass: BYPASS }, { url })).toBe("maintenance");
    expect(endOf({ bypass: BYPASS }, { url, method: "OPTIONS" })).toBe("maintenance");
    expect(endOf({ bypass: BYPASS }, { url, ...held({ upgrade: "websocket" }) })).toBe("maintenance");
    expect(endOf({ bypass: BYPASS }, { url, ...held({ range: "bytes=0-0" }) })).toBe("maintenance");
  });

  it("lets in nobody by a token that the edge does not have, and the site is served otherwise", () => {
    const without = { token: null };
    for (const value of ["", "undefined", TOKEN])
      expect(endOf({ bypass: BYPASS }, held({ "x-bypass": value }), without)).toBe("maintenance");
    expect(endOf({ bypass: BYPASS }, { ip: "192.0.2.77" }, without)).toBe("forwarded");
    expect(endOf({ bypass: BYPASS }, {}, { ...without, snapshot: EMPTY_SNAPSHOT })).toBe("forwarded");
  });

  it("does not spare the other rules", () => {
    expect(endOf({ bypass: BYPASS }, held({ "x-bypass": TOKEN, "x-bad": "1" }))).toBe("access-denied");
  });

  it.each([ON, EMPTY_SNAPSHOT])("is not shown to an origin", (snapshot) => {
    const headers = { "x-bypass": TOKEN, cookie: `a=1; bypass=${TOKEN}` };
    const decision = decided({ bypass: BYPASS }, { headers }, { snapshot });
    if (decision.kind !== "forward") throw new Error("it should go on");
    const ask = decision.ask();
    expect([ask.headers.get("x-bypass"), ask.headers.get("cookie")]).toEqual([null, "a=1"]);
    expect(JSON.stringify([...decision.known.asked.headers])).not.toContain(TOKEN); // which the cache sees
  });
});
