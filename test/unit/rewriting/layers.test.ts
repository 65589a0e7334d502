// Platform, site, route: a later layer can undo what an earlier one did, whatever each of them does.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { STAND_INS } from "../../../shared/secrets/site-secrets.ts";
import type { HeaderEditsConfig, SiteFile } from "../../../shared/site/schema.ts";
import { deliver } from "../../../worker/delivery/deliver.ts";
import { ownReply } from "../../../worker/message.ts";
import { compileHeaderEdits, editHeaders, replaces } from "../../../worker/rewriting/header-edits.ts";
import { toOrigin } from "../../../worker/rewriting/to-origin.ts";
import { matchRoute } from "../../../worker/routing/match-route.ts";
import { anAsked, aSite } from "../../support/asked.ts";

type Headers_ = NonNullable<SiteFile["headers"]>;
type RouteFile = Omit<SiteFile["routes"][number], "id">;

const siteWith = (site: Partial<SiteFile>, route: RouteFile) =>
  aSite({
    pools: { web: { origins: [{ id: "a", url: "http://origin.test" }] } },
    routes: [{ id: "r", to: "web", ...route }],
    security: "off",
    ...site,
  });

function sent(site: Partial<SiteFile>, route: RouteFile, headers: Record<string, string> = {}) {
  const compiled = siteWith(site, route);
  const asked = anAsked("http://a.test/users/7", { headers });
  const matched = matchRoute(compiled, asked);
  if (!matched.ok || matched.value.route.action.kind !== "proxy") throw new Error("no route");
  const { action } = matched.value.route;
  const rewriting = {
    loopToken: "a",
    requestId: "id",
    action,
    captures: matched.value.captures,
    secrets: STAND_INS,
    otherUrls: [],
  };
  return toOrigin(asked, rewriting).headers;
}

function delivered(site: Partial<SiteFile>, route: RouteFile, fromOrigin: Record<string, string> = {}) {
  const compiled = siteWith(site, route);
  const asked = anAsked("http://a.test/users/7");
  const matched = matchRoute(compiled, asked);
  if (!matched.ok) throw new Error("no route");
  const reply = ownReply(200, new Headers(fromOrigin), null);
  return deliver(
    { reply, asked, site: compiled, matched: matched.value },
    { requestId: "id", startedAt: 0 },
    0,
  ).headers;
}

describe("a route's edits come after the site's", () => {
  const rows: [what: string, site: Headers_["request"], route: Headers_["request"], value: string | null][] =
    [
      ["set, then remove", { set: { "x-a": "site" } }, { remove: ["x-a"] }, null],
      ["add, then remove", { add: { "x-a": "site" } }, { remove: ["x-a"] }, null],
      ["remove, then add", { remove: ["x-a"] }, { add: { "x-a": "route" } }, "route"],
      ["add, then set", { add: { "x-a": "site" } }, { set: { "x-a": "route" } }, "route"],
      ["set, then add", { set: { "x-a": "site" } }, { add: { "x-a": "route" } }, "site, route"],
      [
        "within one layer: remove, set, add",
        { remove: ["x-a"], set: { "x-a": "1" }, add: { "x-a": "2" } },
        undefined,
        "1, 2",
      ],
    ];

  it.each(rows)("on the way to the origin: %s", (_what, site, route, value) => {
    const headers = sent(
      { headers: { request: site } },
      { headers: { request: route } },
      { "x-a": "client" },
    );
    expect(headers.get("x-a")).toBe(value);
  });

  it.each(rows)("on the way to the client: %s", (_what, site, route, value) => {
    const headers = delivered(
      { headers: { response: site } },
      { headers: { response: route } },
      { "x-a": "origin" },
    );
    expect(headers.get("x-a")).toBe(value);
  });

  it("for any edits: as if each layer were the only one, one after the other", () => {
    const names = fc.constantFrom("x-a", "x-b", "x-c");
    const layer = fc.record({
      remove: fc.uniqueArray(names, { maxLength: 2 }),
      set: fc.dictionary(names, fc.constantFrom("1", "2"), { maxKeys: 2 }),
      add: fc.dictionary(names, fc.constantFrom("3", "4"), { maxKeys: 2 }),
    });
    const known = { asked: anAsked("http://a.test/"), captures: {}, requestId: "id", secrets: STAND_INS };
    const property = fc.property(layer, layer, (site, route) => {
      const together = new Headers({ "x-a": "client" });
      editHeaders(together, compileHeaderEdits([{ edits: site }, { edits: route }]), known);
      const inTurn = new Headers({ "x-a": "client" });
      editHeaders(inTurn, compileHeaderEdits([{ edits: site }]), known);
      editHeaders(inTurn, compileHeaderEdits([{ edits: route }]), known);
      expect([...together]).toEqual([...inTurn]);
    });
    fc.assert(property, { seed: 1, numRuns: 500 });
  });
});

