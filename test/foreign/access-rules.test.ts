// What other servers' own tests and reports ask of allow and deny: Traefik's IPAllowList (pkg/ip/checker_test.go), nginx's access and
// geo modules (access.t, geo.t, geo_ipv6.t), HAProxy's ACLs by address (issues 2054, 2133, 2288), aprsc (issue 6) and Envoy's RBAC
// filter (rbac_filter_integration_test.cc). Each client comes through a proxy that the site trusts.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { useEdge } from "../support/edge.ts";

type Access = NonNullable<SiteFile["access"]>;

describe("allow and deny, as others test them", () => {
  const edge = useEdge();

  const site = (access: Access, path = "/*") =>
    edge.site({
      trustedProxies: ["127.0.0.1"],
      routes: [
        { id: "guarded", match: { path }, access, respond: { body: "in" } },
        { id: "rest", respond: { body: "elsewhere" } },
      ],
    });
  const admits = async (client: Awaited<ReturnType<typeof site>>, address: string) =>
    (await client.get("/", { "x-forwarded-for": address })).status === 200;

  it.each<[string, string[], string[], string[]]>([
    [
      "Traefik: a range that is written with one of its addresses",
      ["1.2.3.4/24"],
      ["1.2.3.0", "1.2.3.1", "1.2.3.255"],
      ["1.2.16.1", "1.2.2.255", "1.2.4.0", "127.0.0.1"],
    ],
    ["Traefik: one address", ["8.8.8.8"], ["8.8.8.8"], ["8.8.8.7", "8.8.8.9", "8.8.8.0", "4.4.4.4"]],
    ["Traefik: a range of one address", ["8.8.8.8/32"], ["8.8.8.8"], ["8.8.8.9"]],
    [
      "Traefik: IPv6 and IPv4",
      ["2a03:4000:6:d080::/64", "fe80::/16", "1.2.3.4/24", "8.8.8.8/8"],
      ["2a03:4000:6:d080::", "2a03:4000:6:d080:dead:beef:ffff:ffff", "fe80::fe80", "8.255.255.255"],
      ["2a03:4000:7:d080::", "4242::1", "4.8.8.8", "9.0.0.0", "fe81::"],
    ],
    [
      "Traefik: what is no address comes from nowhere",
      ["1.2.3.4/24"],
      ["1.2.3.4"],
      ["foo", "10.0.0.350", "fe:::80", "0127.2.3.1", "127.1", "2130706433", "0x7f.0.0.1"],
    ],
    [
      "nginx: IPv4 written as IPv6",
      ["192.0.2.0/24"],
      ["::ffff:192.0.2.1", "::FFFF:C000:201"],
      ["::192.0.2.1"],
    ],
    [
      "nginx: IPv6 that begins like IPv4",
      ["::/96"],
      ["::1", "::192.0.2.1"],
      ["192.0.2.1", "::ffff:192.0.2.1"],
    ],
    [
      "nginx: both ends of everything",
      ["0.0.0.0", "255.255.255.255"],
      ["0.0.0.0", "255.255.255.255"],
      ["0.0.0.1"],
    ],
    [
      "HAProxy: IPv6 in brackets, with a port",
      ["2001:db8::/32"],
      ["[2001:db8::1]:443", "[2001:db8::1]"],
      ["[2001:db9::1]:443"],
    ],
    [
      "HAProxy: many small ranges side by side, and a neighbour in digits only",
      [
        "1.118.32.0/24",
        "2.16.0.0/24",
        "2.16.1.0/24",
        "2.16.10.0/25",
        "2.16.10.128/26",
        "2.16.10.192/30",
        "145.14.71.0/24",
      ],
      ["2.16.1.255", "2.16.10.127", "2.16.10.195", "145.14.71.12"],
      ["45.14.71.12", "2.16.10.196", "2.16.2.0", "1.118.33.0"],
    ],
    ["aprsc: a prefix that ends within a byte", ["::0/126"], ["::1", "::3"], ["::4"]],
  ])("%s", async (_what, ip, inside, outside) => {
    const client = await site({ allow: { ip } });
    for (const address of inside) expect(await admits(client, address), address).toBe(true);
    for (const address of outside) expect(await admits(client, address), address).toBe(false);
  });

  it("Envoy: a path is the same with a query, and a fragment is no part of it", async () => {
    const client = await site({ deny: { ip: "127.0.0.1" } }, "/deny");
    for (const path of ["/deny", "/deny?a=b", "/deny?", "/x/../deny?/public"])
      expect((await client.get(path)).status, path).toBe(403);
    expect((await client.get("/denied")).text).toBe("elsewhere");
  });

  it("Envoy: a header in several lines is each of them to deny, and all of them to allow", async () => {
    const denying = await site({ deny: { header: { "x-tag": "bad" } } });
    const allowing = await site({ allow: { header: { "x-tag": "good" } } });
    expect((await denying.get("/", { "x-tag": ["good", "bad"] })).status).toBe(403);
    expect((await denying.get("/", { "x-tag": "good,bad" })).status).toBe(403);
    expect((await allowing.get("/", { "x-tag": ["good", "bad"] })).status).toBe(403);
    expect((await allowing.get("/", { "x-tag": ["good", "good"] })).status).toBe(200);
  });

  it("Envoy: a shadow rule is evaluated, and refuses nobody", async () => {
    const client = await site({ deny: { ip: "127.0.0.1" }, mode: "observe" });
    expect((await client.get("/shadow")).status).toBe(200);
    expect(await edge.record("/shadow")).toMatchObject({ refusal: null, observed: ["access-denied"] });
  });
});
