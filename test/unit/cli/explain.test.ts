import path from "node:path";
import { describe, expect, it } from "vitest";
import { PROJECT } from "../../../cli/project.ts";
import { documented } from "../../support/documented.ts";
import { BROKEN, SHOP } from "./fixtures.ts";
import { useFolder } from "./run-headgate.ts";

/** Its keys in their order, without the values. */
const shapeOf = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.entries(value).map(([key, part]) => [key, shapeOf(part)])
    : typeof value;

describe("headgate explain", () => {
  const folder = useFolder({
    "sites/shop.yaml": SHOP,
    "other/broken.yaml": BROKEN,
    "large/site.json": JSON.stringify({
      hosts: ["large.example.com"],
      routes: Array.from({ length: 10_000 }, (_, n) => ({
        id: `r${n}`,
        match: { path: `/section-${n % 100}/item-${n}` },
        respond: {},
      })),
    }),
  });

  it("is a short page by default", async () => {
    const ran = await folder.headgate(
      ...["explain", "https://shop.example.com/assets/x.js?v=1&utm_source=mail", "-H", "forwarded: for=me"],
    );
    expect(ran).toEqual({
      code: 0,
      out: `request  GET https://shop.example.com/assets/x.js?v=1&utm_source=mail  from 192.0.2.1
site     shop.example.com                      sites/shop.yaml · version 52fa4418ad34
route    assets                                /assets/* · * = x.js · 2 earlier routes do not match
admit    yes
rewrite  GET /assets/x.js?v=1&utm_source=mail  7 fields set
cache    shop.example.com/assets/x.js?v=1
         left out of the key: utm_source
         fresh for 1h (route-ttl), whatever the origin says
         then served stale for 1d while it is refreshed
origin   fra 75 %  iad 25 %                    pool web · weighted · 3 attempts at most · all taken for good
         then standby                          tier 1: used when no tier before it has an origin left
answer   the origin's                          security: off, changed · 2 fields set
`,
      err: "",
    });
  });

  it("shows in the short page where a redirect leads", async () => {
    const { out } = await folder.headgate("explain", "https://shop.example.com/old/a");
    expect(out).toContain(" · 2 fields set\n         + location: /new/a\n");
  });

  it("tells of each step with --verbose", async () => {
    const ran = await folder.headgate(
      "explain",
      "--verbose",
      "https://shop.example.com/assets/x.js?v=1&utm_source=mail",
      "-H",
      "Accept: text/html",
      "-H",
      "forwarded: for=me",
    );
    expect(ran).toEqual({
      code: 0,
      out: `request  GET https://shop.example.com/assets/x.js?v=1&utm_source=mail  from 192.0.2.1
site     shop.example.com           sites/shop.yaml · version 52fa4418ad34
route    assets                     /assets/* · * = x.js
         not moved                  path: wants /old/*, found /assets/x.js
         not api                    path: wants /api/*, found /assets/x.js
                                    header accept: wants *json*, found text/html
admit    yes
rewrite  GET /assets/x.js?v=1&utm_source=mail
         Host: fra.example.net      fra: as in its URL
         Host: iad.example.net      iad: as in its URL
         Host: standby.example.org  standby: as in its URL
         + cdn-loop: headgate;site="shop.example.com"
         + forwarded: for=192.0.2.1;host=shop.example.com;proto=https
         + via: 1.1 headgate
         + x-forwarded-for: 192.0.2.1
         + x-forwarded-host: shop.example.com
         + x-forwarded-proto: https
         + x-request-id: new-for-each-request
cache    shop.example.com/assets/x.js?v=1
         left out of the key: utm_source
         fresh for 1h (route-ttl), whatever the origin says
         then served stale for 1d while it is refreshed
origin   fra 75 %  iad 25 %         pool web · weighted · 3 attempts at most · all taken for good
         then standby               tier 1: used when no tier before it has an origin left
         out for 10s                no answer, 3 bad statuses in a row or 50 % within 10s · slow start of 30s
answer   the origin's               security: off, changed
         + x-request-id: new-for-each-request
         + x-frame-options: DENY
`,
      err: "",
    });
  });

  it("is data with --json", async () => {
    const ran = await folder.headgate(
      ...["explain", "post", "https://shop.example.com/api/cart", "--json"],
      ...["--country", "de", "--ip", "2001:db8::1", "-H", "accept: application/json"],
    );
    expect(JSON.parse(ran.out)).toMatchObject({
      file: "sites/shop.yaml",
      request: { method: "POST", client: { ip: "2001:db8::1", country: "DE" } },
      route: { id: "api" },
      passedOver: [{ id: "moved" }],
      toOrigin: { method: "POST", url: "/v2/cart" },
      cache: { key: null, passedBecause: "cache-off" },
      pool: {
        firstChoice: [
          { origin: "fra", share: 0.75 },
          { origin: "iad", share: 0.25 },
        ],
      },
      answer: { status: null },
    });
  });

  it("has the shape with --json that docs/commands.md shows", async () => {
    const asked = ["http://127.0.0.1:8787/cached/x", "--sites", path.join(PROJECT, "sites/demo.yaml")];
    const { out } = await folder.headgate("explain", "--json", ...asked);
    expect(shapeOf(JSON.parse(out))).toEqual(shapeOf(documented("explain")[0]));
  });

  it("tells of a refusal, and ends with 0: the question was answered", async () => {
    const ran = await folder.headgate("explain", "https://shop.example.com/assets/a%2Fb");
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(
      /\nroute {4}none .* refuses this path · 2 earlier routes do not match\nanswer {3}400 path-refused {2}.*\n$/,
    );
  });

  it.each([[], ["--json"]])("ends with 1 where no file names the host %s", async (...options) => {
    const ran = await folder.headgate("explain", "https://nobody.example.com/", ...options);
    expect(ran).toMatchObject({ code: 1, err: "" });
    expect(ran.out).toMatch(
      options.length > 0
        ? /"reason": "no-site"/
        : /^request {2}GET https:\/\/nobody\.example\.com\/ .*\nanswer {3}404 no-site {2}.*\n/,
    );
  });

  it("of thousands of routes that do not match shows the nearest, and counts the rest", async () => {
    const ran = await folder.headgate(
      "explain",
      "https://large.example.com/section-7/item-9999",
      "--sites",
      "large",
    );
    expect(ran.out.split("\n").filter((line) => line.startsWith("         not "))).toHaveLength(8);
    expect(ran.out).toContain("and 9992 more");
    expect(ran.out).toContain("404 no-route");
  });

  it("tells what is wrong with the sites instead, and ends with 1", async () => {
    const ran = await folder.headgate("explain", "https://shop.example.com/", "--sites", "other");
    expect(ran).toMatchObject({ code: 1, out: "" });
    expect(ran.err).toMatch(
      /^other\/broken\.yaml:9:14 .*\nother\/broken\.yaml:9:36 .*\n2 problems in 1 file\n$/,
    );
  });

  it("tells what is wrong with the sites as data with --json", async () => {
    const ran = await folder.headgate("explain", "https://a.test/", "--sites", "other", "--json");
    expect(ran).toMatchObject({ code: 1, err: "" });
    expect(JSON.parse(ran.out)).toMatchObject({
      problems: [
        { file: "other/broken.yaml", line: 9, column: 14, hint: "did you mean `ttl`?" },
        { line: 9, column: 36, hint: null },
      ],
    });
  });
});