describe("security headers are a part of their layer", () => {
  const strict = { security: "strict" as const };

  it("and a route's edits undo the site's", () => {
    expect(
      delivered(strict, { headers: { response: { remove: ["x-frame-options"] } } }).get("x-frame-options"),
    ).toBeNull();
    const set = { headers: { response: { set: { "x-frame-options": "SAMEORIGIN", server: "mine" } } } };
    expect(delivered(strict, set).get("x-frame-options")).toBe("SAMEORIGIN");
    expect(delivered(strict, set, { server: "theirs" }).get("server")).toBe("mine");
  });

  it("and a route's own come after the site's edits, and its preset after its own", () => {
    const site = { headers: { response: { set: { "x-frame-options": "SITE" } } } };
    expect(
      delivered(site, { security: { headers: { "x-frame-options": "ROUTE" } } }).get("x-frame-options"),
    ).toBe("ROUTE");
    expect(delivered(site, { security: "strict" }).get("x-frame-options")).toBe("DENY");
    const both = {
      security: "strict" as const,
      headers: { response: { set: { "x-frame-options": "EDIT" } } },
    };
    expect(delivered(site, both).get("x-frame-options")).toBe("DENY");
  });

  it("and `off` on a route leaves the site's edits", () => {
    const site = { ...strict, headers: { response: { set: { "x-a": "site" } } } };
    const headers = delivered(site, { security: "off" });
    expect([headers.get("x-a"), headers.get("x-frame-options")]).toEqual(["site", null]);
  });
});

describe("a field that a site writes is taken from the client in no other spelling", () => {
  const CLIENT = { "x-user": "a", x_user: "b", "x_user-id": "c", x_other: "d" };

  it.each([
    ["set", { set: { "x-user": "site" } }, { "x-user": "site", x_user: null }],
    ["add", { add: { "x-user": "site" } }, { "x-user": "a, site", x_user: null }],
    ["remove", { remove: ["x-user"] }, { "x-user": null, x_user: null }],
    ["set as CGI spells it", { set: { x_user: "site" } }, { "x-user": null, x_user: "site" }],
    ["add in both", { add: { x_user: "1", "x-user": "2" } }, { "x-user": "a, 2", x_user: "b, 1" }],
    ["set in both", { set: { x_user: "1", "x-user": "2" } }, { "x-user": "2", x_user: "1" }],
  ] as const)("%s", (_what, edits, expected) => {
    const headers = sent({ headers: { request: structuredClone(edits) as Headers_["request"] } }, {}, CLIENT);
    for (const [name, value] of Object.entries(expected)) expect(headers.get(name), name).toBe(value);
    expect(headers.get("x_user-id")).toBe("c");
    expect(headers.get("x_other")).toBe("d");
  });

  it("nor where a cache tells responses apart by it, or is passed by for it", () => {
    const cache = { key: { header: ["x-user"] }, bypass: { headers: ["x-user-id"] } };
    const headers = sent({}, { cache }, CLIENT);
    expect([headers.get("x-user"), headers.get("x_user"), headers.get("x_user-id")]).toEqual([
      "a",
      null,
      null,
    ]);
  });
});

describe("edits that edit nothing", () => {
  const NOTHING = { remove: [], set: {}, add: {} };

  it("are none, so that no request pays for them", () => {
    expect(compileHeaderEdits([])).toBeNull();
    expect(compileHeaderEdits([{ edits: undefined }, { edits: NOTHING }])).toBeNull();
    expect(compileHeaderEdits([{ edits: { ...NOTHING, remove: ["x-a"] } }])).not.toBeNull();
    expect(compileHeaderEdits([{ edits: undefined }], ["x-a"])).not.toBeNull(); // x_a must not pass
  });
});

describe("what of a field is left", () => {
  const NONE: HeaderEditsConfig = { remove: [], set: {}, add: {} };
  const edits = (request: Partial<HeaderEditsConfig>) =>
    compileHeaderEdits([{ edits: NONE }, { edits: { ...NONE, ...request } }]);

  it.each([
    ["nothing, where a layer removes it", { remove: ["x-b", "x-a"] }, true],
    ["nothing, where a layer sets it", { set: { "x-b": "1", "x-a": "1" } }, true],
    ["all, where a layer adds to it", { add: { "x-a": "1" } }, false],
    ["all, where others are edited", { remove: ["x-b"], set: { "x-c": "1" } }, false],
  ] as [string, Partial<HeaderEditsConfig>, boolean][])("%s", (_what, request, replaced) => {
    expect(replaces(edits(request), "x-a")).toBe(replaced);
  });

  it("all, where nothing is edited", () => {
    expect(replaces(null, "x-a")).toBe(false);
  });
});

describe("facts in edits", () => {
  it("add no line where they are not known", () => {
    const edits = { add: { "x-country": "${client.country}" } };
    expect(sent({ headers: { request: edits } }, {}, { "x-country": "US" }).get("x-country")).toBe("US");
    expect(sent({ headers: { request: edits } }, {}).get("x-country")).toBeNull();
  });

  it("keep the cookies in one line, whoever adds one", () => {
    const edits = { add: { cookie: "b=2" } };
    expect(sent({ headers: { request: edits } }, {}, { cookie: "a=1" }).get("cookie")).toBe("a=1; b=2");
  });

  it("are filled in both ways, and what is not known takes the client's own away", () => {
    const edits = {
      set: { "x-real-client": "${client.ip}", "x-country": "${client.country}" },
      add: { "x-by": ":id" },
    };
    const route = { match: { path: "/users/:id" }, headers: { request: edits, response: edits } };
    const out = sent({}, route, { "x-country": "US", "x-by": "me", "x-real-client": "6.6.6.6" });
    expect([out.get("x-real-client"), out.get("x-country"), out.get("x-by")]).toEqual([
      "192.0.2.1",
      null,
      "me, 7",
    ]);
    const back = delivered({}, route, { "x-country": "US" });
    expect([back.get("x-real-client"), back.get("x-country"), back.get("x-by")]).toEqual([
      "192.0.2.1",
      null,
      "7",
    ]);
  });

  it("of the site are filled in, and know no captures", () => {
    const site = { headers: { request: { set: { "x-a": "${host} :id" } } } };
    expect(sent(site, { match: { path: "/users/:id" } }).get("x-a")).toBe("a.test :id");
  });
});
