// Who may come in: each key of `allow` and `deny`, their order, the site and its routes. What nginx's tests ask of allow and deny
// (access.t), HAProxy's of `src` and `-f FILE` ACLs, Envoy's of RBAC (deny before allow, shadow rules) and Traefik's of IPAllowList is
// asked here too.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../../shared/site/schema.ts";
import { listsByHand } from "../../../worker/admission/address-lists.ts";
import { NO_LISTS } from "../../../worker/admission/list-shelf.ts";
import { decide } from "../../../worker/decision.ts";
import { EMPTY_SNAPSHOT } from "../../../worker/keeping/snapshot.ts";
import { type AskedOptions, anAsked, aSite } from "../../support/asked.ts";

type Access = NonNullable<SiteFile["access"]>;
type RouteAccess = NonNullable<SiteFile["routes"][number]["access"]>;

interface World {
  readonly site?: Partial<SiteFile>;
  /** Lists behind a URL that have the client. */
  readonly inLists?: readonly string[];
}

/** Whether a client may come in; if not, why. */
function entry(asked: AskedOptions, { site = {}, inLists }: World): string {
  const compiled = aSite({ routes: [{ id: "all", respond: { status: 200 } }], ...site });
  const decision = decide(
    compiled,
    anAsked("http://a.test/x", asked),
    { requestId: "id", startedAt: 0 },
    EMPTY_SNAPSHOT,
    inLists ? listsByHand(inLists) : NO_LISTS,
  );
  if (decision.kind !== "answer") throw new Error("the edge should answer");
  const { reply, refusal, findings } = decision.outcome;
  if (refusal) return `${reply.status} ${refusal.reason}`;
  return findings && findings.observed.length > 0 ? `observed ${findings.observed}` : "in";
}

const IN = "in";
const OUT = "403 access-denied";
const ROUTES = (access: RouteAccess) => [{ id: "all", access, respond: { status: 200 } }];

describe("deny", () => {
  const of = (deny: Access["deny"], asked: AskedOptions) => entry(asked, { site: { access: { deny } } });

  it.each<[string, Access["deny"], AskedOptions, AskedOptions]>([
    ["an address", { ip: "192.0.2.7" }, { ip: "192.0.2.7" }, { ip: "192.0.2.8" }],
    ["a range", { ip: ["198.51.100.0/24", "10.0.0.0/8"] }, { ip: "10.255.255.255" }, { ip: "11.0.0.0" }],
    ["a range of IPv6", { ip: "2001:db8::/33" }, { ip: "2001:db8:7fff::1" }, { ip: "2001:db8:8000::1" }],
    [
      "an IPv6 address in another spelling",
      { ip: "2001:DB8:0::1" },
      { ip: "2001:db8::1" },
      { ip: "2001:db8::2" },
    ],
    [
      "an IPv4 address written as IPv6",
      { ip: "::ffff:192.0.2.0/120" },
      { ip: "192.0.2.9" },
      { ip: "192.0.3.9" },
    ],
    ["a country", { country: ["de", "T1"] }, { country: "DE" }, { country: "FR" }],
    ["an unknown country, as Cloudflare calls it", { country: "XX" }, { country: "XX" }, { country: "DE" }],
    ["a continent", { continent: "EU" }, { country: "CY" }, { country: "TR" }],
    ["a network", { asn: [64496, 64497] }, { asn: 64497 }, { asn: 64498 }],
    [
      "a program",
      { userAgent: ["*curl*", "BadBot/*"] },
      { headers: { "user-agent": "badbot/2.0" } },
      { headers: { "user-agent": "good badbot/2.0" } },
    ],
    ["no program", { userAgent: false }, {}, { headers: { "user-agent": "a" } }],
    [
      "a header, whatever its spelling",
      { header: { "x-role": "guest" } },
      { headers: { x_role: "admin, guest" } },
      { headers: { "x-role": "guests" } },
    ],
    ["a header that is there", { header: { via: true } }, { headers: { via: "1.1 a" } }, {}],
    [
      "a cookie, whatever its spelling",
      { cookie: { banned: "1" } },
      { headers: { cookie: 'a=b; banned="1"' } },
      { headers: { cookie: "banned=0" } },
    ],
  ])("keeps %s out, and nobody else", (_what, deny, denied, other) => {
    expect(of(deny, denied)).toBe(OUT);
    expect(of(deny, other)).toBe(IN);
  });

  it("finds a run of elements of a list, whatever stands around it", () => {
    const deny = { header: { "x-roles": "guest, *ed" } };
    expect(of(deny, { headers: { "x-roles": "user, guest, banned, other" } })).toBe(OUT);
    expect(of(deny, { headers: { "x-roles": "guest, user" } })).toBe(IN);
  });

  it("needs one of its keys only", () => {
    const deny = { ip: "192.0.2.7", country: "FR", userAgent: "*curl*" };
    expect(of(deny, { ip: "192.0.2.7", country: "DE" })).toBe(OUT);
    expect(of(deny, { country: "FR" })).toBe(OUT);
    expect(of(deny, { headers: { "user-agent": "curl/8" } })).toBe(OUT);
    expect(of(deny, { country: "DE" })).toBe(IN);
  });

  it("keeps nobody out by a place that is not known", () => {
    expect(of({ country: ["DE", "XX"], continent: "EU", asn: 0 }, {})).toBe(IN);
  });

  it("of one kind of address keeps the other kind in, as nginx's `deny 0.0.0.0/0`", () => {
    expect(of({ ip: "0.0.0.0/0" }, { ip: "2001:db8::1" })).toBe(IN);
    expect(of({ ip: "::/0" }, { ip: "192.0.2.1" })).toBe(IN);
  });
});

describe("allow", () => {
  const of = (allow: Access["allow"], asked: AskedOptions) => entry(asked, { site: { access: { allow } } });

  it.each<[string, Access["allow"], AskedOptions, AskedOptions]>([
    ["a range", { ip: "192.0.2.0/24" }, { ip: "192.0.2.9" }, { ip: "192.0.3.9" }],
    ["a country", { country: "DE" }, { country: "DE" }, {}],
    ["a continent", { continent: ["OC"] }, { country: "NZ" }, { country: "ZZ" }],
    ["a network", { asn: 64496 }, { asn: 64496 }, {}],
    ["a program", { userAgent: "*PROBE*" }, { headers: { "user-agent": "a probe" } }, {}],
    [
      "a header",
      { header: { "x-key": "k*" } },
      { headers: { "x-key": "k1" } },
      { headers: { "x-key": "1" } },
    ],
    ["a cookie", { cookie: { in: "1" } }, { headers: { cookie: "in=1" } }, { headers: { cookie: "out=1" } }],
  ])("lets %s in, and nobody else", (_what, allow, allowed, other) => {
    expect(of(allow, allowed)).toBe(IN);
    expect(of(allow, other)).toBe(OUT);
  });

  it("needs one of its keys only", () => {
    const allow = { ip: "192.0.2.7", country: "FR" };
    expect(of(allow, { ip: "192.0.2.7" })).toBe(IN);
    expect(of(allow, { country: "FR" })).toBe(IN);
    expect(of(allow, { country: "DE" })).toBe(OUT);
  });

  // Which of the values an origin uses is not known.
  it.each<[string, Record<string, string>]>([
    ["another line of it", { "x-key": "k, other" }],
    ["another spelling of it", { "x-key": "k", x_key: "other" }],
    ["nothing in it", { "x-key": "" }],
    ["another cookie of that name", { "x-key": "other", cookie: "key=k; key=other" }],
  ])("lets nobody in by a header or cookie with %s", (_what, headers) => {
    expect(of({ header: { "x-key": "k" }, cookie: { key: "k" } }, { headers })).toBe(OUT);
  });

  it("takes a header that says the same twice", () => {
    expect(of({ header: { "x-key": "k" } }, { headers: { "x-key": "k", x_key: "k" } })).toBe(IN);
  });
});

describe("access rules", () => {
  it("deny before they allow, as Envoy's RBAC and not as nginx's first match", () => {
    const access = { allow: { ip: "192.0.2.0/24" }, deny: { ip: "192.0.2.7" } };
    expect(entry({ ip: "192.0.2.7" }, { site: { access } })).toBe(OUT);
    expect(entry({ ip: "192.0.2.8" }, { site: { access } })).toBe(IN);
    expect(entry({ ip: "192.0.3.8" }, { site: { access } })).toBe(OUT);
  });

  it("of the site and of the route both have to let a client in", () => {
    const site = { access: { deny: { country: "FR" } }, routes: ROUTES({ allow: { ip: "192.0.2.0/24" } }) };
    expect(entry({ country: "DE" }, { site })).toBe(IN);
    expect(entry({ country: "FR" }, { site })).toBe(OUT);
    expect(entry({ country: "DE", ip: "10.0.0.1" }, { site })).toBe(OUT);
  });

  it("of the site are switched off by a route", () => {
    expect(entry({}, { site: { access: { allow: { ip: "10.0.0.1" } }, routes: ROUTES("off") } })).toBe(IN);
  });

  it("of the site hold where no route takes the request", () => {
    const site = {
      access: { deny: { ip: "10.0.0.1" } },
      routes: [{ id: "one", match: { path: "/only" }, respond: { status: 200 } }],
    };
    expect(entry({ ip: "10.0.0.1" }, { site })).toBe(OUT);
    expect(entry({}, { site })).toBe("404 no-route");
  });

  it("hold for redirects too", () => {
    const site = { routes: [{ id: "all", access: { deny: { ip: "10.0.0.1" } }, redirect: { to: "/y" } }] };
    expect(entry({ ip: "10.0.0.1" }, { site })).toBe(OUT);
  });

  it("that only observe let everybody in, and say whom they would not", () => {
    const site = { access: { deny: { ip: "192.0.2.1" }, mode: "observe" as const } };
    expect(entry({}, { site })).toBe("observed access-denied");
    expect(entry({ ip: "192.0.2.2" }, { site })).toBe(IN);
    const both = { ...site, routes: ROUTES({ allow: { ip: "192.0.2.2" } }) };
    expect(entry({}, { site: both })).toBe(OUT);
  });

  it("see the client that a trusted proxy names, and no other", () => {
    const site = { trustedProxies: ["10.0.0.0/8"], access: { deny: { ip: "198.51.100.7" } } };
    const headers = { "x-forwarded-for": "198.51.100.7" };
    expect(entry({ ip: "10.0.0.1", headers }, { site })).toBe(OUT);
    expect(entry({ ip: "11.0.0.1", headers }, { site })).toBe(IN);
    const spoofed = { "x-forwarded-for": "192.0.2.9, 198.51.100.7" };
    expect(entry({ ip: "10.0.0.1", headers: spoofed }, { site })).toBe(OUT);
  });
});

describe("an address list", () => {
  const lists = {
    here: { ranges: ["192.0.2.0/24", "2001:db8::/32"] },
    read: { url: "https://lists.test/read" },
    constructor: { ranges: ["10.0.0.0/8"] },
  };

  it("in the file has its ranges", () => {
    const site = { lists, access: { deny: { list: ["here", "constructor"] } } };
    expect(
      ["192.0.2.9", "2001:db8::1", "10.1.2.3", "192.0.3.9"].map((ip) => entry({ ip }, { site })),
    ).toEqual([OUT, OUT, OUT, IN]);
  });

  it("behind a URL is what was read", () => {
    const deny = { lists, access: { deny: { list: "read" } } };
    const allow = { lists, access: { allow: { list: "read" } } };
    expect(entry({}, { site: deny, inLists: ["read"] })).toBe(OUT);
    expect(entry({}, { site: allow, inLists: ["read"] })).toBe(IN);
    expect(entry({}, { site: deny, inLists: ["here"] })).toBe(IN);
  });

  it("that was never read has nobody: it denies nobody, and lets nobody in", () => {
    expect(entry({}, { site: { lists, access: { deny: { list: "read" } } } })).toBe(IN);
    expect(entry({}, { site: { lists, access: { allow: { list: "read" } } } })).toBe(OUT);
    expect(entry({}, { site: { lists, access: { allow: { list: ["read", "here"] } } } })).toBe(IN);
  });
});
